import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../support/json.ts';
import {
  type Harness,
  NOW,
  OTHER_ORGANIZATION,
  OWNER_ORGANIZATION,
  principal,
  startHarness,
} from './harness.ts';
import { addCompanies, addConnection, companyRow, uuid } from './seed.ts';

const GROUPS = `/v1/provisioning/organizations/${OWNER_ORGANIZATION}/groups`;
const TOKENS = `/v1/provisioning/organizations/${OWNER_ORGANIZATION}/tokens`;
const WHOLE = uuid('whole group');
const [ACME, BOLT, GONE, FOREIGN] = [uuid('acme'), uuid('bolt'), uuid('gone'), uuid('foreign')];

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  const { store } = harness;
  for (const [id, organization] of [
    [WHOLE, OWNER_ORGANIZATION],
    [uuid('other whole group'), OTHER_ORGANIZATION],
  ] as const) {
    await store.db
      .insertInto('access_groups')
      .values({
        ...{ id, organization_id: organization, name: 'All Companies' },
        ...{ all_companies: 1, is_default: 1, created_at: NOW },
      })
      .execute();
  }
  const [own, deleted, other] = [uuid('own'), uuid('deleted'), uuid('other')];
  await addConnection(store, own);
  await addConnection(store, deleted, { state: 'DELETED' });
  await addConnection(store, other, { organization_id: OTHER_ORGANIZATION });
  await addCompanies(store.db, [
    companyRow(own, ACME, { name: 'Acme' }),
    companyRow(own, BOLT, { name: 'Bolt' }),
    companyRow(deleted, GONE, { name: 'Gone' }),
    companyRow(other, FOREIGN, { name: 'Foreign', organization_id: OTHER_ORGANIZATION }),
  ]);
  const whole = { guid: WHOLE, name: 'All Companies', allCompanies: true, companies: new Set<string>() };
  harness.callers.set('admin', principal({ group: whole }));
  harness.callers.set('reader', principal({ group: whole, scopes: ['read_only'] }));
});
afterAll(() => harness.close());

async function make(name: string, companies: string[] = []): Promise<string> {
  const made = await harness.call('POST', GROUPS, { as: 'admin', body: { name, companies } });
  expect(made.status, made.text).toBe(201);
  return String(at(made.json, 'guid'));
}

/** A company token's principal in the group, as the authority would give it. */
function walledIn(guid: string, name: string, companies: string[]): string {
  const group = { guid, name, allCompanies: false, companies: new Set(companies) };
  harness.callers.set(`walled ${name}`, principal({ group }));
  return `walled ${name}`;
}

test('a group is made, read, changed and deleted', async () => {
  const made = await harness.call('POST', GROUPS, {
    as: 'admin',
    body: { name: 'EMEA', companies: [ACME, ACME.toUpperCase()] },
  });
  const guid = String(at(made.json, 'guid'));
  expect(made.json).toEqual({
    guid,
    name: 'EMEA',
    all_companies: false,
    is_default: false,
    user_count: 0,
    company_count: 1,
  });
  expect(made.headers.get('location')).toBe(`${GROUPS}/${guid}`);
  const path = `${GROUPS}/${guid}`;
  expect((await harness.get(path, { as: 'admin' })).json).toEqual(made.json);
  const patched = await harness.call('PATCH', path, { as: 'admin', body: { name: 'Europe' } });
  expect(patched).toMatchObject({ status: 200, json: { name: 'Europe', company_count: 1 } });
  const put = await harness.call('PUT', `${path}/companies`, { as: 'admin', body: { companies: [BOLT] } });
  expect(put.json).toEqual({ items: [{ guid: BOLT, name: 'Bolt' }] });
  expect((await harness.call('DELETE', path, { as: 'admin' })).status).toBe(204);
  expect((await harness.get(path, { as: 'admin' })).status).toBe(404);
});

test('groups are listed in pages that lead to one another', async () => {
  for (const name of ['Page 1', 'Page 2', 'Page 3']) await make(name);
  const names: string[] = [];
  let path = `${GROUPS}?limit=2`;
  for (;;) {
    const page = await harness.get(path, { as: 'admin' });
    for (const item of at(page.json, 'items') as { name: string }[]) names.push(item.name);
    const next = at(page.json, 'next_cursor');
    if (typeof next !== 'string') break;
    path = `${GROUPS}?limit=2&cursor=${next}`;
  }
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['All Companies', 'Page 1', 'Page 2', 'Page 3']));
});

test.each([
  [{}, 'name'],
  [{ name: ' ' }, 'name'],
  [{ name: 'A\u0000' }, 'name'],
  [{ name: 'A', colour: 'red' }, 'colour'],
  [{ name: 'A', companies: [GONE] }, 'companies'],
  [{ name: 'A', companies: [FOREIGN] }, 'companies'],
  [{ name: 'A', all_companies: true, companies: [ACME] }, 'companies'],
])('a new group like %j is 422 that names the field', async (body, field) => {
  const answer = await harness.call('POST', GROUPS, { as: 'admin', body });
  expect(answer.status).toBe(422);
  expect(at(answer.json, 'errors', 0, 'field')).toBe(field);
});

test('a name that is taken is 409', async () => {
  await make('Once');
  const again = await harness.call('POST', GROUPS, { as: 'admin', body: { name: 'ONCE' } });
  expect(again).toMatchObject({ status: 409, json: { errors: [{ field: 'name' }] } });
});

test('whoever lives in a group is in the way of its deletion, by name, until told where to go', async () => {
  const [from, to] = [await make('From'), await make('To', [ACME])];
  const user = uuid('a person of From');
  await harness.store.db
    .insertInto('users')
    .values({
      ...{ id: user, organization_id: OWNER_ORGANIZATION, group_id: from, email: 'p@example.com' },
      ...{ formal_name: 'Pat', friendly_name: 'Pat', role: 'customer_user', status: 'Created' },
      ...{ is_company_api_token: 0, joined_at: NOW, recovery_codes: '[]' },
    })
    .execute();
  expect((await harness.get(`${GROUPS}/${from}`, { as: 'admin' })).json).toMatchObject({ user_count: 1 });
  const refused = await harness.call('DELETE', `${GROUPS}/${from}`, { as: 'admin' });
  expect(refused.status).toBe(409);
  expect(at(refused.json, 'errors')).toEqual([{ field: `users.${user}`, message: 'Pat' }]);
  const lost = await harness.call('DELETE', `${GROUPS}/${from}?move_to=${uuid('nowhere')}`, { as: 'admin' });
  expect(lost).toMatchObject({ status: 422, json: { errors: [{ field: 'move_to' }] } });
  expect((await harness.call('DELETE', `${GROUPS}/${from}?move_to=${to}`, { as: 'admin' })).status).toBe(204);
  expect((await harness.get(`${GROUPS}/${to}`, { as: 'admin' })).json).toMatchObject({ user_count: 1 });
});

test('the default group stays', async () => {
  const refused = await harness.call('DELETE', `${GROUPS}/${WHOLE}`, { as: 'admin' });
  expect(refused.status).toBe(409);
});

test('behind a wall there is one group, which cannot be changed, and no tokens but its own', async () => {
  const guid = await make('Wall', [ACME]);
  const other = await make('Beside', [BOLT]);
  const as = walledIn(guid, 'Wall', [ACME]);
  const list = await harness.get(GROUPS, { as });
  expect(at(list.json, 'items')).toMatchObject([{ guid, name: 'Wall' }]);
  expect((await harness.get(`${GROUPS}/${other}`, { as })).status).toBe(404);
  expect((await harness.get(`${GROUPS}/${other}/companies`, { as })).status).toBe(404);
  expect((await harness.get(`${GROUPS}/${guid}/companies`, { as })).json).toEqual({
    items: [{ guid: ACME, name: 'Acme' }],
  });
  for (const [method, path, body] of [
    ['PATCH', `${GROUPS}/${guid}`, { all_companies: true }],
    ['PUT', `${GROUPS}/${guid}/companies`, { companies: [ACME, BOLT] }],
    ['DELETE', `${GROUPS}/${guid}`, undefined],
    ['POST', GROUPS, { name: 'Mine', all_companies: true }],
  ] as const) {
    expect((await harness.call(method, path, { as, body })).status, `${method} ${path}`).toBe(403);
  }
});

test('a walled token makes and ends tokens of its own group, and none above its role or beside it', async () => {
  const guid = await make('Tokens', [ACME]);
  const as = walledIn(guid, 'Tokens', [ACME]);
  const beside = await harness.call('POST', TOKENS, { as: 'admin', body: { description: 'beside' } });
  expect(beside.status, beside.text).toBe(201);
  const unknown = await harness.call('POST', TOKENS, {
    as,
    body: { description: 'x', group: 'no such group' },
  });
  const foreign = await harness.call('POST', TOKENS, {
    as,
    body: { description: 'x', group: 'All Companies' },
  });
  expect([unknown.status, foreign.status]).toEqual([422, 422]);
  expect(foreign.text).toBe(unknown.text);
  for (const group of [null, undefined, 'null', 'Tokens']) {
    const made = await harness.call('POST', TOKENS, { as, body: { description: 'x', group } });
    expect(made, made.text).toMatchObject({ status: 201, json: { group: { guid, name: 'Tokens' } } });
  }
  harness.callers.set(
    'walled vrm',
    principal({
      role: 'vrm_admin',
      group: { guid, name: 'Tokens', allCompanies: false, companies: new Set([ACME]) },
    }),
  );
  const stronger = await harness.call('POST', TOKENS, {
    as: 'walled vrm',
    body: { description: 'x', role: 'customer_admin' },
  });
  expect(stronger.status).toBe(422);
  const provisioning = await harness.call('POST', TOKENS, {
    as,
    body: { description: 'x', scopes: ['provisioning'] },
  });
  expect(provisioning.status).toBe(422);
  const path = `${TOKENS}/${String(at(beside.json, 'guid'))}`;
  for (const method of ['GET', 'DELETE']) expect((await harness.call(method, path, { as })).status).toBe(404);
  expect((await harness.call('POST', `${path}/rotate`, { as, body: {} })).status).toBe(404);
  expect((await harness.call('DELETE', path, { as: 'admin' })).status).toBe(204);
});

test("another organization's groups are not there, but for whoever provisions it", async () => {
  const theirs = `/v1/provisioning/organizations/${OTHER_ORGANIZATION}/groups`;
  expect((await harness.get(theirs, { as: 'admin' })).status).toBe(404);
  expect((await harness.get(theirs, { as: 'owner' })).status).toBe(200);
  const made = await harness.call('POST', theirs, {
    as: 'owner',
    body: { name: 'Theirs', companies: [FOREIGN] },
  });
  expect(made.status).toBe(201);
  const guid = String(at(made.json, 'guid'));
  // A guid of one organization is unknown under another, whoever asks.
  for (const as of ['owner', 'admin'])
    expect((await harness.get(`${GROUPS}/${guid}`, { as })).status).toBe(404);
  const mixed = await harness.call('POST', theirs, {
    as: 'owner',
    body: { name: 'Mixed', companies: [ACME] },
  });
  expect(mixed.status).toBe(422);
});

test('a read-only token reads groups and changes none', async () => {
  expect((await harness.get(GROUPS, { as: 'reader' })).status).toBe(200);
  expect((await harness.call('POST', GROUPS, { as: 'reader', body: { name: 'No' } })).status).toBe(403);
});
