/** When a connection is to be read next: its interval after the last run ended, and never twice at once. */
import type { Kysely } from 'kysely';
import type { IdSource } from '../ids.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { emptyCounters } from './run-counters.ts';
import { REQUESTABLE_STREAMS, type RequestableStream, type SyncMode } from './run-repository.ts';

export interface RunRequest {
  organizationId: string;
  connectionId: string;
  mode: SyncMode;
  streams?: readonly RequestableStream[] | undefined;
  /** 'schedule', 'api', 'cli' or 'demo'. */
  requestedBy: string;
}

/**
 * Asks for a run, to be called inside a transaction. A run of the connection that is queued or running is returned instead of
 * a second one: `isNew` tells which.
 */
export async function requestRun(
  db: Kysely<Database>,
  request: RunRequest,
  newId: IdSource,
  nowMs: number,
): Promise<{ runId: string; isNew: boolean }> {
  const active = await db
    .selectFrom('sync_runs')
    .select('id')
    .where('connection_id', '=', request.connectionId)
    .where('state', 'in', ['QUEUED', 'RUNNING'])
    .executeTakeFirst();
  if (active !== undefined) return { runId: active.id, isNew: false };
  const runId = newId();
  await db
    .insertInto('sync_runs')
    .values({
      id: runId,
      organization_id: request.organizationId,
      connection_id: request.connectionId,
      mode: request.mode,
      streams: JSON.stringify(request.streams ?? REQUESTABLE_STREAMS),
      requested_by: request.requestedBy,
      state: 'QUEUED',
      created_at: nowMs,
      started_at: null,
      finished_at: null,
      counters: JSON.stringify(emptyCounters()),
      failure: null,
    })
    .execute();
  return { runId, isNew: true };
}

/** Asks for an incremental run of every active connection whose time has come. Writes only when there is one. */
export async function requestDueRuns(store: Store, newId: IdSource, nowMs: number): Promise<void> {
  const due = await store.db
    .selectFrom('connections')
    .select(['id', 'organization_id'])
    .where('state', '=', 'ACTIVE')
    .where('next_sync_at', '<=', nowMs)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('sync_runs')
            .select('sync_runs.id')
            .whereRef('sync_runs.connection_id', '=', 'connections.id')
            .where('sync_runs.state', 'in', ['QUEUED', 'RUNNING']),
        ),
      ),
    )
    .execute();
  for (const connection of due) {
    const request: RunRequest = {
      organizationId: connection.organization_id,
      connectionId: connection.id,
      mode: 'incremental',
      requestedBy: 'schedule',
    };
    await store.write(db => requestRun(db, request, newId, nowMs));
  }
}
