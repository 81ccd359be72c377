/**
 * What a company token must be given, checked before anything is written: description, group, role, scopes, expiry and overlap.
 * Source: tokens.md, "Wire contract" (the error table), "Least privilege" and "A group is a wall".
 */
import { CallerError, OperatorError } from '../errors.ts';
import type { Queryable } from '../store/store.ts';
import { GRANTABLE_ROLES, mayGrantScope, PROVISIONING_SCOPE } from './permissions.ts';
import type { Principal, Role } from './principal.ts';
import { findDefaultGroup, findGroupByName, type GroupRow } from './repository.ts';

const MAX_DESCRIPTION_LENGTH = 255;
/** A week. */
export const MAX_OVERLAP_MS = 604_800_000;

/** What a caller asks for. `unknown` where the value comes straight from a request body. */
export interface CompanyTokenRequest {
  description: unknown;
  /** A group's name; absent, null and the text "null" are the default group. */
  group?: unknown;
  /** Absent: the creator's own role. */
  role?: Role | undefined;
  scopes?: readonly string[] | undefined;
  /** Epoch milliseconds; absent and null are never. */
  expiresAt?: number | null | undefined;
}

/** The trimmed description. Throws CallerError INVALID that names the field. */
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

/** The name of the asked group, or null for the default one. Throws CallerError INVALID that names the field. */
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
export async function groupForToken(
  db: Queryable,
  principal: Principal,
  organizationId: string,
  asked: unknown,
): Promise<GroupRow> {
  const name = checkGroupName(asked);
  const own = { id: principal.group.guid, name: principal.group.name };
  if (!principal.group.allCompanies) {
    if (name === null || name === own.name) return own;
    throw unknownGroup();
  }
  if (name === null) {
    const group = await findDefaultGroup(db, organizationId);
    if (group !== undefined) return group;
    throw new OperatorError(`Organization ${organizationId} has no default access control group.`);
  }
  const group = await findGroupByName(db, organizationId, name);
  if (group === undefined) throw unknownGroup();
  return group;
}

/** The role of the new token: the creator's, or a chosen one that is not above it. */
export function roleForToken(principal: Principal, asked: Role | undefined): Role {
  if (asked === undefined || asked === principal.role) return principal.role;
  if (GRANTABLE_ROLES[principal.role].includes(asked)) return asked;
  throw bad('role', 'role must not be above your own.');
}

/** The scopes of the new token. Throws CallerError INVALID for one that is unknown or not the creator's to give. */
export function scopesForToken(
  principal: Principal,
  organizationId: string,
  asked: readonly string[] | undefined,
): readonly string[] {
  const scopes = [...new Set(asked ?? [])];
  for (const scope of scopes) {
    if (!mayGiveScope(principal, organizationId, scope))
      throw bad('scopes', 'scopes holds one that is unknown or not yours to give.');
  }
  return scopes;
}

/** A token of another organization than the owner's provisions nothing, so the scope is no one's to give there. */
function mayGiveScope(principal: Principal, organizationId: string, scope: string): boolean {
  if (scope === PROVISIONING_SCOPE && organizationId !== principal.organizationId) return false;
  return mayGrantScope(principal, scope);
}

/**
 * Refuses to hand out, prolong or approve a token that may do what the principal could not give to a new one: else rotating an
 * Admin's token would make a VRM admin an Admin. Throws CallerError FORBIDDEN.
 */
export function requireNotAbove(
  principal: Principal,
  organizationId: string,
  token: { role: Role; scopes: readonly string[] },
): void {
  const isRoleBelow = token.role === principal.role || GRANTABLE_ROLES[principal.role].includes(token.role);
  if (isRoleBelow && token.scopes.every(scope => mayGiveScope(principal, organizationId, scope))) return;
  throw new CallerError('FORBIDDEN', 'This token may do more than you may give: revoke it, or ask an Admin.');
}

/** Epoch milliseconds of the expiry, or null for none. Throws CallerError INVALID for a time that has passed. */
export function checkExpiry(expiresAt: number | null | undefined, now: number): number | null {
  if (expiresAt === undefined || expiresAt === null) return null;
  if (Number.isSafeInteger(expiresAt) && expiresAt > now) return expiresAt;
  throw bad('expires_at', 'expires_at must be a time in the future.');
}

/** Milliseconds for which a replaced token goes on working. Throws CallerError INVALID. */
export function checkOverlap(overlapMs: number): number {
  if (Number.isSafeInteger(overlapMs) && overlapMs >= 0 && overlapMs <= MAX_OVERLAP_MS) return overlapMs;
  throw bad('overlap_secs', `overlap_secs must be 0 to ${MAX_OVERLAP_MS / 1_000}.`);
}

function unknownGroup(): CallerError {
  return bad('group', 'group is not the name of an access control group that you can use.');
}

function bad(field: string, detail: string): CallerError {
  return new CallerError('INVALID', detail, { problems: [{ field, message: detail }] });
}
