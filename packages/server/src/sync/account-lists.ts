/**
 * The lists of an account beside its portfolio: companies in short, folders, tiers (bitsight-api.md, 4.2 and 4.6). They are kept
 * record by record, as they came, for the ratings API. Reading them is done as well as upstream lets it: a list that is refused,
 * too large or broken is left as it is stored, and says nothing about the run.
 */
import type { Kysely } from 'kysely';
import { bulkInsert } from '../store/bulk-insert.ts';
import type { Database } from '../store/schema.ts';
import { type JsonObject, textAt } from '../wire/json.ts';
import type { CompanyStreamRequest } from './company-stream.ts';
import type { WalkDeps } from './finding-walk.ts';
import { readCheckpoint, writeCheckpoint } from './run-repository.ts';
import {
  ACCOUNT_LISTS,
  type AccountList,
  type AccountListAnswer,
  UpstreamFailure,
} from './upstream-reader.ts';

const LISTS_STREAM = 'lists';
/** The frame of `/v2/portfolio`, whose records are stored as companies. */
const PORTFOLIO_FRAME = 'portfolio';

/** What a run has learned of the portfolio when it comes to the lists. */
export interface KnownPortfolio {
  /** Upstream guids of the companies that the run is about. */
  guids: ReadonlySet<string>;
  summaries: JsonObject | null;
}

/**
 * Reads each list once a run. Throws what ends a run: a token that is refused, the cancellation of the run, an error of ours.
 */
export async function syncAccountLists(
  deps: WalkDeps,
  request: CompanyStreamRequest,
  portfolio: KnownPortfolio,
): Promise<void> {
  const { summaries } = portfolio;
  if (summaries !== null) {
    await deps.writer.commit(async (db, nowMs) => {
      await writeFrame(db, request.connectionId, PORTFOLIO_FRAME, summaries, nowMs);
      return {};
    });
  }
  await Promise.all(ACCOUNT_LISTS.map(list => syncList(deps, request, list, portfolio)));
}

async function syncList(
  deps: WalkDeps,
  { connectionId, runId }: CompanyStreamRequest,
  list: AccountList,
  { guids }: KnownPortfolio,
): Promise<void> {
  const key = { runId, stream: LISTS_STREAM, part: list };
  if ((await readCheckpoint(deps.store.db, key)) !== null) return;
  const answer = await readList(deps, list);
  if (answer === null) return;
  // Options that narrow the portfolio narrow what is kept of its companies.
  const items =
    list === 'companies' ? answer.items.filter(item => guids.has(textAt(item, 'guid'))) : answer.items;
  await deps.writer.commit(async (db, nowMs) => {
    await writeItems(db, connectionId, list, items, nowMs);
    await writeFrame(db, connectionId, list, answer.frame, nowMs);
    await writeCheckpoint(db, key, { done: true }, nowMs);
    return {};
  });
}

/** Null where upstream does not give the list. */
async function readList(deps: WalkDeps, list: AccountList): Promise<AccountListAnswer | null> {
  try {
    return await deps.reader.accountList(list, deps.signal);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.kind !== 'refused') return null;
    throw error;
  }
}

const insertItems = bulkInsert(
  'account_lists',
  ['connection_id', 'list', 'guid', 'position', 'record', 'synced_at'],
  insert =>
    insert.onConflict(c =>
      c.columns(['connection_id', 'list', 'guid']).doUpdateSet(eb => ({
        position: eb.ref('excluded.position'),
        record: eb.ref('excluded.record'),
        synced_at: eb.ref('excluded.synced_at'),
      })),
    ),
);

/** Makes the stored list what was read: rows that did not change are not written. */
async function writeItems(
  db: Kysely<Database>,
  connectionId: string,
  list: AccountList,
  items: readonly JsonObject[],
  nowMs: number,
): Promise<void> {
  const rows = await db
    .selectFrom('account_lists')
    .select(['guid', 'position', 'record'])
    .where('connection_id', '=', connectionId)
    .where('list', '=', list)
    .execute();
  const stored = new Map(rows.map(row => [row.guid, row]));
  const gone = new Set(stored.keys());
  const changed = [];
  for (const [position, item] of items.entries()) {
    const guid = textAt(item, 'guid') || `#${position}`;
    const record = JSON.stringify(item);
    const before = stored.get(guid);
    gone.delete(guid);
    if (before?.record === record && before.position === position) continue;
    changed.push({ connection_id: connectionId, list, guid, position, record, synced_at: nowMs });
  }
  for (const guid of gone) {
    await db
      .deleteFrom('account_lists')
      .where('connection_id', '=', connectionId)
      .where('list', '=', list)
      .where('guid', '=', guid)
      .execute();
  }
  await insertItems(db, changed);
}

async function writeFrame(
  db: Kysely<Database>,
  connectionId: string,
  list: string,
  frame: JsonObject,
  nowMs: number,
): Promise<void> {
  const values = { record: JSON.stringify(frame), synced_at: nowMs };
  await db
    .insertInto('account_list_frames')
    .values({ connection_id: connectionId, list, ...values })
    .onConflict(c => c.columns(['connection_id', 'list']).doUpdateSet(values))
    .execute();
}
