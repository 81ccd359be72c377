import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { FirstAdmin } from '../../src/access/first-start.ts';
import type { CompanyDirectory } from '../../src/access/groups/company-directory.ts';
import { GroupService } from '../../src/access/groups/group-service.ts';
import type { Principal } from '../../src/access/principal.ts';
import { readAccessVersion } from '../../src/access/repository.ts';
import { scopeOf } from '../../src/access/scope.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, principalOf } from './lab.ts';

const NAMES = new Map([
  ['guid-a', 'Acme'],
  ['guid-b', 'Bolt'],
  ['GUID-C', 'Core'],
]);
const directory: CompanyDirectory = {
  known: async (_organization, guids) => {
    const asked = new Set(guids.map(guid => guid.toLowerCase()));
    return new Map([...NAMES].filter(([guid]) => asked.has(guid.toLowerCase())));
  },
  all: async () => NAMES,
  count: async () => NAMES.size,
};
const ALL = { from: null, backwards: false, rows: null };

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let first: FirstAdmin;
let admin: Principal;
let organizationId: string;
let groups: GroupService;

beforeEach(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
  organizationId = first.organizationId;
  groups = new GroupService({
    store,
    audit: lab.audit,
    clock: lab.clock,
    newId,
    companies: directory,
    onAccessChanged: () => authority.accessChanged(),
  });
});
afterEach(() => lab.close());

const create = (name: string, companies: string[] = []) =>
  groups.create(admin, organizationId, { name, companies }, NO_ORIGIN);
const token = async (group: string, more: { role?: Principal['role'] } = {}) => {
  const made = await authority.companyTokens.create(
    admin,
    organizationId,
    { description: `of ${group}`, group, ...more },
    NO_ORIGIN,
  );
  return { ...made, principal: await principalOf(authority, made.value) };
};
const seenBy = async (value: string) => scopeOf(await principalOf(authority, value)).companies;
const wholeGroup = async () => {
  const found = (await groups.list(admin, organizationId, ALL)).find(group => group.allCompanies);
  if (found === undefined) throw new Error('there is no group of all companies');
  return found;
};
const actionsOf = async () =>
  (
    await store.db.selectFrom('audit_log').select(['action', 'before', 'after']).orderBy('sequence').execute()
  ).map(row => row.action);
/** The code and fields of the error that the work ends with. */
async function refusal(work: Promise<unknown>): Promise<[string, ...string[]]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'problems' in error && Array.isArray(error.problems)) {
      return [String(error.code), ...error.problems.map(problem => String(problem.field))];
    }
    throw error;
  }
  throw new Error('it was not refused');
}

describe('making a group', () => {
  test('gives its counts, and duplicates of a guid in any case are one company', async () => {
    const group = await create(' EMEA ', ['guid-a', 'GUID-A', 'guid-c']);
    expect(group).toMatchObject({
      name: 'EMEA',
      allCompanies: false,
      isDefault: false,
      userCount: 0,
      companyCount: 2,
    });
    expect(await groups.companies(admin, organizationId, group.guid)).toEqual([
      { guid: 'GUID-C', name: 'Core' },
      { guid: 'guid-a', name: 'Acme' },
    ]);
    expect(await wholeGroup()).toMatchObject({ isDefault: true, userCount: 1, companyCount: 3 });
    expect(await actionsOf()).toContain('group.created');
  });

  test.each([
    ['', 'name'],
    ['  ', 'name'],
    ['a\u0007b', 'name'],
    ['EMEA\n', 'name'],
    ['x'.repeat(256), 'name'],
    ['null', 'name'],
    ['\ud800', 'name'],
  ])('a name like %j is refused', async (name, field) => {
    expect(await refusal(create(name))).toEqual(['INVALID', field]);
  });

  test('a name of 255 characters is taken, whatever the number of their code units', async () => {
    expect((await create('😀'.repeat(255))).name).toHaveLength(510);
  });

  test('a name that another group has, in whatever case, is a conflict', async () => {
    await create('EMEA');
    expect(await refusal(create('emea'))).toEqual(['CONFLICT', 'name']);
    expect(await refusal(create('ALL companies'))).toEqual(['CONFLICT', 'name']);
  });

  test('unknown companies are named, and nothing is made', async () => {
    const before = await readAccessVersion(store.db);
    expect(await refusal(create('EMEA', ['guid-a', 'guid-x', 'guid-y']))).toEqual([
      'INVALID',
      'companies',
      'companies',
    ]);
    await expect(create('EMEA', ['guid-x'])).rejects.toThrow(/guid-x is not a company/);
    expect(await groups.list(admin, organizationId, ALL)).toHaveLength(1);
    expect(await readAccessVersion(store.db)).toBe(before);
  });

  test('100,000 guids are read, and one more is refused', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `guid-${'abc'[index % 3]}`);
    expect((await create('EMEA', many)).companyCount).toBe(3);
    expect(await refusal(create('APAC', [...many, 'guid-a']))).toEqual(['INVALID', 'companies']);
  });

  test('a group of all companies takes no list', async () => {
    const work = groups.create(
      admin,
      organizationId,
      { name: 'All', allCompanies: true, companies: ['guid-a'] },
      NO_ORIGIN,
    );
    expect(await refusal(work)).toEqual(['INVALID', 'companies']);
  });

  test('there is always exactly one default group', async () => {
    const made = await groups.create(admin, organizationId, { name: 'New', isDefault: true }, NO_ORIGIN);
    const defaults = async () =>
      (await groups.list(admin, organizationId, ALL))
        .filter(group => group.isDefault)
        .map(group => group.guid);
    expect(await defaults()).toEqual([made.guid]);
    expect(
      await refusal(groups.update(admin, organizationId, made.guid, { isDefault: false }, NO_ORIGIN)),
    ).toEqual(['CONFLICT']);
    const whole = await wholeGroup();
    await groups.update(admin, organizationId, whole.guid, { isDefault: true }, NO_ORIGIN);
    expect(await defaults()).toEqual([whole.guid]);
  });
});

describe('who sees which group', () => {
  test('a token behind a wall sees its own group, and any other is not there', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const apac = await create('APAC', ['guid-b']);
    const { principal: walled } = await token('EMEA');
    expect((await groups.list(walled, organizationId, ALL)).map(group => group.name)).toEqual(['EMEA']);
    expect((await groups.get(walled, organizationId, emea.guid)).companyCount).toBe(1);
    expect(await refusal(groups.get(walled, organizationId, apac.guid))).toEqual(['NOT_FOUND']);
    expect(await refusal(groups.companies(walled, organizationId, apac.guid))).toEqual(['NOT_FOUND']);
    expect(await groups.defaultGuid(walled, organizationId)).toBeNull();
  });

  test('a Group admin of all companies sees its own group too, and no more', async () => {
    await create('EMEA');
    const { principal } = await token('All Companies', { role: 'customer_group_admin' });
    expect((await groups.list(principal, organizationId, ALL)).map(group => group.name)).toEqual([
      'All Companies',
    ]);
  });

  test('no one behind a wall changes a group, its own least of all', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const { principal: walled } = await token('EMEA');
    const attempts = [
      groups.update(walled, organizationId, emea.guid, { allCompanies: true }, NO_ORIGIN),
      groups.update(walled, organizationId, emea.guid, { name: 'Mine' }, NO_ORIGIN),
      groups.replaceCompanies(walled, organizationId, emea.guid, ['guid-a', 'guid-b'], NO_ORIGIN),
      groups.addCompanies(walled, organizationId, [emea.guid], ['guid-b'], NO_ORIGIN),
      groups.delete(walled, organizationId, emea.guid, null, NO_ORIGIN),
      groups.create(walled, organizationId, { name: 'Wide', allCompanies: true }, NO_ORIGIN),
    ];
    for (const attempt of attempts) expect(await refusal(attempt)).toEqual(['FORBIDDEN']);
    expect(await groups.get(admin, organizationId, emea.guid)).toMatchObject({
      name: 'EMEA',
      companyCount: 1,
    });
  });

  test("another organization's groups are not there", async () => {
    expect(await refusal(groups.list(admin, newId(), ALL))).toEqual(['NOT_FOUND']);
    expect(await refusal(groups.create(admin, newId(), { name: 'EMEA' }, NO_ORIGIN))).toEqual(['NOT_FOUND']);
    expect(await refusal(groups.get(admin, organizationId, newId()))).toEqual(['NOT_FOUND']);
  });
});

describe('the companies of a group', () => {
  test('are replaced as a whole, and the change holds at once for those who live in it', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const { value } = await token('EMEA');
    expect(await seenBy(value)).toEqual(new Set(['guid-a']));
    await groups.replaceCompanies(admin, organizationId, emea.guid, ['guid-b'], NO_ORIGIN);
    expect(await seenBy(value)).toEqual(new Set(['guid-b']));
    await groups.replaceCompanies(admin, organizationId, emea.guid, [], NO_ORIGIN);
    expect(await seenBy(value)).toEqual(new Set());
    expect(await actionsOf()).toContain('group.companies_changed');
  });

  test('one that left the portfolio may stay, and cannot come back', async () => {
    const emea = await create('EMEA', ['guid-a']);
    await store.db
      .insertInto('access_group_companies')
      .values({ group_id: emea.guid, company_guid: 'guid-gone' })
      .execute();
    const put = (companies: string[]) =>
      groups.replaceCompanies(admin, organizationId, emea.guid, companies, NO_ORIGIN);
    await put(['guid-gone', 'guid-b']);
    expect(await groups.companies(admin, organizationId, emea.guid)).toEqual([
      { guid: 'guid-b', name: 'Bolt' },
      { guid: 'guid-gone', name: null },
    ]);
    await put(['guid-b']);
    expect(await refusal(put(['guid-gone']))).toEqual(['INVALID', 'companies']);
  });

  test('are added to several groups, or to none where one of them is unknown', async () => {
    const [emea, apac] = [await create('EMEA', ['guid-a']), await create('APAC')];
    await groups.addCompanies(admin, organizationId, [emea.guid, apac.guid], ['guid-b'], NO_ORIGIN);
    expect((await groups.get(admin, organizationId, emea.guid)).companyCount).toBe(2);
    expect((await groups.get(admin, organizationId, apac.guid)).companyCount).toBe(1);
    expect(
      await refusal(groups.addCompanies(admin, organizationId, [emea.guid, newId()], ['guid-c'], NO_ORIGIN)),
    ).toEqual(['NOT_FOUND']);
    expect((await groups.get(admin, organizationId, emea.guid)).companyCount).toBe(2);
  });

  test('are gone when the group was one of all companies for a while', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const { value } = await token('EMEA');
    await groups.update(admin, organizationId, emea.guid, { allCompanies: true }, NO_ORIGIN);
    expect(await seenBy(value)).toBe('all');
    expect(
      await refusal(groups.replaceCompanies(admin, organizationId, emea.guid, ['guid-a'], NO_ORIGIN)),
    ).toEqual(['INVALID', 'companies']);
    await groups.update(admin, organizationId, emea.guid, { allCompanies: false }, NO_ORIGIN);
    expect(await seenBy(value)).toEqual(new Set());
  });
});

describe('deleting a group', () => {
  test('that someone lives in is refused with their names, and nothing changes', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const { token: made, value } = await token('EMEA');
    await expect(groups.delete(admin, organizationId, emea.guid, null, NO_ORIGIN)).rejects.toMatchObject({
      code: 'CONFLICT',
      problems: [{ field: `tokens.${made.guid}`, message: 'of EMEA' }],
    });
    expect(await seenBy(value)).toEqual(new Set(['guid-a']));
  });

  test('moves them on request, with rights to match', async () => {
    const [emea, apac] = [await create('EMEA', ['guid-a']), await create('APAC', ['guid-b'])];
    const { value } = await token('EMEA');
    expect(await refusal(groups.delete(admin, organizationId, emea.guid, emea.guid, NO_ORIGIN))).toEqual([
      'INVALID',
      'move_to',
    ]);
    expect(await refusal(groups.delete(admin, organizationId, emea.guid, newId(), NO_ORIGIN))).toEqual([
      'INVALID',
      'move_to',
    ]);
    await groups.delete(admin, organizationId, emea.guid, apac.guid, NO_ORIGIN);
    expect(await seenBy(value)).toEqual(new Set(['guid-b']));
    expect(await refusal(groups.get(admin, organizationId, emea.guid))).toEqual(['NOT_FOUND']);
    const event = await store.db
      .selectFrom('audit_log')
      .select('after')
      .where('action', '=', 'group.deleted')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(event.after ?? '')).toMatchObject({ moved_to: apac.guid, users: [] });
  });

  test('a deactivated person is in the way too: back in the default group it would see more than before', async () => {
    const emea = await create('EMEA', ['guid-a']);
    await store.write(async transaction => {
      await transaction
        .insertInto('users')
        .values({
          id: 'ada',
          organization_id: organizationId,
          group_id: emea.guid,
          email: 'ada@example.com',
          email_key: 'ada@example.com',
          formal_name: 'Ada',
          friendly_name: 'Ada',
          role: 'customer_user',
          status: 'Deactivated',
          is_company_api_token: 0,
          joined_at: 0,
          recovery_codes: '[]',
        })
        .execute();
    });
    await expect(groups.delete(admin, organizationId, emea.guid, null, NO_ORIGIN)).rejects.toMatchObject({
      code: 'CONFLICT',
      problems: [{ field: 'users.ada', message: 'Ada' }],
    });
  });

  test('dead tokens are no reason to keep it, and stay dead', async () => {
    const emea = await create('EMEA', ['guid-a']);
    const { token: made, value } = await token('EMEA');
    await authority.companyTokens.revoke(admin, organizationId, made.guid, NO_ORIGIN);
    await groups.delete(admin, organizationId, emea.guid, null, NO_ORIGIN);
    expect(await authority.verify(value)).toBeNull();
  });

  test('the default group and the last one of all companies stay', async () => {
    const whole = await wholeGroup();
    const other = await create('Other');
    expect(await refusal(groups.delete(admin, organizationId, whole.guid, other.guid, NO_ORIGIN))).toEqual([
      'CONFLICT',
    ]);
    await groups.update(admin, organizationId, other.guid, { isDefault: true }, NO_ORIGIN);
    expect(await refusal(groups.delete(admin, organizationId, whole.guid, other.guid, NO_ORIGIN))).toEqual([
      'CONFLICT',
    ]);
    expect(await groups.list(admin, organizationId, ALL)).toHaveLength(2);
  });
});

test('no change leaves an organization without an Admin who sees all of it', async () => {
  const whole = await wholeGroup();
  const second = await groups.create(
    admin,
    organizationId,
    { name: 'Second', allCompanies: true, isDefault: true },
    NO_ORIGIN,
  );
  const narrow = await create('Narrow');
  const narrowing = groups.update(admin, organizationId, whole.guid, { allCompanies: false }, NO_ORIGIN);
  expect(await refusal(narrowing)).toEqual(['CONFLICT']);
  expect(await refusal(groups.delete(admin, organizationId, whole.guid, narrow.guid, NO_ORIGIN))).toEqual([
    'CONFLICT',
  ]);
  await groups.delete(admin, organizationId, whole.guid, second.guid, NO_ORIGIN);
  expect(await groups.get(admin, organizationId, second.guid)).toMatchObject({ userCount: 1 });
});

test('an authority that cannot follow the access version still never uses an old list of companies', async () => {
  const emea = await create('EMEA', ['guid-a']);
  const { value } = await token('EMEA');
  const other = await lab.node();
  expect(scopeOf(await principalOf(other.authority, value)).companies).toEqual(new Set(['guid-a']));
  await groups.replaceCompanies(admin, organizationId, emea.guid, ['guid-b'], NO_ORIGIN);
  expect(scopeOf(await principalOf(other.authority, value)).companies).toEqual(new Set(['guid-b']));
});

test('another process that follows the access version sees a changed group with its next look', async () => {
  const emea = await create('EMEA', ['guid-a']);
  const { value } = await token('EMEA');
  const other = await lab.node();
  await other.authority.refresh();
  await other.authority.verify(value);
  await groups.replaceCompanies(admin, organizationId, emea.guid, ['guid-b'], NO_ORIGIN);
  expect(other.authority.verifyCached(value)?.group.companies).toEqual(new Set(['guid-a']));
  await other.authority.refresh();
  expect(other.authority.verifyCached(value)).toBeUndefined();
  expect((await other.authority.verify(value))?.group.companies).toEqual(new Set(['guid-b']));
});
