/** Users as their managers see them, and the queries for them. Deleted ones keep their row for the audit log and are never found. */
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Queryable } from '../../store/store.ts';
import type { Role } from '../principal.ts';
import type { UserRow } from '../repository.ts';
import type { Reach } from '../scope.ts';
import { roleOf } from '../token-rows.ts';
import { hasTotp } from './credentials.ts';

/** Statuses of bitsight-api.md, 2, that are given out. */
export const USER_STATUSES = ['Created', 'Activated', 'Deactivated'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];
/** Of a row that is kept for the audit log alone. */
export const DELETED = 'Deleted';

export interface UserView {
  guid: string;
  email: string;
  formalName: string;
  friendlyName: string;
  group: { guid: string; name: string };
  role: Role;
  status: UserStatus;
  isCompanyApiToken: boolean;
  mfaEnabled: boolean;
  lastLoginAt: number | null;
  joinedAt: number;
}

export interface UserFilters {
  /** Part of the e-mail address or a name, whatever its capitals. */
  q?: string | undefined;
  status?: string | undefined;
  role?: string | undefined;
  /** Name or guid of the access control group. */
  group?: string | undefined;
  /** People unless given; a company token has a user record too. */
  kind?: 'people' | 'company_tokens' | 'all';
}

/** Where in the list to read, and how much: the keys are the user's guid. */
export interface UserWindow {
  readonly from: { readonly keys: readonly (string | number)[]; readonly inclusive: boolean } | null;
  readonly backwards: boolean;
  readonly rows: number;
}

type UserRowWithGroup = UserRow & { group_name: string };

/** Users within reach in the order of their guids, which is that of their making; backwards where the window is. */
export async function readUsers(
  db: Queryable,
  reach: Reach,
  filters: UserFilters,
  window: UserWindow | null,
): Promise<UserView[]> {
  let query = usersWithin(db, reach);
  for (const condition of conditionsOf(filters)) query = query.where(condition);
  if (window !== null) {
    if (window.from !== null) {
      const operator = window.backwards ? '<' : '>';
      const guid = String(window.from.keys[0]);
      query = query.where('u.id', window.from.inclusive ? `${operator}=` : operator, guid);
    }
    query = query.limit(window.rows);
  }
  const rows = await query.orderBy('u.id', window?.backwards === true ? 'desc' : 'asc').execute();
  return rows.map(viewOfUser);
}

/** The user of that guid within reach, as a row. */
export async function findUserWithin(
  db: Queryable,
  reach: Reach,
  guid: string,
): Promise<UserRowWithGroup | undefined> {
  return usersWithin(db, reach).where('u.id', '=', guid).executeTakeFirst();
}

export function viewOfUser(row: UserRowWithGroup): UserView {
  return {
    guid: row.id,
    email: row.email,
    formalName: row.formal_name,
    friendlyName: row.friendly_name,
    group: { guid: row.group_id, name: row.group_name },
    role: roleOf(row.role),
    status: USER_STATUSES.find(status => status === row.status) ?? 'Deactivated',
    isCompanyApiToken: row.is_company_api_token === 1,
    mfaEnabled: hasTotp(row),
    lastLoginAt: row.last_login_at,
    joinedAt: row.joined_at,
  };
}

function usersWithin(db: Queryable, reach: Reach) {
  const query = db
    .selectFrom('users as u')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .selectAll('u')
    .select('g.name as group_name')
    .where('u.organization_id', '=', reach.organizationId)
    .where('u.status', '!=', DELETED);
  return reach.groupId === null ? query : query.where('u.group_id', '=', reach.groupId);
}

function conditionsOf(filters: UserFilters): Expression<SqlBool>[] {
  const { q, status, role, group, kind = 'people' } = filters;
  const conditions: Expression<SqlBool>[] = [];
  if (kind !== 'all') conditions.push(sql`u.is_company_api_token = ${kind === 'people' ? 0 : 1}`);
  if (status !== undefined) conditions.push(sql`u.status = ${status}`);
  if (role !== undefined) conditions.push(sql`u.role = ${role}`);
  if (group !== undefined) conditions.push(sql`(g.id = ${group} or g.name = ${group})`);
  if (q !== undefined && q.trim() !== '') {
    const pattern = `%${q
      .trim()
      .toLowerCase()
      .replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(
      sql`(lower(u.email) like ${pattern} escape '\\' or lower(u.formal_name) like ${pattern} escape '\\' or lower(u.friendly_name) like ${pattern} escape '\\')`,
    );
  }
  return conditions;
}
