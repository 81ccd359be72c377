/** The roles, as people read them, and which a role may give to a token or a user: never one that may do what the giver may not. */
import type { Choice } from '../components/select.tsx';

/** In order of power, the strongest first. */
const ROLES = [
  { slug: 'customer_admin', name: 'Admin' },
  { slug: 'vrm_admin', name: 'VRM admin' },
  { slug: 'customer_group_admin', name: 'Group Admin' },
  { slug: 'customer_portfolio_manager', name: 'Portfolio Manager' },
  { slug: 'customer_user', name: 'User' },
] as const;

type Role = (typeof ROLES)[number]['slug'];

export const DEFAULT_ROLE: Role = 'customer_user';

const GRANTABLE: Readonly<Record<Role, readonly Role[]>> = Object.freeze({
  customer_admin: ROLES.map(role => role.slug),
  vrm_admin: ['vrm_admin', 'customer_portfolio_manager', 'customer_user'],
  customer_group_admin: ['customer_group_admin', 'customer_portfolio_manager', 'customer_user'],
  customer_portfolio_manager: [],
  customer_user: [],
});

function isRole(slug: string): slug is Role {
  return Object.hasOwn(GRANTABLE, slug);
}

/** The roles that a user of this role may give. */
export function grantableRoles(slug: string): readonly Choice[] {
  if (!isRole(slug)) return [];
  const grantable = GRANTABLE[slug];
  return ROLES.filter(role => grantable.includes(role.slug)).map(roleChoice);
}

/** All roles, for filters. */
export const ALL_ROLES: readonly Choice[] = ROLES.map(roleChoice);

function roleChoice(role: (typeof ROLES)[number]): Choice {
  return { value: role.slug, label: role.name };
}
