/**
 * Who may change whom: roles that the caller may give, and groups that it may put people into. Source: tokens.md, "Roles" and "A
 * group is a wall".
 */
import { CallerError, OperatorError } from '../../errors.ts';
import type { Queryable } from '../../store/store.ts';
import { GRANTABLE_ROLES } from '../permissions.ts';
import type { Principal, Role } from '../principal.ts';
import { findDefaultGroup, findGroupByName, type GroupRow, type UserRow } from '../repository.ts';
import type { Reach } from '../scope.ts';
import { roleOf } from '../token-rows.ts';

/** Throws CallerError INVALID for a role that the caller may not give. */
export function requireGrantableRole(principal: Principal, role: Role): void {
  if (GRANTABLE_ROLES[principal.role].includes(role)) return;
  throw invalid('role', 'This role is not yours to give.');
}

/**
 * Throws CallerError FORBIDDEN for a person whose present role the caller could not have given, and CONFLICT for a company
 * token's record, which lives and ends with its token.
 */
export function requireChangeable(principal: Principal, user: UserRow): void {
  if (user.is_company_api_token === 1) {
    throw new CallerError(
      'CONFLICT',
      'This user is a company API token. Change or revoke the token instead.',
    );
  }
  if (GRANTABLE_ROLES[principal.role].includes(roleOf(user.role))) return;
  throw new CallerError('FORBIDDEN', 'This person has a role that is not below yours.');
}

/**
 * The group a person is put into: the named one, else the caller's own where that is a wall, else the default one. Behind the
 * wall every other group is as unknown as a name that was never given.
 */
export async function groupForUser(
  db: Queryable,
  principal: Principal,
  reach: Reach,
  asked: string | null,
): Promise<GroupRow> {
  if (reach.groupId !== null) {
    const own = { id: principal.group.guid, name: principal.group.name };
    if (asked === null || asked === own.name) return own;
    throw unknownGroup();
  }
  if (asked === null) {
    const group = await findDefaultGroup(db, reach.organizationId);
    if (group !== undefined) return group;
    throw new OperatorError(`Organization ${reach.organizationId} has no default access control group.`);
  }
  const group = await findGroupByName(db, reach.organizationId, asked);
  if (group === undefined) throw unknownGroup();
  return group;
}

function unknownGroup(): CallerError {
  return invalid('group', 'This is not the name of an access control group that you can use.');
}

function invalid(field: string, message: string): CallerError {
  return new CallerError('INVALID', `${field}: ${message}`, { problems: [{ field, message }] });
}
