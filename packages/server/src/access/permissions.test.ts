import { describe, expect, it } from 'vitest';
import {
  type Action,
  atLeast,
  GRANTABLE_ROLES,
  may,
  mayGrantScope,
  mayProvision,
  PERMISSIONS,
  requirePermission,
} from './permissions.ts';
import { type Principal, ROLES } from './principal.ts';

const admin: Principal = {
  organizationId: 'o',
  userId: 'u',
  name: 'Administrator',
  tokenGuid: 't',
  via: 'user_token',
  sessionId: null,
  expiresAt: null,
  role: 'customer_admin',
  scopes: [],
  isOwnerOrganization: true,
  group: { guid: 'g', name: 'All Companies', allCompanies: true, companies: new Set<string>() },
};
const company: Principal = { ...admin, via: 'company_token' };
const walled: Principal = {
  ...admin,
  group: { guid: 'h', name: 'EMEA', allCompanies: false, companies: new Set<string>() },
};

describe('the table of roles', () => {
  it('lets exactly the listed roles do each action', () => {
    for (const action of Object.keys(PERMISSIONS) as Action[]) {
      for (const role of ROLES) {
        const principal = { ...admin, role, scopes: ['provisioning'] };
        expect(may(principal, action), `${role} ${action}`).toBe(PERMISSIONS[action].roles.includes(role));
      }
    }
  });

  it('refuses in the words of the wire', () => {
    expect(() => requirePermission({ ...admin, role: 'customer_user' }, 'tokens.manage')).toThrow(
      'You do not have permission to perform this action.',
    );
  });

  it('orders roles for reads that are open from one on', () => {
    const order = [
      'customer_user',
      'customer_portfolio_manager',
      'customer_group_admin',
      'vrm_admin',
      'customer_admin',
    ] as const;
    expect([...order].sort()).toEqual([...ROLES].sort());
    for (const [index, role] of order.entries())
      for (const [least, minimum] of order.entries())
        expect(atLeast({ role }, minimum), `${role} ${minimum}`).toBe(index >= least);
  });

  it('lets nobody give a role that may do what the giver may not', () => {
    for (const giver of ROLES) {
      for (const given of GRANTABLE_ROLES[giver]) {
        for (const action of Object.keys(PERMISSIONS) as Action[]) {
          if (PERMISSIONS[action].roles.includes(given)) expect(PERMISSIONS[action].roles).toContain(giver);
        }
      }
    }
    expect(GRANTABLE_ROLES.vrm_admin).not.toContain('customer_group_admin');
  });

  it('opens other organizations only to role, group, owner organization and scope together', () => {
    const provisioner = { ...company, scopes: ['provisioning'] };
    expect(mayProvision(provisioner)).toBe(true);
    expect(mayProvision({ ...provisioner, scopes: [] })).toBe(false);
    expect(mayProvision({ ...provisioner, role: 'vrm_admin' })).toBe(false);
    expect(mayProvision({ ...provisioner, isOwnerOrganization: false })).toBe(false);
    expect(mayProvision({ ...provisioner, group: walled.group })).toBe(false);
  });

  it('lets a person give the scope, and a company token only if it has it', () => {
    expect(mayGrantScope(admin, 'provisioning')).toBe(true);
    expect(mayGrantScope(company, 'provisioning')).toBe(false);
    expect(mayGrantScope({ ...company, scopes: ['provisioning'] }, 'provisioning')).toBe(true);
    expect(mayGrantScope(walled, 'provisioning')).toBe(false);
    expect(mayGrantScope(admin, 'everything')).toBe(false);
  });

  it('keeps a principal of a narrower group away from connections and the organization', () => {
    expect(may(walled, 'tokens.manage')).toBe(true);
    expect(may(walled, 'connections.manage')).toBe(false);
    expect(may(walled, 'organization.manage')).toBe(false);
  });

  it('leaves the control of a sandbox to Admins of all companies, and its state to those that only read', () => {
    expect(may(company, 'sandbox.manage')).toBe(true);
    expect(may({ ...company, role: 'vrm_admin' }, 'sandbox.read')).toBe(false);
    expect(may(walled, 'sandbox.read')).toBe(false);
    const readOnly = { ...company, scopes: ['read_only'] };
    expect([may(readOnly, 'sandbox.read'), may(readOnly, 'sandbox.manage')]).toEqual([true, false]);
  });
});
