/**
 * The wire of a real hub and a real sandbox, at the places where callers err: what each mistake is answered, and that no
 * answer and no log line, at the most talkative level, ever holds a credential.
 */
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { basic, type CallOptions } from '../support/https-client.ts';
import { type Connection, HubApi, pathOf, upstreamFlags } from '../support/hub-api.ts';
import { until } from '../support/processes.ts';
import { ProgramLab, type RunningServer } from '../support/program-lab.ts';

const UPSTREAM_TOKEN = 'wire-upstream-0123456789-0123456789-0123';
const WRONG_TOKEN = 'wire-wrong-token-0123456789-0123456789-0';
const PROBLEM = /^application\/problem\+json/;
const LISTS = ['/v2/tprm/companies', '/v2/tprm/findings', '/v2/resources', '/v2/vulnerability_findings'];

let lab: ProgramLab;
let sandbox: RunningServer;
let hub: RunningServer;
let connection: Connection;

beforeAll(async () => {
  lab = new ProgramLab();
  sandbox = await lab.sandbox('sandbox', [
    ...['--companies', '4', '--findings-per-company', '60', '--date', '2026-03-01', '--seed', 'wire'],
    ...['--token', UPSTREAM_TOKEN, '--log-level', 'trace'],
  ]);
  hub = await lab.serve('hub', [...upstreamFlags(sandbox), '--log-level', 'trace']);
  const api = new HubApi(hub.client);
  connection = await api.connect({
    credentials: { username: UPSTREAM_TOKEN },
    options: { base_url: sandbox.ready.base_url },
  });
  const job = await api.finished((await api.sync(connection)).id);
  expect(job).toMatchObject({ state: 'SUCCESS', failure: null });
});
afterAll(() => lab.close());

const Page = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});

async function firstPage(path: string): Promise<z.infer<typeof Page>> {
  const answer = await hub.client.call(path);
  expect(answer.status).toBe(200);
  return Page.parse(answer.json);
}

/** The answer as a problem document of that status. */
async function problem(path: string, status: number, options: CallOptions = {}): Promise<unknown> {
  const answer = await hub.client.call(path, options);
  expect({ path, status: answer.status, text: answer.text }).toMatchObject({ path, status });
  expect(answer.headers['content-type']).toMatch(PROBLEM);
  expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  return answer.json;
}

describe('who asks', () => {
  test.each(['/v2/tprm/companies', '/ratings/v1/users/current', '/health', '/', '/no/such/path'])(
    'plain HTTP is refused with 403 and no redirect at %s',
    async path => {
      for (const server of [hub, sandbox]) {
        const answer = await request(`${server.ready.http_url}${path}`, { headers: basic(WRONG_TOKEN) });
        expect(answer.statusCode).toBe(403);
        expect(answer.headers.location).toBeUndefined();
        expect(await answer.body.json()).toMatchObject({
          detail: expect.stringContaining('HTTPS is required'),
        });
      }
    },
  );

  test('a wrong token, and none, are one and the same 401, with a challenge on the ratings API alone', async () => {
    for (const token of [WRONG_TOKEN, null]) {
      const unified = await hub.client.call('/v2/tprm/companies', { token });
      expect(unified.status).toBe(401);
      expect(unified.headers['www-authenticate']).toBeUndefined();
      expect(unified.headers['content-type']).toMatch(PROBLEM);
      for (const server of [hub, sandbox]) {
        const headers = token === null ? {} : basic(token);
        const ratings = await server.client.call('/ratings/v1/users/current', { token: null, headers });
        expect(ratings.status).toBe(401);
        expect(ratings.headers['www-authenticate']).toBe('Basic realm="bitsight"');
        expect(Object.keys(z.record(z.string(), z.unknown()).parse(ratings.json))).toEqual(['detail']);
      }
    }
    const [wrong, none] = await Promise.all(
      [WRONG_TOKEN, null].map(token => hub.client.call('/v2/resources', { token })),
    );
    expect(wrong?.text).toBe(none?.text);
  });

  test('the three headers are one token', async () => {
    const token = String(hub.token);
    for (const headers of [basic(token), { authorization: `Bearer ${token}` }, { 'x-api-key': token }]) {
      for (const path of ['/v2/tprm/companies', '/ratings/v1/users/current', '/v1/users/current']) {
        expect((await hub.client.call(path, { token: null, headers })).status).toBe(200);
      }
    }
  });
});

describe('mistakes on the unified API', () => {
  test.each(LISTS)(
    '%s: an unknown id is 404; a bad cursor, limit, enum or filter is 422 with its field',
    async path => {
      await problem(`${path}/0198a000-0000-7000-8000-000000000009`, 404);
      await problem(`${path}/not-an-id`, 404);
      const refused = async (query: string, field: string) =>
        expect(await problem(`${path}?${query}`, 422)).toMatchObject({
          errors: [expect.objectContaining({ field })],
        });
      await refused('cursor=bm90LWEtY3Vyc29y', 'cursor');
      await refused('limit=0', 'limit');
      await refused('limit=1001', 'limit');
      await refused('limit=ten', 'limit');
      await refused('no_such_filter=1', 'no_such_filter');
      await refused('sort=phase_of_the_moon', 'sort');
      await refused('fields=phase_of_the_moon', 'fields');
    },
  );

  test('a date, an enum and a flag that are none are 422', async () => {
    for (const [query, field] of [
      ['first_seen_since=2026-02-30', 'first_seen_since'],
      ['updated_since=yesterday', 'updated_since'],
      ['severity=terrible', 'severity'],
      ['state=open,ajar', 'state'],
      ['affects_score=perhaps', 'affects_score'],
    ] as const) {
      expect(await problem(`/v2/tprm/findings?${query}`, 422)).toMatchObject({ errors: [{ field }] });
    }
    await problem('/v2/tprm/companies?score_gte=high', 422);
  });

  test.each(LISTS)(
    '%s: a cursor brings its filters, so one sent beside it is 422, and another list’s cursor too',
    async path => {
      const { next_cursor: cursor } = await firstPage(`${path}?limit=1`);
      expect(cursor).not.toBeNull();
      expect(await problem(`${path}?cursor=${cursor}&ids=x`, 422)).toMatchObject({
        errors: [{ field: 'ids' }],
      });
      const other = LISTS[(LISTS.indexOf(path) + 1) % LISTS.length];
      await problem(`${other}?cursor=${cursor}`, 422);
      const flipped = `${cursor?.slice(0, -2)}${cursor?.endsWith('A') ? 'BB' : 'AA'}`;
      await problem(`${path}?cursor=${flipped}`, 422);
    },
  );

  test('an X-CONNECTION-ID that is not the caller’s is 404', async () => {
    const headers = { 'x-connection-id': '0198a000-0000-7000-8000-000000000009' };
    await problem('/v2/tprm/findings', 404, { headers });
    const own = await hub.client.call('/v2/tprm/findings?limit=1', {
      headers: { 'x-connection-id': connection.id },
    });
    expect(own.status).toBe(200);
  });

  test('a body that is no JSON is 400, one of another type 415, one over a mebibyte 413, one of wrong fields 422', async () => {
    const path = `/v1/provisioning/organizations/${connection.organization_id}/connections`;
    await problem(path, 400, { method: 'POST', text: '{"vendor": ' });
    await problem(path, 415, {
      method: 'POST',
      text: '<vendor>BIT_SIGHT</vendor>',
      headers: { 'content-type': 'application/xml' },
    });
    await problem(path, 413, { method: 'POST', text: `{"vendor": "${'x'.repeat(1_048_576)}"}` });
    expect(await problem(path, 422, { method: 'POST', body: { vendor: 'ACME' } })).toMatchObject({
      errors: [expect.objectContaining({ field: 'vendor' })],
    });
  });

  test.each(['http://127.0.0.1', 'https://elsewhere.example', 'https://user:secret@api.bitsighttech.com'])(
    'a connection to %s is 422, and nothing is made',
    async base_url => {
      const path = `/v1/provisioning/organizations/${connection.organization_id}/connections`;
      const body = { vendor: 'BIT_SIGHT', credentials: { username: UPSTREAM_TOKEN }, options: { base_url } };
      expect(await problem(path, 422, { method: 'POST', body })).toMatchObject({
        errors: [{ field: 'options.base_url' }],
      });
      const answer = await hub.client.call(path);
      expect(Page.parse(answer.json).items.map(({ id }) => id)).toEqual([connection.id]);
    },
  );
});

describe('mistakes on the ratings API', () => {
  async function ratings(path: string): Promise<{ status: number; json: unknown }> {
    const { status, json } = await sandbox.client.call(`/ratings${path}`, {
      token: null,
      headers: basic(UPSTREAM_TOKEN),
    });
    return { status, json };
  }
  const detail = { detail: expect.any(String) };

  test('an unknown company is 403, its detail and its findings', async () => {
    const guid = '00000000-0000-4000-8000-000000000000';
    const refusal = { status: 403, json: { detail: 'You do not have permission to perform this action.' } };
    expect(await ratings(`/v1/companies/${guid}`)).toEqual(refusal);
    expect(await ratings(`/v1/companies/${guid}/findings`)).toEqual(refusal);
  });

  test('limit 0, a negative one, one that is no number, and a malformed day are 400; a huge limit is served', async () => {
    const guid = String(sandbox.ready.company_guid);
    for (const query of [
      'limit=0',
      'limit=-1',
      'limit=ten',
      'first_seen_gte=2026-02-30',
      'last_seen_lt=soon',
    ]) {
      expect({ query, ...(await ratings(`/v1/companies/${guid}/findings?${query}`)) }).toEqual({
        query,
        status: 400,
        json: detail,
      });
    }
    const all = await ratings(`/v1/companies/${guid}/findings?limit=1000000`);
    const Findings = z.object({ count: z.int(), results: z.array(z.unknown()) });
    const { count, results } = Findings.parse(all.json);
    expect(results).toHaveLength(count);
  });

  test('an unknown value of an enum is no mistake: 200 and no rows', async () => {
    const path = `/v1/companies/${String(sandbox.ready.company_guid)}/findings`;
    for (const query of ['risk_vector=astrology', 'severity_category=terrible']) {
      expect(await ratings(`${path}?${query}`)).toMatchObject({
        status: 200,
        json: { count: 0, results: [] },
      });
    }
  });
});

test('a token that upstream refuses: the test says so and why, without a word of upstream', async () => {
  const api = new HubApi(hub.client);
  const changed = await api.change(connection, { credentials: { username: WRONG_TOKEN } });
  const answer = await hub.client.call(`${pathOf(connection)}/test`);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ is_valid: false, message: expect.stringContaining('refused the token') });
  const job = await api.finished((await api.sync(changed)).id);
  expect(job).toMatchObject({ state: 'FAILED', failure: { reason: 'UNAUTHORIZED' } });
  await until('the connection’s health tells', async () => {
    const { health } = await api.connection(connection);
    return health.name === 'UNAUTHORIZED' && health.status === 'UNHEALTHY' ? true : null;
  });
});

test('no answer and no log line holds a credential, whatever was asked and at the most talkative level', async () => {
  const made = await hub.client.call('/ratings/v1/customers/current/api-tokens', {
    method: 'POST',
    body: { description: 'for the search below' },
  });
  expect(made.status).toBe(201);
  const { token: madeToken, guid } = z.looseObject({ token: z.string(), guid: z.string() }).parse(made.json);
  // The one answer that shows it, once.
  expect(hub.client.answers.pop()).toContain(madeToken);
  await hub.client.call(`/v2/tprm/companies?token=${madeToken}`);
  await hub.client.call(`/v2/tprm/companies/${madeToken}`);
  await hub.client.call('/v2/tprm/companies', { token: null, headers: basic(madeToken) });
  await hub.client.call(`/ratings/v1/customers/current/api-tokens/${guid}`, { method: 'DELETE' });
  await hub.client.call('/v2/tprm/companies', { token: madeToken });
  // Passed on with a token that upstream refuses.
  expect((await hub.client.call('/ratings/v2/alerts')).status).toBe(502);
  await Promise.all([hub.stop(), sandbox.stop()]);

  const secrets = [UPSTREAM_TOKEN, WRONG_TOKEN, madeToken, String(hub.token), String(sandbox.ready.token)];
  const forms = secrets.flatMap(secret => [
    secret,
    ...[secret, `${secret}:`].map(text => Buffer.from(text).toString('base64').replaceAll('=', '')),
  ]);
  const logs = { 'the log of the hub': hub.process.stderr, 'the log of the sandbox': sandbox.process.stderr };
  const answers = {
    'the answers of the hub': hub.client.answers.join('\n'),
    'the answers of the sandbox': sandbox.client.answers.join('\n'),
  };
  for (const [where, text] of Object.entries({ ...logs, ...answers })) {
    expect(text.length, where).toBeGreaterThan(1_000);
    expect(
      forms.filter(form => text.includes(form)),
      where,
    ).toEqual([]);
  }
  for (const line of Object.values(logs).join('').trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.any(String) });
  }
});
