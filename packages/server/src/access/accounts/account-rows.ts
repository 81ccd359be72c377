/** The queries behind people's accounts and sessions. */
import type { Selectable } from 'kysely';
import type { SessionsTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';
import type { UserRow } from '../repository.ts';

export type SessionRow = Selectable<SessionsTable>;

/** A session with everything a principal is made of. */
export interface LiveSession {
  id: string;
  organization_id: string;
  user_id: string;
  last_seen_at: number;
  expires_at: number;
  confirmed_at: number;
  is_owner: number;
  formal_name: string;
  role: string;
  group_id: string;
  group_name: string;
  all_companies: number;
}

/** The session of that hash that has not ended, of an active person of a living organization. Times are for the caller to judge. */
export async function findSession(db: Queryable, secretHash: string): Promise<LiveSession | undefined> {
  return db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .innerJoin('organizations as o', 'o.id', 's.organization_id')
    .select([
      's.id',
      's.organization_id',
      's.user_id',
      's.last_seen_at',
      's.expires_at',
      's.confirmed_at',
      'o.is_owner',
      'u.formal_name',
      'u.role',
      'u.group_id',
      'g.name as group_name',
      'g.all_companies',
    ])
    .where('s.secret_hash', '=', secretHash)
    .where('s.ended_at', 'is', null)
    .where('u.status', '=', 'Activated')
    .where('o.deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The person with that address, of a living organization. */
export async function findPersonByEmail(db: Queryable, emailKey: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users as u')
    .innerJoin('organizations as o', 'o.id', 'u.organization_id')
    .selectAll('u')
    .where('u.email_key', '=', emailKey)
    .where('u.is_company_api_token', '=', 0)
    .where('o.deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Ends sessions of a person: all of them, or all but one. */
export async function endSessionsOf(
  transaction: Queryable,
  userId: string,
  endedAt: number,
  keptId: string | null = null,
): Promise<void> {
  const sessions = transaction
    .updateTable('sessions')
    .set({ ended_at: endedAt })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null);
  await (keptId === null ? sessions : sessions.where('id', '!=', keptId)).execute();
}

/** The organization made at set-up; undefined before the first start. */
export async function findOwnerOrganization(
  db: Queryable,
): Promise<{ id: string; name: string } | undefined> {
  return db.selectFrom('organizations').select(['id', 'name']).where('is_owner', '=', 1).executeTakeFirst();
}

/** Who is meant by an event about a person. */
export function userTarget(user: { id: string; formal_name: string }): {
  kind: 'user';
  guid: string;
  name: string;
} {
  return { kind: 'user', guid: user.id, name: user.formal_name };
}
