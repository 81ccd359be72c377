/** What was changed about the sandbox's world by hand, kept in its database from one start to the next. */
import type { Store } from '../../store/store.ts';
import { KeptChanges } from '../sources/synthetic/changes.ts';

const KEY = 'sandbox_changes';

/** What was kept; null where nothing was, or nothing that this version can read. */
export async function readKeptChanges(store: Store): Promise<KeptChanges | null> {
  const row = await store.db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst();
  if (row === undefined) return null;
  const parsed = KeptChanges.safeParse(JSON.parse(row.value));
  return parsed.success ? parsed.data : null;
}

export async function keepChanges(store: Store, changes: KeptChanges): Promise<void> {
  const value = JSON.stringify(changes);
  await store.write(async transaction => {
    await transaction
      .insertInto('meta')
      .values({ key: KEY, value })
      .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
      .execute();
  });
}

export async function forgetChanges(store: Store): Promise<void> {
  await store.write(async transaction => {
    await transaction.deleteFrom('meta').where('key', '=', KEY).execute();
  });
}
