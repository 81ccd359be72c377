/**
 * What a new company token must be given, checked before anything is written: description, group, role and scopes. Source:
 * tokens.md, "Wire contract" (the error table) and "Least privilege".
 */
import { CallerError, OperatorError } from '../errors.ts';
import type { Queryable } from '../store/store.ts';
import { GRANTABLE_ROLES, mayGrantScope } from './permissions.ts';
import type { Principal, Role } from './principal.ts';
import { findDefaultGroup, findGroupByName, type GroupRow } from './repository.ts';

const MAX_DESCRIPTION_LENGTH = 255;

/** What a caller asks for. `unknown` where the value comes straight from a request body. */
export interface CompanyTokenRequest {
  description: unknown;
  /** A group's name; absent, null and the text "null" are the default group. */
  group?: unknown;
  /** Absent: the creator's own role. */
  role?: Role;
  scopes?: readonly string[];
}

/** The trimmed description. Throws CallerError BAD_PARAMETER that names the field. */
export function checkDescription(value: unknown): string {
  if (value === undefined || value === null) throw bad('description', 'description is required.');
  if (typeof value !== 'string') throw bad('description', 'description must be a text.');
  const description = value.trim();
  if (description === '') throw bad('description', 'description must not be empty.');
  if ([...description].length > MAX_DESCRIPTION_LENGTH) {
    throw bad('description', `description must have at most ${MAX_DESCRIPTION_LENGTH} characters.`);
  }
  // Tested on the untrimmed text: trimming takes away a newline that the caller should hear of.
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw bad('description', 'description must not contain control characters.');
  }
  return description;
}

/** The name of the asked group, or null for the default one. Throws CallerError BAD_PARAMETER that names the field. */
function checkGroupName(value: unknown): string | null {
  if (value === undefined || value === null || value === 'null') return null;
  if (typeof value !== 'string')
    throw bad('group', 'group must be the name of an access control group, or null.');
  return value;
}

/**
 * The group a new token belongs to. For a principal of a narrower group its own is the default and every other one is as
 * unknown as a name that was never given.
 */
export async function groupForToken(db: Queryable, principal: Principal, asked: unknown): Promise<GroupRow> {
  const name = checkGroupName(asked);
  const own = { id: principal.group.guid, name: principal.group.name };
  if (!principal.group.allCompanies) {
    if (name === null || name === own.name) return own;
    throw unknownGroup();
  }
  if (name === null) {
    const group = await findDefaultGroup(db, principal.organizationId);
    if (group !== undefined) return group;
    throw new OperatorError(`Organization ${principal.organizationId} has no default access control group.`);
  }
  const group = await findGroupByName(db, principal.organizationId, name);
  if (group === undefined) throw unknownGroup();
  return group;
}

/** The role of the new token: the creator's, or a chosen one that is not above it. */
export function roleForToken(principal: Principal, asked: Role | undefined): Role {
  if (asked === undefined || asked === principal.role) return principal.role;
  if (GRANTABLE_ROLES[principal.role].includes(asked)) return asked;
  throw bad('role', 'role must not be above your own.');
}

/** The scopes of the new token. Throws CallerError BAD_PARAMETER for one that is unknown or not the creator's to give. */
export function scopesForToken(
  principal: Principal,
  asked: readonly string[] | undefined,
): readonly string[] {
  const scopes = [...new Set(asked ?? [])];
  for (const scope of scopes) {
    if (!mayGrantScope(principal, scope))
      throw bad('scopes', 'scopes holds one that is unknown or not yours to give.');
  }
  return scopes;
}

function unknownGroup(): CallerError {
  return bad('group', 'group is not the name of an access control group that you can use.');
}

function bad(field: string, detail: string): CallerError {
  return new CallerError('BAD_PARAMETER', detail, { problems: [{ field, message: detail }] });
}
