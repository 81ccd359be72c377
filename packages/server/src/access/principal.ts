/** Who a request speaks for, made of a verified token or session; sources: tokens.md, "Kinds", "Roles" and "Sessions". */

/** Bitsight's role slugs (bitsight-api.md, 1.4), the five that Sightline gives. */
export const ROLES = [
  'customer_admin',
  'vrm_admin',
  'customer_group_admin',
  'customer_portfolio_manager',
  'customer_user',
] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_NAMES: Readonly<Record<Role, string>> = Object.freeze({
  customer_admin: 'Admin',
  vrm_admin: 'VRM admin',
  customer_group_admin: 'Group Admin',
  customer_portfolio_manager: 'Portfolio Manager',
  customer_user: 'User',
});

/** How a caller showed who it is. `operator` is the command line on the data directory. */
export type Via = 'user_token' | 'company_token' | 'session' | 'operator';

/** The access control group of a principal, with the companies it holds. */
export interface PrincipalGroup {
  readonly guid: string;
  readonly name: string;
  readonly allCompanies: boolean;
  /** Upstream guids; empty and without meaning where the group is all companies. */
  readonly companies: ReadonlySet<string>;
}

export interface Principal {
  readonly organizationId: string;
  /** The user the caller is; for a company token its own user record. */
  readonly userId: string;
  /** The user's name, or a company token's description. */
  readonly name: string;
  readonly via: Via;
  /** Guid of the token; null where there is none. */
  readonly tokenGuid: string | null;
  /** Id of the session; null where there is none. */
  readonly sessionId: string | null;
  readonly role: Role;
  /** What the token may beyond or below its role: `provisioning`, `read_only` (permissions.ts). */
  readonly scopes: readonly string[];
  /** True for the organization made at set-up, whose Admins may provision the others. */
  readonly isOwnerOrganization: boolean;
  readonly group: PrincipalGroup;
  /** Epoch milliseconds from which the token or session is dead; null for never. */
  readonly expiresAt: number | null;
}
