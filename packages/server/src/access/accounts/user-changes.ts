/** What a new user is made of, and what a change of one means for its row. */
import { CallerError } from '../../errors.ts';
import type { Queryable } from '../../store/store.ts';
import type { Principal, Role } from '../principal.ts';
import type { UserRow } from '../repository.ts';
import type { Reach } from '../scope.ts';
import { checkName, emailKeyOf } from './email.ts';
import { groupForUser } from './user-rules.ts';

export interface NewUser {
  email: string;
  formalName: string;
  friendlyName?: string | undefined;
  /** `customer_user` unless given. */
  role?: Role | undefined;
  /** Name of the access control group. */
  group?: string | null | undefined;
}

/** What is absent stays as it is. */
export interface UserChanges {
  formalName?: string | undefined;
  friendlyName?: string | undefined;
  role?: Role | undefined;
  /** Name of the access control group. */
  group?: string | undefined;
  status?: 'Activated' | 'Deactivated' | undefined;
}

/** The columns that a change sets. Throws CallerError INVALID, and CONFLICT for a status that cannot follow the present one. */
export async function columnsOf(
  db: Queryable,
  principal: Principal,
  reach: Reach,
  user: UserRow,
  changes: UserChanges,
): Promise<Partial<UserRow>> {
  const { formalName, friendlyName, role, group, status } = changes;
  return {
    ...(formalName === undefined ? {} : { formal_name: checkName(formalName, 'formal_name') }),
    ...(friendlyName === undefined ? {} : { friendly_name: checkName(friendlyName, 'friendly_name') }),
    ...(role === undefined ? {} : { role }),
    ...(group === undefined ? {} : { group_id: (await groupForUser(db, principal, reach, group)).id }),
    ...(status === undefined ? {} : { status: nextStatus(user, status) }),
  };
}

/** Of which organization the other account is must not be told. */
export async function requireFreeEmail(db: Queryable, email: string): Promise<void> {
  const taken = await db
    .selectFrom('users')
    .select('id')
    .where('email_key', '=', emailKeyOf(email))
    .executeTakeFirst();
  if (taken === undefined) return;
  const message = 'There is an account with this e-mail address already.';
  throw new CallerError('CONFLICT', message, { problems: [{ field: 'email', message }] });
}

/** Who never set a password becomes active by accepting the invitation, and by nothing else. */
function nextStatus(user: UserRow, asked: 'Activated' | 'Deactivated'): string {
  if (asked === 'Deactivated' || user.status === 'Activated') return asked;
  if (user.status === 'Created') {
    throw new CallerError('CONFLICT', 'This person has not accepted the invitation yet.');
  }
  return user.password_hash === null ? 'Created' : 'Activated';
}

/** What the audit log keeps of a user before and after a change. */
export function contentOf(user: UserRow & { group_name: string }): Record<string, unknown> {
  return {
    email: user.email,
    formal_name: user.formal_name,
    friendly_name: user.friendly_name,
    role: user.role,
    group: user.group_name,
    status: user.status,
  };
}
