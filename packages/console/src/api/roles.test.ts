/** The roles are those of the server, under its names, and a user is offered the ones that the server says. */
import { expect, test } from 'vitest';
import { GRANTABLE_ROLES } from '../../../server/src/access/permissions.ts';
import { ROLE_NAMES, ROLES } from '../../../server/src/access/principal.ts';
import { ALL_ROLES, DEFAULT_ROLE, grantableRoles } from './roles.ts';

test('every role of the server is there under its name, and no other', () => {
  expect(ALL_ROLES).toEqual(ROLES.map(role => ({ value: role, label: ROLE_NAMES[role] })));
});

test.each(ROLES)('%s is offered what the server lets it give', role => {
  const offered = grantableRoles({ grantable_roles: GRANTABLE_ROLES[role] }).map(choice => choice.value);
  expect(offered.toSorted()).toEqual([...GRANTABLE_ROLES[role]].sort());
  // A form begins with the least of them.
  if (offered.length > 0) expect(offered).toContain(DEFAULT_ROLE);
});

test('a role that the console does not know is not offered', () => {
  expect(grantableRoles({ grantable_roles: ['toString', 'customer_user'] })).toEqual([
    { value: 'customer_user', label: 'User' },
  ]);
});
