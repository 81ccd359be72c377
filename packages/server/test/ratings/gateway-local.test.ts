/**
 * What the gateway keeps itself, over what it has synced: folders, tiers and custom ids beside Bitsight's, marked as its own;
 * Bitsight's stay as they are.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpsClient } from '../support/https-client.ts';
import { at, type Json } from '../support/json.ts';
import { GatewayLab } from './gateway-lab.ts';

let lab: GatewayLab;
/** Guids of all companies but the own one, in the portfolio's order. */
let guids: string[];
beforeAll(async () => {
  lab = await GatewayLab.start({ companies: 9, findingsPerCompany: 40, date: '2026-06-15', seed: 'local' });
  const own = lab.sandbox.source.ownCompany();
  guids = (await portfolio('')).map(row => String(at(row, 'guid'))).filter(guid => guid !== own);
}, 60_000);
afterAll(() => lab.close());

const rows = (list: Json): Json[] => (Array.isArray(list) ? list : []);
async function read(path: string, client: HttpsClient = lab.gateway): Promise<Json> {
  const answer = await client.call(`/ratings${path}`);
  expect(answer.status, `${path}: ${answer.text}`).toBe(200);
  return JSON.parse(answer.text);
}
const portfolio = async (query: string, client?: HttpsClient) =>
  rows(at(await read(`/v2/portfolio?limit=1000&${query}`, client), 'results'));
const guidsOf = (list: readonly Json[]) => list.map(row => String(at(row, 'guid')));
const write = (method: string, path: string, body?: unknown, client: HttpsClient = lab.gateway) =>
  client.call(`/ratings${path}`, { method, ...(body === undefined ? {} : { body }) });
async function made(path: string, body: unknown): Promise<string> {
  const answer = await write('POST', path, body);
  expect(answer.status, answer.text).toBe(201);
  return String(at(JSON.parse(answer.text), 'guid'));
}

describe('before anything is kept here', () => {
  test.each([
    '/v1/folders',
    '/v1/tiers',
    '/v1/tiers/summary',
    '/v1/company-life-cycles',
    '/v1/company-relationships',
  ])('%s is what Bitsight says', async path => {
    const [here, there] = [await read(path), await read(path, lab.upstream)];
    expect(JSON.stringify(here).replaceAll(lab.gateway.baseUrl, '')).toBe(
      JSON.stringify(there).replaceAll(lab.upstream.baseUrl, ''),
    );
    expect(JSON.stringify(here).length).toBeGreaterThan(100);
  });
});

describe('folders', () => {
  test('Bitsight’s are not changed here, and the refusal says where they are', async () => {
    const [folder = null] = rows(await read('/v1/folders'));
    const path = `/v1/folders/${at(folder, 'guid')}`;
    const refusals = [
      await write('PATCH', path, { name: 'Mine' }),
      await write('DELETE', path),
      await write('PATCH', `${path}/companies`, { add_companies: [guids[0]] }),
    ];
    for (const { status, text } of refusals) {
      expect(status).toBe(403);
      expect(text).toContain('Bitsight');
    }
    expect(await read(path)).toEqual(folder);
  });

  test('one of this server is listed behind them, marked, found by, and gone', async () => {
    const before = rows(await read('/v1/folders'));
    const guid = await made('/v1/folders', { name: 'Ours' });
    const added = await write('PATCH', `/v1/folders/${guid}/companies`, {
      add_companies: [guids[0], guids[2], 'nobody'],
    });
    expect(JSON.parse(added.text)).toMatchObject({
      added: [guids[0], guids[2]],
      not_added: ['nobody'],
      companies: [guids[0], guids[2]],
    });
    const folders = rows(await read('/v1/folders'));
    expect(folders.slice(0, -1)).toEqual(before);
    expect(folders.at(-1)).toMatchObject({ guid, name: 'Ours', companies_count: 2, is_local: true });
    expect(guidsOf(await portfolio(`folder=${guid}`))).toEqual([guids[0], guids[2]]);
    const [bitsights = null] = before;
    const both = new Set([...rows(at(bitsights, 'companies')), guids[0], guids[2]]);
    expect(new Set(guidsOf(await portfolio(`folder=${guid},${at(bitsights, 'guid')}`)))).toEqual(both);
    // A company that is in a folder of this server alone is in a folder.
    expect(guidsOf(await portfolio('folder=null'))).not.toContain(guids[0]);
    // A row does not say which folders its company is in.
    expect((await portfolio(`guid=${guids[0]}`))[0]).not.toHaveProperty('local');
    expect((await write('DELETE', `/v1/folders/${guid}`)).status).toBe(204);
    expect(rows(await read('/v1/folders'))).toEqual(before);
    expect(await portfolio(`folder=${guid}`)).toEqual([]);
  });
});

describe('tiers', () => {
  test('one of this server takes companies out of Bitsight’s, and gives them back', async () => {
    const whole = await portfolio('');
    const tiers = rows(await read('/v1/tiers'));
    const theirs = tiers.find(tier => rows(at(tier, 'companies')).length > 0) ?? null;
    const [company = ''] = rows(at(theirs, 'companies')).map(String);
    const untiered = String(at((await portfolio('tier=untiered'))[0], 'guid'));
    const guid = await made('/v1/tiers', {
      name: 'Ours',
      rank: 2,
      companies: [company, untiered].toSorted(),
    });
    const shown = await portfolio(`guid=${company}`);
    expect(shown).toMatchObject([{ tier: guid, tier_name: 'Ours', tier_order: 2, local: ['tier'] }]);
    const others = await portfolio('');
    expect(others.filter(row => at(row, 'local') !== null)).toHaveLength(2);
    expect(new Set(guidsOf(await portfolio(`tier=${guid}`)))).toEqual(new Set([company, untiered]));
    expect(guidsOf(await portfolio(`tier=${at(theirs, 'guid')}`))).not.toContain(company);
    expect(guidsOf(await portfolio('tier=null'))).not.toContain(untiered);
    const orders = (await portfolio('sort=tier')).map(row => at(row, 'tier_order'));
    expect(orders).toEqual(orders.toSorted((a, b) => Number(a ?? 99) - Number(b ?? 99)));
    const listed = rows(at(await read('/v1/portfolio'), 'companies')).find(
      row => at(row, 'guid') === company,
    );
    expect(listed).toMatchObject({ tier: guid, local: ['tier'] });
    const now = rows(await read('/v1/tiers'));
    expect(now.map(tier => at(tier, 'rank'))).toEqual([1, 2, 2, 3]);
    expect(now.find(tier => at(tier, 'guid') === guid)).toMatchObject({ name: 'Ours', is_local: true });
    const robbed = now.find(tier => at(tier, 'guid') === at(theirs, 'guid'));
    expect(robbed).toMatchObject({ local: ['companies'], name: at(theirs, 'name') });
    expect(rows(at(robbed, 'companies'))).toEqual(
      rows(at(theirs, 'companies')).filter(one => one !== company),
    );
    for (const summary of rows(await read('/v1/tiers/summary'))) {
      const found = await portfolio(`tier=${at(summary, 'guid')}`);
      expect(at(summary, 'count')).toBe(found.length);
      const counted = rows(at(summary, 'categories')).map(category => Number(at(category, 'count')));
      const rated = found.filter(row => at(row, 'rating') !== null).length;
      // Nobody has said what is to be done about the companies of a tier that was made here.
      if (at(summary, 'guid') === guid) expect(counted).toEqual([]);
      else expect(counted.reduce((sum, count) => sum + count, 0)).toBe(rated);
    }
    const theirPath = `/v1/tiers/${at(theirs, 'guid')}`;
    for (const [method, path, body] of [
      ['PATCH', theirPath, { name: 'x' }],
      ['PUT', theirPath, { name: 'x' }],
      ['DELETE', theirPath, undefined],
      ['PATCH', `${theirPath}/companies`, { add_companies: [company] }],
    ] as const) {
      const answer = await write(method, path, body);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('Bitsight');
    }
    const back = await write('PATCH', `/v1/tiers/${guid}/companies`, { remove_companies: [company] });
    expect(JSON.parse(back.text)).toMatchObject({ removed: [company] });
    expect(await portfolio(`guid=${company}`)).toEqual(whole.filter(row => at(row, 'guid') === company));
    expect((await write('DELETE', `/v1/tiers/${guid}`)).status).toBe(204);
    expect(await portfolio('')).toEqual(whole);
    expect(rows(await read('/v1/tiers'))).toEqual(tiers);
  });
});

describe('custom ids', () => {
  test('one is given over Bitsight’s, marked in every view, and found by; the old one finds nothing', async () => {
    const named = (await portfolio('')).find(row => at(row, 'custom_id') !== null) ?? null;
    const guid = String(at(named, 'guid'));
    const detail = await read(`/v1/companies/${guid}`);
    const changed = await write('PATCH', `/v1/companies/${guid}`, { custom_id: 'Ours-1' });
    expect(changed.status).toBe(200);
    expect(JSON.parse(changed.text)).toEqual({
      ...(detail as object),
      custom_id: 'Ours-1',
      local: ['custom_id'],
    });
    expect(await read(`/v1/companies/${guid}`)).toEqual(JSON.parse(changed.text));
    expect(await portfolio('custom_id=ours-1')).toEqual([
      { ...(named as object), custom_id: 'Ours-1', local: ['custom_id'] },
    ]);
    expect(guidsOf(await portfolio('q=ours-1'))).toEqual([guid]);
    expect(await portfolio(`custom_id=${at(named, 'custom_id')}`)).toEqual([]);
    const listed = rows(at(await read('/v1/portfolio'), 'companies')).find(row => at(row, 'guid') === guid);
    expect(listed).toMatchObject({ custom_id: 'Ours-1', local: ['custom_id'] });
    await write('PATCH', `/v1/companies/${guid}`, { custom_id: null });
    expect(await portfolio(`guid=${guid}`)).toMatchObject([{ custom_id: null, local: ['custom_id'] }]);
    expect(guidsOf(await portfolio('custom_id=null'))).toContain(guid);
  });
});

describe('comments and remediations', () => {
  test('are kept here, and marked', async () => {
    let found: { company: string; finding: Json } | null = null;
    for (const company of guids) {
      const findings = rows(at(await read(`/v1/companies/${company}/findings?limit=20`), 'results'));
      const finding = findings.find(row => at(row, 'rolledup_observation_id') !== '');
      if (finding !== undefined) found ??= { company, finding };
    }
    if (found === null) throw new Error('no findings');
    const { company, finding } = found;
    const id = String(at(finding, 'rolledup_observation_id'));
    const query = new URLSearchParams({ company_guid: company, record_id: id });
    const begun = await lab.gateway.call(`/annotations/v1/threads?${query}`, {
      method: 'POST',
      body: { comments: [{ message: 'Asked.' }] },
    });
    expect(begun.status, begun.text).toBe(201);
    const comments = await read(`/v1/companies/${company}/findings/${encodeURIComponent(id)}/comments`);
    expect(comments).toMatchObject({ count: 1, results: [{ message: 'Asked.', is_local: true }] });
    const set = await write('PATCH', `/v1/remediations/${company}`, {
      rolledup_observation_id: id,
      evidence_key: at(finding, 'evidence_key'),
      risk_vector: at(finding, 'risk_vector'),
      status: { value: 'Open', public: false },
    });
    expect(set.status, set.text).toBe(200);
    expect(await read('/v1/remediations')).toMatchObject({
      count: 1,
      results: [{ company_guid: company, is_local: true, status: { value: 'Open' } }],
    });
  });
});

test('a group sees of folders and tiers its own companies, whoever made them', async () => {
  const folder = await made('/v1/folders', { name: 'Across' });
  await write('PATCH', `/v1/folders/${folder}/companies`, { add_companies: guids.slice(0, 4) });
  const tier = await made('/v1/tiers', { name: 'Across', companies: guids.slice(0, 4) });
  const inside = [guids[1], guids[6]].map(String);
  const { gateway } = await lab.walled('Local wall', inside);
  const texts = await Promise.all(
    ['/v1/folders', '/v1/tiers', '/v1/tiers/summary', '/v2/portfolio', '/v1/companies'].map(async path => {
      const answer = await gateway.call(`/ratings${path}`);
      expect(answer.status).toBe(200);
      return answer.text;
    }),
  );
  for (const guid of guids.filter(one => !inside.includes(one)))
    for (const text of texts) expect(text).not.toContain(guid);
  expect(await read(`/v1/folders/${folder}`, gateway)).toMatchObject({
    companies: [inside[0]],
    companies_count: 1,
    owner: null,
    owner_name: null,
    is_deletable: false,
  });
  expect(await read(`/v1/tiers/${tier}`, gateway)).toMatchObject({ companies: [inside[0]] });
  expect((await write('DELETE', `/v1/tiers/${tier}`, undefined, gateway)).status).toBe(403);
  expect((await write('PATCH', `/v1/companies/${guids[0]}`, { custom_id: 'x' }, gateway)).status).toBe(403);
  const own = await write('POST', '/v1/folders', { name: 'Of the group' }, gateway);
  const path = `/v1/folders/${at(JSON.parse(own.text), 'guid')}/companies`;
  const added = await write('PATCH', path, { add_companies: [guids[0], inside[1]] }, gateway);
  expect(JSON.parse(added.text)).toMatchObject({ added: [inside[1]], not_added: [guids[0]] });
});

test('a sync changes nothing of what is kept here', async () => {
  const paths = ['/v1/folders', '/v1/tiers', '/v2/portfolio?limit=100', '/v1/remediations'];
  const before = await Promise.all(paths.map(path => read(path)));
  await lab.sync();
  expect(await Promise.all(paths.map(path => read(path)))).toEqual(before);
});
