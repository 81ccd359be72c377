/** Which roles a role may give. */
import { expect, test } from 'vitest';
import { ALL_ROLES, DEFAULT_ROLE, grantableRoles } from './roles.ts';

const given = (role: string) => grantableRoles(role).map(choice => choice.value);

test('an Admin may give every role', () => {
  expect(given('customer_admin')).toEqual(ALL_ROLES.map(role => role.value));
});

test('a VRM admin may give neither Admin nor Group Admin', () => {
  expect(given('vrm_admin')).toEqual(['vrm_admin', 'customer_portfolio_manager', 'customer_user']);
});

test('a Group Admin may give neither Admin nor VRM admin', () => {
  expect(given('customer_group_admin')).toEqual([
    'customer_group_admin',
    'customer_portfolio_manager',
    'customer_user',
  ]);
});

test.each(['customer_portfolio_manager', 'customer_user', 'toString', 'unknown'])('%s gives none', role => {
  expect(given(role)).toEqual([]);
});

test('whoever gives roles may give the least one, which is the default', () => {
  for (const { value } of ALL_ROLES) {
    const roles = given(value);
    if (roles.length > 0) expect(roles).toContain(DEFAULT_ROLE);
  }
});
