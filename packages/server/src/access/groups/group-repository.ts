/** The queries behind access control groups: the groups, the companies they hold, and who belongs to them. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { AccessGroupsTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';
import type { Reach } from '../scope.ts';

export type GroupRow = Selectable<AccessGroupsTable>;

/** Rows of a many-row insert; SQLite takes 32,766 parameters. */
const ROWS_PER_INSERT = 10_000;

/** Where a list of groups is read; the order is that of their guids. */
export interface GroupWindow {
  readonly from: { readonly guid: string; readonly inclusive: boolean } | null;
  readonly backwards: boolean;
  /** null: all of them. */
  readonly rows: number | null;
}

/** The groups within reach, in the order of reading. */
export async function readGroups(db: Queryable, reach: Reach, window: GroupWindow): Promise<GroupRow[]> {
  let query = groupsWithin(db, reach);
  if (window.from !== null) {
    const operator = window.backwards ? '<' : '>';
    query = query.where('id', window.from.inclusive ? `${operator}=` : operator, window.from.guid);
  }
  if (window.rows !== null) query = query.limit(window.rows);
  return query.orderBy('id', window.backwards ? 'desc' : 'asc').execute();
}

/** The group, if it is within reach. */
export async function findGroup(db: Queryable, reach: Reach, guid: string): Promise<GroupRow | undefined> {
  return groupsWithin(db, reach).where('id', '=', guid).executeTakeFirst();
}

function groupsWithin(db: Queryable, reach: Reach) {
  const query = db
    .selectFrom('access_groups')
    .selectAll()
    .where('organization_id', '=', reach.organizationId);
  return reach.groupId === null ? query : query.where('id', '=', reach.groupId);
}

/** Whether another group of the organization has the name, in whatever case: two that differ in case alone would be taken for one. */
export async function isNameTaken(
  db: Queryable,
  group: { organizationId: string; name: string; guid: string },
): Promise<boolean> {
  const rows = await db
    .selectFrom('access_groups')
    .select('name')
    .where('organization_id', '=', group.organizationId)
    .where('id', '!=', group.guid)
    .execute();
  const key = group.name.toLowerCase();
  return rows.some(row => row.name.toLowerCase() === key);
}

export async function insertGroup(
  transaction: Queryable,
  group: Insertable<AccessGroupsTable>,
): Promise<void> {
  await transaction.insertInto('access_groups').values(group).execute();
}

export async function setGroup(
  transaction: Queryable,
  guid: string,
  change: Partial<Pick<GroupRow, 'name' | 'all_companies' | 'is_default'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await transaction.updateTable('access_groups').set(change).where('id', '=', guid).execute();
}

/** Makes the group the only default one of its organization. */
export async function makeDefault(
  transaction: Queryable,
  group: { organizationId: string; guid: string },
): Promise<void> {
  await transaction
    .updateTable('access_groups')
    .set({ is_default: 0 })
    .where('organization_id', '=', group.organizationId)
    .where('is_default', '=', 1)
    .execute();
  await setGroup(transaction, group.guid, { is_default: 1 });
}

export async function removeGroup(transaction: Queryable, guid: string): Promise<void> {
  await transaction.deleteFrom('access_group_companies').where('group_id', '=', guid).execute();
  await transaction.deleteFrom('access_groups').where('id', '=', guid).execute();
}

/** The guids of the companies that the group holds. */
export async function readGroupCompanies(db: Queryable, guid: string): Promise<string[]> {
  const rows = await db
    .selectFrom('access_group_companies')
    .select('company_guid')
    .where('group_id', '=', guid)
    .orderBy('company_guid')
    .execute();
  return rows.map(row => row.company_guid);
}

/** Adds companies that the group does not hold yet. */
export async function addGroupCompanies(
  transaction: Queryable,
  guid: string,
  companies: readonly string[],
): Promise<void> {
  for (let from = 0; from < companies.length; from += ROWS_PER_INSERT) {
    const rows = companies.slice(from, from + ROWS_PER_INSERT);
    await transaction
      .insertInto('access_group_companies')
      .values(rows.map(company => ({ group_id: guid, company_guid: company })))
      .execute();
  }
}

/** Takes companies out of the group. */
export async function removeGroupCompanies(
  transaction: Queryable,
  guid: string,
  companies: readonly string[],
): Promise<void> {
  if (companies.length === 0) return;
  await sql`delete from access_group_companies where group_id = ${guid}
    and company_guid in (select value from json_each(${JSON.stringify(companies)}))`.execute(transaction);
}

/** How many live persons each group has, and how many companies those hold that do not hold all. */
export async function countGroups(
  db: Queryable,
  guids: readonly string[],
): Promise<{ users: ReadonlyMap<string, number>; companies: ReadonlyMap<string, number> }> {
  if (guids.length === 0) return { users: new Map(), companies: new Map() };
  const users = await db
    .selectFrom('users')
    .select(({ fn }) => ['group_id', fn.countAll<number>().as('count')])
    .where('group_id', 'in', guids)
    .where('is_company_api_token', '=', 0)
    .where('status', 'in', ['Activated', 'Created'])
    .groupBy('group_id')
    .execute();
  const companies = await db
    .selectFrom('access_group_companies')
    .select(({ fn }) => ['group_id', fn.countAll<number>().as('count')])
    .where('group_id', 'in', guids)
    .groupBy('group_id')
    .execute();
  const countsOf = (rows: readonly { group_id: string; count: number }[]) =>
    new Map(rows.map(row => [row.group_id, Number(row.count)]));
  return { users: countsOf(users), companies: countsOf(companies) };
}

/** Someone who belongs to a group: a person that is not gone, or a live company token. */
export interface GroupMember {
  readonly kind: 'user' | 'token';
  /** Of the token itself, where it is one. */
  readonly guid: string;
  readonly name: string;
}

/** Who would be without a group if this one went. */
export async function readLiveMembers(db: Queryable, groupId: string, now: number): Promise<GroupMember[]> {
  const persons = await db
    .selectFrom('users')
    .select(['id', 'formal_name'])
    .where('group_id', '=', groupId)
    .where('is_company_api_token', '=', 0)
    // A deactivated person may come back, and must not come back seeing more.
    .where('status', '!=', 'Deleted')
    .orderBy('id')
    .execute();
  const tokens = await db
    .selectFrom('users as u')
    .innerJoin('api_tokens as t', 't.user_id', 'u.id')
    .select(['t.id', 't.description'])
    .where('u.group_id', '=', groupId)
    .where('t.kind', '=', 'company')
    .where('t.revoked_at', 'is', null)
    .where(({ or, eb }) => or([eb('t.expires_at', 'is', null), eb('t.expires_at', '>', now)]))
    .orderBy('t.id')
    .execute();
  return [
    ...persons.map(({ id, formal_name }) => ({ kind: 'user' as const, guid: id, name: formal_name })),
    ...tokens.map(({ id, description }) => ({ kind: 'token' as const, guid: id, name: description })),
  ];
}

/** Gives every user record of the group, dead ones too, another group. */
export async function moveMembers(transaction: Queryable, fromGuid: string, toGuid: string): Promise<void> {
  await transaction.updateTable('users').set({ group_id: toGuid }).where('group_id', '=', fromGuid).execute();
}

export async function countAllCompaniesGroups(db: Queryable, organizationId: string): Promise<number> {
  const row = await db
    .selectFrom('access_groups')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('all_companies', '=', 1)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
