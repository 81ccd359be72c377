/**
 * The queries behind organizations, groups and users; those of API tokens are in token-repository.ts. Every change of access
 * goes through `bumpAccessVersion` in its own transaction, which is how other processes learn of it (tokens.md, "Revocation").
 */
import { type Selectable, sql } from 'kysely';
import type { OrganizationsTable, UsersTable } from '../store/schema.ts';
import type { Queryable } from '../store/store.ts';

const ACCESS_ROW = 'access';

export type UserRow = Selectable<UsersTable>;
export type OrganizationRow = Selectable<OrganizationsTable>;

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
