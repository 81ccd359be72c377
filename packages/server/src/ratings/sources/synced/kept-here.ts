/**
 * What is kept here of companies, in the SQL of the portfolio: custom ids, tiers and folders that were given here count instead of
 * the account's, or beside them, in filters, order and rows. All of it is about alias `l` of company_listings, and costs nothing
 * for an organization that keeps nothing.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isOneOf, type Condition as Where } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { isJsonObject, type JsonObject, textAt } from '../../../wire/json.ts';

/** Of which kinds an organization keeps anything. */
export interface KeptHere {
  readonly customIds: boolean;
  readonly tiers: boolean;
  readonly folders: boolean;
}

export async function keptHere(db: Queryable, organizationId: string): Promise<KeptHere> {
  const some = (table: string) =>
    sql`exists (select 1 from ${sql.table(table)} where organization_id = ${organizationId})`;
  const { rows } = await sql<{ customIds: number; tiers: number; folders: number }>`
    select ${some('local_custom_ids')} as customIds, ${some('local_company_tiers')} as tiers,
      ${some('local_folder_companies')} as folders`.execute(db);
  const [found] = rows;
  return {
    customIds: found?.customIds === 1,
    tiers: found?.tiers === 1,
    folders: found?.folders === 1,
  };
}

const CUSTOM_ID = sql`from local_custom_ids x where x.organization_id = l.organization_id and x.company_guid = l.guid_key`;
const TIER = sql`from local_company_tiers x where x.organization_id = l.organization_id and x.company_guid = l.guid_key`;
const RANKED = sql`from local_company_tiers x
  join local_tiers t on t.organization_id = x.organization_id and t.guid = x.tier_guid
  where x.organization_id = l.organization_id and x.company_guid = l.guid_key`;
const FOLDER = sql`from local_folder_companies x
  where x.organization_id = l.organization_id and x.company_guid = l.guid_key and x.is_member = 1`;

/** The column of the custom id, in lower case. */
export function customIdKey({ customIds }: KeptHere): RawBuilder<unknown> {
  return insteadOf(customIds, CUSTOM_ID, sql`x.custom_id_key`, sql`l.custom_id_key`);
}

/** The column of the tier's guid, in lower case. */
export function tierKey({ tiers }: KeptHere): RawBuilder<unknown> {
  return insteadOf(tiers, TIER, sql`x.tier_guid`, sql`l.tier_key`);
}

/** The column of the tier's rank. */
export function tierOrder({ tiers }: KeptHere): RawBuilder<unknown> {
  return insteadOf(tiers, RANKED, sql`t.rank`, sql`l.tier_order`);
}

/** The texts that `q` searches: a company that was given a custom id is found by that one, as its rows show it. */
export function searchedTexts(kept: KeptHere): readonly RawBuilder<unknown>[] {
  return [sql`l.name_key`, sql`l.shortname_key`, sql`l.domain_key`, customIdKey(kept)];
}

/** Whether a company is in one of these folders, by what was said here; in any of them where none is named. */
export function isInFolderHere({ folders }: KeptHere, guids: readonly string[] | null): Where {
  if (!folders) return sql<SqlBool>`1 = 0`;
  const named = guids === null ? sql`1 = 1` : isOneOf(sql`x.folder_guid`, guids);
  return sql<SqlBool>`exists (select 1 ${FOLDER} and ${named})`;
}

function insteadOf(
  isKept: boolean,
  from: RawBuilder<unknown>,
  value: RawBuilder<unknown>,
  own: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return isKept
    ? sql`(case when exists (select 1 ${from}) then (select ${value} ${from}) else ${own} end)`
    : own;
}

/** What was given to the company of a row, as JSON texts; null where nothing was. */
export interface GivenHere {
  readonly givenCustomId: string | null;
  readonly givenTier: string | null;
}

/** The columns of {@link GivenHere}. */
export function givenColumns({ customIds, tiers }: KeptHere): RawBuilder<unknown> {
  const customId = customIds ? sql`(select json_object('custom_id', x.custom_id) ${CUSTOM_ID})` : sql`null`;
  const tier = tiers
    ? sql`(select json_object('guid', t.guid, 'name', t.name, 'rank', t.rank) ${RANKED})`
    : sql`null`;
  return sql`${customId} as givenCustomId, ${tier} as givenTier`;
}

/** The fields of a company's row that are others here; null where none is. `local` names what is not the account's. */
export function fieldsGiven({ givenCustomId, givenTier }: GivenHere): JsonObject | null {
  if (givenCustomId === null && givenTier === null) return null;
  const customId = objectIn(givenCustomId);
  const tier = objectIn(givenTier);
  return {
    ...(customId === null ? {} : { custom_id: customId.custom_id ?? null }),
    ...(tier === null
      ? {}
      : { tier: textAt(tier, 'guid'), tier_name: textAt(tier, 'name'), tier_order: tier.rank ?? null }),
    local: [...(customId === null ? [] : ['custom_id']), ...(tier === null ? [] : ['tier'])],
  };
}

function objectIn(text: string | null): JsonObject | null {
  const value: unknown = JSON.parse(text ?? 'null');
  return isJsonObject(value) ? value : null;
}
