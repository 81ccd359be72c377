/** A database that also notes every statement it is asked to run. */
import type { CompiledQuery, Kysely } from 'kysely';
import type { Database } from '../../src/store/schema.ts';

export interface Compiled {
  query: CompiledQuery;
}

/** `db`, adding its statements to `into`. */
export function recordQueries(db: Kysely<Database>, into: Compiled[]): Kysely<Database> {
  return db.withPlugin({
    transformQuery: ({ node, queryId }) => {
      into.push({ query: db.getExecutor().compileQuery(node, queryId) });
      return node;
    },
    transformResult: async ({ result }) => result,
  });
}
