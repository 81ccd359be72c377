import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountLab, startAccountLab } from './account-lab.ts';

let lab: AccountLab;
let guids: string[];
beforeAll(async () => {
  lab = await startAccountLab();
  guids = [...lab.source.companyNames().keys()];
});
afterAll(() => lab.close());

const GROUPS = '/ratings/v1/access-groups';

/** Makes a group and gives its guid. */
async function make(name: string, companies: string[] = []): Promise<string> {
  const made = await lab.call('POST', GROUPS, { body: { name, companies } });
  expect(made).toMatchObject({ status: 201, json: { name, company_count: companies.length } });
  const { json } = made;
  if (typeof json === 'object' && json !== null && 'guid' in json) return String(json.guid);
  throw new Error(made.text);
}

test('groups are listed with the default one, in the documented keys', async () => {
  const list = await lab.get(`${GROUPS}/`);
  expect(list.json).toEqual({
    groups: [
      {
        guid: lab.admin.group.guid,
        name: 'All Companies',
        all_companies: true,
        is_default: true,
        allow_bundled_companies: false,
        can_set_tier_scope: false,
        user_count: 1,
        company_count: 6,
        subscription_types: {},
      },
    ],
    default_group: lab.admin.group.guid,
  });
});

test('a list is cut by fields, and also comes as CSV', async () => {
  await make('Shown');
  expect((await lab.get(`${GROUPS}?fields=name`)).json).toMatchObject({
    groups: expect.arrayContaining([{ name: 'All Companies' }, { name: 'Shown' }]),
  });
  const csv = await lab.get(`${GROUPS}?format=csv&fields=name,all_companies`);
  expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
  expect(csv.text).toContain('All Companies,true\r\n');
});

test('the documented form of a new group has its settings in a list', async () => {
  const body = { name: 'This Group', groups: [{ all_companies: true, is_default: false }] };
  expect(await lab.call('POST', GROUPS, { body })).toMatchObject({
    status: 201,
    json: { name: 'This Group', all_companies: true, company_count: 6 },
  });
});

test.each([
  [{}, 'name'],
  [{ name: '' }, 'name'],
  [{ name: 'B', companies: ['not-a-company'] }, 'companies'],
  [{ name: 'B', companies: 'guid' }, 'companies'],
  [{ name: 'B', all_companies: 'perhaps' }, 'all_companies'],
  [{ name: 'B', allow_bundled_companies: true }, 'allow_bundled_companies'],
  [{ name: 'B', groups: [{}, {}] }, 'groups'],
  [{ data: { name: 'B' }, name: 'B' }, 'data'],
  [[], 'object'],
])('a new group like %j is 400 that names the field', async (body, named) => {
  const answer = await lab.call('POST', GROUPS, { body });
  expect(answer.status).toBe(400);
  expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
});

test('a name that is taken is 409', async () => {
  await make('Twice');
  expect((await lab.call('POST', GROUPS, { body: { name: 'Twice' } })).status).toBe(409);
});

test('a group is read, changed as clients in the field write booleans, and deleted', async () => {
  const guid = await make('Changing', guids.slice(0, 2));
  const path = `${GROUPS}/${guid}`;
  expect((await lab.get(path)).json).toMatchObject({
    guid,
    user_count: 0,
    company_count: 2,
    is_default: false,
  });
  expect((await lab.get(`${path}?fields=name`)).json).toEqual({ name: 'Changing' });
  const changed = await lab.call('PATCH', path, { body: { name: 'Changed', is_default: 'true' } });
  expect(changed).toMatchObject({ status: 200, json: { name: 'Changed', is_default: true } });
  const back = { is_default: true };
  expect((await lab.call('PATCH', `${GROUPS}/${lab.admin.group.guid}`, { body: back })).status).toBe(200);
  expect(await lab.call('DELETE', path)).toMatchObject({ status: 204, text: '' });
  expect((await lab.get(path)).status).toBe(404);
  expect((await lab.call('DELETE', path)).status).toBe(404);
});

test('a group shows its users on request', async () => {
  const { json } = await lab.get(`${GROUPS}/${lab.admin.group.guid}?expand=users`);
  expect(json).toMatchObject({ users: [{ guid: lab.admin.userId, formal_name: lab.admin.name }] });
});

describe('the companies of a group', () => {
  test('are replaced as a bare array of guids, and read as one', async () => {
    const path = `${GROUPS}/${await make('Guids')}/companies/guids`;
    const put = await lab.call('PUT', path, { body: [guids[0], guids[1], guids[0]] });
    expect(put.status).toBe(200);
    expect(put.json).toEqual(guids.slice(0, 2).sort());
    expect((await lab.get(`${path}?subscribed-group=x`)).json).toEqual(guids.slice(0, 2).sort());
    expect((await lab.call('PUT', path, { body: ['nobody'] })).json).toEqual({
      detail: expect.stringContaining('nobody'),
    });
    expect((await lab.call('PUT', path, { body: [] })).json).toEqual([]);
  });

  test('are added to several groups at once, with an empty answer', async () => {
    const [first, second] = [await make('Add one', guids.slice(0, 1)), await make('Add two')];
    const body = { groups: [first, second], companies: guids.slice(1, 3) };
    expect(await lab.call('PUT', `${GROUPS}/companies`, { body })).toMatchObject({ status: 200, text: '' });
    expect((await lab.get(`${GROUPS}/${first}`)).json).toMatchObject({ company_count: 3 });
    expect((await lab.get(`${GROUPS}/${second}`)).json).toMatchObject({ company_count: 2 });
  });

  test('of the group of all companies are all there are', async () => {
    const { json } = await lab.get(`${GROUPS}/${lab.admin.group.guid}/companies/guids`);
    expect(new Set(Array.isArray(json) ? json : [])).toEqual(new Set(guids));
  });
});

test('a query by guid reads, so a read-only token may make it and nothing else', async () => {
  const guid = await make('Queried');
  const token = await lab.token('All Companies', 'customer_admin', ['read_only']);
  expect((await lab.call('POST', `${GROUPS}/query`, { token, body: { guid: [guid] } })).json).toMatchObject({
    groups: [{ guid, name: 'Queried' }],
  });
  const changes: [string, string, unknown][] = [
    ['POST', GROUPS, { name: 'No' }],
    ['PATCH', `${GROUPS}/${guid}`, { name: 'No' }],
    ['DELETE', `${GROUPS}/${guid}`, undefined],
    ['PUT', `${GROUPS}/${guid}/companies/guids`, []],
    ['PUT', `${GROUPS}/companies`, { groups: [guid], companies: [] }],
  ];
  for (const [method, path, body] of changes) {
    expect((await lab.call(method, path, { token, body })).status, `${method} ${path}`).toBe(403);
  }
});

describe('a token behind the wall', () => {
  test('sees its own group alone, sees its companies alone, and is told of no other', async () => {
    const own = lab.source.summary().company_guid;
    const others = guids.filter(guid => guid !== own);
    const guid = await make('Wall', others.slice(0, 2));
    const token = await lab.token('Wall');
    expect((await lab.get(GROUPS, { token })).json).toMatchObject({
      groups: [{ guid }],
      default_group: null,
    });
    expect((await lab.get(`${GROUPS}/${lab.admin.group.guid}`, { token })).status).toBe(404);
    const portfolio = await lab.get('/ratings/v2/portfolio', { token });
    expect(portfolio.json).toMatchObject({ count: 2, summaries: { 'my-company': null } });
    expect((await lab.get(`/ratings/v1/companies/${own}`, { token })).status).toBe(403);
    expect((await lab.get('/ratings/v1/users/current', { token })).json).toMatchObject({
      customer: { my_company_guid: null },
    });
    expect((await lab.get('/ratings/v1/users/current')).json).toMatchObject({
      customer: { my_company_guid: own },
    });
  });

  test('loses and gains companies with its group at once', async () => {
    const guid = await make('Moving', guids.slice(0, 1));
    const token = await lab.token('Moving');
    const seen = async () => (await lab.get('/ratings/v2/portfolio', { token })).json;
    expect(await seen()).toMatchObject({ count: 1, results: [{ guid: guids[0] }] });
    await lab.call('PUT', `${GROUPS}/${guid}/companies/guids`, { body: guids.slice(1, 4) });
    expect(await seen()).toMatchObject({ count: 3 });
    expect((await lab.get(`/v1/companies/${guids[0]}/findings`, { token })).status).toBe(403);
  });

  test('cannot edit its own group, make a token of another, nor end one of another', async () => {
    const guid = await make('Abused', guids.slice(0, 1));
    const token = await lab.token('Abused');
    const stranger = await lab.call('POST', '/v1/customers/current/api-tokens', {
      body: { description: 'stranger', group: 'All Companies' },
    });
    const strangerGuid = String(Object(stranger.json).guid);
    for (const body of [{ all_companies: true }, { name: 'Free' }]) {
      expect((await lab.call('PATCH', `${GROUPS}/${guid}`, { token, body })).status).toBe(403);
    }
    const tokens = '/v1/customers/current/api-tokens';
    for (const group of ['All Companies', 'Wall', 'no such group']) {
      const refused = await lab.call('POST', tokens, { token, body: { description: 'x', group } });
      expect(refused.status).toBe(400);
      expect(refused.json).toEqual({ detail: expect.stringContaining('group') });
    }
    // Null, the text "null" and nothing at all are its own group, never the default one.
    for (const group of [null, 'null', undefined]) {
      const made = await lab.call('POST', tokens, { token, body: { description: 'x', group } });
      expect(made).toMatchObject({ status: 201, json: { group: 'Abused' } });
    }
    expect((await lab.call('DELETE', `${tokens}/${strangerGuid}`, { token })).status).toBe(404);
    expect((await lab.call('DELETE', `${tokens}/${strangerGuid}`)).status).toBe(204);
  });

  test('a group with tokens is not deleted under them', async () => {
    const guid = await make('Held', guids.slice(0, 1));
    const token = await lab.token('Held');
    const refused = await lab.call('DELETE', `${GROUPS}/${guid}`);
    expect(refused.status).toBe(409);
    expect((await lab.get('/ratings/v2/portfolio', { token })).json).toMatchObject({ count: 1 });
  });
});
