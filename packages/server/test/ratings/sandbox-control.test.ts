/** The control API of a real sandbox: what a test may change, that it holds from the next request on, and who may. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Hub, type Sandbox, startHub, startSandbox } from '../../src/app.ts';
import { readHubSettings, readSandboxSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { CONTROL_CALLS } from '../../src/ratings/sandbox-control/control-routes.ts';
import { adminTokenOf } from '../support/admin-token.ts';
import { type Answer, type CallOptions, HttpsClient } from '../support/https-client.ts';
import { at, type Json } from '../support/json.ts';
import { until } from '../support/processes.ts';

const TOKEN = 'control-0123456789-0123456789-0123456789';
const STRANGER = '00000000-0000-4000-8000-000000000000';
const logger = createLogger({ level: 'silent' });

let folder: string;
let sandbox: Sandbox;
let client: HttpsClient;

function start(name: string, flags: Record<string, unknown> = {}): Promise<Sandbox> {
  const settings = readSandboxSettings({
    flags: {
      ...{ port: 0, httpPort: 0, companies: 8, findingsPerCompany: 30, date: '2026-03-10' },
      ...{ seed: 'control', token: TOKEN, ...flags },
    },
    env: {},
  });
  return startSandbox({ ...settings, dataDir: join(folder, name) }, { logger });
}

function clientOf(server: Pick<Sandbox, 'at'>, token: string = TOKEN): HttpsClient {
  return new HttpsClient({ base_url: server.at.baseUrl, ca_file: server.at.caFile }, token);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-control-'));
  sandbox = await start('sandbox');
  client = clientOf(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  expect((await control('POST', '/reset')).status).toBe(200);
});

function control(method: CallOptions['method'] & string, path: string, body?: unknown): Promise<Answer> {
  return client.call(`/_sandbox${path}`, { method, ...(body === undefined ? {} : { body }) });
}

async function json(path: string, options: CallOptions = {}): Promise<Json> {
  const answer = await client.call(path, options);
  expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300);
  return answer.json as Json;
}

async function portfolioGuids(): Promise<Json[]> {
  const results = at(await json('/ratings/v2/portfolio?limit=1000'), 'results');
  return Array.isArray(results) ? results.map(row => at(row, 'guid')) : [];
}

const whole = async () => [
  await json('/ratings/v2/portfolio?limit=1000'),
  await json('/ratings/v1/companies'),
  await json(`/ratings/v1/companies/${sandbox.source.ownCompany()}`),
  await json(`/ratings/v1/companies/${sandbox.source.ownCompany()}/findings?limit=1000`),
];

test('the state says what the sandbox is and serves', async () => {
  expect(await json('/_sandbox')).toMatchObject({
    date: '2026-03-10',
    day_seconds: null,
    seed: 'control',
    profile: 'small',
    companies: 8,
    findings_per_company: 30,
    state: false,
    company_guid: sandbox.source.ownCompany(),
    company_count: 8,
    faults: [],
    retry_after: 1,
    next_request: 0,
    added: [],
    dropped: [],
    breaches: [],
    endpoints: expect.arrayContaining([
      { name: 'portfolio', methods: ['GET', 'POST'], path: '/v2/portfolio', about: expect.any(String) },
    ]),
  });
});

describe('the date', () => {
  test('moves on and back, and the account with it, to exactly what it was', async () => {
    const before = await whole();
    expect(await json('/_sandbox/date', { method: 'POST', body: { advance_days: 30 } })).toEqual({
      date: '2026-04-09',
    });
    const later = await whole();
    expect(at(later[2], 'ratings', 0, 'rating_date')).toBe('2026-04-09');
    expect(later).not.toEqual(before);
    await control('POST', '/date', { advance_days: -30 });
    expect(await whole()).toEqual(before);
    await control('POST', '/date', { date: '2026-04-09' });
    expect(await whole()).toEqual(later);
  });

  test('goes on from there where days pass', async () => {
    const moving = { now: Date.now(), step: 60_000 };
    const clock = { now: () => moving.now, sleep: async () => {} };
    const settings = readSandboxSettings({
      flags: { port: 0, httpPort: 0, companies: 2, date: '2026-03-10', daySeconds: 60, token: TOKEN },
      env: {},
    });
    const running = await startSandbox({ ...settings, dataDir: join(folder, 'days') }, { logger, clock });
    const days = clientOf(running);
    try {
      await days.call('/_sandbox/date', { method: 'POST', body: { date: '2026-06-01' } });
      moving.now += 2 * moving.step;
      expect(running.source.today()).toBe('2026-06-03');
    } finally {
      await days.close();
      await running.close();
    }
  });

  test.each([
    [{}, 'body: give date or advance_days, one of the two'],
    [{ date: '2026-04-01', advance_days: 1 }, 'body: give date or advance_days, one of the two'],
    [{ date: '2026-02-30' }, 'date: must be a day like 2026-01-31'],
    [{ date: '1999-01-01' }, 'date: must be a day from 2022-01-01 to 2099-12-31'],
    [{ advance_days: 1.5 }, 'advance_days: must be a whole number'],
    [{ advance_days: -20_000 }, 'advance_days: must lead to a day from 2022-01-01 to 2099-12-31'],
    [{ days: 1 }, 'body: Unrecognized key: "days"'],
    [[], 'body: '],
  ])('%j is refused in words', async (body, detail) => {
    const answer = await control('POST', '/date', body);
    expect(answer.status).toBe(400);
    expect(at(answer.json as Json, 'detail')).toContain(detail);
    expect(sandbox.source.today()).toBe('2026-03-10');
  });
});

describe('faults', () => {
  const path = '/ratings/v2/portfolio?limit=1';
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await client.call(path)).status);
    return found;
  };

  test('are set, strike data and nothing else, and end', async () => {
    const set = await json('/_sandbox/faults', {
      method: 'PUT',
      body: { faults: [{ kind: '429', rate: 1 }], retry_after: 17 },
    });
    expect(set).toEqual({ faults: [{ kind: '429', rate: 1 }], retry_after: 17, next_request: 0 });
    const struck = await client.call(path);
    expect([struck.status, struck.headers['retry-after']]).toEqual([429, '17']);
    expect((await client.call('/ratings/v1/users/current')).status).toBe(200);
    for (const { method, path, access } of CONTROL_CALLS) {
      if (access !== 'sandbox.read') continue;
      expect((await control(method, path)).status, path).toBe(200);
    }
    await control('PUT', '/faults', { faults: [] });
    expect(await statuses(3)).toEqual([200, 200, 200]);
    expect(await json('/_sandbox')).toMatchObject({ faults: [], retry_after: 17, next_request: 4 });
  });

  test('meet the same requests again when the numbering begins again', async () => {
    const faults = [
      { kind: '429', rate: 0.3 },
      { kind: '500', rate: 0.2 },
    ];
    await control('PUT', '/faults', { faults, next_request: 0 });
    const first = await statuses(20);
    expect(new Set(first)).toEqual(new Set([200, 429, 500]));
    await control('PUT', '/faults', { faults, next_request: 0 });
    expect(await statuses(20)).toEqual(first);
    await control('PUT', '/faults', { faults, next_request: 5 });
    expect(await statuses(15)).toEqual(first.slice(5));
  });

  test.each([
    [{}, 'faults: must be a list of {kind, rate}'],
    [{ faults: [{ kind: 'teapot', rate: 1 }] }, 'faults.0.kind: must be one of 202, 429, '],
    [{ faults: [{ kind: '429', rate: 1.5 }] }, 'faults.0.rate: must be a number from 0 to 1'],
    [{ faults: [{ kind: '429' }] }, 'faults.0.rate: must be a number from 0 to 1'],
    [
      {
        faults: [
          { kind: '429', rate: 0.6 },
          { kind: '500', rate: 0.6 },
        ],
      },
      'faults: have rates that add up to more than 1',
    ],
    [{ faults: [], retry_after: -1 }, 'retry_after: must be a whole number from 0 to 86400'],
    [{ faults: [], next_request: 'first' }, 'next_request: must be a whole number from 0'],
  ])('%j is refused in words', async (body, detail) => {
    const answer = await control('PUT', '/faults', body);
    expect([answer.status, at(answer.json as Json, 'detail')]).toEqual([
      400,
      expect.stringContaining(detail),
    ]);
  });
});

describe('companies', () => {
  test('that are added have rows, ratings and findings like any other', async () => {
    const said = { name: 'Acme Rockets', industry: 'banking', custom_id: 'V-1', findings: 200 };
    const answer = await control('POST', '/companies', said);
    expect(answer.status).toBe(201);
    const guid = String(at(answer.json as Json, 'guid'));
    expect(answer.json).toMatchObject({
      name: 'Acme Rockets',
      primary_domain: 'acme-rockets.example',
      custom_id: 'V-1',
      industry: { name: 'Finance', slug: 'finance' },
      sub_industry: { name: 'Banking', slug: 'banking' },
      added_date: '2026-03-10',
    });
    const listed = at(await json(`/ratings/v2/portfolio?guid=${guid}`), 'results', 0);
    expect(listed).toMatchObject({ name: 'Acme Rockets', custom_id: 'V-1' });
    expect(await json(`/ratings/v1/companies/${guid}`)).toMatchObject({
      name: 'Acme Rockets',
      ratings: expect.any(Array),
    });
    const findings = await json(`/ratings/v1/companies/${guid}/findings?limit=1000`);
    expect(at(findings, 'count')).toBeGreaterThan(150);
    expect(at(findings, 'count')).toBeLessThan(250);
    expect(await portfolioGuids()).toHaveLength(9);
    expect(at(await json('/_sandbox'), 'added')).toEqual([
      { guid, name: 'Acme Rockets', domain: 'acme-rockets.example' },
    ]);
    // The name alone decides who it is.
    await control('POST', '/reset');
    expect(at((await control('POST', '/companies', { name: 'ACME rockets' })).json as Json, 'guid')).toBe(
      guid,
    );
  });

  test('need nothing said of them, and cannot have the name of another', async () => {
    const names = [];
    for (let n = 0; n < 3; n++) names.push(at((await control('POST', '/companies')).json as Json, 'name'));
    expect(names).toEqual(['Added Company 1', 'Added Company 2', 'Added Company 3']);
    const [taken = ''] = [...sandbox.source.companyNames().values()];
    for (const name of ['added company 2', taken]) {
      expect((await control('POST', '/companies', { name })).status, name).toBe(409);
    }
    expect(new Set(await portfolioGuids()).size).toBe(11);
  });

  test('that are dropped are gone from every list, answer 403, and can be taken back as they were', async () => {
    const [, guid = ''] = [...sandbox.source.companyNames().keys()];
    const before = await json(`/ratings/v1/companies/${guid}/findings?limit=1000`);
    expect((await control('DELETE', `/companies/${guid.toUpperCase()}`)).status).toBe(204);
    expect(await portfolioGuids()).not.toContain(guid);
    for (const path of ['', '/findings']) {
      expect((await client.call(`/ratings/v1/companies/${guid}${path}`)).status).toBe(403);
    }
    expect(await json('/_sandbox')).toMatchObject({ dropped: [guid], company_count: 7 });
    expect((await control('DELETE', `/companies/${guid}`)).status).toBe(404);
    expect((await control('PUT', `/companies/${guid}`)).json).toMatchObject({ guid });
    expect(await json(`/ratings/v1/companies/${guid}/findings?limit=1000`)).toEqual(before);
  });

  test('that were added can be dropped, and added again', async () => {
    const added = async () =>
      at((await control('POST', '/companies', { name: 'Twice' })).json as Json, 'guid');
    const guid = await added();
    await control('DELETE', `/companies/${String(guid)}`);
    expect(await portfolioGuids()).not.toContain(guid);
    expect(at(await json('/_sandbox'), 'added')).toEqual([]);
    expect(await added()).toBe(guid);
    expect(await portfolioGuids()).toContain(guid);
  });

  test('the own one stays, and a stranger is none', async () => {
    expect((await control('DELETE', `/companies/${sandbox.source.ownCompany()}`)).status).toBe(409);
    for (const method of ['DELETE', 'PUT'] as const) {
      expect((await control(method, `/companies/${STRANGER}`)).status).toBe(404);
    }
  });

  test.each([
    [{ name: '' }, 'name: must not be empty'],
    [{ name: 'x'.repeat(201) }, 'name: must have at most 200 characters'],
    [{ name: 'a\u0000b' }, 'name: must not have control characters'],
    [{ domain: 'no host' }, 'domain: must be a host name like vendor.example'],
    [{ industry: 'alchemy' }, 'industry: must be one of technology, '],
    [{ findings: 1_000_000 }, 'findings: must be a whole number from 0 to 100000'],
    [{ rating: 800 }, 'body: Unrecognized key: "rating"'],
  ])('%j is refused in words', async (body, detail) => {
    const answer = await control('POST', '/companies', body);
    expect([answer.status, at(answer.json as Json, 'detail')]).toEqual([
      400,
      expect.stringContaining(detail),
    ]);
  });
});

describe('breaches', () => {
  const breachesOf = async (guid: string) =>
    await json(`/ratings/v1/portfolio/breaches?company=${guid}&severity=3&start=2026-03-01`);
  const alertsOf = async (guid: string) =>
    at(
      await json(
        `/ratings/v2/alerts?company_guid=${guid}&alert_type=PUBLIC_DISCLOSURE&expand=details&limit=100`,
      ),
      'results',
    );

  test('are listed, and are an alert, of a company that was added a moment ago as well', async () => {
    const added = at((await control('POST', '/companies', { name: 'Leaky' })).json as Json, 'guid');
    for (const guid of [String(added), [...sandbox.source.companyNames().keys()][2] ?? '']) {
      const before = await alertsOf(guid);
      const said = { company: guid, severity: 3, text: 'Files were taken.', event_type: 'ransomware' };
      const made = await control('POST', '/breaches', said);
      expect([made.status, made.json]).toEqual([
        201,
        { guid: expect.any(String), date: '2026-03-10', ...said },
      ]);
      expect(await breachesOf(guid)).toContainEqual(
        expect.objectContaining({
          guid: at(made.json as Json, 'guid'),
          date: '2026-03-10',
          severity: 3,
          text: 'Files were taken.',
          event_type: 'ransomware',
          is_direct: true,
          breached_company: expect.objectContaining({ guid }),
        }),
      );
      const after = await alertsOf(guid);
      if (!Array.isArray(before) || !Array.isArray(after)) throw new Error('there are no alerts');
      expect(after).toHaveLength(before.length + 1);
      expect(after).toContainEqual(
        expect.objectContaining({
          alert_date: '2026-03-10',
          company_guid: guid,
          details: expect.objectContaining({ message: 'Files were taken.' }),
        }),
      );
    }
    expect(at(await json('/_sandbox'), 'breaches')).toHaveLength(2);
  });

  test('are not known before their day', async () => {
    const company = sandbox.source.ownCompany();
    const before = await breachesOf(company);
    await control('POST', '/breaches', { company, severity: 3, date: '2026-03-12' });
    expect(await breachesOf(company)).toEqual(before);
    await control('POST', '/date', { advance_days: 2 });
    expect(await breachesOf(company)).toContainEqual(expect.objectContaining({ date: '2026-03-12' }));
  });

  test('are 32 of one company at most', async () => {
    const company = sandbox.source.ownCompany();
    for (let n = 0; n < 32; n++) {
      expect((await control('POST', '/breaches', { company, severity: 0 })).status).toBe(201);
    }
    expect((await control('POST', '/breaches', { company, severity: 0 })).status).toBe(409);
    const alerts = await alertsOf(company);
    const guids = Array.isArray(alerts) ? alerts.map(alert => at(alert, 'guid')) : [];
    expect(new Set(guids).size).toBe(guids.length);
    expect(guids.length).toBeGreaterThanOrEqual(32);
  });

  test.each([
    [{ severity: 1 }, 'company: must be the guid of a company'],
    [{ company: STRANGER, severity: 1 }, 'company: is not in the portfolio'],
    [{ company: STRANGER, severity: 4 }, 'severity: must be a whole number from 0 to 3'],
    [{ company: STRANGER, severity: 1, date: 'today' }, 'date: must be a day like 2026-01-31'],
    [{ company: STRANGER, severity: 1, event_type: 'Theft!' }, 'event_type: must be lower-case words'],
  ])('%j is refused in words', async (body, detail) => {
    const answer = await control('POST', '/breaches', body);
    expect([answer.status, at(answer.json as Json, 'detail')]).toEqual([
      400,
      expect.stringContaining(detail),
    ]);
  });
});

describe('requests', () => {
  const counts = async () => at(await json('/_sandbox/requests'), 'requests');

  test('are counted by method, path and status, whatever the prefix, and not those of the control API', async () => {
    const guid = sandbox.source.ownCompany();
    for (const prefix of ['/ratings', '', '/customer-api', '/customer-api/ratings']) {
      await client.call(`${prefix}/v1/companies/${guid}/findings/?limit=1`);
    }
    await client.call(`/ratings/v1/companies/${guid}/findings?limit=x`);
    await client.call(`/ratings/v1/companies/${STRANGER}`);
    await client.call('/ratings/v1/companies', { token: null });
    await client.call('/ratings/no/such/path');
    await json('/_sandbox');
    expect(await counts()).toEqual([
      { method: 'GET', path: '/v1/companies', status: 401, count: 1 },
      { method: 'GET', path: '/v1/companies/:guid', status: 403, count: 1 },
      { method: 'GET', path: '/v1/companies/:guid/findings', status: 200, count: 4 },
      { method: 'GET', path: '/v1/companies/:guid/findings', status: 400, count: 1 },
      { method: 'GET', path: null, status: 404, count: 1 },
    ]);
    expect(await json('/_sandbox/requests')).toMatchObject({ total: 8, since: expect.stringMatching(/Z$/) });
    expect((await control('DELETE', '/requests')).status).toBe(204);
    expect(await json('/_sandbox/requests')).toMatchObject({ total: 0, requests: [] });
  });

  test.each([
    ['429', 429],
    ['truncate', 200],
    ['reset', 200],
  ] as const)('that meet the fault %s are counted with what the caller saw', async (kind, status) => {
    await control('PUT', '/faults', { faults: [{ kind, rate: 1 }] });
    await client.call('/ratings/v1/companies').catch(() => {});
    const one = [{ method: 'GET', path: '/v1/companies', status, count: 1 }];
    await until('it is counted', async () =>
      JSON.stringify(await counts()) === JSON.stringify(one) ? true : null,
    );
  });
});

test('a request that was given up without an answer is counted as such', async () => {
  await control('PUT', '/faults', { faults: [{ kind: 'stall', rate: 1 }] });
  const agent = new Agent({ connect: { ca: readFileSync(String(sandbox.at.caFile), 'utf8') } });
  const asked = request(`${sandbox.at.baseUrl}/v1/companies`, {
    dispatcher: agent,
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  // It has come as far as the fault.
  await until('it stalls', async () => (at(await json('/_sandbox'), 'next_request') === 1 ? true : null));
  await agent.destroy();
  await expect(asked).rejects.toThrow();
  const one = [{ method: 'GET', path: '/v1/companies', status: null, count: 1 }];
  await until('it is counted', async () => {
    const found = at(await json('/_sandbox/requests'), 'requests');
    return JSON.stringify(found) === JSON.stringify(one) ? true : null;
  });
});

test('a reset puts everything back', async () => {
  const before = await whole();
  const folders = await json('/ratings/v1/folders');
  await json('/ratings/v1/folders', { method: 'POST', body: { name: 'Passing' } });
  const custom = { method: 'PATCH', body: { custom_id: 'PASSING' } } as const;
  await json(`/ratings/v1/companies/${sandbox.source.ownCompany()}`, custom);
  expect(await json('/ratings/v1/folders')).not.toEqual(folders);
  await control('POST', '/date', { advance_days: 100 });
  await control('POST', '/companies', { name: 'Passing' });
  await control('DELETE', `/companies/${[...sandbox.source.companyNames().keys()][3]}`);
  await control('PUT', '/faults', { faults: [{ kind: '500', rate: 1 }], retry_after: 5 });
  const state = await json('/_sandbox/reset', { method: 'POST' });
  expect(state).toMatchObject({ date: '2026-03-10', added: [], dropped: [], faults: [], retry_after: 1 });
  expect(await json('/_sandbox/requests')).toMatchObject({ total: 0 });
  expect(await whole()).toEqual(before);
  expect(await json('/ratings/v1/folders')).toEqual(folders);
});

describe('from one start to the next', () => {
  const change = async (name: string, flags: Record<string, unknown>) => {
    const server = await start(name, flags);
    const caller = clientOf(server);
    const body = { name: 'Kept, or not' };
    expect((await caller.call('/_sandbox/companies', { method: 'POST', body })).status).toBe(201);
    await caller.call('/_sandbox/date', { method: 'POST', body: { advance_days: 9 } });
    await caller.call('/ratings/v1/folders', { method: 'POST', body });
    await caller.close();
    await server.close();
  };
  const stateAfter = async (name: string, flags: Record<string, unknown>) => {
    const server = await start(name, flags);
    const caller = clientOf(server);
    const { json } = await caller.call('/_sandbox');
    const folders = await caller.call('/ratings/v1/folders?fields=name');
    await caller.close();
    await server.close();
    return { ...(json as { [name: string]: Json }), hasFolder: folders.text.includes('Kept, or not') };
  };

  test('companies and folders are kept with --state alone; the date is that of the start', async () => {
    await change('kept', { state: true });
    expect(await stateAfter('kept', { state: true })).toMatchObject({
      added: [{ name: 'Kept, or not' }],
      hasFolder: true,
      date: '2026-03-10',
      state: true,
    });
    expect(await stateAfter('kept', {})).toMatchObject({ added: [], hasFolder: false });
    // A start without it has forgotten them for good.
    expect(await stateAfter('kept', { state: true })).toMatchObject({ added: [], hasFolder: false });
  });
});

describe('who may', () => {
  const token = async (asked: Record<string, unknown>) => {
    const made = await client.call('/ratings/v1/customers/current/api-tokens', {
      method: 'POST',
      body: { description: 'control', ...asked },
    });
    return String(at(made.json as Json, 'token'));
  };

  test('an Admin, and nobody without credentials', async () => {
    expect((await client.call('/_sandbox', { token: null })).status).toBe(401);
    expect((await client.call('/_sandbox', { token: await token({}) })).status).toBe(200);
  });

  test('nobody behind the wall of a group', async () => {
    await client.call('/ratings/v1/access-groups', { method: 'POST', body: { name: 'Walled' } });
    const walled = await token({ group: 'Walled' });
    expect((await client.call('/ratings/v2/portfolio', { token: walled })).status).toBe(200);
    expect((await client.call('/_sandbox', { token: walled })).status).toBe(403);
  });
});

describe('a hub', () => {
  let hub: Hub;
  let admin: HttpsClient;
  beforeAll(async () => {
    const settings = readHubSettings({ flags: { port: 0, httpPort: 0 }, env: {} });
    hub = await startHub({ ...settings, dataDir: join(folder, 'hub') }, { logger });
    admin = clientOf(hub, await adminTokenOf(join(folder, 'hub')));
  });
  afterAll(async () => {
    await admin.close();
    await hub.close();
  });

  test.each(CONTROL_CALLS.map(({ method, path }) => [method, path] as const))(
    'has no %s /_sandbox%s',
    async (method, path) => {
      for (const prefix of ['', '/ratings']) {
        expect((await admin.call(`${prefix}/_sandbox${path}`, { method })).status).toBe(404);
      }
    },
  );
});
