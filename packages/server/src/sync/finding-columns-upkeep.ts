/**
 * Findings that were stored before there were columns for the lists of the ratings API, or with what an earlier version computed:
 * their columns are computed of the stored records, without a read upstream. Until a company's are, its list is not answered.
 */
import { reportedState } from '@sightline/model';
import { CompiledQuery, type Kysely, type SqlBool, sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isJsonObject } from '../wire/json.ts';
import { FINDING_COLUMN_NAMES, findingColumns } from './finding-columns.ts';

/** Rows of one transaction, and the rest between two: the hub writes too, and must find the file free. */
const BATCH_ROWS = 500;
const REST_MS = 5;
/** To the letter, which is what lets the partial index be used. */
const IS_UNCOMPUTED = sql<SqlBool>`wire_version = 0`;

interface StoredRow {
  company_id: string;
  id: string;
  state: string;
  record: string;
}

/** Computes what is missing, company after company. Returns for how many findings; ends early when `signal` is aborted. */
export async function computeMissingColumns(
  store: Store,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  let computed = 0;
  while (!signal.aborted) {
    const rows = await store.write(computeBatch);
    if (rows === 0) break;
    computed += rows;
    await clock.sleep(REST_MS, signal).catch(() => {});
  }
  return computed;
}

async function computeBatch(db: Kysely<Database>): Promise<number> {
  const rows = await db
    .selectFrom('findings')
    .select(['company_id', 'id', 'state', 'record'])
    .where(IS_UNCOMPUTED)
    .orderBy('company_id')
    .orderBy('id')
    .limit(BATCH_ROWS)
    .execute();
  for (const row of rows) await db.executeQuery(updateOf(db, row));
  return rows.length;
}

let updateSql: string | null = null;

/** Compiled once: the statement is the same for every row. */
function updateOf(db: Kysely<Database>, row: StoredRow): CompiledQuery {
  const content: unknown = JSON.parse(row.record);
  const columns = findingColumns(isJsonObject(content) ? content : {});
  const isListed = wasListed(row.state, content);
  updateSql ??= db
    .updateTable('findings')
    .set({ is_listed: isListed, ...columns })
    .where('company_id', '=', row.company_id)
    .where('id', '=', row.id)
    .compile().sql;
  const values = FINDING_COLUMN_NAMES.map(name => columns[name]);
  return CompiledQuery.raw(updateSql, [isListed, ...values, row.company_id, row.id]);
}

/**
 * What is known of a finding from before: one that is resolved though its own record does not say so was resolved by its absence.
 * Whether upstream has since dropped one that it reported as remediated, the next complete walk tells.
 */
function wasListed(state: string, content: unknown): 0 | 1 {
  return state === 'RESOLVED' && reportedState(content) !== 'RESOLVED' ? 0 : 1;
}
