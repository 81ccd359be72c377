/**
 * The queries behind organizations, groups, users and API tokens. Every change of access goes through `bumpAccessVersion` in
 * its own transaction, which is how other processes learn of it (tokens.md, "Revocation").
 */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { ApiTokensTable, OrganizationsTable, UsersTable } from '../store/schema.ts';
import type { Queryable } from '../store/store.ts';
import type { Reach } from './scope.ts';

const ACCESS_ROW = 'access';

export type UserRow = Selectable<UsersTable>;
export type OrganizationRow = Selectable<OrganizationsTable>;
export type ApiTokenRow = Selectable<ApiTokensTable>;

/** A live token with everything a principal is made of. */
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

/** The live token of that hash; none when it is revoked, its user is not active, or its organization is deleted. */
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

/** The number that grows with every change of access; 0 before the first. */
export async function readAccessVersion(db: Queryable): Promise<number> {
  const row = await db
    .selectFrom('access_version')
    .select('version')
    .where('id', '=', ACCESS_ROW)
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}

/** Tells every process to verify anew. Call it in the transaction of the change itself. */
export async function bumpAccessVersion(transaction: Queryable): Promise<void> {
  await transaction
    .insertInto('access_version')
    .values({ id: ACCESS_ROW, version: 1 })
    .onConflict(conflict => conflict.column('id').doUpdateSet({ version: sql`access_version.version + 1` }))
    .execute();
}

/** A company token as a list shows it. */
export interface CompanyTokenRow {
  guid: string;
  user_id: string;
  description: string;
  last_four: string;
  created_at: number;
  creator_name: string;
  group_name: string;
  role: string;
  scopes: string;
}

/** The live company tokens within reach, oldest first. */
export async function listLiveCompanyTokens(db: Queryable, reach: Reach): Promise<CompanyTokenRow[]> {
  return companyTokensWithin(db, reach).orderBy('t.created_at').orderBy('t.id').execute();
}

function companyTokensWithin(db: Queryable, reach: Reach) {
  const query = db
    .selectFrom('api_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .select([
      't.id as guid',
      't.user_id',
      't.description',
      't.last_four',
      't.created_at',
      't.creator_name',
      'g.name as group_name',
      'u.role',
      't.scopes',
    ])
    .where('t.organization_id', '=', reach.organizationId)
    .where('t.kind', '=', 'company')
    .where('t.revoked_at', 'is', null);
  return reach.groupId === null ? query : query.where('u.group_id', '=', reach.groupId);
}

/** Ends a live company token and its user record. False when there is none of that guid within reach. */
export async function endCompanyToken(
  transaction: Queryable,
  reach: Reach,
  guid: string,
  revokedAt: number,
): Promise<boolean> {
  const token = await companyTokensWithin(transaction, reach).where('t.id', '=', guid).executeTakeFirst();
  if (token === undefined) return false;
  await transaction.updateTable('api_tokens').set({ revoked_at: revokedAt }).where('id', '=', guid).execute();
  await transaction
    .updateTable('users')
    .set({ status: 'Deactivated' })
    .where('id', '=', token.user_id)
    .execute();
  await bumpAccessVersion(transaction);
  return true;
}

/** Adds a token, and the user record that a company token speaks through. */
export async function insertToken(
  transaction: Queryable,
  token: Insertable<ApiTokensTable>,
  user: Insertable<UsersTable> | null,
): Promise<void> {
  if (user !== null) await transaction.insertInto('users').values(user).execute();
  await transaction.insertInto('api_tokens').values(token).execute();
  await bumpAccessVersion(transaction);
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

/** Invalidates the user's live user token, if there is one; its sealed value is erased with it. */
export async function endUserTokens(
  transaction: Queryable,
  userId: string,
  revokedAt: number,
): Promise<void> {
  await transaction
    .updateTable('api_tokens')
    .set({ revoked_at: revokedAt, sealed_value: null })
    .where('user_id', '=', userId)
    .where('kind', '=', 'user')
    .where('revoked_at', 'is', null)
    .execute();
}

export async function findTokenByHash(db: Queryable, tokenHash: string): Promise<ApiTokenRow | undefined> {
  return db.selectFrom('api_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

export async function findUser(db: Queryable, userId: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
}

export async function findOrganization(
  db: Queryable,
  organizationId: string,
): Promise<OrganizationRow | undefined> {
  return db
    .selectFrom('organizations')
    .selectAll()
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

export interface GroupRow {
  id: string;
  name: string;
}

export async function findGroupByName(
  db: Queryable,
  organizationId: string,
  name: string,
): Promise<GroupRow | undefined> {
  return db
    .selectFrom('access_groups')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('name', '=', name)
    .executeTakeFirst();
}

export async function findDefaultGroup(db: Queryable, organizationId: string): Promise<GroupRow | undefined> {
  return db
    .selectFrom('access_groups')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('is_default', '=', 1)
    .executeTakeFirst();
}
