/** The one place that decides which companies a principal may see; every query of every surface passes through it. */
import type { Principal } from './principal.ts';

/** `all`: every company of the organization. Narrower scopes come with access control groups. */
export interface CompanyScope {
  readonly organizationId: string;
  readonly companies: 'all' | ReadonlySet<string>;
}

/** A group without all companies holds none yet: what is not granted is not seen. */
export function scopeOf(principal: Principal): CompanyScope {
  return {
    organizationId: principal.organizationId,
    companies: principal.group.allCompanies ? 'all' : new Set(),
  };
}
