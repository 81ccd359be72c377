/** The queries behind API tokens: verification, lists, and their end. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { ApiTokensTable, UsersTable } from '../store/schema.ts';
import type { Queryable } from '../store/store.ts';
import { bumpAccessVersion } from './repository.ts';
import type { Reach } from './scope.ts';

export type ApiTokenRow = Selectable<ApiTokensTable>;

/** A token with everything a principal is made of. */
export interface LiveToken {
  token_guid: string;
  token_hash: string;
  kind: 'user' | 'company';
  scopes: string;
  organization_id: string;
  is_owner: number;
  user_id: string;
  formal_name: string;
  role: string;
  group_id: string;
  group_name: string;
  all_companies: number;
  expires_at: number | null;
}

/**
 * The live token of that hash; none when it is revoked, its user is not active, or its organization is deleted. Whether it has
 * expired is for the caller to judge.
 */
export async function findLiveToken(db: Queryable, tokenHash: string): Promise<LiveToken | undefined> {
  return db
    .selectFrom('api_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .innerJoin('organizations as o', 'o.id', 't.organization_id')
    .select([
      't.id as token_guid',
      't.token_hash',
      't.kind',
      't.scopes',
      't.organization_id',
      'o.is_owner',
      't.user_id',
      'u.formal_name',
      'u.role',
      'u.group_id',
      'g.name as group_name',
      'g.all_companies',
      't.expires_at',
    ])
    .where('t.token_hash', '=', tokenHash)
    .where('t.revoked_at', 'is', null)
    .where('u.status', '=', 'Activated')
    .where('o.deleted_at', 'is', null)
    .executeTakeFirst();
}

/** A company token as its managers see it. */
export interface CompanyTokenRow {
  guid: string;
  user_id: string;
  description: string;
  last_four: string;
  created_at: number;
  creator_name: string;
  group_id: string;
  group_name: string;
  role: string;
  scopes: string;
  expires_at: number | null;
  replaced_by: string | null;
  needs_review: number;
  request_count: number | null;
  last_used_at: number | null;
  last_used_address: string | null;
  last_used_client: string | null;
}

/** Where a page of company tokens begins, and how many rows to read; backwards is newest first. */
export interface TokenWindow {
  readonly from: { readonly keys: readonly (string | number)[]; readonly inclusive: boolean } | null;
  readonly backwards: boolean;
  readonly rows: number;
}

/** A window of the live company tokens within reach, oldest first. */
export async function listCompanyTokens(
  db: Queryable,
  reach: Reach,
  now: number,
  window: TokenWindow,
): Promise<CompanyTokenRow[]> {
  const query = companyTokensWithin(db, reach, now);
  const { from, backwards } = window;
  const direction = backwards ? 'desc' : 'asc';
  const page = query.orderBy('t.created_at', direction).orderBy('t.id', direction).limit(window.rows);
  if (from === null) return page.execute();
  const [createdAt = 0, guid = ''] = from.keys;
  const beyond = sql.raw(`${backwards ? '<' : '>'}${from.inclusive ? '=' : ''}`);
  // Compared as a row, which the index answers; an `or` would read the list from its beginning for every page.
  return page
    .where(sql<boolean>`(t.created_at, t.id) ${beyond} (${Number(createdAt)}, ${String(guid)})`)
    .execute();
}

/** The live company token of that guid, if it is within reach. */
export async function findCompanyToken(
  db: Queryable,
  reach: Reach,
  now: number,
  guid: string,
): Promise<CompanyTokenRow | undefined> {
  return companyTokensWithin(db, reach, now).where('t.id', '=', guid).executeTakeFirst();
}

function companyTokensWithin(db: Queryable, reach: Reach, now: number) {
  const query = db
    .selectFrom('api_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .leftJoin('api_token_usage as n', 'n.token_id', 't.id')
    .select([
      't.id as guid',
      't.user_id',
      't.description',
      't.last_four',
      't.created_at',
      't.creator_name',
      'u.group_id',
      'g.name as group_name',
      'u.role',
      't.scopes',
      't.expires_at',
      't.replaced_by',
      't.needs_review',
      'n.request_count',
      'n.last_used_at',
      'n.last_used_address',
      'n.last_used_client',
    ])
    .where('t.organization_id', '=', reach.organizationId)
    .where('t.kind', '=', 'company')
    .where('t.revoked_at', 'is', null)
    .where(on => on.or([on('t.expires_at', 'is', null), on('t.expires_at', '>', now)]));
  return reach.groupId === null ? query : query.where('u.group_id', '=', reach.groupId);
}

/**
 * Ends a company token; its user record too, unless another live token speaks through it, as after a rotation. A value that
 * waits to be fetched is erased.
 */
export async function endCompanyToken(
  transaction: Queryable,
  token: { guid: string; user_id: string },
  endedAt: number,
): Promise<void> {
  await transaction
    .updateTable('api_tokens')
    .set({ revoked_at: endedAt })
    .where('id', '=', token.guid)
    .where('revoked_at', 'is', null)
    .execute();
  await transaction.deleteFrom('token_retrievals').where('token_id', '=', token.guid).execute();
  const other = await transaction
    .selectFrom('api_tokens')
    .select('id')
    .where('user_id', '=', token.user_id)
    .where('revoked_at', 'is', null)
    .where(on => on.or([on('expires_at', 'is', null), on('expires_at', '>', endedAt)]))
    .executeTakeFirst();
  if (other === undefined) {
    await transaction
      .updateTable('users')
      .set({ status: 'Deactivated' })
      .where('id', '=', token.user_id)
      .execute();
  }
  await bumpAccessVersion(transaction);
}

/**
 * Adds a token, and the user record that a company token speaks through. Nobody needs to be told: what is not a token yet was
 * never remembered as anything.
 */
export async function insertToken(
  transaction: Queryable,
  token: Insertable<ApiTokensTable>,
  user: Insertable<UsersTable> | null,
): Promise<void> {
  if (user !== null) await transaction.insertInto('users').values(user).execute();
  await transaction.insertInto('api_tokens').values(token).execute();
}

/** The user's live user token: at most one. */
export async function findUserToken(db: Queryable, userId: string): Promise<ApiTokenRow | undefined> {
  return db
    .selectFrom('api_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .where('kind', '=', 'user')
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

/** Invalidates the user's live user token, if there is one; its sealed value is erased with it. Returns its guid, or null. */
export async function endUserTokens(
  transaction: Queryable,
  userId: string,
  revokedAt: number,
): Promise<string | null> {
  const ended = await transaction
    .updateTable('api_tokens')
    .set({ revoked_at: revokedAt, sealed_value: null })
    .where('user_id', '=', userId)
    .where('kind', '=', 'user')
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  if (ended.length > 0) await bumpAccessVersion(transaction);
  return ended[0]?.id ?? null;
}

export async function findTokenByHash(db: Queryable, tokenHash: string): Promise<ApiTokenRow | undefined> {
  return db.selectFrom('api_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}
