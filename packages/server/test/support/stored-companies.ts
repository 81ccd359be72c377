/** Companies in a store as a sync leaves them, made of upstream's records; nothing is read from anywhere. */
import { mapCompany } from '@sightline/model';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { splitRatings } from '../../src/sync/company-listing.ts';
import { writeCompany } from '../../src/sync/company-store.ts';
import type { JsonObject } from '../../src/wire/json.ts';

/** Whose companies they are. */
export interface Account {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** A connection that reads nothing, with an id of its own. */
export async function storeConnection(store: Store, organizationId: string): Promise<Account> {
  const connectionId = newId();
  await store.db
    .insertInto('connections')
    .values({
      id: connectionId,
      organization_id: organizationId,
      vendor: 'BIT_SIGHT',
      identifier: null,
      state: 'ACTIVE',
      options: '{}',
      sealed_credentials: null,
      refresh_interval_secs: 14_400,
      timeout_secs: 3_600,
      health: '{}',
      created_at: 0,
      updated_at: 0,
      last_synced_at: null,
      next_sync_at: null,
    })
    .execute();
  return { organizationId, connectionId };
}

/** Writes a company's row of the portfolio and its detail; `null` where upstream does not show the detail. Returns our own id. */
export async function storeCompany(
  store: Store,
  account: Account,
  { listed, detail }: { readonly listed: JsonObject; readonly detail: JsonObject | null },
  nowMs = 0,
): Promise<string> {
  const mapped = mapCompany({ listed, detail }, { connectionId: account.connectionId });
  if (!mapped.ok) throw new Error(mapped.problems.join());
  const { ratings, ...content } = mapped.value;
  const split = detail === null ? null : splitRatings(detail, new Set(ratings.map(({ date }) => date)));
  await store.write(db => writeCompany(db, { ...account, content, ratings, listed, detail: split }, nowMs));
  return content.id;
}
