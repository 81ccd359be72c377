import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountLab, startAccountLab } from './account-lab.ts';

let lab: AccountLab;
beforeAll(async () => {
  lab = await startAccountLab();
});
afterAll(() => lab.close());

const USERS = '/ratings/v2/users';
const member = (json: unknown, name: string): unknown => Object(json)[name];

async function make(email: string, more: Record<string, unknown> = {}): Promise<string> {
  const data = {
    email,
    formal_name: `Name of ${email}`,
    friendly_name: 'Friend',
    roles: [{ slug: 'customer_user' }],
    ...more,
  };
  const made = await lab.call('POST', USERS, { body: { data } });
  expect(made, made.text).toMatchObject({ status: 201 });
  return String(member(made.json, 'guid'));
}

test('a new user has the documented keys and no link, and waits for its activation', async () => {
  const data = { email: 'diane@example.com', formal_name: 'Diane Jones', roles: [{ slug: 'customer_user' }] };
  const made = await lab.call('POST', USERS, { body: { data } });
  expect(made.status).toBe(201);
  expect(made.json).toEqual({
    guid: expect.any(String),
    friendly_name: 'Diane Jones',
    formal_name: 'Diane Jones',
    email: 'diane@example.com',
    group: { guid: lab.admin.group.guid, name: 'All Companies' },
    landing_page: 'DEFAULT',
    status: 'Created',
    last_login_time: null,
    joined_time: '2026-03-01T12:00:00Z',
    roles: [{ name: 'User', slug: 'customer_user' }],
    is_available_for_contact: false,
    is_company_api_token: false,
    features: [],
    preferred_contact_for_entities: [],
    mfa_status: 'DISABLED',
  });
  expect(made.text).not.toContain('activate');
});

test.each([
  [{}, 'email'],
  [{ email: 'x' }, 'formal_name'],
  [{ email: 'x', formal_name: 'X', roles: [{ slug: 'customer_user' }] }, 'email'],
  [{ email: 'x@example.com', formal_name: 'X' }, 'roles'],
  [{ email: 'x@example.com', formal_name: 'X', roles: [{ slug: 'vrm_operations' }] }, 'roles'],
  [
    { email: 'x@example.com', formal_name: 'X', roles: [{ slug: 'customer_user' }, { slug: 'vrm_admin' }] },
    'roles',
  ],
  [
    { email: 'x@example.com', formal_name: 'X', roles: [{ slug: 'customer_user' }], group: 'no-guid' },
    'group',
  ],
  [
    {
      email: 'x@example.com',
      formal_name: 'X',
      roles: [{ slug: 'customer_user' }],
      is_company_api_token: true,
    },
    'is_company_api_token',
  ],
])('a new user like %j is 400 that names the field', async (body, named) => {
  const answer = await lab.call('POST', USERS, { body });
  expect(answer.status).toBe(400);
  expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
});

test('an address that has an account is 409', async () => {
  await make('twice@example.com');
  const body = { email: 'Twice@Example.com', formal_name: 'T', roles: [{ slug: 'customer_user' }] };
  expect((await lab.call('POST', USERS, { body })).status).toBe(409);
});

test('the list has people and company tokens, in an envelope with links that carry the filters', async () => {
  await lab.token('All Companies');
  await make('listed@example.com');
  const all = await lab.get(`${USERS}?limit=2&status=Created,Activated`);
  expect(all.json).toMatchObject({ links: { previous: null }, count: expect.any(Number) });
  const next = String(member(member(all.json, 'links'), 'next'));
  expect(next).toContain('status=Created%2CActivated&limit=2&offset=2');
  const count = async (query: string) => member((await lab.get(`${USERS}?${query}`)).json, 'count');
  const whole = Number(await count(''));
  const tokens = Number(await count('is_company_api_token=true'));
  expect(tokens).toBeGreaterThan(0);
  expect(Number(await count('is_company_api_token=false')) + tokens).toBe(whole);
  expect(await count('email_q=LISTED')).toBe(1);
  expect(await count('formal_name_q=administrator')).toBe(1);
  expect(await count('roles.slug=customer_admin&status=Activated&is_company_api_token=false')).toBe(1);
  expect(await count('roles__slug=customer_admin&is_company_api_token=false')).toBe(1);
  expect(await count(`group.guid=${lab.admin.group.guid}`)).toBe(whole);
  expect(await count(`guid=${lab.admin.userId}`)).toBe(1);
  expect(await count('q=listed')).toBe(1);
});

test('an unknown filter is passed over, and a known one with an unknown value finds nobody', async () => {
  const count = async (query: string) => member((await lab.get(`${USERS}?${query}`)).json, 'count');
  const whole = await count('');
  expect(await count('no_such_filter=1')).toBe(whole);
  for (const query of [
    'status=Gone',
    'roles.slug=king',
    'is_company_api_token=perhaps',
    'group.guid=x',
    'is_preferred_contact=true',
  ])
    expect(await count(query), query).toBe(0);
});

test('users are sorted, cut by fields, and come as CSV', async () => {
  await make('aa@example.com');
  const sorted = await lab.get(`${USERS}?sort=-email&fields=email&is_company_api_token=false`);
  const emails = (member(sorted.json, 'results') as { email: string }[]).map(row => row.email);
  expect(emails).toEqual([...emails].sort().reverse());
  const csv = await lab.get(`${USERS}?format=csv&fields=email`);
  expect(csv.text.split('\r\n')[0]).toBe('email');
});

test('a user is read, changed and deleted', async () => {
  const path = `${USERS}/${await make('changing@example.com')}`;
  expect((await lab.get(path)).json).toMatchObject({ email: 'changing@example.com', status: 'Created' });
  const group = await lab.groups.create(
    lab.admin,
    lab.admin.organizationId,
    { name: 'EMEA' },
    { address: null, client: null },
  );
  const body = {
    data: { friendly_name: 'Chang', roles: [{ slug: 'customer_group_admin' }], group: group.guid },
  };
  expect(await lab.call('PATCH', path, { body })).toMatchObject({
    status: 200,
    json: { friendly_name: 'Chang', roles: [{ slug: 'customer_group_admin' }], group: { name: 'EMEA' } },
  });
  expect((await lab.call('PATCH', path, { body: { email: 'other@example.com' } })).status).toBe(400);
  expect((await lab.call('PATCH', path, { body: { status: 'Asleep' } })).status).toBe(400);
  expect(await lab.call('PATCH', path, { body: { status: 'Deactivated' } })).toMatchObject({
    json: { status: 'Deactivated' },
  });
  expect(await lab.call('DELETE', path)).toMatchObject({ status: 204, text: '' });
  for (const method of ['GET', 'DELETE']) expect((await lab.call(method, path)).status).toBe(404);
});

test('the last Admin stays', async () => {
  expect((await lab.call('DELETE', `${USERS}/${lab.admin.userId}`)).status).toBe(409);
});

test('calls about activation and two-factor sign-in say what this server can do', async () => {
  const path = `${USERS}/${await make('calls@example.com')}`;
  const resend = await lab.call('POST', `${path}/resend-activation-email`);
  expect(resend.status).toBe(400);
  expect(resend.json).toEqual({ detail: expect.stringContaining('SMTP') });
  expect((await lab.call('POST', `${path}/reset-mfa`)).status).toBe(200);
  expect((await lab.call('POST', `${path}/require-mfa`)).status).toBe(409);
  expect((await lab.call('POST', `${USERS}/nobody/reset-mfa`)).status).toBe(404);
});

test('v1 lists active people in a bare array, and more on request', async () => {
  await lab.token('All Companies', 'customer_user');
  const people = await lab.get('/ratings/v1/users');
  expect(people.json).toEqual([
    {
      friendly_name: lab.admin.name,
      formal_name: lab.admin.name,
      first_name: 'Administrator',
      last_name: '',
      email: expect.any(String),
      guid: lab.admin.userId,
    },
  ]);
  const all = (await lab.get('/ratings/v1/users?show_all=true&include_details=true')).json;
  expect(all).toEqual(
    expect.arrayContaining([expect.objectContaining({ is_customer_api_token: true, status: 'Activated' })]),
  );
  const [company] = lab.source.companyNames().keys();
  expect((await lab.get(`/ratings/v1/users?view_company=${company}`)).json).toHaveLength(1);
  expect((await lab.get('/ratings/v1/users?view_company=nobody')).json).toEqual([]);
  expect((await lab.get(`/ratings/v1/users/${lab.admin.userId}`)).json).toMatchObject({
    roles: [{ name: 'customer_admin', presentation: 'Admin' }],
  });
});

test('the quota counts people, and has no end', async () => {
  const { json } = await lab.get('/ratings/v1/users/quota');
  expect(json).toMatchObject({
    active_user_count: 1,
    remaining_active_quota: null,
    total_active_quota: null,
  });
  expect(member(json, 'total_user_count')).toBe(1 + Number(member(json, 'inactive_user_count')));
});

test('a sign-in shows with microseconds on v2, and with seconds in who am I', async () => {
  await lab.store.db
    .updateTable('users')
    .set({ last_login_at: Date.parse('2026-02-03T04:05:06.789Z') })
    .where('id', '=', lab.admin.userId)
    .execute();
  expect((await lab.get(`${USERS}/${lab.admin.userId}`)).json).toMatchObject({
    last_login_time: '2026-02-03T04:05:06.789000Z',
  });
  expect((await lab.get('/ratings/v1/users/current')).json).toMatchObject({
    last_login_date: '2026-02-03T04:05:06Z',
  });
});

describe('who may', () => {
  test('a token behind a wall reads the people of its own group and changes nobody', async () => {
    await lab.groups.create(
      lab.admin,
      lab.admin.organizationId,
      { name: 'Wall' },
      { address: null, client: null },
    );
    const token = await lab.token('Wall');
    const list = await lab.get(`${USERS}?limit=100`, { token });
    expect(member(list.json, 'count')).toBe(1);
    expect((await lab.get(`${USERS}/${lab.admin.userId}`, { token })).status).toBe(404);
    const body = { email: 'w@example.com', formal_name: 'W', roles: [{ slug: 'customer_user' }] };
    expect((await lab.call('POST', USERS, { token, body })).status).toBe(403);
    expect((await lab.call('DELETE', `${USERS}/${lab.admin.userId}`, { token })).status).toBe(403);
  });

  test('a role that manages no people reads none', async () => {
    const token = await lab.token('All Companies', 'vrm_admin');
    for (const path of ['/v1/users', '/v1/users/quota', '/v2/users', `/v2/users/${lab.admin.userId}`])
      expect((await lab.get(path, { token })).status, path).toBe(403);
  });
});
