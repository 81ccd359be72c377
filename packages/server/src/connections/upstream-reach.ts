/**
 * What a view reaches of the upstream accounts: which companies it sees through which connection, and which of the organization
 * it does not see. Scope is that of access/visibility.ts; a company is there when its connection lists it.
 */
import { sql } from 'kysely';
import { readAccessVersion } from '../access/repository.ts';
import { isHeldBy, type Visibility } from '../access/visibility.ts';
import { allOf, type Condition, isOneOf } from '../store/sql.ts';
import type { Queryable } from '../store/store.ts';
import type { ConnectionRow } from './connection-view.ts';
import { type ConnectionOptions, readOptions } from './options.ts';

/** Guids in lower case. */
export type Guids = ReadonlySet<string>;

/** The companies that a walled view must not meet, wherever they are named. */
export interface WalledCompanies {
  readonly seen: Guids;
  /** Others of the organization, those that left the portfolio among them. */
  readonly hidden: Guids;
}

/** A company where a connection lists it. */
export interface LocatedCompany {
  readonly connectionId: string;
  /** As upstream spells it. */
  readonly guid: string;
}

/** Names the scope of a visibility: it changes when the group's companies may have. */
export async function scopeKeyOf(db: Queryable, { groupId }: Visibility): Promise<string> {
  return groupId === null ? 'all' : `${groupId}@${await readAccessVersion(db)}`;
}

/** Do the options keep companies of the account out of the store? Then they are kept out of what is passed on, too. */
export function isNarrowed({ folders = [], tiers = [], companies = [] }: ConnectionOptions): boolean {
  return folders.length > 0 || tiers.length > 0 || companies.length > 0;
}

/** The companies whose rows the view may see in a connection's account. */
export async function companiesSeen(
  db: Queryable,
  visibility: Visibility,
  connection: ConnectionRow,
): Promise<'all' | Guids> {
  if (visibility.groupId === null && !isNarrowed(readOptions(connection.options))) return 'all';
  return guidsOf(db, [...listedFor(visibility), sql`l.connection_id = ${connection.id}`]);
}

/** null: no wall. What is seen through any connection of the organization is no secret, whichever one is asked. */
export async function walledCompanies(
  db: Queryable,
  visibility: Visibility,
): Promise<WalledCompanies | null> {
  if (visibility.groupId === null) return null;
  const seen = await guidsOf(db, [...listedFor(visibility), connectionStands]);
  const { rows } = await sql<{ guid: string }>`
    select lower(vendor_id) as guid from companies where organization_id = ${visibility.organizationId}`.execute(
    db,
  );
  return { seen, hidden: new Set(rows.map(({ guid }) => guid).filter(guid => !seen.has(guid))) };
}

/** Where the view sees the company, the one read last first, as in the store's own answers. */
export async function locatedCompanies(
  db: Queryable,
  visibility: Visibility,
  guid: string,
): Promise<readonly LocatedCompany[]> {
  const conditions = [
    ...listedFor(visibility),
    isOneOf(sql`l.connection_id`, visibility.connectionIds),
    sql<boolean>`l.guid_key = ${guid.toLowerCase()}`,
  ];
  const { rows } = await sql<LocatedCompany>`
    select l.connection_id as connectionId, l.guid as guid from company_listings l
    left join company_sync s on s.company_id = l.company_id
    where ${allOf(conditions)} order by s.last_synced_at desc, l.company_id desc`.execute(db);
  return rows;
}

/** Listed companies of the organization, of the group where there is one. */
function listedFor({ organizationId, groupId }: Visibility): readonly Condition[] {
  const own = sql<boolean>`l.organization_id = ${organizationId}`;
  return groupId === null ? [own] : [own, isHeldBy(groupId, sql`l.guid`)];
}

const connectionStands: Condition = sql<boolean>`l.connection_id in
  (select id from connections where state != 'DELETED')`;

async function guidsOf(db: Queryable, conditions: readonly Condition[]): Promise<Guids> {
  const { rows } = await sql<{ guid: string }>`
    select lower(l.guid) as guid from company_listings l where ${allOf(conditions)}`.execute(db);
  return new Set(rows.map(({ guid }) => guid));
}
