/**
 * The pass-through over a sandbox, HTTPS between them: every endpoint of the table that goes on to upstream answers as the
 * sandbox itself does, to everyone and to a group.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/app.ts';
import { readSandboxSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { basic, HttpsClient } from '../support/https-client.ts';
import { at, type Json } from '../support/json.ts';
import { ContractLab, type Answer as SandboxAnswer, SERVED } from './contract-lab.ts';
import { type Answer, PassThroughLab } from './pass-through-lab.ts';

const TOKEN = 'preset-company-token-of-the-sandbox-0001';

const PASSED = SERVED.filter(({ hub }) => hub.from === 'upstream');
const UPSTREAM_ALONE = ENDPOINTS.filter(
  ({ hub, name }) => hub.from === 'upstream' && !SERVED.some(one => one.name === name),
);

/** The account's last update is not always a group's, and a search there finds companies that nobody subscribed to. */
const OTHERWISE: ReadonlySet<string> = new Set(['alerts.latest', 'alerts.v1.latest', 'companies.search']);

let dataDir: string;
let sandbox: Sandbox;
let direct: HttpsClient;
/** The same world, of which it is known what to ask. */
let world: ContractLab;
let lab: PassThroughLab;
beforeAll(async () => {
  world = await ContractLab.start();
  dataDir = mkdtempSync(join(tmpdir(), 'sightline-passed-sandbox-'));
  const flags = {
    ...{ port: 0, httpPort: 0, token: TOKEN, seed: 'contract', date: '2026-06-15' },
    ...{ companies: 8, findingsPerCompany: 60 },
  };
  const settings = { ...readSandboxSettings({ flags, env: {} }), dataDir };
  sandbox = await startSandbox(settings, { logger: createLogger({ level: 'silent' }) });
  const { baseUrl, caFile } = sandbox.at;
  direct = new HttpsClient({ base_url: baseUrl, ca_file: caFile }, null);
  const upstream = { host: new URL(baseUrl).host, ca: readFileSync(String(caFile), 'utf8') };
  lab = await PassThroughLab.start({ upstream, endpoints: ENDPOINTS });
  await lab.connect(TOKEN, world.companies);
});
afterAll(async () => {
  await lab.close();
  await direct.close();
  await sandbox.close();
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** An answer without whose address it was asked at, wherever that stands. */
function shown({ text }: Pick<Answer, 'text'>): string {
  return text
    .replaceAll(sandbox.at.baseUrl, 'https://host')
    .replaceAll('https://sightline.example', 'https://host')
    .replaceAll(world.baseUrl, 'https://host')
    .replaceAll('https://host/ratings/', 'https://host/');
}

async function urlOf(endpoint: Endpoint, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const parameters = new URLSearchParams({ ...world.required(endpoint), ...more });
  return `${await world.pathOf(endpoint.path)}?${parameters}`;
}

test('there is much to pass on', () => {
  expect(PASSED.length).toBeGreaterThan(30);
  expect(UPSTREAM_ALONE.length).toBeGreaterThan(10);
});

describe.each(PASSED)('$name', endpoint => {
  test('is answered to everyone as the sandbox answers', async () => {
    const asks: readonly Record<string, string>[] = [
      {},
      { limit: '2', offset: '1' },
      { fields: 'guid,name', limit: '1000' },
    ];
    for (const more of asks) {
      const url = await urlOf(endpoint, more);
      const asked = await direct.call(`/ratings${url}`, { headers: basic(TOKEN) });
      const answer = await lab.call(url);
      expect([url, answer.status, shown(answer)]).toEqual([url, asked.status, shown(asked)]);
    }
  });

  test('shows a group what the sandbox shows it, or nothing', async () => {
    const group = world.companies.slice(0, 3);
    const others = [...world.source.companyNames()].filter(([guid]) => !group.includes(guid));
    const url = await urlOf(endpoint);
    world.principal = world.walled(group);
    const own: SandboxAnswer = await world.send(`/ratings${url}`);
    const answer = await lab.call(url, { as: await lab.walled(group) });
    const rule = endpoint.hub.from === 'upstream' ? endpoint.hub.passThrough : null;
    if (rule?.rows === null) {
      expect(answer.status).toBe(403);
      return;
    }
    expect(answer.status).toBe(own.status);
    for (const [guid, name] of others) {
      expect(answer.text).not.toContain(guid);
      // A name in the text of a message is upstream's; beside a guid it is gone with it.
      if (endpoint.name !== 'portfolio.breaches') expect(answer.text).not.toContain(`"${name}"`);
    }
    if (rule?.rows?.company === 'path' || OTHERWISE.has(endpoint.name)) return;
    expect(rowNames(answer.json)).toEqual(rowNames(own.json));
    expect(at(answer.json, 'count')).toEqual(at(own.json, 'count'));
  });
});

/** What tells the rows of an answer apart. */
function rowNames(json: Json): Json[] {
  const rows = Array.isArray(json) ? json : at(json, 'results');
  return Array.isArray(rows)
    ? rows.map(row => [at(row, 'guid'), at(row, 'company_guid'), at(row, 'company')])
    : [];
}

test.each(UPSTREAM_ALONE)('$name is asked of the sandbox, which does not have it', async ({ path }) => {
  const url =
    path.startsWith('/v1/companies/') || path.startsWith('/v1/subscriptions/:')
      ? path.replace(':guid', String(world.companies[0]))
      : path.replaceAll(/:\w+/g, 'x');
  const answer = await lab.call(url);
  expect([answer.status, at(answer.json, 'detail')]).toEqual([
    501,
    'The upstream account does not serve this.',
  ]);
});

test('gaps of the store go on, and what the sandbox adds for them comes back', async () => {
  const [guid] = world.companies;
  const answer = await lab.call(
    `/v1/companies/${guid}/findings?limit=5&expand=tag_details,attributed_companies`,
  );
  const asked = await direct.call(
    `/ratings/v1/companies/${guid}/findings?limit=5&expand=tag_details,attributed_companies`,
    {
      headers: basic(TOKEN),
    },
  );
  expect([answer.status, at(answer.json, 'results')]).toEqual([200, at(JSON.parse(asked.text), 'results')]);
  expect((await lab.call('/v2/portfolio?countries=US')).status).toBe(200);
});

test('a token that was revoked is the connection’s trouble, and no 401 of the caller’s', async () => {
  await sandbox.store.db
    .updateTable('api_tokens')
    .set({ revoked_at: 1 })
    .where('last_four', '=', TOKEN.slice(-4))
    .execute();
  await sandbox.authority.accessChanged();
  lab.clock.advance(61_000);
  const answer = await lab.call('/v2/alerts');
  expect([answer.status, at(answer.json, 'detail')]).toEqual([
    502,
    expect.stringMatching(/^The connection's token was refused/),
  ]);
  expect(answer.headers['www-authenticate']).toBeUndefined();
  expect(answer.text).not.toContain(TOKEN);
});
