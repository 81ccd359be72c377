/** One connection in full: its state and scope, its runs, and what can be done with it. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import { nothing, path } from './client.ts';
import { Connection } from './connections.ts';
import { pageOf } from './paging.ts';
import { queryKeys } from './query-keys.ts';
import { z } from './zod.ts';

const ConnectionDetails = z.extend(Connection, {
  has_credentials: z.boolean(),
  refresh_interval_secs: z.number(),
  scope: z.object({
    folders: z.array(z.string()),
    tiers: z.array(z.string()),
    companies: z.array(z.string()),
    risk_vectors: z.array(z.string()),
    minimum_severity: z.nullable(z.string()),
    backfill_from: z.nullable(z.string()),
  }),
  created_at: z.string(),
});
export type ConnectionDetails = z.infer<typeof ConnectionDetails>;

/** How often a page that is open looks for changes, in milliseconds. */
const FOLLOW_MS = 10_000;
/** The same while a run is under way, or the first one is about to begin. */
const FOLLOW_RUN_MS = 2_000;

export function connectionQuery(organizationId: string, id: string) {
  return queryOptions({
    queryKey: queryKeys.connection(organizationId, id),
    queryFn: ({ signal }) => {
      const connection = path`/v1/provisioning/organizations/${organizationId}/connections/${id}`;
      return api.call('GET', connection, ConnectionDetails, { signal });
    },
    refetchInterval: ({ state }) => (state.data?.last_synced_at === null ? FOLLOW_RUN_MS : FOLLOW_MS),
  });
}

export interface NewConnection {
  vendor: 'BIT_SIGHT';
  credentials: { username: string };
  identifier?: string;
  /** Without it, Bitsight's own address. */
  options?: { base_url: string };
}

export function createConnection(organizationId: string, body: NewConnection): Promise<Connection> {
  const connections = path`/v1/provisioning/organizations/${organizationId}/connections`;
  return api.call('POST', connections, Connection, { body });
}

export async function updateConnection(
  organizationId: string,
  id: string,
  body: { credentials?: { username: string }; identifier?: string | null; state?: 'ACTIVE' | 'PAUSED' },
): Promise<void> {
  const connection = path`/v1/provisioning/organizations/${organizationId}/connections/${id}`;
  await api.call('PATCH', connection, Connection, { body });
}

export async function removeConnection(organizationId: string, id: string): Promise<void> {
  await api.call('DELETE', path`/v1/provisioning/organizations/${organizationId}/connections/${id}`, nothing);
}

const TestOutcome = z.object({ is_valid: z.boolean(), message: z.string() });
export type TestOutcome = z.infer<typeof TestOutcome>;

/** One call to the vendor with the stored credentials. */
export function testConnection(organizationId: string, id: string): Promise<TestOutcome> {
  const test = path`/v1/provisioning/organizations/${organizationId}/connections/${id}/test`;
  return api.call('GET', test, TestOutcome);
}

const Job = z.object({
  id: z.string(),
  mode: z.string(),
  state: z.string(),
  requested_by: z.string(),
  created_at: z.string(),
  started_at: z.nullable(z.string()),
  finished_at: z.nullable(z.string()),
  upstream: z.object({ requests: z.number(), retries: z.number() }),
  failure: z.nullable(z.object({ reason: z.string(), message: z.string() })),
});
export type Job = z.infer<typeof Job>;

export async function syncNow(organizationId: string, id: string): Promise<void> {
  const sync = path`/v1/provisioning/organizations/${organizationId}/connections/${id}/sync`;
  await api.call('POST', sync, Job, { body: { mode: 'incremental' } });
}

export function isUnderWay(job: Job): boolean {
  return job.state === 'QUEUED' || job.state === 'RUNNING';
}

const RECENT_JOBS = 5;
const JobPage = pageOf(Job);

/** The newest runs of a connection. */
export function jobsQuery(organizationId: string, id: string) {
  return queryOptions({
    queryKey: queryKeys.jobs(organizationId, id),
    queryFn: async ({ signal }) => {
      const jobs = path`/v1/provisioning/organizations/${organizationId}/connections/${id}/jobs`;
      return (await api.call('GET', jobs, JobPage, { query: { limit: RECENT_JOBS }, signal })).items;
    },
    refetchInterval: ({ state: { data = [] } }) =>
      data.length === 0 || data.some(isUnderWay) ? FOLLOW_RUN_MS : FOLLOW_MS,
  });
}
