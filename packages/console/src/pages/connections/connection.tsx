/** One connection: how it is, what it reads, its runs, and its tokens on Bitsight. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type ConnectionDetails, connectionQuery, removeConnection } from '../../api/connection-details.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { Alert } from '../../components/alert.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { ErrorState, SkeletonLines } from '../../components/states.tsx';
import { toast } from '../../components/toasts.tsx';
import { useCan, useCurrentUser } from '../../shell/current-user.ts';
import { countOf } from '../../text/format.ts';
import { ConnectionActions } from './connection-actions.tsx';
import { RenameConnectionDialog, ReplaceTokenDialog } from './connection-dialogs.tsx';
import { connectionName, HealthBadge, StateBadge, vendorName } from './connection-words.tsx';
import { RecentJobs } from './recent-jobs.tsx';
import { Rotation } from './rotation.tsx';
import { UpstreamTokens } from './upstream-tokens.tsx';

const TRAIL = [{ label: 'Connections', to: '/connections' }] as const;

export function Page() {
  const { connection: id } = useParams({ from: '/guarded/connections/$connection' });
  const { organization } = useCurrentUser();
  const connection = useQuery(connectionQuery(organization.id, id));
  if (connection.data !== undefined) return <Connected connection={connection.data} />;
  return (
    <>
      <PageHeader title="Connection" trail={TRAIL} />
      {connection.isError ? (
        <ErrorState error={connection.error} retry={() => connection.refetch()} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </>
  );
}

export type ConnectionQuestion = 'rename' | 'replace' | 'remove';

function Connected({ connection }: { connection: ConnectionDetails }) {
  const { organization } = useCurrentUser();
  const mayManage = useCan('connections.manage');
  const maySync = useCan('sync.run');
  const maySeeTokens = useCan('upstream_tokens.manage');
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<ConnectionQuestion | null>(null);
  const close = () => setAsked(null);
  const name = connectionName(connection);

  async function changed(said: string): Promise<void> {
    toast.done(said);
    await queryClient.invalidateQueries({ queryKey: queryKeys.connections(organization.id) });
  }

  return (
    <>
      <PageHeader
        title={name}
        trail={TRAIL}
        actions={
          (mayManage || maySync) && (
            <ConnectionActions
              connection={connection}
              mayManage={mayManage}
              maySync={maySync}
              onAsk={setAsked}
              onChanged={changed}
            />
          )
        }
      />
      <div className="flex flex-col gap-6">
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <Health connection={connection} />
          <Scope connection={connection} />
        </div>
        <RecentJobs connectionId={connection.id} />
        {maySeeTokens && connection.has_credentials && (
          <>
            <UpstreamTokens connectionId={connection.id} />
            <Rotation connectionId={connection.id} />
          </>
        )}
      </div>
      <ReplaceTokenDialog
        connectionId={connection.id}
        isOpen={asked === 'replace'}
        onClose={close}
        onChanged={changed}
      />
      <RenameConnectionDialog
        connectionId={connection.id}
        name={connection.identifier ?? ''}
        isOpen={asked === 'rename'}
        onClose={close}
        onChanged={changed}
      />
      {asked === 'remove' && <RemoveDialog connection={connection} name={name} onClose={close} />}
    </>
  );
}

function Health({ connection }: { connection: ConnectionDetails }) {
  const { health } = connection;
  const isUnhealthy = health.status === 'UNHEALTHY';
  return (
    <Card title="Health" actions={<HealthBadge health={health} />}>
      {isUnhealthy ? (
        <Alert tone="danger" className="mb-4">
          {health.description}
        </Alert>
      ) : (
        <p className="mb-4 text-ink-soft">{health.description}</p>
      )}
      <Facts
        items={[
          ['State', <StateBadge key="state" state={connection.state} />],
          ['Last synced', <RelativeTime key="last" time={connection.last_synced_at} />],
          ['Next sync', <RelativeTime key="next" time={connection.next_sync_at ?? null} never="None" />],
          ['Every', durationText(connection.refresh_interval_secs)],
          ['Connected', <RelativeTime key="made" time={connection.created_at} />],
        ]}
      />
    </Card>
  );
}

const HOUR_SECS = 3600;
const MINUTE_SECS = 60;

function durationText(seconds: number): string {
  if (seconds % HOUR_SECS === 0) return countOf(seconds / HOUR_SECS, 'hour');
  return countOf(Math.round(seconds / MINUTE_SECS), 'minute');
}

function Scope({ connection }: { connection: ConnectionDetails }) {
  const { scope } = connection;
  return (
    <Card title="Scope" description="What of the account is read.">
      <Facts
        items={[
          ['Vendor', vendorName(connection.vendor)],
          ['Companies', listText(scope.companies)],
          ['Folders', listText(scope.folders)],
          ['Tiers', listText(scope.tiers)],
          ['Risk vectors', listText(scope.risk_vectors)],
          ['Severity', scope.minimum_severity === null ? 'All' : `${scope.minimum_severity} and above`],
          ['Findings since', scope.backfill_from ?? 'The beginning'],
        ]}
      />
    </Card>
  );
}

const MAX_LISTED = 5;

/** An empty list is no limit. */
function listText(values: readonly string[]): string {
  if (values.length === 0) return 'All';
  const listed = values.slice(0, MAX_LISTED).join(', ');
  return values.length > MAX_LISTED ? `${listed} and ${values.length - MAX_LISTED} more` : listed;
}

interface RemoveDialogProps {
  connection: ConnectionDetails;
  name: string;
  onClose: () => void;
}

function RemoveDialog({ connection, name, onClose }: RemoveDialogProps) {
  const { organization } = useCurrentUser();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  async function remove(): Promise<void> {
    await removeConnection(organization.id, connection.id);
    toast.done('Connection removed');
    await navigate({ to: '/connections' });
    queryClient.removeQueries({ queryKey: queryKeys.connection(organization.id, connection.id) });
    await queryClient.invalidateQueries({ queryKey: queryKeys.connections(organization.id) });
  }

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Remove ${name}?`}
      action="Remove connection"
      typeToConfirm={name}
      onConfirm={remove}
    >
      Its token is erased here and its runs end. What was read from the account is not shown to anybody any
      more. The token itself stays valid on Bitsight until it is revoked there.
    </ConfirmDialog>
  );
}
