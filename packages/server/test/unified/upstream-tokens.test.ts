/** The routes of tokens on Bitsight and of rotation: who may call them, what they answer, and what they never answer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import {
  REFUSAL_WORDS,
  startTokenUpstream,
  type TokenAccount,
  type TokenUpstream,
} from '../connections/token-upstream.ts';
import { at } from '../support/json.ts';
import { type Harness, OWNER_ORGANIZATION, principal, startHarness } from './harness.ts';

const CONNECTIONS = `/v1/provisioning/organizations/${OWNER_ORGANIZATION}/connections`;

let upstream: TokenUpstream;
let harness: Harness;
beforeAll(async () => {
  upstream = await startTokenUpstream();
  harness = await startHarness({ upstreamHosts: [upstream.host], extraCa: upstream.ca });
});
afterAll(async () => {
  await harness.close();
  await upstream.close();
});

async function scene(): Promise<{ account: TokenAccount; own: string; id: string; path: string }> {
  const account = upstream.account();
  const own = account.add('Hub');
  const answer = await harness.call('POST', CONNECTIONS, {
    body: { vendor: 'BIT_SIGHT', credentials: { username: own.value }, options: { base_url: upstream.url } },
  });
  const id = String(at(answer.json, 'id'));
  return { account, own: own.guid, id, path: `${CONNECTIONS}/${id}` };
}

test('tokens are listed masked, made with their value once, and revoked', async () => {
  const { account, own, path } = await scene();
  const tokens = `${path}/upstream-tokens`;
  const made = await harness.call('POST', tokens, { body: { description: ' GRC ', group: 'EU' } });
  const value = account.tokens.find(token => token.description === 'GRC')?.value ?? '';
  expect([made.status, at(made.json, 'token')]).toEqual([201, value]);
  expect(made.headers.get('cache-control')).toBe('no-store');
  const listed = await harness.get(tokens);
  expect(at(listed.json, 'items')).toMatchObject([
    { guid: own, is_own: true, token: expect.stringMatching(/^\*{5}.{4}$/) },
    {
      ...{ description: 'GRC', group: 'EU', is_own: false, token: `*****${value.slice(-4)}` },
      ...{ created_at: '2026-03-01T12:00:00.000Z', creator_name: 'Ada' },
      roles: [{ slug: 'customer_admin', display_name: 'Admin' }],
    },
  ]);
  const guid = String(at(made.json, 'guid'));
  expect((await harness.call('DELETE', `${tokens}/${guid}`)).status).toBe(204);
  expect((await harness.call('DELETE', `${tokens}/${guid}`)).status).toBe(404);
  expect((await harness.call('DELETE', `${tokens}/${own}`)).status).toBe(409);
});

test('a rotation answers how it ended, and is found again', async () => {
  const { account, path } = await scene();
  expect((await harness.get(`${path}/rotation`)).json).toMatchObject({ state: 'none', leftover: [] });
  const answer = await harness.call('POST', `${path}/rotate`);
  expect([answer.status, answer.json]).toMatchObject([200, { state: 'done', step: 'done', leftover: [] }]);
  expect((await harness.get(`${path}/rotation`)).json).toEqual(answer.json);
  const values = account.tokens.map(token => token.value);
  expect(harness.answers.some(text => values.some(value => text.includes(value)))).toBe(false);
});

test('other credentials are another token, whose guid is not known yet', async () => {
  const { account, path, id } = await scene();
  const guidOf = async () =>
    (
      await harness.store.db
        .selectFrom('connections')
        .select('upstream_token_guid')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).upstream_token_guid;
  await harness.get(`${path}/upstream-tokens`);
  expect(await guidOf()).toBe(account.tokens[0]?.guid);
  await harness.call('PATCH', path, { body: { identifier: 'Renamed' } });
  expect(await guidOf()).toBe(account.tokens[0]?.guid);
  const other = account.add('Other');
  await harness.call('PATCH', path, { body: { credentials: { username: other.value } } });
  expect(await guidOf()).toBeNull();
});

test.each([
  ['GET', '/upstream-tokens'],
  ['POST', '/upstream-tokens'],
  ['DELETE', '/upstream-tokens/0b1f5a3c-7f0e-4a58-9d0b-6a4f0e2c1d3e'],
  ['POST', '/rotate'],
  ['GET', '/rotation'],
])(
  '%s …%s is for Admins with a group of all companies, and is not there for other organizations',
  async (method, end) => {
    const { account, path } = await scene();
    const body = method === 'POST' && end !== '/rotate' ? { description: 'x' } : undefined;
    const status = async (as: string | null, where = path) =>
      (await harness.call(method, `${where}${end}`, { as, ...(body === undefined ? {} : { body }) })).status;
    expect(await status(null)).toBe(401);
    expect(await status('user')).toBe(403);
    expect(await status('grouped')).toBe(403);
    expect(await status('other')).toBe(404);
    expect(await status('admin', `${CONNECTIONS}/0197-unknown`)).toBe(404);
    expect(account.requests).toEqual([]);
  },
);

test('a session that did not prove itself lately neither makes nor rotates a token', async () => {
  const { account, path } = await scene();
  harness.callers.set('session', await unconfirmedSession());
  for (const [end, body] of [
    ['/upstream-tokens', { description: 'x' }],
    ['/rotate', undefined],
  ] as const) {
    const answer = await harness.call('POST', `${path}${end}`, { as: 'session', ...(body && { body }) });
    expect(answer.status, answer.text).toBe(403);
    expect(at(answer.json, 'errors', 0, 'field')).toBe('confirmation');
  }
  expect(account.requests).toEqual([]);
});

test.each([
  [{}, 'description'],
  [{ description: '' }, 'description'],
  [{ description: 'a\u0000b' }, 'description'],
  [{ description: 'x'.repeat(256) }, 'description'],
  [{ description: 'x', group: 3 }, 'group'],
  [{ description: 'x', role: 'customer_admin' }, 'role'],
])('%j is not a token', async (body, field) => {
  const { path } = await scene();
  const answer = await harness.call('POST', `${path}/upstream-tokens`, { body });
  expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, field]);
});

test.each([
  [401, 409],
  [403, 409],
  [429, 503],
])('an upstream that answers %i is %i, in our own words', async (how, status) => {
  const { account, path } = await scene();
  account.fault = { at: 0, when: 'before', how, stays: true };
  const answer = await harness.get(`${path}/upstream-tokens`);
  expect(answer.status).toBe(status);
  expect(answer.text).not.toContain(REFUSAL_WORDS);
});

/** A caller with a session that gave its password eleven minutes ago. */
async function unconfirmedSession(): Promise<Principal> {
  const { store, clock } = harness;
  const [groupId, userId, sessionId] = ['group-of-session', 'user-of-session', 'session'];
  const elevenMinutesAgo = clock.now() - 11 * 60_000;
  await store.write(async transaction => {
    await transaction
      .insertInto('access_groups')
      .values({
        ...{ id: groupId, organization_id: OWNER_ORGANIZATION, name: 'All Companies' },
        ...{ all_companies: 1, is_default: 1, created_at: elevenMinutesAgo },
      })
      .execute();
    await transaction
      .insertInto('users')
      .values({
        ...{ id: userId, organization_id: OWNER_ORGANIZATION, group_id: groupId, email: 'ada@example.com' },
        ...{ formal_name: 'Ada', friendly_name: 'Ada', role: 'customer_admin', status: 'Activated' },
        ...{ is_company_api_token: 0, joined_at: elevenMinutesAgo, recovery_codes: '[]' },
      })
      .execute();
    await transaction
      .insertInto('sessions')
      .values({
        ...{ id: sessionId, organization_id: OWNER_ORGANIZATION, user_id: userId, secret_hash: 'none' },
        ...{ created_at: elevenMinutesAgo, last_seen_at: clock.now(), confirmed_at: elevenMinutesAgo },
        expires_at: clock.now() + 3_600_000,
      })
      .execute();
  });
  return principal({ via: 'session', sessionId, tokenGuid: null, userId });
}
