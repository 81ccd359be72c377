/** What a sync has stored, compared between two database files: every column but the times of our own clock. */
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Whoever opens a database after a kill recovers its log first, and keeps others waiting meanwhile. */
const LOCK_WAIT_MS = 5_000;

/** Times of writing; `last_seen` and the like are upstream's and count. */
const OUR_TIMES: ReadonlySet<string> = new Set([
  'created_at',
  'updated_at',
  'state_updated_at',
  'last_synced_at',
  'findings_synced_at',
  'findings_full_walk_at',
  // Names the run, which is another in another data directory.
  'findings_full_walk_run',
]);

const TABLES = [
  'companies',
  'company_listings',
  'company_ratings',
  'company_sync',
  'findings',
  'finding_terms',
] as const;

const Columns = z.array(z.looseObject({ name: z.string() }));
const Total = z.object({ total: z.int() });

/** For each table the rows that only one of the files has, a few of each side. Empty lists when all are equal. */
export function differences(oneFile: string, otherFile: string): Record<string, unknown[]> {
  const database = new DatabaseSync(oneFile, { readOnly: true });
  try {
    database.prepare('attach ? as other').run(otherFile);
    return Object.fromEntries(
      TABLES.map(table => {
        const columns = Columns.parse(database.prepare(`pragma table_info(${table})`).all())
          .map(column => column.name)
          .filter(name => !OUR_TIMES.has(name))
          .join(', ');
        const only = (one: string, other: string) =>
          database
            .prepare(
              `select ${columns} from ${one}.${table} except select ${columns} from ${other}.${table} limit 2`,
            )
            .all();
        return [table, [...only('main', 'other'), ...only('other', 'main')]];
      }),
    );
  } finally {
    database.close();
  }
}

export const NO_DIFFERENCES = Object.freeze(Object.fromEntries(TABLES.map(table => [table, []])));

export function countRows(file: string, tables: readonly string[] = TABLES): Record<string, number> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: LOCK_WAIT_MS });
  try {
    return Object.fromEntries(
      tables.map(table => [
        table,
        Total.parse(database.prepare(`select count(*) as total from ${table}`).get()).total,
      ]),
    );
  } finally {
    database.close();
  }
}

/** One value of one row, as text of the database. */
export function readOne(file: string, query: string, ...values: string[]): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: LOCK_WAIT_MS });
  try {
    return z.record(z.string(), z.unknown()).parse(database.prepare(query).get(...values));
  } finally {
    database.close();
  }
}
