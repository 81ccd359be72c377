/**
 * The name of this installation among others on the same host: cookies know no ports, so the cookie of each has its own name.
 * Made once, twelve hex characters, kept in `meta`.
 */
import { randomBytes } from 'node:crypto';
import type { Store } from '../../store/store.ts';

const META_KEY = 'instance';

export async function ensureInstanceName(store: Store): Promise<string> {
  const fresh = randomBytes(6).toString('hex');
  return store.write(async transaction => {
    const row = await transaction
      .selectFrom('meta')
      .select('value')
      .where('key', '=', META_KEY)
      .executeTakeFirst();
    if (row !== undefined) return row.value;
    await transaction.insertInto('meta').values({ key: META_KEY, value: fresh }).execute();
    return fresh;
  });
}
