/** Who may change whom: random callers and targets against a model written apart from the code. Source: tokens.md, "Roles". */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertOrganization as insertRows } from '../../src/access/organizations.ts';
import type { Principal, Role, Via } from '../../src/access/principal.ts';
import { ROLES } from '../../src/access/principal.ts';
import { CallerError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { type TestAccounts, testAccounts } from '../support/accounts.ts';
import { AccessLab } from './lab.ts';

const GROUPS = ['all', 'emea', 'apac'] as const;
type Group = (typeof GROUPS)[number];
const ORIGIN = { address: '192.0.2.1', client: 'test' };

interface Person {
  role: Role;
  group: Group;
  status: 'Created' | 'Activated' | 'Deactivated';
  isToken: boolean;
}
interface Caller {
  role: Role;
  group: Group;
  via: Via;
  isReadOnly: boolean;
}
type Change =
  | { kind: 'role'; role: Role }
  | { kind: 'group'; group: Group }
  | { kind: 'name' }
  | { kind: 'deactivate' }
  | { kind: 'delete' }
  | { kind: 'reset-mfa' };

let lab: AccessLab;
let store: Store;
let services: TestAccounts;
let organization = 0;
beforeAll(async () => {
  lab = new AccessLab();
  ({ store } = await lab.node());
  services = testAccounts({ store, vault: lab.vault, clock: lab.clock });
});
afterAll(() => lab.close());

const role = fc.constantFrom(...ROLES);
const group = fc.constantFrom(...GROUPS);
const person: fc.Arbitrary<Person> = fc.record({
  role,
  group,
  status: fc.constantFrom('Created', 'Activated', 'Activated', 'Deactivated'),
  isToken: fc.constantFrom(false, false, false, true),
});
const caller: fc.Arbitrary<Caller> = fc.record({
  role: fc.constantFrom<Role>('customer_admin', 'customer_group_admin', ...ROLES),
  group,
  via: fc.constantFrom<Via>('session', 'user_token', 'company_token'),
  isReadOnly: fc.constantFrom(false, false, false, true),
});
const change: fc.Arbitrary<Change> = fc.oneof(
  role.map(to => ({ kind: 'role', role: to }) as const),
  group.map(to => ({ kind: 'group', group: to }) as const),
  fc.constantFrom<Change>(
    { kind: 'name' },
    { kind: 'deactivate' },
    { kind: 'delete' },
    { kind: 'reset-mfa' },
  ),
);

const LEADER: Caller = { role: 'customer_group_admin', group: 'emea', via: 'session', isReadOnly: false };
const ADMIN: Caller = { role: 'customer_admin', group: 'all', via: 'session', isReadOnly: false };
const MEMBER: Person = { role: 'customer_user', group: 'emea', status: 'Activated', isToken: false };
const LAST_ADMIN: Person = { role: 'customer_admin', group: 'all', status: 'Activated', isToken: false };

/** One for each outcome, run every time: random ones meet the rare ones only now and then. */
const EXAMPLES: [Caller, Person[], number, Change][] = [
  [ADMIN, [MEMBER], 0, { kind: 'name' }],
  [{ ...ADMIN, isReadOnly: true }, [MEMBER], 0, { kind: 'name' }],
  [LEADER, [{ ...MEMBER, group: 'apac' }], 0, { kind: 'name' }],
  [LEADER, [MEMBER], 0, { kind: 'role', role: 'customer_admin' }],
  [LEADER, [MEMBER], 0, { kind: 'group', group: 'apac' }],
  [ADMIN, [LAST_ADMIN], 0, { kind: 'delete' }],
];

/** The outcome that the specification gives: `ok`, or the code of the refusal. */
function expected(by: Caller, people: readonly Person[], n: number, to: Change): string {
  const target = people[n];
  if (target === undefined) return 'NOT_FOUND';
  const isAdmin = by.role === 'customer_admin' && by.group === 'all';
  const isLeader = by.role === 'customer_group_admin' && (by.group === 'all' || by.via !== 'company_token');
  if (by.isReadOnly || !(isAdmin || isLeader)) return 'FORBIDDEN';
  if (isLeader && target.group !== by.group) return 'NOT_FOUND';
  if (target.isToken) return 'CONFLICT';
  const isAbove = (slug: Role) => isLeader && (slug === 'customer_admin' || slug === 'vrm_admin');
  if (isAbove(target.role)) return 'FORBIDDEN';
  if (to.kind === 'role' && isAbove(to.role)) return 'INVALID';
  if (to.kind === 'group' && isLeader && to.group !== by.group) return 'INVALID';
  const counts = (each: Person) =>
    each.role === 'customer_admin' && each.group === 'all' && each.status === 'Activated' && !each.isToken;
  const isLast = counts(target) && people.filter(counts).length === 1;
  const ends =
    to.kind === 'delete' ||
    to.kind === 'deactivate' ||
    (to.kind === 'role' && to.role !== 'customer_admin') ||
    (to.kind === 'group' && to.group !== 'all');
  return isLast && ends ? 'CONFLICT' : 'ok';
}

test('random callers change random people exactly as the rules say, and a refusal changes nothing', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      caller,
      fc.array(person, { minLength: 1, maxLength: 4 }),
      fc.nat(3),
      change,
      async (by, people, pick, to) => {
        organization += 1;
        const id = `o${organization}`;
        await insertOrganization(id, people);
        const n = pick % people.length;
        const before = await snapshot(id);
        const outcome = await outcomeOf(() => apply(principalOf(id, by), id, `${id}-${n}`, to, id));
        const after = await snapshot(id);
        expect(outcome).toBe(expected(by, people, n, to));
        if (outcome === 'ok') expect(after.events).toBe(before.events + 1);
        else expect(after).toEqual(before);
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      },
    ),
    { numRuns: 250, examples: EXAMPLES },
  );
  // A run that met only refusals would show nothing.
  for (const outcome of ['ok', 'FORBIDDEN', 'NOT_FOUND', 'INVALID', 'CONFLICT']) {
    expect({ outcome, met: (seen.get(outcome) ?? 0) > 0 }).toEqual({ outcome, met: true });
  }
});

test('another organization’s people are as unknown as nobody, to whoever asks', async () => {
  await insertOrganization('mine', []);
  await insertOrganization('theirs', [
    { role: 'customer_user', group: 'all', status: 'Activated', isToken: false },
  ]);
  const admin = principalOf('mine', {
    role: 'customer_admin',
    group: 'all',
    via: 'session',
    isReadOnly: false,
  });
  const { users } = services.accounts;
  for (const organizationId of ['mine', 'theirs']) {
    expect(await outcomeOf(() => users.get(admin, organizationId, 'theirs-0'))).toBe('NOT_FOUND');
    expect(
      await outcomeOf(() => apply(admin, organizationId, 'theirs-0', { kind: 'delete' }, 'theirs')),
    ).toBe('NOT_FOUND');
  }
});

function apply(principal: Principal, organizationId: string, guid: string, to: Change, id: string) {
  const { users } = services.accounts;
  if (to.kind === 'delete') return users.delete(principal, organizationId, guid, ORIGIN);
  if (to.kind === 'reset-mfa') return users.resetMfa(principal, organizationId, guid, ORIGIN);
  const changes = {
    role: { role: to.kind === 'role' ? to.role : undefined },
    group: { group: to.kind === 'group' ? nameOf(id, to.group) : undefined },
    name: { formalName: 'Another' },
    deactivate: { status: 'Deactivated' },
  } as const;
  return users.update(principal, organizationId, guid, changes[to.kind], ORIGIN);
}

async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    if (error instanceof CallerError) return error.code;
    throw error;
  }
}

function principalOf(id: string, by: Caller): Principal {
  return {
    organizationId: id,
    userId: 'caller',
    name: 'Caller',
    via: by.via,
    tokenGuid: null,
    sessionId: null,
    role: by.role,
    scopes: by.isReadOnly ? ['read_only'] : [],
    isOwnerOrganization: false,
    group: {
      guid: `${id}-${by.group}`,
      name: nameOf(id, by.group),
      allCompanies: by.group === 'all',
      companies: new Set<string>(),
    },
    expiresAt: null,
  };
}

function nameOf(id: string, name: Group): string {
  return name === 'all' ? 'All Companies' : `${id} ${name}`;
}

async function insertOrganization(id: string, people: readonly Person[]): Promise<void> {
  await store.write(async transaction => {
    await insertRows(transaction, {
      id,
      name: id,
      identifier: null,
      isOwner: false,
      createdAt: 0,
      defaultGroupId: `${id}-all`,
    });
    for (const name of ['emea', 'apac'] as const) {
      await transaction
        .insertInto('access_groups')
        .values({
          id: `${id}-${name}`,
          organization_id: id,
          name: nameOf(id, name),
          all_companies: 0,
          is_default: 0,
          created_at: 0,
        })
        .execute();
    }
    for (const [n, each] of people.entries()) {
      await transaction
        .insertInto('users')
        .values({
          id: `${id}-${n}`,
          organization_id: id,
          group_id: `${id}-${each.group}`,
          email: `${id}-${n}@example.com`,
          email_key: each.isToken ? null : `${id}-${n}@example.com`,
          formal_name: 'Person',
          friendly_name: 'Person',
          role: each.role,
          status: each.status,
          is_company_api_token: each.isToken ? 1 : 0,
          joined_at: 0,
          recovery_codes: '[]',
        })
        .execute();
    }
  });
}

async function snapshot(id: string) {
  const { db } = store;
  const people = await db
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', id)
    .orderBy('id')
    .execute();
  const events = await db
    .selectFrom('audit_log')
    .select('sequence')
    .where('organization_id', '=', id)
    .execute();
  return { people, events: events.length };
}
