/** The roles, as people read them. Which of them somebody may give away is the server's to say (`grantable_roles`). */
import type { Choice } from '../components/select.tsx';

/** All roles in order of power, the strongest first. */
export const ALL_ROLES: readonly Choice[] = Object.freeze([
  { value: 'customer_admin', label: 'Admin' },
  { value: 'vrm_admin', label: 'VRM admin' },
  { value: 'customer_group_admin', label: 'Group Admin' },
  { value: 'customer_portfolio_manager', label: 'Portfolio Manager' },
  { value: 'customer_user', label: 'User' },
]);

export const DEFAULT_ROLE = 'customer_user';

/** The roles that the user may give to a token or another user. */
export function grantableRoles(user: { grantable_roles: readonly string[] }): readonly Choice[] {
  return ALL_ROLES.filter(role => user.grantable_roles.includes(role.value));
}
