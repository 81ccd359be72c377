import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  BAD_TOKEN,
  GOOD_TOKEN,
  startUpstream,
  UPSTREAM_WORDS,
  type Upstream,
} from '../connections/upstream.ts';
import { at } from '../support/json.ts';
import {
  type Answer,
  type CallOptions,
  type Harness,
  NOW,
  OTHER_ORGANIZATION,
  OWNER_ORGANIZATION,
  startHarness,
} from './harness.ts';
import { addCompanies, companyRow, uuid } from './seed.ts';

const ORGANIZATIONS = '/v1/provisioning/organizations';
const OWN = `${ORGANIZATIONS}/${OWNER_ORGANIZATION}`;
const VALIDATE = '/v1/provisioning/connection-invite-token/validate';

let harness: Harness;
let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
  harness = await startHarness({
    upstreamHosts: ['api.bitsighttech.com', upstream.host],
    extraCa: upstream.ca,
  });
});
afterAll(async () => {
  await harness.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.answer = null;
});

const post = (path: string, body: unknown, options: CallOptions = {}) =>
  harness.call('POST', path, { ...options, body });
const patch = (path: string, body: unknown, options: CallOptions = {}) =>
  harness.call('PATCH', path, { ...options, body });
const idOf = (answer: Answer): string => String(at(answer.json, 'id'));
const invited = (token: string): CallOptions => ({
  as: null,
  headers: { 'x-connection-invite-token': token },
});

async function newConnection(more: Record<string, unknown> = {}): Promise<string> {
  const options = { base_url: upstream.url };
  const body = { vendor: 'BIT_SIGHT', credentials: { username: GOOD_TOKEN }, options, ...more };
  const answer = await post(`${OWN}/connections`, body);
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

test('the catalogue names Bitsight', async () => {
  const answer = await harness.get('/v1/connectors', { as: 'user' });
  expect(at(answer.json, 'items', 0, 'vendor')).toBe('BIT_SIGHT');
});

test('organizations are made, listed, read and deleted by a provisioning token, and unseen by others', async () => {
  const made = await post(ORGANIZATIONS, { name: 'Acme', identifier: '42' });
  expect([made.status, at(made.json, 'name'), at(made.json, 'identifier')]).toEqual([201, 'Acme', '42']);
  const path = `${ORGANIZATIONS}/${idOf(made)}`;
  expect((await harness.get(path)).status).toBe(200);
  expect((await harness.get(path, { as: 'admin' })).status).toBe(404);
  expect((await harness.get(OWN, { as: 'user' })).status).toBe(200);
  expect((await harness.get(OWN, { as: 'other' })).status).toBe(404);
  const names = async (as: string) => at((await harness.get(ORGANIZATIONS, { as })).json, 'items');
  expect(await names('owner')).toHaveLength(3);
  expect(await names('other')).toMatchObject([{ id: OTHER_ORGANIZATION }]);
  const page = await harness.get(`${ORGANIZATIONS}?limit=2`);
  const rest = await harness.get(`${ORGANIZATIONS}?limit=2&cursor=${at(page.json, 'next_cursor')}`);
  expect(at(rest.json, 'items')).toMatchObject([{ name: 'Acme' }]);
  expect((await post(ORGANIZATIONS, { name: 'No' }, { as: 'admin' })).status).toBe(403);
  expect((await harness.call('DELETE', path, { as: 'admin' })).status).toBe(404);
  expect((await harness.call('DELETE', OWN, { as: 'admin' })).status).toBe(403);
  expect((await harness.call('DELETE', OWN)).status).toBe(409);
  const connection = idOf(await post(`${path}/connections`, { vendor: 'BIT_SIGHT' }));
  const before = await harness.store.db.selectFrom('access_version').select('version').executeTakeFirst();
  expect((await harness.call('DELETE', path)).status).toBe(204);
  const after = await harness.store.db.selectFrom('access_version').select('version').executeTakeFirst();
  expect(after?.version).not.toBe(before?.version);
  expect((await harness.get(path)).status).toBe(404);
  expect((await harness.call('DELETE', path)).status).toBe(404);
  const row = await harness.store.db
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', connection)
    .executeTakeFirst();
  expect(row?.state).toBe('DELETED');
});

test('a connection lives: pending, active, paused, another address, deleted', async () => {
  const made = await post(`${OWN}/connections`, { vendor: 'bit_sight', identifier: 'main' });
  const path = `${OWN}/connections/${idOf(made)}`;
  expect(made.json).toMatchObject({
    state: 'PENDING',
    is_active: false,
    has_credentials: false,
    refresh_interval_secs: 14_400,
    timeout_secs: 3_600,
    organization_name: 'Owner',
    health: { status: 'UNKNOWN' },
    next_sync_at: null,
  });
  expect((await patch(path, { state: 'ACTIVE' })).status).toBe(409);
  expect((await harness.get(`${path}/test`)).json).toMatchObject({ is_valid: false });
  const active = await patch(path, {
    credentials: { username: GOOD_TOKEN },
    options: { base_url: upstream.url, tiers: ['00000000-0000-4000-8000-0000000000a1'] },
  });
  expect(active.json).toMatchObject({
    state: 'ACTIVE',
    scope: { tiers: ['00000000-0000-4000-8000-0000000000a1'] },
    next_sync_at: new Date(NOW).toISOString(),
  });
  expect((await harness.get(`${path}/test`)).json).toEqual({
    is_valid: true,
    message: 'Bitsight accepted the token.',
  });
  expect((await patch(path, { state: 'paused' })).json).toMatchObject({
    state: 'PAUSED',
    next_sync_at: null,
  });
  expect((await post(`${path}/sync`, {})).status).toBe(409);
  const merged = await patch(path, { state: 'ACTIVE', options: { concurrency: 2, tiers: null } });
  expect(at(merged.json, 'options')).toEqual({ base_url: upstream.url, concurrency: 2 });
  const moved = await patch(path, { options: { base_url: 'https://api.bitsighttech.com' } });
  expect(moved.json).toMatchObject({ state: 'PENDING', has_credentials: false });
  const back = await patch(path, {
    credentials: { username: GOOD_TOKEN },
    options: { base_url: `${upstream.url}/` },
  });
  expect(back.json).toMatchObject({ state: 'ACTIVE', has_credentials: true });
  const job = idOf(await post(`${path}/sync`, { mode: 'full' }));
  expect((await harness.call('DELETE', path)).status).toBe(204);
  expect((await harness.call('DELETE', path)).status).toBe(204);
  expect((await harness.get(path)).json).toMatchObject({ state: 'DELETED', has_credentials: false });
  expect((await harness.get(`/v1/provisioning/jobs/${job}`)).json).toMatchObject({ state: 'CANCELLED' });
  expect((await patch(path, { identifier: 'x' })).status).toBe(409);
  expect((await harness.get(`${path}/test`)).status).toBe(409);
  expect(at((await harness.get(`${OWN}/connections`)).json, 'items')).not.toContainEqual(
    expect.objectContaining({ identifier: 'main' }),
  );
});

test.each([
  [{ vendor: 'ACME' }, 'vendor'],
  [{}, 'vendor'],
  [{ vendor: 'BIT_SIGHT', credentials: { username: 'has blank' } }, 'credentials.username'],
  [{ vendor: 'BIT_SIGHT', credentials: { username: 'x', password: 'y' } }, 'credentials.password'],
  [{ vendor: 'BIT_SIGHT', options: { colour: 'red' } }, 'options.colour'],
  [{ vendor: 'BIT_SIGHT', options: { base_url: 'http://api.bitsighttech.com' } }, 'options.base_url'],
  [{ vendor: 'BIT_SIGHT', options: { base_url: 'https://evil.example' } }, 'options.base_url'],
  [{ vendor: 'BIT_SIGHT', options: { backfill_from: '2026-02-30' } }, 'options.backfill_from'],
  [{ vendor: 'BIT_SIGHT', options: { concurrency: 0 } }, 'options.concurrency'],
  [{ vendor: 'BIT_SIGHT', refresh_interval_secs: 1 }, 'refresh_interval_secs'],
])('422 with the field named: %j', async (body, field) => {
  const answer = await post(`${OWN}/connections`, body);
  expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, field]);
});

test('400, 401, 403, 404, 413 and 415 on a body route', async () => {
  const path = `${OWN}/connections`;
  expect((await harness.call('POST', path, { text: '{"vendor":' })).status).toBe(400);
  expect((await post(path, {}, { as: null })).status).toBe(401);
  expect((await post(path, { vendor: 'BIT_SIGHT' }, { as: 'user' })).status).toBe(403);
  expect((await post(path, { vendor: 'BIT_SIGHT' }, { as: 'grouped' })).status).toBe(403);
  expect((await post(path, { vendor: 'BIT_SIGHT' }, { as: 'other' })).status).toBe(404);
  expect((await post(path, { vendor: 'x'.repeat(100_000) })).status).toBe(413);
  const text = { text: '<a/>', headers: { 'content-type': 'text/xml' } };
  expect((await harness.call('POST', path, text)).status).toBe(415);
  expect((await harness.get(path, { as: 'grouped' })).status).toBe(403);
  expect((await harness.get(`${path}/${uuid('none')}`)).status).toBe(404);
});

test('a test tells what happened in our words, follows no redirect, and names us', async () => {
  const id = await newConnection({ credentials: { username: BAD_TOKEN } });
  const path = `${OWN}/connections/${id}/test`;
  const refused = await harness.get(path);
  expect(refused.json).toMatchObject({
    is_valid: false,
    message: expect.stringContaining('refused the token'),
  });
  const cases: [NonNullable<Upstream['answer']>, string][] = [
    [{ status: 302, body: '', headers: { location: 'https://example.com/' } }, '302'],
    [{ status: 403, body: `{"detail":"${UPSTREAM_WORDS}"}` }, '403'],
    [{ status: 429, body: '{}', headers: { 'retry-after': '60' } }, '429'],
    [{ status: 503, body: `<html>${UPSTREAM_WORDS}</html>` }, '503'],
    [{ status: 200, body: UPSTREAM_WORDS }, 'base_url'],
  ];
  for (const [answer, words] of cases) {
    upstream.answer = answer;
    const tested = await harness.get(path);
    expect(tested.json).toMatchObject({ is_valid: false, message: expect.stringContaining(words) });
    expect(tested.text).not.toContain('words-of-upstream');
  }
  const last = upstream.requests.at(-1);
  expect(last?.path).toMatch(/^\/ratings\/v1\/users\/current/);
  expect(last?.headers['user-agent']).toBe('Sightline/0.0.0-test');
});

test('jobs: asked for, listed newest first, read with counters and failure, unmapped records paged', async () => {
  const id = await newConnection();
  const path = `${OWN}/connections/${id}`;
  const first = await post(`${path}/sync`, { mode: 'full', streams: ['companies'] });
  expect([first.status, at(first.json, 'state'), at(first.json, 'streams')]).toEqual([
    202,
    'QUEUED',
    ['companies'],
  ]);
  harness.clock.ms += 1_000;
  const second = await post(`${path}/sync`, {});
  const list = await harness.get(`${path}/jobs?limit=1`);
  expect(at(list.json, 'items', 0, 'id')).toBe(idOf(second));
  const next = await harness.get(`${path}/jobs?limit=1&cursor=${at(list.json, 'next_cursor')}`);
  expect(at(next.json, 'items', 0, 'id')).toBe(idOf(first));
  const job = idOf(first);
  await harness.store.db
    .updateTable('sync_runs')
    .set({
      state: 'PARTIAL',
      counters: '{"findings":{"read":3,"unmapped":2},"upstream":{"requests":7,"retries":1}}',
      failure: '{"reason":"UNAUTHORIZED","message":"refused","companies":[]}',
    })
    .where('id', '=', job)
    .execute();
  expect((await harness.get(`/v1/provisioning/jobs/${job}`)).json).toMatchObject({
    state: 'PARTIAL',
    counters: { findings: { read: 3, unmapped: 2 } },
    upstream: { requests: 7, retries: 1 },
    failure: { reason: 'UNAUTHORIZED', message: 'refused' },
  });
  for (const hash of ['a', 'b', 'c']) {
    const key = { connection_id: id, stream: 'findings', part: uuid('acme'), content_hash: hash };
    await harness.store.db
      .insertInto('unmapped_records')
      .values({ ...key, problems: '["first_seen"]', record: '{"a":1}', created_at: NOW })
      .execute();
    await harness.store.db
      .insertInto('unmapped_in_runs')
      .values({ ...key, run_id: job })
      .execute();
  }
  const unmapped = `/v1/provisioning/jobs/${job}/unmapped?limit=2`;
  const page = await harness.get(unmapped);
  expect(at(page.json, 'items')).toMatchObject([
    { id: 'a', problems: ['first_seen'], record: { a: 1 } },
    { id: 'b' },
  ]);
  const more = await harness.get(`${unmapped}&cursor=${at(page.json, 'next_cursor')}`);
  expect(at(more.json, 'items')).toMatchObject([{ id: 'c' }]);
  const before = await harness.get(`${unmapped}&cursor=${at(more.json, 'previous_cursor')}`);
  expect(at(before.json, 'items')).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  expect((await harness.get(`/v1/provisioning/jobs/${job}`, { as: 'other' })).status).toBe(404);
  expect((await harness.get(`/v1/provisioning/jobs/${job}`, { as: 'grouped' })).status).toBe(403);
  expect((await harness.get(`/v1/provisioning/jobs/${uuid('none')}`)).status).toBe(404);
});

test('data of a connection that was deleted is not listed', async () => {
  const id = await newConnection();
  await addCompanies(harness.store.db, [companyRow(id, uuid('listed'))]);
  const listed = () => harness.get('/v2/tprm/companies', { headers: { 'x-connection-id': id } });
  expect(at((await listed()).json, 'items')).toHaveLength(1);
  await harness.call('DELETE', `${OWN}/connections/${id}`);
  expect((await listed()).status).toBe(404);
});

test('an invitation makes one connection, once, and cannot say where its credentials go', async () => {
  const made = await post(`${OWN}/connection-invite-tokens`, {
    vendor: 'BIT_SIGHT',
    identifier: 'theirs',
    options: { base_url: upstream.url },
  });
  expect(made.status, made.text).toBe(201);
  const token = String(at(made.json, 'token'));
  expect(at(made.json, 'url')).toBe(`https://sightline.example/connect#${token}`);
  const stored = await harness.store.db.selectFrom('connection_invites').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(token);
  const form = await post(VALIDATE, undefined, invited(token));
  expect(form.json).toMatchObject({
    vendorName: 'Bitsight',
    credentialsType: 'API_TOKEN',
    organizationName: 'Owner',
  });
  expect(at(form.json, 'dataSchema', 'properties', 'options', 'properties', 'base_url')).toBeNull();
  const connections = `${OWN}/connections`;
  const body = { vendor: 'BIT_SIGHT', credentials: { username: GOOD_TOKEN } };
  for (const [wrong, field] of [
    [{ ...body, options: { base_url: upstream.url } }, 'options.base_url'],
    [{ ...body, refresh_interval_secs: 600 }, 'refresh_interval_secs'],
    [{ vendor: 'BIT_SIGHT' }, 'credentials'],
    [{ ...body, credentials: { username: BAD_TOKEN } }, 'credentials.username'],
  ] as const) {
    const answer = await post(connections, wrong, invited(token));
    expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, field]);
  }
  expect(
    (await post(`${ORGANIZATIONS}/${OTHER_ORGANIZATION}/connections`, body, invited(token))).status,
  ).toBe(404);
  const attempts = await Promise.all([1, 2, 3].map(() => post(connections, body, invited(token))));
  expect(attempts.map(answer => answer.status).sort()).toEqual([201, 401, 401]);
  const winner = attempts.find(answer => answer.status === 201);
  const id = winner === undefined ? '' : idOf(winner);
  expect(winner?.json).toMatchObject({
    identifier: 'theirs',
    state: 'ACTIVE',
    options: { base_url: upstream.url },
  });
  expect((await harness.get(`${connections}/${id}/test`, invited(token))).json).toMatchObject({
    is_valid: true,
  });
  expect(
    (await patch(`${connections}/${id}`, { credentials: body.credentials }, invited(token))).status,
  ).toBe(401);
  expect((await post(VALIDATE, undefined, invited(token))).status).toBe(401);
  const another = await newConnection();
  expect((await harness.get(`${connections}/${another}/test`, invited(token))).status).toBe(404);
  for (const path of [connections, `${connections}/${id}`, '/v2/tprm/companies', '/v1/connectors']) {
    expect((await harness.get(path, invited(token))).status).toBe(401);
  }
  expect((await harness.call('DELETE', `${connections}/${id}`, invited(token))).status).toBe(401);
});

test('an invitation for a connection renews its credentials, and ends with its time', async () => {
  const id = await newConnection();
  const path = `${OWN}/connections/${id}`;
  const invite = async () => {
    const made = await post(`${OWN}/connection-invite-tokens`, { connection_id: id, expiry_secs: 60 });
    return String(at(made.json, 'token'));
  };
  const token = await invite();
  const credentials = { username: GOOD_TOKEN };
  expect((await patch(path, { credentials, state: 'PAUSED' }, invited(token))).status).toBe(422);
  expect((await patch(path, { credentials, options: { base_url: null } }, invited(token))).status).toBe(422);
  expect(
    (await patch(`${OWN}/connections/${await newConnection()}`, { credentials }, invited(token))).status,
  ).toBe(404);
  expect((await patch(path, { credentials }, invited(token))).status).toBe(200);
  expect((await patch(path, { credentials }, invited(token))).status).toBe(401);
  const late = await invite();
  harness.clock.ms += 60_000;
  expect((await patch(path, { credentials }, invited(late))).status).toBe(401);
  expect((await post(`${OWN}/connection-invite-tokens`, {})).status).toBe(422);
  expect((await post(`${OWN}/connection-invite-tokens`, { connection_id: uuid('none') })).status).toBe(404);
  expect(
    (await post(`${OWN}/connection-invite-tokens`, { vendor: 'BIT_SIGHT' }, { as: 'user' })).status,
  ).toBe(403);
});

test('no answer ever held credentials or words of upstream, and the table holds no plaintext', async () => {
  const all = harness.answers.join('\n');
  for (const secret of [GOOD_TOKEN, BAD_TOKEN, 'words-of-upstream']) expect(all).not.toContain(secret);
  const rows = await harness.store.db.selectFrom('connections').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('upstreamtoken');
});

test('what is done to organizations and connections is in the audit log, and no credential with it', async () => {
  const made = await post(ORGANIZATIONS, { name: 'Audited' });
  const organization = `${ORGANIZATIONS}/${idOf(made)}`;
  const connection = await post(`${organization}/connections`, {
    vendor: 'BIT_SIGHT',
    credentials: { username: GOOD_TOKEN },
    options: { base_url: upstream.url },
  });
  const path = `${organization}/connections/${idOf(connection)}`;
  await patch(path, { state: 'PAUSED' });
  const invitation = await post(`${organization}/connection-invite-tokens`, {
    connection_id: idOf(connection),
  });
  await patch(path, { credentials: { username: GOOD_TOKEN } }, invited(String(at(invitation.json, 'token'))));
  for (const target of [path, path, organization]) await harness.call('DELETE', target);
  const rows = await harness.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('organization_id', '=', idOf(made))
    .orderBy('sequence')
    .execute();
  expect(rows.map(row => `${row.action} by ${row.actor_kind}`)).toEqual([
    'organization.created by company_token',
    'connection.created by company_token',
    'connection.updated by company_token',
    'connection.invited by company_token',
    'connection.updated by anonymous',
    // The second delete found nothing to end.
    'connection.deleted by company_token',
    'organization.deleted by company_token',
  ]);
  expect(JSON.parse(rows[2]?.before ?? '')).toMatchObject({ state: 'ACTIVE' });
  expect(JSON.parse(rows[2]?.after ?? '')).toMatchObject({ state: 'PAUSED', credentials_given: false });
  expect(JSON.parse(rows[4]?.after ?? '')).toMatchObject({ credentials_given: true });
  expect(JSON.stringify(rows)).not.toContain(GOOD_TOKEN);
});
