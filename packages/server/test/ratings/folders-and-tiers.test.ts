/** Folders, tiers and custom ids over HTTP, in the sandbox: written, read, and seen in the rows of the portfolio. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetLocalState } from '../../src/ratings/local/local-state.ts';
import { at, type Json } from '../support/json.ts';
import { type AccountLab, startAccountLab } from './account-lab.ts';

let lab: AccountLab;
let own: string;
/** Of the companies that are not the own one. */
let guids: string[];
const read = async (path: string, token?: string) =>
  (await lab.get(path, token === undefined ? {} : { token })).json as Json;
const write = (method: string, path: string, body?: unknown, token?: string) =>
  lab.call(method, path, {
    ...(body === undefined ? {} : { body }),
    ...(token === undefined ? {} : { token }),
  });
const rows = (list: Json): Json[] => (Array.isArray(list) ? list : []);
const byGuid = (list: Json, guid: Json) => rows(list).find(row => at(row, 'guid') === guid) ?? null;
const portfolio = async (query: string, token?: string) =>
  rows(at(await read(`/v2/portfolio?limit=1000&${query}`, token), 'results'));
const guidsIn = (list: Json[]) => list.map(row => String(at(row, 'guid'))).sort();

beforeAll(async () => {
  lab = await startAccountLab({ companies: 12, findingsPerCompany: 20 });
  own = lab.source.summary().company_guid;
  guids = [...lab.source.companyNames().keys()].filter(guid => guid !== own);
});
afterAll(() => lab.close());

async function madeFolder(name: string, companies: readonly string[] = []): Promise<string> {
  const made = await write('POST', '/v1/folders', { name, description: `about ${name}` });
  expect(made.status).toBe(201);
  const guid = String(at(made.json as Json, 'guid'));
  if (companies.length > 0) {
    const added = await write('PATCH', `/v1/folders/${guid}/companies`, { add_companies: companies });
    expect(added.status).toBe(200);
  }
  return guid;
}

async function madeTier(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const made = await write('POST', '/v1/tiers', { name, ...more });
  expect(made.status, made.text).toBe(201);
  return String(at(made.json as Json, 'guid'));
}

describe('folders', () => {
  test('the world has some that people made, and one for each subscription', async () => {
    const folders = rows(await read('/v1/folders'));
    expect(folders.length).toBeGreaterThanOrEqual(6);
    for (const folder of folders) {
      expect(Object.keys(folder as object).sort()).toEqual(
        [
          ...['guid', 'name', 'owner', 'owner_name', 'owner_guid', 'content_expiry_days', 'description'],
          ...['contains_all_companies', 'order', 'companies', 'is_selected', 'is_deletable'],
          ...['customer_global', 'can_edit_properties', 'shared_options', 'subscription_type'],
          ...['email_enabled', 'content_subscription_types', 'companies_count'],
        ].sort(),
      );
      const guid = at(folder, 'guid');
      const members = rows(at(folder, 'companies')).map(String).sort();
      expect(at(folder, 'companies_count')).toBe(members.length);
      expect(guidsIn(await portfolio(`folder=${guid}`))).toEqual(members);
      expect(await read(`/v1/folders/${guid}/`)).toEqual(folder);
    }
    const made = rows(await read('/v1/folders?exclude_subscription_folders=true'));
    expect(made.map(folder => at(folder, 'subscription_type'))).toEqual(made.map(() => null));
    expect(made.length).toBe(5);
    const subscribed = folders.filter(folder => at(folder, 'subscription_type') !== null);
    const counts = subscribed.map(folder => Number(at(folder, 'companies_count')));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  test('one is made, shown as it was said, renamed, filled, and gone; a second deletion is 404', async () => {
    const made = await write('POST', '/ratings/v1/folders/', { name: ' Ours ', description: 'For us.' });
    expect(made).toMatchObject({
      status: 201,
      json: {
        name: 'Ours',
        description: 'For us.',
        owner: lab.first.userEmail,
        owner_guid: lab.admin.userId,
        companies: [],
        companies_count: 0,
        is_deletable: true,
        subscription_type: null,
      },
    });
    const path = `/v1/folders/${at(made.json as Json, 'guid')}`;
    expect(await read(path)).toEqual(made.json);
    expect(Object.hasOwn(made.json as object, 'is_local')).toBe(false);
    expect((await write('PATCH', path, { name: 'Yours' })).json).toMatchObject({
      name: 'Yours',
      description: 'For us.',
    });
    const [first, second] = guids;
    const filled = await write('PATCH', `${path}/companies`, {
      add_companies: [first, second, 'nobody', first?.toUpperCase()],
    });
    expect(filled.json).toMatchObject({
      added: [first, second],
      not_added: ['nobody'],
      removed: [],
      not_removed: [],
      detail: '2 companies were added to Yours.',
    });
    expect(
      rows(at(filled.json as Json, 'companies'))
        .map(String)
        .sort(),
    ).toEqual([first, second].sort());
    const name = lab.source.companyNames().get(first ?? '');
    const emptied = await write('PATCH', `${path}/companies`, { remove_companies: [first, guids[2]] });
    expect(emptied.json).toMatchObject({
      removed: [first],
      not_removed: [guids[2]],
      companies: [second],
      detail: `${name} was removed from Yours.`,
    });
    expect(await write('DELETE', path)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await write(method, path, method === 'PATCH' ? { name: 'x' } : undefined)).status).toBe(404);
    expect((await write('PATCH', `${path}/companies`, { add_companies: [] })).status).toBe(404);
    expect(await portfolio(`folder=${path.split('/').at(-1)}`)).toEqual([]);
  });

  test('the world’s own are renamed, filled and emptied where they stand, and a deleted one stays away', async () => {
    const folder = rows(await read('/v1/folders'))[0] ?? null;
    const path = `/v1/folders/${at(folder, 'guid')}`;
    const members = rows(at(folder, 'companies')).map(String);
    const other = guids.find(guid => !members.includes(guid)) ?? '';
    await write('PATCH', path, { name: 'Renamed' });
    const changed = await write('PATCH', `${path}/companies`, {
      add_companies: [other],
      remove_companies: members.slice(0, 1),
    });
    expect(changed.json).toMatchObject({ added: [other], removed: members.slice(0, 1) });
    const now = await read(path);
    expect(now).toMatchObject({ name: 'Renamed', owner: at(folder, 'owner'), order: at(folder, 'order') });
    expect(rows(at(now, 'companies'))).toEqual([...members.slice(1), other]);
    expect(guidsIn(await portfolio(`folder=${at(folder, 'guid')}`))).toEqual(
      [...members.slice(1), other].sort(),
    );
    expect((await write('DELETE', path)).status).toBe(204);
    expect((await write('DELETE', path)).status).toBe(404);
    expect(byGuid(await read('/v1/folders'), at(folder, 'guid'))).toBeNull();
    expect(await portfolio(`folder=${at(folder, 'guid')}`)).toEqual([]);
  });

  test('those of a subscription are not changed by hand', async () => {
    const folder = rows(await read('/v1/folders')).find(row => at(row, 'subscription_type') !== null) ?? null;
    const path = `/v1/folders/${at(folder, 'guid')}`;
    expect((await write('DELETE', path)).status).toBe(403);
    expect((await write('PATCH', path, { name: 'Mine' })).json).toEqual({
      detail: expect.stringContaining('subscription'),
    });
    const added = await write('PATCH', `${path}/companies`, { add_companies: [guids[0]] });
    expect(added.status).toBe(403);
    expect(await read(path)).toEqual(folder);
  });

  test('changes of one folder at once are all made', async () => {
    const guid = await madeFolder('Together');
    const answers = await Promise.all(
      guids.map(company => write('PATCH', `/v1/folders/${guid}/companies`, { add_companies: [company] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(guids.map(() => 200));
    expect(await read(`/v1/folders/${guid}`)).toMatchObject({ companies_count: guids.length });
    const [company] = guids;
    const again = await Promise.all(
      [1, 2, 3].map(() => write('PATCH', `/v1/folders/${guid}/companies`, { remove_companies: [company] })),
    );
    const removed = again.flatMap(({ json }) => rows(at(json as Json, 'removed')));
    expect(removed).toEqual([company]);
  });

  test('a graph shows the median of the companies’ ratings, the newest last', async () => {
    const rated = (await portfolio('rating_gte=1')).slice(0, 3);
    const guid = await madeFolder('Graph', guidsIn(rated));
    const graph = await read(`/v1/folders/${guid}/graph_data`);
    const ratings = rated.map(row => Number(at(row, 'rating'))).sort((a, b) => a - b);
    expect(at(graph, 'name')).toBe('Graph');
    expect(rows(at(graph, 'ratings')).at(-1)).toEqual({ x: '2026-06-15', y: ratings[1] });
    const days = rows(at(graph, 'ratings')).map(point => String(at(point, 'x')));
    expect(days).toEqual(days.toSorted());
    expect(await read(`/v1/folders/${await madeFolder('Nothing')}/graph_data`)).toEqual({
      name: 'Nothing',
      ratings: [],
    });
  });

  test('a summary of findings is that of its companies together', async () => {
    const [first = '', second = ''] = guids;
    const guid = await madeFolder('Summed', [first, second]);
    const eventsOf = (summary: Json) =>
      rows(summary).map(period =>
        rows(at(period, 'stats')).reduce((sum: number, stat) => sum + Number(at(stat, 'event_count')), 0),
      );
    const [both, one, other] = await Promise.all(
      [`/v1/folders/${guid}`, `/v1/companies/${first}`, `/v1/companies/${second}`].map(async path =>
        eventsOf(await read(`${path}/findings/summary?type=vulnerability`)),
      ),
    );
    expect(both).toHaveLength(3);
    expect(both).toEqual(one?.map((count, index) => count + (other?.[index] ?? 0)));
    expect(Math.max(...(both ?? []))).toBeGreaterThan(0);
    expect(rows(await read(`/v1/folders/${guid}/findings/summary?history=false`))).toHaveLength(1);
  });

  test.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: 'x', description: ['y'] }, 'description'],
    [{ name: 'x', content_expiry_days: 3 }, 'content_expiry_days'],
    [{ name: 'x', content_expiry_days: 'soon' }, 'content_expiry_days'],
    [{ folder: 'x' }, 'folder'],
    [{ folder: { name: 'x' }, name: 'x' }, 'folder'],
    [['x'], 'object'],
  ])('a body like %j is 400 that names the field', async (body, named) => {
    const answer = await write('POST', '/v1/folders', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
  });

  test('fields may stand in an object of their own, unknown ones are passed over', async () => {
    const body = { folder: { name: 'Wrapped', colour: 'red', content_expiry_days: null } };
    expect(await write('POST', '/v1/folders', body)).toMatchObject({
      status: 201,
      json: { name: 'Wrapped' },
    });
  });

  test.each([
    [{}, 'add_companies'],
    [{ add_companies: 'guid' }, 'add_companies'],
    [{ add_companies: [7] }, 'add_companies'],
    [{ add_companies: ['x'.repeat(65)] }, 'add_companies'],
    [{ remove_companies: [null] }, 'remove_companies'],
    [{ add_companies: ['a'], remove_companies: ['A'] }, 'remove_companies'],
  ])('a change of companies like %j is 400 that names the field', async (body, named) => {
    const guid = await madeFolder('Wrong');
    const answer = await write('PATCH', `/v1/folders/${guid}/companies`, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
  });

  test('what is no JSON is 400, and a body that is too large 413', async () => {
    const { baseUrl } = lab;
    const headers = { authorization: `Basic ${Buffer.from(`${lab.first.userToken}:`).toString('base64')}` };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const answer = await fetch(`${baseUrl}/v1/folders`, {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        body: 'name=x',
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ detail: expect.stringContaining('application/json') });
    }
    const large = await write('POST', '/v1/folders', { name: 'x', description: 'y'.repeat(6_000_000) });
    expect(large.status).toBe(413);
  });
});

describe('tiers', () => {
  test('the world has three, by rank; lists, rows and filters agree', async () => {
    const tiers = rows(await read('/v1/tiers'));
    expect(tiers.map(tier => at(tier, 'rank'))).toEqual([1, 2, 3]);
    for (const tier of tiers) {
      expect(Object.keys(tier as object).sort()).toEqual(
        [
          'companies',
          'content_subscription_types',
          'description',
          'email_enabled',
          'guid',
          'name',
          'rank',
        ].sort(),
      );
      const found = await portfolio(`tier=${at(tier, 'guid')}`);
      expect(guidsIn(found)).toEqual(rows(at(tier, 'companies')).map(String).sort());
      for (const row of found) {
        expect(row).toMatchObject({ tier_name: at(tier, 'name'), tier_order: at(tier, 'rank') });
      }
    }
    const tiered = tiers.reduce((sum: number, tier) => sum + rows(at(tier, 'companies')).length, 0);
    expect((await portfolio('tier=untiered')).length).toBe(12 - tiered);
  });

  test('a company put into one leaves the one it was in', async () => {
    const [company = ''] = guids;
    const first = await madeTier('First', { rank: 4, companies: [company] });
    const second = await madeTier('Second');
    expect(await read(`/v1/tiers/${second}`)).toMatchObject({ rank: 5, companies: [], description: '' });
    const moved = await write('PATCH', `/v1/tiers/${second}/companies`, { add_companies: [company] });
    expect(moved.json).toMatchObject({ added: [company], companies: [company] });
    const tiers = rows(await read('/v1/tiers'));
    const holders = tiers.filter(tier => rows(at(tier, 'companies')).includes(company));
    expect(holders.map(tier => at(tier, 'guid'))).toEqual([second]);
    expect(await portfolio(`guid=${company}`)).toMatchObject([
      { tier: second, tier_name: 'Second', tier_order: 5 },
    ]);
    const listed = await read('/v1/portfolio');
    expect(byGuid(at(listed, 'companies'), company)).toMatchObject({ tier: second });
    expect((await write('DELETE', `/v1/tiers/${second}`)).status).toBe(204);
    expect((await write('DELETE', `/v1/tiers/${second}`)).status).toBe(404);
    expect(await portfolio(`guid=${company}`)).toMatchObject([
      { tier: null, tier_name: null, tier_order: null },
    ]);
    expect(guidsIn(await portfolio('tier=null'))).toContain(company);
    expect((await write('DELETE', `/v1/tiers/${first}`)).status).toBe(204);
  });

  test('the world’s own are changed, replaced and deleted; what their companies show follows', async () => {
    const tier = rows(await read('/v1/tiers'))[1] ?? null;
    const path = `/v1/tiers/${at(tier, 'guid')}`;
    const companies = rows(at(tier, 'companies')).map(String);
    expect((await write('PATCH', path, { tier: { name: 'Renamed' } })).json).toMatchObject({
      name: 'Renamed',
      rank: 2,
      description: at(tier, 'description'),
      companies,
    });
    for (const row of await portfolio(`tier=${at(tier, 'guid')}`))
      expect(at(row, 'tier_name')).toBe('Renamed');
    const wanted = [guids[0], guids[1]].map(String).sort();
    const replaced = await write('PUT', path, { name: 'Whole', rank: 5, companies: wanted });
    expect(replaced.json).toMatchObject({ name: 'Whole', rank: 5, description: '' });
    expect(
      rows(at(replaced.json as Json, 'companies'))
        .map(String)
        .sort(),
    ).toEqual(wanted);
    expect(guidsIn(await portfolio(`tier=${at(tier, 'guid')}`))).toEqual(wanted);
    expect(rows(await read('/v1/tiers')).map(row => at(row, 'rank'))).toEqual([1, 3, 5]);
    expect((await write('DELETE', path)).status).toBe(204);
    for (const row of await portfolio(`guid=${wanted.join(',')}`)) expect(at(row, 'tier')).toBeNull();
    expect((await read(path)) as object).toEqual({ detail: 'Not found.' });
  });

  test('a summary counts the companies by what is to be done about them, as their ratings say', async () => {
    await madeTier('Counted', { rank: 1, companies: guids });
    const tiers = rows(await read('/v1/tiers'));
    const summaries = rows(await read('/v1/tiers/summary'));
    expect(summaries.map(row => at(row, 'guid'))).toEqual(tiers.map(row => at(row, 'guid')));
    const thresholds = rows(await read('/v1/tiers/thresholds'));
    for (const [index, summary] of summaries.entries()) {
      const companies = await portfolio(`tier=${at(summary, 'guid')}`);
      expect(at(summary, 'count')).toBe(companies.length);
      expect(at(summary, 'count')).toBe(rows(at(tiers[index], 'companies')).length);
      const categories = rows(at(summary, 'categories'));
      expect(categories.map(category => at(category, 'vendor_action_plan'))).toEqual([
        'monitor',
        'review',
        'escalate',
      ]);
      for (const category of categories) {
        const [lt, gte] = [at(category, 'rating', 'lt'), at(category, 'rating', 'gte')];
        const within = companies.filter(row => {
          const rating = at(row, 'rating');
          return (
            typeof rating === 'number' &&
            (lt === null || rating < Number(lt)) &&
            (gte === null || rating >= Number(gte))
          );
        });
        expect(at(category, 'count')).toBe(within.length);
      }
      const counted = categories.reduce((sum: number, category) => sum + Number(at(category, 'count')), 0);
      expect(counted).toBe(companies.filter(row => at(row, 'rating') !== null).length);
      const row = thresholds.find(threshold => at(threshold, 'folder') === at(summary, 'guid')) ?? null;
      expect(at(row, 'folder_name')).toBe(at(summary, 'name'));
      expect(rows(at(row, 'tier_rating_thresholds')).map(one => at(one, 'rating'))).toEqual(
        categories.map(category => at(category, 'rating')),
      );
    }
    const folder = await madeFolder('Part', guids.slice(0, 3));
    const part = rows(await read(`/v1/tiers/summary?folder=${folder}`));
    expect(part.reduce((sum: number, row) => sum + Number(at(row, 'count')), 0)).toBe(3);
    const nowhere = rows(await read('/v1/tiers/summary?folder=nowhere'));
    expect(nowhere.map(row => at(row, 'count'))).toEqual(tiers.map(() => 0));
  });

  test.each([
    [{}, 'name'],
    [{ name: 'x'.repeat(31) }, 'name'],
    [{ name: 'x', description: 'y'.repeat(141) }, 'description'],
    [{ name: 'x', rank: 0 }, 'rank'],
    [{ name: 'x', rank: 6 }, 'rank'],
    [{ name: 'x', rank: '1' }, 'rank'],
    [{ name: 'x', companies: ['nobody'] }, 'nobody'],
  ])('a new tier like %j is 400 that names the field', async (body, named) => {
    const before = await read('/v1/tiers');
    const answer = await write('POST', '/v1/tiers', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
    expect(await read('/v1/tiers')).toEqual(before);
  });

  test('a company is in one tier at most, whatever comes at once', async () => {
    const tiers = await Promise.all(['A', 'B', 'C'].map(name => madeTier(name)));
    const companies = guids.slice(0, 4);
    await Promise.all(
      tiers.flatMap(tier =>
        companies.map(company => write('PATCH', `/v1/tiers/${tier}/companies`, { add_companies: [company] })),
      ),
    );
    const lists = rows(await read('/v1/tiers'));
    for (const company of companies) {
      const holders = lists.filter(tier => rows(at(tier, 'companies')).includes(company));
      expect(holders).toHaveLength(1);
      expect(await portfolio(`guid=${company}`)).toMatchObject([{ tier: at(holders[0], 'guid') }]);
    }
  });
});

describe('custom ids', () => {
  test('one is given, found by, and taken away, in every view of the company', async () => {
    const [company = ''] = guids;
    const path = `/v1/companies/${company}`;
    const given = await write('PATCH', path, { custom_id: ' My-1 ' });
    expect(given.status).toBe(200);
    expect(given.json).toEqual(await read(path));
    expect(given.json).toMatchObject({ guid: company, custom_id: 'My-1' });
    expect(guidsIn(await portfolio('custom_id=my-1'))).toEqual([company]);
    expect(guidsIn(await portfolio('q=my-1'))).toEqual([company]);
    expect(byGuid(at(await read('/v1/companies'), 'companies'), company)).toMatchObject({
      custom_id: 'My-1',
    });
    expect((await write('PATCH', path, { custom_id: null })).json).toMatchObject({ custom_id: null });
    expect(await portfolio('custom_id=my-1')).toEqual([]);
    expect(await portfolio(`guid=${company}`)).toMatchObject([{ custom_id: null }]);
  });

  test.each([
    [{}, 'custom_id'],
    [{ custom_id: 7 }, 'custom_id'],
    [{ custom_id: 'a\u0000b' }, 'custom_id'],
    [{ custom_id: 'x'.repeat(256) }, 'custom_id'],
    [{ primary_company: { guid: 'x' } }, 'primary_company'],
    [{ custom_id: 'x', primary_company: { guid: 'x' } }, 'primary_company'],
    [{ primary_company: 'x' }, 'primary_company'],
  ])('a change like %j is 400 that names the field', async (body, named) => {
    const answer = await write('PATCH', `/v1/companies/${own}`, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
  });

  test('a company that is not there is 403, as it is for a reader', async () => {
    const answer = await write('PATCH', '/v1/companies/nobody', { custom_id: 'x' });
    expect(answer).toMatchObject({
      status: 403,
      json: { detail: 'You do not have permission to perform this action.' },
    });
  });
});

describe('life cycles and relationships', () => {
  test('are those of the portfolio’s rows', async () => {
    const companies = await portfolio('');
    for (const [path, field, key] of [
      ['/v1/company-life-cycles', 'life_cycle', 'api_name'],
      ['/v1/company-relationships', 'relationship', 'relationship_type'],
    ] as const) {
      const list = await read(`${path}?limit=1000`);
      const withOne = companies.filter(row => at(row, field) !== null);
      expect(at(list, 'count')).toBe(withOne.length);
      const slugs = new Map(withOne.map(row => [at(row, 'guid'), at(row, field, 'slug')]));
      for (const row of rows(at(list, 'results')))
        expect(at(row, key)).toBe(slugs.get(at(row, 'company_guid') ?? at(row, 'company', 'guid')));
      const [some] = slugs.values();
      const filter = field === 'life_cycle' ? 'life_cycle_type' : 'relationship_type';
      const filtered = await read(`${path}?${filter}=${some}`);
      expect(at(filtered, 'count')).toBe([...slugs.values()].filter(slug => slug === some).length);
      const folder = await madeFolder(`of ${field}`, guids.slice(0, 5));
      expect(at(await read(`${path}?folder=${folder}`), 'count')).toBe(
        guids.slice(0, 5).filter(guid => slugs.has(guid)).length,
      );
    }
  });
});

test('every change is in the audit log, with what was and what is', async () => {
  const folder = await madeFolder('Audited', [guids[0] ?? '']);
  await write('PATCH', `/v1/folders/${folder}`, { name: 'Audited 2' });
  await write('DELETE', `/v1/folders/${folder}`);
  const log = await lab.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('target_id', '=', folder)
    .orderBy('sequence')
    .execute();
  expect(log.map(row => [row.action, row.target_kind, row.target_name, row.actor_id])).toEqual([
    ['folder.created', 'folder', 'Audited', lab.admin.userId],
    ['folder.companies_changed', 'folder', 'Audited', lab.admin.userId],
    ['folder.updated', 'folder', 'Audited 2', lab.admin.userId],
    ['folder.deleted', 'folder', 'Audited 2', lab.admin.userId],
  ]);
  expect(JSON.parse(log[1]?.after ?? '')).toEqual({ added: [guids[0]] });
  expect(JSON.parse(log[2]?.before ?? '')).toMatchObject({ name: 'Audited' });
});

test('all of it is there after a start with the state kept, and gone when it is forgotten', async () => {
  const folder = await madeFolder('Kept', guids.slice(0, 2));
  await write('PATCH', `/v1/companies/${own}`, { custom_id: 'KEPT' });
  const before = { folders: await read('/v1/folders'), portfolio: await portfolio('') };
  await lab.local.hold();
  expect({ folders: await read('/v1/folders'), portfolio: await portfolio('') }).toEqual(before);
  await forgetLocalState(lab.store);
  await lab.local.forget();
  expect((await lab.get(`/v1/folders/${folder}`)).status).toBe(404);
  expect(rows(await read('/v1/tiers')).map(tier => at(tier, 'rank'))).toEqual([1, 2, 3]);
  expect(rows(await read('/v1/folders?exclude_subscription_folders=1'))).toHaveLength(5);
  expect(await portfolio('custom_id=kept')).toEqual([]);
});
