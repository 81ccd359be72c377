/** Values that are made once for a database and kept in `meta`. */
import type { Store } from './store.ts';

/** The value under the key; `fresh` becomes it where there is none. Two processes at once get the same one. */
export async function keptOnce(store: Store, key: string, fresh: string): Promise<string> {
  return store.write(async transaction => {
    const row = await transaction
      .selectFrom('meta')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst();
    if (row !== undefined) return row.value;
    await transaction.insertInto('meta').values({ key, value: fresh }).execute();
    return fresh;
  });
}
