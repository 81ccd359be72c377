/**
 * Who may do what: the one table of roles and actions (tokens.md, "Roles"). A route names its action and asks here; no other
 * file compares roles.
 */
import { CallerError } from '../errors.ts';
import type { Principal, Role } from './principal.ts';
import { ROLES } from './principal.ts';

export type Action =
  | 'tokens.manage'
  | 'connections.manage'
  | 'sync.run'
  | 'organization.manage'
  | 'organizations.provision'
  | 'data.read';

export const PERMISSIONS: Readonly<Record<Action, readonly Role[]>> = Object.freeze({
  'tokens.manage': ['customer_admin', 'vrm_admin'],
  'connections.manage': ['customer_admin', 'vrm_admin'],
  'sync.run': ['customer_admin', 'vrm_admin'],
  'organization.manage': ['customer_admin'],
  'organizations.provision': ['customer_admin'],
  'data.read': ROLES,
});

/**
 * The roles that a role may give to a token: never one that may do what the giver may not. A VRM admin manages no users, so
 * Group admin, who does, is not below it.
 */
export const GRANTABLE_ROLES: Readonly<Record<Role, readonly Role[]>> = Object.freeze({
  customer_admin: ROLES,
  vrm_admin: ['vrm_admin', 'customer_portfolio_manager', 'customer_user'],
  customer_group_admin: [],
  customer_portfolio_manager: [],
  customer_user: [],
});

/** The scope that opens every organization to an Admin of the owner organization; off by default. */
export const PROVISIONING_SCOPE = 'provisioning';

const REFUSAL = 'You do not have permission to perform this action.';

/** Actions that a principal of a narrower group never has, whatever its role (tokens.md, "A group is a wall"). */
const ALL_COMPANIES_ONLY: ReadonlySet<Action> = new Set<Action>([
  'connections.manage',
  'organization.manage',
  'organizations.provision',
]);

/** True when the principal's role, group and, for provisioning, scope and organization allow the action. */
export function may(principal: Principal, action: Action): boolean {
  if (!PERMISSIONS[action].includes(principal.role)) return false;
  if (!principal.group.allCompanies && ALL_COMPANIES_ONLY.has(action)) return false;
  return action !== 'organizations.provision' || isProvisioner(principal);
}

/** Throws CallerError FORBIDDEN, in the words of Bitsight's API, unless the principal may. */
export function requirePermission(principal: Principal, action: Action): void {
  if (!may(principal, action)) throw new CallerError('FORBIDDEN', REFUSAL);
}

/** True when the principal may see and change every organization: everything else answers as if the others were not there. */
export function mayProvision(principal: Principal): boolean {
  return may(principal, 'organizations.provision');
}

/**
 * True when the principal may give the scope to a new token. A person may, by the user token of an Admin of the owner
 * organization; a company token only if it has the scope itself, so that a leaked one cannot widen itself.
 */
export function mayGrantScope(principal: Principal, scope: string): boolean {
  if (scope !== PROVISIONING_SCOPE) return false;
  if (!principal.isOwnerOrganization || !principal.group.allCompanies) return false;
  if (!PERMISSIONS['organizations.provision'].includes(principal.role)) return false;
  return principal.tokenKind === 'user' || principal.scopes.includes(scope);
}

function isProvisioner(principal: Principal): boolean {
  return principal.isOwnerOrganization && principal.scopes.includes(PROVISIONING_SCOPE);
}
