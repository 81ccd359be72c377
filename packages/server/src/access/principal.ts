/** Who a request speaks for. Made by the token authority from a verified token; sources: tokens.md, "Kinds" and "Roles". */

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

export interface Principal {
  readonly organizationId: string;
  /** The user the token belongs to; for a company token its own user record. */
  readonly userId: string;
  /** The user's name, or a company token's description. */
  readonly name: string;
  readonly tokenGuid: string;
  readonly tokenKind: 'user' | 'company';
  readonly role: Role;
  /** Scopes beyond the role, off by default; `provisioning` opens every organization to an owner organization's Admin. */
  readonly scopes: readonly string[];
  /** True for the organization made at set-up, whose Admins may provision the others. */
  readonly isOwnerOrganization: boolean;
  readonly group: { readonly guid: string; readonly name: string; readonly allCompanies: boolean };
}
