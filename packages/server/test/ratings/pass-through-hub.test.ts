/** The pass-through of a real hub that has synced a real sandbox: over HTTPS, with tokens and groups of both. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminTokenOf } from '../support/admin-token.ts';
import { basic } from '../support/https-client.ts';
import { at } from '../support/json.ts';
import { GatewayLab } from './gateway-lab.ts';

let lab: GatewayLab;
let companies: readonly string[];
let group: Awaited<ReturnType<GatewayLab['walled']>>;
beforeAll(async () => {
  lab = await GatewayLab.start({ companies: 8, findingsPerCompany: 20, date: '2026-03-01', seed: 'passed' });
  companies = [...lab.sandbox.source.companyNames().keys()];
  group = await lab.walled('EMEA', companies.slice(0, 5));
}, 60_000);
afterAll(() => lab.close());

async function ask(server: 'upstream' | 'gateway', path: string, of: typeof group = lab) {
  const answer = await of[server].call(path);
  const json = JSON.parse(answer.text);
  return {
    status: answer.status,
    count: at(json, 'count'),
    results: at(json, 'results'),
    json,
    text: answer.text,
  };
}

test('what the store does not have is there, as upstream has it', async () => {
  const paths = [
    '/ratings/v2/alerts?limit=7&offset=2&expand=details',
    '/v1/portfolio/breaches',
    `/customer-api/v1/companies/${companies[0]}/assets?limit=3`,
    `/ratings/v1/companies/${companies[0]}/company-tree`,
    '/v1/subscriptions/',
    '/v2/threats?limit=3',
  ];
  for (const path of paths) {
    const [upstream, hub] = await Promise.all([ask('upstream', path), ask('gateway', path)]);
    const { status, count } = upstream;
    expect({ path, status: hub.status, count: hub.count }).toEqual({ path, status, count });
    expect(hub.results ?? hub.json).toEqual(upstream.results ?? upstream.json);
    expect(hub.text).not.toContain(lab.sandbox.at.baseUrl);
  }
});

test('a group sees its companies’ rows, as the same group does upstream, and nothing of the whole account', async () => {
  for (const path of ['/v2/alerts?limit=1000', '/v1/exposed-credentials/affected-companies?limit=1000']) {
    const [upstream, hub] = await Promise.all([ask('upstream', path, group), ask('gateway', path, group)]);
    expect({ path, count: hub.count, results: hub.results }).toEqual({
      path,
      count: upstream.count,
      results: upstream.results,
    });
    for (const guid of companies.slice(5)) expect(hub.text).not.toContain(guid);
  }
  expect(Number((await ask('gateway', '/v2/alerts', group)).count)).toBeGreaterThan(0);
  expect((await ask('gateway', '/v2/threats', group)).status).toBe(403);
  expect((await ask('gateway', `/v1/companies/${companies[6]}/assets`, group)).status).toBe(403);
  expect(
    (await ask('gateway', `/v2/alerts?company_guid=${companies[0]},${companies[6]}`, group)).status,
  ).toBe(403);
});

test('a path that would lead elsewhere leads nowhere, sent as it is', async () => {
  const own = await adminTokenOf(lab.hub.dataDir);
  expect(await rawStatus(`/ratings/v1/companies/${companies[0]}/assets`, own)).toBe(200);
  for (const hostile of ['..%2f..%2fusers', '%2e%2e', '..', '%2E%2E%2Fv1%2Fusers', '..%5c..%5cusers']) {
    const status = await rawStatus(`/ratings/v1/companies/${hostile}/assets`, own);
    expect([403, 404]).toContain(status);
    expect([403, 404]).toContain(await rawStatus(`/ratings/v1/alerts/${hostile}/${hostile}`, own));
  }
  const token = lab.sandbox.admin.userToken;
  for (const answer of [...lab.gateway.answers, ...group.gateway.answers])
    expect(answer).not.toContain(token);
});

test('accounts, people and groups are this hub’s own, whatever upstream has', async () => {
  const upstreamUsers = (await lab.upstream.call('/v1/users')).text;
  for (const path of ['/v1/users', '/v2/users', '/v1/access-groups', '/v1/customers/current/api-tokens']) {
    const answer = await lab.gateway.call(path);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toBe(upstreamUsers);
    expect(answer.text).not.toContain(at(JSON.parse(upstreamUsers), 0, 'guid'));
  }
});

/** The status of a path that no client has tidied up. */
function rawStatus(path: string, token: string): Promise<number> {
  const { hostname, port } = new URL(lab.hub.at.baseUrl);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, ca: readFileSync(String(lab.hub.at.caFile), 'utf8'), headers: basic(token) },
      answer => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
