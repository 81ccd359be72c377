/** Companies in a store as a sync leaves them, made of upstream's records; nothing is read from anywhere. */
import { mapCompany } from '@sightline/model';
import { newId } from '../../src/ids.ts';
import type { ConnectionsTable } from '../../src/store/schema.ts';
import type { Queryable, Store } from '../../src/store/store.ts';
import { splitRatings } from '../../src/sync/company-listing.ts';
import { writeCompany } from '../../src/sync/company-store.ts';
import type { JsonObject } from '../../src/wire/json.ts';

/** Whose companies they are. */
export interface Account {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** The row of a connection that reads nothing. */
export function connectionRow(id: string, organizationId: string): ConnectionsTable {
  return {
    id,
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
    upstream_token_guid: null,
  };
}

/** A connection that reads nothing, with an id of its own. */
export async function storeConnection(store: Store, organizationId: string): Promise<Account> {
  const connectionId = newId();
  await store.db.insertInto('connections').values(connectionRow(connectionId, organizationId)).execute();
  return { organizationId, connectionId };
}

/** What upstream shows of a company. */
export interface ShownCompany {
  /** Its row of the portfolio. */
  readonly listed: JsonObject;
  /** Null where upstream does not show it. */
  readonly detail: JsonObject | null;
}

/** Writes companies in one transaction. */
export async function storeCompanies(
  store: Store,
  account: Account,
  companies: readonly ShownCompany[],
  nowMs = 0,
): Promise<void> {
  await store.write(async db => {
    for (const company of companies) await writeShown(db, account, company, nowMs);
  });
}

/** Writes one; returns our own id of it. */
export function storeCompany(
  store: Store,
  account: Account,
  company: ShownCompany,
  nowMs = 0,
): Promise<string> {
  return store.write(db => writeShown(db, account, company, nowMs));
}

async function writeShown(
  db: Queryable,
  account: Account,
  { listed, detail }: ShownCompany,
  nowMs: number,
): Promise<string> {
  const mapped = mapCompany({ listed, detail }, { connectionId: account.connectionId });
  if (!mapped.ok) throw new Error(mapped.problems.join());
  const { ratings, ...content } = mapped.value;
  const split = detail === null ? null : splitRatings(detail, new Set(ratings.map(({ date }) => date)));
  await writeCompany(db, { ...account, content, ratings, listed, detail: split }, nowMs);
  return content.id;
}
