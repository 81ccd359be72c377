/**
 * Who may do what: the one table of roles and actions (tokens.md, "Roles"). A route names its action (http/route-access.ts)
 * and services ask here; no other file compares roles.
 */
import { CallerError } from '../errors.ts';
import type { Principal, Role } from './principal.ts';
import { ROLES } from './principal.ts';

interface Permission {
  readonly roles: readonly Role[];
  /** Changes state: refused to a read-only token. */
  readonly changes: boolean;
  /**
   * What a group that is not all companies does to it: `within` limits it to the own group, `refused` refuses it, `own_people`
   * leaves it to a Group admin in person (not to a company token) and limits it to the own group.
   */
  readonly behindWall: 'within' | 'refused' | 'own_people';
}

const ADMIN: readonly Role[] = ['customer_admin'];
const ADMINS: readonly Role[] = ['customer_admin', 'vrm_admin'];
const PEOPLE_MANAGERS: readonly Role[] = ['customer_admin', 'customer_group_admin'];
const PORTFOLIO_EDITORS: readonly Role[] = [
  'customer_admin',
  'vrm_admin',
  'customer_group_admin',
  'customer_portfolio_manager',
];

const reads = (roles: readonly Role[], behindWall: Permission['behindWall']): Permission =>
  Object.freeze({ roles, behindWall, changes: false });
const changes = (roles: readonly Role[], behindWall: Permission['behindWall']): Permission =>
  Object.freeze({ roles, behindWall, changes: true });

export const PERMISSIONS = Object.freeze({
  /** Own profile, and who am I. */
  'own.read': reads(ROLES, 'within'),
  /** Own profile, password, two-factor, sessions and user token. */
  'own.manage': changes(ROLES, 'within'),
  'data.read': reads(ROLES, 'within'),
  /** Folders, tiers, vendors. */
  'data.manage': changes(PORTFOLIO_EDITORS, 'within'),
  'tokens.read': reads(ADMINS, 'within'),
  'tokens.manage': changes(ADMINS, 'within'),
  /** Connections and jobs tell of the whole account: names in options, counts, raw records. */
  'connections.read': reads(ROLES, 'refused'),
  'connections.manage': changes(ADMINS, 'refused'),
  'sync.run': changes(ADMINS, 'refused'),
  'upstream_tokens.read': reads(ADMINS, 'refused'),
  'upstream_tokens.manage': changes(ADMINS, 'refused'),
  'users.read': reads(PEOPLE_MANAGERS, 'within'),
  'users.manage': changes(PEOPLE_MANAGERS, 'own_people'),
  'groups.read': reads(PEOPLE_MANAGERS, 'within'),
  'groups.manage': changes(ADMIN, 'refused'),
  'audit.read': reads(ADMIN, 'refused'),
  'organization.manage': changes(ADMIN, 'refused'),
  /** To see other organizations; `organizations.provision` makes and ends them. */
  'organizations.reach': reads(ADMIN, 'refused'),
  'organizations.provision': changes(ADMIN, 'refused'),
  /** The control API of a sandbox; a hub has none. */
  'sandbox.read': reads(ADMIN, 'refused'),
  'sandbox.manage': changes(ADMIN, 'refused'),
} satisfies Record<string, Permission>);

export type Action = keyof typeof PERMISSIONS;

export const ACTIONS: readonly Action[] = Object.freeze(Object.keys(PERMISSIONS) as Action[]);

/**
 * The roles that a role may give, to a token or a user: never one that may do what the giver may not. A VRM admin manages no
 * users, so Group admin, who does, is not below it.
 */
export const GRANTABLE_ROLES: Readonly<Record<Role, readonly Role[]>> = Object.freeze({
  customer_admin: ROLES,
  vrm_admin: ['vrm_admin', 'customer_portfolio_manager', 'customer_user'],
  customer_group_admin: ['customer_group_admin', 'customer_portfolio_manager', 'customer_user'],
  customer_portfolio_manager: [],
  customer_user: [],
});

/** The scope that opens every organization to an Admin of the owner organization; off by default. */
export const PROVISIONING_SCOPE = 'provisioning';
/** The scope that takes every change of state away, whatever the role. */
export const READ_ONLY_SCOPE = 'read_only';
export const TOKEN_SCOPES = [READ_ONLY_SCOPE, PROVISIONING_SCOPE] as const;

/** From what may least to what may most, for reads that are open from a role on. */
const ROLE_ORDER: readonly Role[] = [
  'customer_user',
  'customer_portfolio_manager',
  'customer_group_admin',
  'vrm_admin',
  'customer_admin',
];

const REFUSAL = 'You do not have permission to perform this action.';
const READ_ONLY_REFUSAL = 'This token is read-only: it may not change anything.';

/** True when the principal's role, scopes, group and, for other organizations, its own organization allow the action. */
export function may(principal: Principal, action: Action): boolean {
  const permission: Permission = PERMISSIONS[action];
  if (!permission.roles.includes(principal.role)) return false;
  if (permission.changes && isReadOnly(principal)) return false;
  if (!principal.group.allCompanies && !mayBehindWall(principal, permission)) return false;
  if (action === 'organizations.reach' || action === 'organizations.provision')
    return isProvisioner(principal);
  return true;
}

/** True when the principal's role is that role or one that may more. */
export function atLeast(principal: Pick<Principal, 'role'>, role: Role): boolean {
  return ROLE_ORDER.indexOf(principal.role) >= ROLE_ORDER.indexOf(role);
}

/** The refusal in the words of Bitsight's API: FORBIDDEN. */
export function refusal(): CallerError {
  return new CallerError('FORBIDDEN', REFUSAL);
}

/** Throws CallerError FORBIDDEN, in the words of Bitsight's API, unless the principal may. */
export function requirePermission(principal: Principal, action: Action): void {
  if (may(principal, action)) return;
  const isReadOnlyRefusal = PERMISSIONS[action].changes && isReadOnly(principal);
  throw isReadOnlyRefusal ? new CallerError('FORBIDDEN', READ_ONLY_REFUSAL) : refusal();
}

/** True when the principal may see every organization: everything else answers as if the others were not there. */
export function mayProvision(principal: Principal): boolean {
  return may(principal, 'organizations.reach');
}

/**
 * True when the principal may give the scope to a new token. Taking rights away is anyone's to give. `provisioning` a person
 * may give, being an Admin of the owner organization; a company token only if it has the scope itself, so that a leaked one
 * cannot widen itself.
 */
export function mayGrantScope(principal: Principal, scope: string): boolean {
  if (scope === READ_ONLY_SCOPE) return true;
  if (scope !== PROVISIONING_SCOPE) return false;
  if (!principal.isOwnerOrganization || !principal.group.allCompanies) return false;
  if (!PERMISSIONS['organizations.provision'].roles.includes(principal.role)) return false;
  return principal.via !== 'company_token' || principal.scopes.includes(scope);
}

/** Everything the principal may do, for the console to show no more than that. */
export function permissionsOf(principal: Principal): Action[] {
  return ACTIONS.filter(action => may(principal, action));
}

function isReadOnly(principal: Principal): boolean {
  return principal.scopes.includes(READ_ONLY_SCOPE);
}

function mayBehindWall(principal: Principal, { behindWall }: Permission): boolean {
  if (behindWall !== 'own_people') return behindWall === 'within';
  return principal.role === 'customer_group_admin' && principal.via !== 'company_token';
}

function isProvisioner(principal: Principal): boolean {
  return principal.isOwnerOrganization && principal.scopes.includes(PROVISIONING_SCOPE);
}
