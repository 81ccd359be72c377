/**
 * The one place that decides what a principal may see: which companies (every query of every surface passes through
 * `scopeOf`) and whose tokens and users (`reachOf`). Source: tokens.md, "Access control groups" and "A group is a wall".
 */
import type { Principal } from './principal.ts';

/** `all`: every company of the organization; else the upstream guids of the caller's group, and no other. */
export interface CompanyScope {
  readonly organizationId: string;
  readonly companies: 'all' | ReadonlySet<string>;
}

/** What is not granted is not seen: a group that holds nothing sees nothing. */
export function scopeOf(principal: Principal): CompanyScope {
  const { organizationId, group } = principal;
  return { organizationId, companies: group.allCompanies ? 'all' : group.companies };
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
