/**
 * The one place that decides what a principal may see: which companies (every query of every surface passes through
 * `scopeOf`) and whose tokens and users (`reachOf`). Source: tokens.md, "Access control groups" and "A group is a wall".
 */
import { CallerError } from '../errors.ts';
import { mayProvision } from './permissions.ts';
import type { Principal } from './principal.ts';

/** `all`: every company of the organization; else the upstream guids of the caller's group, and no other. */
export interface CompanyScope {
  readonly organizationId: string;
  readonly companies: 'all' | ReadonlySet<string>;
  /** The group that holds these companies, for queries that let the database look; null where it is all of them. */
  readonly groupId: string | null;
}

/** What is not granted is not seen: a group that holds nothing sees nothing. */
export function scopeOf(principal: Principal): CompanyScope {
  const { organizationId, group } = principal;
  if (group.allCompanies) return { organizationId, companies: 'all', groupId: null };
  return { organizationId, companies: group.companies, groupId: group.guid };
}

/** Whose tokens and users a principal may manage: those of its organization, and of its own group where that is a wall. */
export interface Reach {
  readonly organizationId: string;
  /** null: every group. */
  readonly groupId: string | null;
}

export function reachOf(principal: Principal): Reach {
  const { organizationId, role, group } = principal;
  const isWalled = !group.allCompanies || role === 'customer_group_admin';
  return { organizationId, groupId: isWalled ? group.guid : null };
}

/**
 * The reach within a named organization: the own one, or every group of another for a principal that provisions it. Throws
 * CallerError NOT_FOUND for any other.
 */
export function reachIn(principal: Principal, organizationId: string): Reach {
  if (organizationId === principal.organizationId) return reachOf(principal);
  if (mayProvision(principal)) return { organizationId, groupId: null };
  throw new CallerError('NOT_FOUND', 'There is no such organization.');
}
