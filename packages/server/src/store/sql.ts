/**
 * Small pieces of SQL that the lists of the unified API and of the ratings API share, what SQLite says differently from
 * PostgreSQL among them.
 */
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from './schema.ts';

/** A condition of a `where`. */
export type Condition = RawBuilder<SqlBool>;

/** `column in (values)` with one parameter for any number of values, so that a statement stays prepared. */
export function isOneOf(column: RawBuilder<unknown>, values: readonly (string | number)[]): Condition {
  const only = values[0];
  if (values.length === 1) return sql<SqlBool>`${column} = ${only}`;
  return sql<SqlBool>`${column} in ${listOf(values)}`;
}

/** The values as a sub-select. */
export function listOf(values: readonly (string | number)[]): RawBuilder<unknown> {
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

/** All conditions, or a true one where there are none. */
export function allOf(conditions: readonly Condition[]): RawBuilder<SqlBool> {
  return conditions.length === 0
    ? sql<SqlBool>`1 = 1`
    : sql<SqlBool>`${sql.join([...conditions], sql` and `)}`;
}

/** A `like` pattern that finds `text` anywhere, taken literally; to be used with `escape '\'`. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, match => `\\${match}`)}%`;
}

/** Rows on the far side of `keys` in an order whose columns all run the same way. */
export function beyond(
  columns: readonly RawBuilder<unknown>[],
  from: { readonly keys: readonly (string | number)[]; readonly inclusive: boolean },
  descending: boolean,
): Condition {
  const operator = sql.raw(`${descending ? '<' : '>'}${from.inclusive ? '=' : ''}`);
  const [column] = columns;
  if (columns.length === 1 && column !== undefined)
    return sql<SqlBool>`${column} ${operator} ${from.keys[0]}`;
  return sql<SqlBool>`(${sql.join([...columns])}) ${operator} (${sql.join([...from.keys])})`;
}

/** `order by` over the columns, all one way. */
export function orderedBy(columns: readonly RawBuilder<unknown>[], descending: boolean): RawBuilder<unknown> {
  const way = sql.raw(descending ? 'desc' : 'asc');
  return sql.join(columns.map(column => sql`${column} ${way}`));
}

/**
 * Columns that order companies by id. SQLite knows that two rows cannot share a place only when the whole unique index is named,
 * and sorts the findings of every company anew when it does not.
 */
export const BY_COMPANY: readonly RawBuilder<unknown>[] = Object.freeze([
  sql`c.id`,
  sql`c.connection_id`,
  sql`c.vendor_id`,
]);

/** A text that is another one whenever anything in the database has changed, by this process or another. */
export async function databaseVersion(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ others: number; own: number }>`
    select data_version as others, total_changes() as own from pragma_data_version`.execute(db);
  return rows.map(({ others, own }) => `${others}.${own}`).join();
}
