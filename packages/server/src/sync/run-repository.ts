/** Rows of sync runs and their checkpoints: the durable memory of what has been asked for and how far it has come. */
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database, RunState } from '../store/schema.ts';
import { RunCounters } from './run-counters.ts';

export type SyncMode = 'incremental' | 'full';
/** Ratings are read with the companies: their history is part of the company's record. */
export const REQUESTABLE_STREAMS = ['companies', 'findings'] as const;
export type RequestableStream = (typeof REQUESTABLE_STREAMS)[number];

export const RunFailure = z.object({
  /** A health status, such as UNAUTHORIZED or EXECUTION_TIMEOUT (unified API, Health). */
  reason: z.string(),
  message: z.string(),
  /** Companies that could not be read to the end, by upstream guid; at most 100 are named. */
  companies: z
    .array(z.object({ vendor_id: z.string(), stream: z.string(), message: z.string() }))
    .default([]),
});
export type RunFailure = z.infer<typeof RunFailure>;

export interface SyncRun {
  id: string;
  organizationId: string;
  connectionId: string;
  mode: SyncMode;
  streams: RequestableStream[];
  state: RunState;
  createdAtMs: number;
  startedAtMs: number | null;
  counters: RunCounters;
}

const Streams = z.array(z.enum(REQUESTABLE_STREAMS));

const ACTIVE_STATES: RunState[] = ['QUEUED', 'RUNNING'];

export async function findRun(db: Kysely<Database>, runId: string): Promise<SyncRun | null> {
  const row = await db.selectFrom('sync_runs').selectAll().where('id', '=', runId).executeTakeFirst();
  return row === undefined ? null : runOf(row);
}

/** Runs that wait or were interrupted, oldest first. A row of state RUNNING that no worker holds was interrupted. */
export async function listActiveRuns(db: Kysely<Database>): Promise<SyncRun[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('state', 'in', ACTIVE_STATES)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(runOf);
}

/** Moves a run to RUNNING; false when it was cancelled meanwhile. */
export async function startRun(db: Kysely<Database>, runId: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sync_runs')
    .set(eb => ({ state: 'RUNNING' as const, started_at: eb.fn.coalesce('started_at', eb.val(nowMs)) }))
    .where('id', '=', runId)
    .where('state', 'in', ACTIVE_STATES)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Ends a run and forgets its checkpoints, unless the next run of the connection is to take them over. */
export async function endRun(
  db: Kysely<Database>,
  runId: string,
  end: {
    state: RunState;
    failure: RunFailure | null;
    /** With what was spent on requests that led to no commit. */
    counters: RunCounters;
    nowMs: number;
    keepCheckpoints: boolean;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sync_runs')
    .set({
      state: end.state,
      failure: end.failure === null ? null : JSON.stringify(end.failure),
      counters: JSON.stringify(end.counters),
      finished_at: end.nowMs,
    })
    .where('id', '=', runId)
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  if (!end.keepCheckpoints) await forgetProgress(db, runId);
  return numUpdatedRows === 1n;
}

export async function forgetProgress(db: Kysely<Database>, runId: string): Promise<void> {
  await db.deleteFrom('checkpoints').where('run_id', '=', runId).execute();
  await db.deleteFrom('walk_pages').where('run_id', '=', runId).execute();
}

/**
 * Gives this run the checkpoints of the connection's last run when that one ended for want of time, so that an account too
 * large for one run is finished by the next. Older progress is dropped. Returns whether progress was taken over.
 */
export async function adoptProgress(
  db: Kysely<Database>,
  run: SyncRun,
  newerThanMs: number,
): Promise<boolean> {
  const previous = await db
    .selectFrom('sync_runs')
    .select(['id', 'failure', 'finished_at', 'mode'])
    .where('connection_id', '=', run.connectionId)
    .where('id', '!=', run.id)
    .where('created_at', '<=', run.createdAtMs)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (previous === undefined) return false;
  const failure = previous.failure === null ? null : RunFailure.parse(JSON.parse(previous.failure));
  const fits =
    failure?.reason === 'EXECUTION_TIMEOUT' &&
    previous.mode === run.mode &&
    (previous.finished_at ?? 0) >= newerThanMs;
  if (!fits) {
    await forgetProgress(db, previous.id);
    return false;
  }
  const taken = await db
    .updateTable('checkpoints')
    .set({ run_id: run.id })
    .where('run_id', '=', previous.id)
    .executeTakeFirstOrThrow();
  await db.updateTable('walk_pages').set({ run_id: run.id }).where('run_id', '=', previous.id).execute();
  return taken.numUpdatedRows > 0n;
}

export async function readCheckpoint(
  db: Kysely<Database>,
  key: { runId: string; stream: string; part: string },
): Promise<unknown> {
  const row = await db
    .selectFrom('checkpoints')
    .select('position')
    .where('run_id', '=', key.runId)
    .where('stream', '=', key.stream)
    .where('part', '=', key.part)
    .executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.position);
}

export async function writeCheckpoint(
  db: Kysely<Database>,
  key: { runId: string; stream: string; part: string },
  position: unknown,
  nowMs: number,
): Promise<void> {
  const row = {
    run_id: key.runId,
    stream: key.stream,
    part: key.part,
    position: JSON.stringify(position),
    updated_at: nowMs,
  };
  await db
    .insertInto('checkpoints')
    .values(row)
    .onConflict(c =>
      c.columns(['run_id', 'stream', 'part']).doUpdateSet({ position: row.position, updated_at: nowMs }),
    )
    .execute();
}

function runOf(row: {
  id: string;
  organization_id: string;
  connection_id: string;
  mode: SyncMode;
  streams: string;
  state: RunState;
  created_at: number;
  started_at: number | null;
  counters: string;
}): SyncRun {
  return {
    id: row.id,
    organizationId: row.organization_id,
    connectionId: row.connection_id,
    mode: row.mode,
    streams: Streams.parse(JSON.parse(row.streams)),
    state: row.state,
    createdAtMs: row.created_at,
    startedAtMs: row.started_at,
    counters: RunCounters.parse(JSON.parse(row.counters)),
  };
}
