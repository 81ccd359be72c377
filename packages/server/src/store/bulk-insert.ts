/**
 * Many rows by one statement, compiled once by Kysely and prepared once by the database, and then only given new parameters:
 * compiling a thousand values costs as much as writing them. SQLite takes rows one by one faster than many in one `values`.
 */
import {
  CompiledQuery,
  type Insertable,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
} from 'kysely';
import type { Database } from './schema.ts';
import { ParameterRows } from './sqlite-dialect.ts';

type Configure<T extends keyof Database> = (
  insert: InsertQueryBuilder<Database, T, InsertResult>,
) => InsertQueryBuilder<Database, T, InsertResult>;

export type BulkInsert<T extends keyof Database> = (
  db: Kysely<Database>,
  rows: readonly Insertable<Database[T]>[],
) => Promise<void>;

/**
 * Makes an insert of `table` with the given columns; `configure` adds the conflict rule. Every row given later must hold
 * every column, the first one in this order.
 */
export function bulkInsert<T extends keyof Database>(
  table: T,
  columns: readonly (keyof Insertable<Database[T]> & string)[],
  configure: Configure<T>,
): BulkInsert<T> {
  let sql: string | null = null;
  return async (db, rows) => {
    const [first] = rows;
    if (first === undefined) return;
    sql ??= configure(db.insertInto(table).values(first)).compile().sql;
    await db.executeQuery(CompiledQuery.raw(sql, [new ParameterRows(parametersOf(rows, columns))]));
  };
}

/** One array for all rows: they are many, and it is used up before the next is asked for. */
function* parametersOf<Row>(rows: readonly Row[], columns: readonly (keyof Row)[]): Generator<unknown[]> {
  const parameters: unknown[] = [];
  for (const row of rows) {
    for (const [n, column] of columns.entries()) parameters[n] = row[column];
    yield parameters;
  }
}
