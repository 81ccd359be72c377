/** Sync runs as jobs: their state, what they did, why they failed, and the records they could not map. */
import { z } from 'zod';
import type { SyncRunsTable, UnmappedRecordsTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';
import { timeText } from '../item-text.ts';
import type { Window } from '../paging/keyset.ts';

const RUN_STATES = ['QUEUED', 'RUNNING', 'SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED'] as const;

const StreamCounts = z.record(z.string(), z.number());

/** A sync run. */
export const Job = z
  .object({
    id: z.string().meta({ description: 'Id' }),
    connection_id: z.string().meta({ description: 'Connection that is read' }),
    organization_id: z.string().meta({ description: 'Organization it belongs to' }),
    mode: z.enum(['incremental', 'full']).meta({ description: 'Whether everything is read again' }),
    streams: z.array(z.string()).meta({ description: 'What is read' }),
    state: z
      .enum(RUN_STATES)
      .meta({ description: 'PARTIAL: ended well, with companies that could not be read' }),
    requested_by: z.string().meta({ description: 'Who asked: schedule, api, cli or demo' }),
    created_at: z.iso.datetime().meta({ description: 'When it was asked for' }),
    started_at: z.iso.datetime().nullable().meta({ description: 'When it began' }),
    finished_at: z.iso.datetime().nullable().meta({ description: 'When it ended' }),
    counters: z
      .record(z.string(), StreamCounts)
      .meta({ description: 'What was read and written, by stream' }),
    upstream: z
      .object({ requests: z.int(), retries: z.int() })
      .meta({ description: 'Requests sent to the vendor, and how many of them were repeats' }),
    failure: z
      .object({ reason: z.string(), message: z.string(), companies: z.array(z.unknown()).optional() })
      .nullable()
      .meta({ description: 'Why it did not end well; reason is a name of health' }),
  })
  .meta({ id: 'Job', description: 'One sync run of a connection' });
export type Job = z.infer<typeof Job>;

/** A record kept raw because it could not be mapped. */
export const UnmappedRecord = z
  .object({
    id: z.string().meta({ description: 'Hash of the record' }),
    stream: z.string().meta({ description: 'Stream it came with' }),
    company_guid: z.string().nullable().meta({ description: 'Upstream guid of its company' }),
    problems: z.array(z.string()).meta({ description: 'What stood in the way, by field' }),
    created_at: z.iso.datetime().meta({ description: 'When it was met' }),
    record: z.unknown().meta({ description: 'The upstream record, untouched' }),
  })
  .meta({ id: 'UnmappedRecord', description: 'An upstream record that could not be mapped' });

const Counters = z.looseObject({
  upstream: z.object({ requests: z.int(), retries: z.int() }).default({ requests: 0, retries: 0 }),
});

/** The job of a run. */
export function jobOf(row: SyncRunsTable): Job {
  const { upstream, ...streams } = Counters.parse(JSON.parse(row.counters));
  return {
    id: row.id,
    connection_id: row.connection_id,
    organization_id: row.organization_id,
    mode: row.mode,
    streams: z.array(z.string()).parse(JSON.parse(row.streams)),
    state: row.state,
    requested_by: row.requested_by,
    created_at: timeText(row.created_at),
    started_at: timeText(row.started_at),
    finished_at: timeText(row.finished_at),
    counters: z.record(z.string(), StreamCounts).parse(streams),
    upstream,
    failure: Job.shape.failure.parse(row.failure === null ? null : JSON.parse(row.failure)),
  };
}

/** One run, whoever it belongs to. */
export async function findJob(db: Queryable, id: string): Promise<SyncRunsTable | null> {
  return (await db.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Runs of a connection, newest first. */
export function listJobs(db: Queryable, connectionId: string, window: Window): Promise<SyncRunsTable[]> {
  const way = window.backwards ? 'asc' : 'desc';
  let query = db.selectFrom('sync_runs').selectAll().where('connection_id', '=', connectionId);
  if (window.from !== null) {
    const operator = window.backwards ? '>' : '<';
    const { inclusive, keys } = window.from;
    const [createdAt, id] = [Number(keys[0]), String(keys[1])];
    query = query.where(eb =>
      eb(eb.refTuple('created_at', 'id'), inclusive ? `${operator}=` : operator, eb.tuple(createdAt, id)),
    );
  }
  return query.orderBy('created_at', way).orderBy('id', way).limit(window.rows).execute();
}

/** A record that could not be mapped, as stored. */
export type UnmappedRow = Pick<
  UnmappedRecordsTable,
  'content_hash' | 'stream' | 'part' | 'problems' | 'record' | 'created_at'
>;

/** Records that a run could not map, in the order of their hashes. */
export function listUnmapped(db: Queryable, runId: string, window: Window): Promise<UnmappedRow[]> {
  const way = window.backwards ? 'desc' : 'asc';
  let query = db
    .selectFrom('unmapped_in_runs as met')
    .innerJoin('unmapped_records as kept', join =>
      join
        .onRef('kept.connection_id', '=', 'met.connection_id')
        .onRef('kept.stream', '=', 'met.stream')
        .onRef('kept.part', '=', 'met.part')
        .onRef('kept.content_hash', '=', 'met.content_hash'),
    )
    .select(['met.content_hash', 'met.stream', 'met.part', 'kept.problems', 'kept.record', 'kept.created_at'])
    .where('met.run_id', '=', runId);
  if (window.from !== null) {
    const operator = window.backwards ? '<' : '>';
    const [hash, stream, part] = window.from.keys.map(String);
    const { inclusive } = window.from;
    query = query.where(eb =>
      eb(
        eb.refTuple('met.content_hash', 'met.stream', 'met.part'),
        inclusive ? `${operator}=` : operator,
        eb.tuple(hash ?? '', stream ?? '', part ?? ''),
      ),
    );
  }
  return query
    .orderBy('met.content_hash', way)
    .orderBy('met.stream', way)
    .orderBy('met.part', way)
    .limit(window.rows)
    .execute();
}

/** The record as the API shows it. */
export function unmappedOf(row: UnmappedRow): z.infer<typeof UnmappedRecord> {
  return {
    id: row.content_hash,
    stream: row.stream,
    company_guid: row.part === '' ? null : row.part,
    problems: z.array(z.string()).parse(JSON.parse(row.problems)),
    created_at: timeText(row.created_at),
    record: JSON.parse(row.record),
  };
}
