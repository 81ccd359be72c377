/**
 * Many rows by few statements: the SQL of a full chunk is compiled once by Kysely and then only given new parameters, since
 * compiling a thousand values costs as much as writing them.
 */
import {
  CompiledQuery,
  type Insertable,
  type InsertQueryBuilder,
  type InsertResult,
  type Kysely,
} from 'kysely';
import type { Database } from './schema.ts';

/** Rows in one statement; SQLite takes 32,766 parameters and gains nothing from more rows. */
const CHUNK_ROWS = 50;

type Configure<T extends keyof Database> = (
  insert: InsertQueryBuilder<Database, T, InsertResult>,
) => InsertQueryBuilder<Database, T, InsertResult>;

export type BulkInsert<T extends keyof Database> = (
  db: Kysely<Database>,
  rows: readonly Insertable<Database[T]>[],
) => Promise<void>;

/**
 * Makes an insert of `table` with the given columns; `configure` adds the conflict rule. Every row given later must hold
 * every column.
 */
export function bulkInsert<T extends keyof Database>(
  table: T,
  columns: readonly (keyof Insertable<Database[T]> & string)[],
  configure: Configure<T>,
): BulkInsert<T> {
  const sqlBySize = new Map<number, string>();
  return async (db, rows) => {
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const chunk = rows.slice(start, start + CHUNK_ROWS);
      let sql = sqlBySize.get(chunk.length);
      if (sql === undefined) {
        sql = configure(db.insertInto(table).values([...chunk])).compile().sql;
        sqlBySize.set(chunk.length, sql);
      }
      const parameters: unknown[] = [];
      for (const row of chunk) for (const column of columns) parameters.push(row[column]);
      await db.executeQuery(CompiledQuery.raw(sql, parameters));
    }
  };
}
