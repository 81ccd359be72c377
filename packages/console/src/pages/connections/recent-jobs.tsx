/** The last sync runs of a connection, followed while one is under way. */
import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { type Job, jobsQuery } from '../../api/connection-details.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { Tone } from '../../components/tone.ts';
import { useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';

export function RecentJobs({ connectionId }: { connectionId: string }) {
  const { organization } = useCurrentUser();
  const jobs = useQuery(jobsQuery(organization.id, connectionId));
  return (
    <Card title="Last syncs" isFlush>
      <Table
        caption="Last sync runs"
        columns={COLUMNS}
        rows={jobs.data}
        keyOf={job => job.id}
        error={jobs.error}
        retry={() => jobs.refetch()}
        empty={<EmptyState icon={History} title="No sync yet" />}
      />
    </Card>
  );
}

const STATES: Readonly<Record<string, { label: string; tone: Tone }>> = Object.freeze({
  QUEUED: { label: 'Waiting', tone: 'info' },
  RUNNING: { label: 'Running', tone: 'info' },
  SUCCESS: { label: 'Done', tone: 'ok' },
  PARTIAL: { label: 'Done in part', tone: 'warn' },
  FAILED: { label: 'Failed', tone: 'danger' },
  CANCELLED: { label: 'Cancelled', tone: 'neutral' },
});

const REQUESTERS: Readonly<Record<string, string>> = Object.freeze({
  schedule: 'Schedule',
  api: 'Console or API',
  cli: 'Command line',
  demo: 'Demo',
});

const COLUMNS: readonly Column<Job>[] = [
  { head: 'Asked for', cell: job => <RelativeTime time={job.created_at} /> },
  { head: 'By', cell: job => REQUESTERS[job.requested_by] ?? job.requested_by },
  { head: 'Reads', cell: job => (job.mode === 'full' ? 'Everything' : 'What changed') },
  {
    head: 'State',
    cell: job => (
      <div>
        <JobState state={job.state} />
        {job.failure !== null && <p className="mt-1 text-sm text-ink-soft">{job.failure.message}</p>}
      </div>
    ),
  },
  { head: 'Ended', cell: job => <RelativeTime time={job.finished_at} never="Not yet" /> },
  { head: 'Upstream', cell: job => countOf(job.upstream.requests, 'request') },
];

function JobState({ state }: { state: string }) {
  const { label, tone } = STATES[state] ?? { label: state, tone: 'neutral' };
  return (
    <Badge tone={tone} hasDot>
      {label}
    </Badge>
  );
}
