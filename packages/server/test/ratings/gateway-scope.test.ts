/**
 * Whose companies the gateway shows: those of the organization's connections, each once, inside the caller's group; by name of
 * one connection; and what it says while nothing is stored.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import { newId } from '../../src/ids.ts';
import { createSyncedSource } from '../../src/ratings/sources/synced/synced-source.ts';
import { markDeparted } from '../../src/sync/company-store.ts';
import { isJsonObject, type JsonObject } from '../../src/wire/json.ts';
import { at, type Json } from '../support/json.ts';
import { type Account, storeCompanies, storeCompany, storeConnection } from '../support/stored-companies.ts';
import { SyncLab } from '../support/sync-lab.ts';
import { principalOf, type Served, serve } from './serve.ts';

const [ACME, BOLT, CORE] = ['a', 'b', 'c'].map(letter => `${letter}0000000-0000-4000-8000-000000000001`);
const DENIED = 'You do not have permission to perform this action.';

let lab: SyncLab;
let served: Served;
let principal: Principal;
beforeEach(async () => {
  lab = await SyncLab.open();
  principal = own();
  served = await serve(createSyncedSource({ store: lab.store }), { principal: () => principal });
});
afterEach(async () => {
  await served.close();
  await lab.close();
});

function own(more: Partial<Principal> = {}): Principal {
  return { ...principalOf(), organizationId: lab.organizationId, ...more };
}

async function get(path: string, connection?: string): Promise<{ status: number; json: Json }> {
  const headers = connection === undefined ? {} : { 'x-connection-id': connection };
  const answer = await fetch(`${served.baseUrl}${path}`, { headers });
  return { status: answer.status, json: JSON.parse(await answer.text()) };
}

async function names(path = '/v2/portfolio', connection?: string): Promise<Json[]> {
  const { json } = await get(path, connection);
  const rows = at(json, 'results') ?? at(json, 'companies');
  return Array.isArray(rows) ? rows.map(row => at(row, 'name')) : [];
}

const company = (guid: string | undefined, name: string, more: JsonObject = {}) => ({
  listed: { guid: String(guid), name, rating: 700, rating_date: '2026-03-01', ...more },
  detail: { guid: String(guid), name, rating_details: { spf: { grade: 'A' } }, ratings: [] },
});
const stored = (account: Account, guid: string | undefined, name: string, nowMs = 0) =>
  storeCompany(lab.store, account, company(guid, name), nowMs);

/** A principal that sees these companies alone, by a group that the database knows. */
async function walled(guids: readonly (string | undefined)[]): Promise<Principal> {
  const group = { guid: newId(), name: newId(), allCompanies: false, companies: new Set(guids.map(String)) };
  const { db } = lab.store;
  await db
    .insertInto('access_groups')
    .values({
      ...{ id: group.guid, organization_id: lab.organizationId, name: group.name },
      ...{ all_companies: 0, is_default: 0, created_at: 0 },
    })
    .execute();
  for (const company_guid of group.companies)
    await db.insertInto('access_group_companies').values({ group_id: group.guid, company_guid }).execute();
  return own({ group });
}

async function otherOrganization(): Promise<Account> {
  const id = newId();
  await lab.store.db
    .insertInto('organizations')
    .values({ id, name: 'Other', identifier: null, is_owner: 0, created_at: 0, deleted_at: null })
    .execute();
  return storeConnection(lab.store, id);
}

describe('before anything is stored', () => {
  test('lists are empty, figures are of nothing, and a company is 403', async () => {
    await lab.store.db.updateTable('connections').set({ state: 'DELETED' }).execute();
    for (const caller of [own(), await walled([ACME])]) {
      principal = caller;
      expect((await get('/v2/portfolio')).json).toEqual({
        links: { next: null, previous: null },
        next: null,
        count: 0,
        summaries: { 'my-company': null },
        results: [],
      });
      for (const path of ['/v1/companies', '/v1/portfolio']) {
        expect((await get(path)).json).toEqual({
          created: null,
          rating_date: null,
          countries: [],
          companies: [],
        });
      }
      expect(await get('/v1/portfolio/guids')).toEqual({ status: 200, json: [] });
      expect((await get('/v1/portfolio/statistics')).json).toMatchObject({
        ratings: { min_rating: null, entity_count_by_bucket: { advanced: 0, intermediate: 0, basic: 0 } },
        risk_vector_averages: [],
      });
      for (const path of ['', '/findings', '/findings/summaries', '/graph_data'])
        expect(await get(`/v1/companies/${ACME}${path}`)).toEqual({ status: 403, json: { detail: DENIED } });
    }
  });
});

test('a group that has lost the own company is not told of it, whoever asked while that was on its way', async () => {
  await stored(lab, ACME, 'Acme');
  await lab.store.db
    .insertInto('account_list_frames')
    .values({
      ...{ connection_id: lab.connectionId, list: 'portfolio', synced_at: 1 },
      record: JSON.stringify({ 'my-company': ACME }),
    })
    .execute();
  const before = await walled([ACME]);
  const after = { ...before, group: { ...before.group, companies: new Set<string>() } };
  await lab.store.db.deleteFrom('access_group_companies').where('group_id', '=', before.group.guid).execute();
  principal = before;
  await get('/v2/portfolio');
  principal = after;
  expect((await get('/v2/portfolio')).json).toMatchObject({ count: 0, summaries: { 'my-company': null } });
});

describe('several connections', () => {
  let second: Account;
  beforeEach(async () => {
    second = await storeConnection(lab.store, lab.organizationId);
    await stored(lab, ACME, 'Acme of the first', 1_000);
    await stored(lab, BOLT, 'Bolt', 1_000);
    await stored(second, ACME, 'Acme of the second', 2_000);
    await stored(second, CORE, 'Core', 2_000);
  });

  test('are one portfolio, in which a company that both have is the one read last', async () => {
    for (const path of ['/v2/portfolio', '/v1/companies'])
      expect(await names(path)).toEqual(['Acme of the second', 'Bolt', 'Core']);
    expect(at((await get(`/v1/companies/${ACME}`)).json, 'name')).toBe('Acme of the second');
    await stored(lab, ACME, 'Acme of the first', 3_000);
    expect(await names()).toEqual(['Acme of the first', 'Bolt', 'Core']);
    expect(at((await get('/v2/portfolio')).json, 'count')).toBe(3);
    expect(at((await get(`/v1/companies/${String(ACME).toUpperCase()}`)).json, 'name')).toBe(
      'Acme of the first',
    );
  });

  test('a company whose findings were never read to the end does not stand in for one whose were', async () => {
    const first = await stored(lab, ACME, 'Acme of the first', 1_000);
    await lab.store.db
      .updateTable('company_sync')
      .set({ findings_synced_at: 1_000 })
      .where('company_id', '=', first)
      .execute();
    expect(await names()).toEqual(['Acme of the first', 'Bolt', 'Core']);
    await lab.store.db.updateTable('company_sync').set({ findings_synced_at: 2_000 }).execute();
    expect(await names()).toEqual(['Acme of the second', 'Bolt', 'Core']);
  });

  test('can be told apart by X-CONNECTION-ID, in every answer', async () => {
    expect(await names('/v2/portfolio', lab.connectionId)).toEqual(['Acme of the first', 'Bolt']);
    expect(await names('/v1/companies', second.connectionId.toUpperCase())).toEqual([
      'Acme of the second',
      'Core',
    ]);
    expect((await get(`/v1/companies/${CORE}`, lab.connectionId)).status).toBe(403);
    const figures = await get('/v1/portfolio/statistics', lab.connectionId);
    expect(at(figures.json, 'ratings', 'entity_count_by_bucket', 'intermediate')).toBe(2);
  });

  test('one that is deleted, of another organization, or unknown is 404, and shows nothing', async () => {
    const other = await otherOrganization();
    await stored(other, CORE, 'Core of another', 9_000);
    await lab.store.db
      .updateTable('connections')
      .set({ state: 'DELETED' })
      .where('id', '=', second.connectionId)
      .execute();
    expect(await names()).toEqual(['Acme of the first', 'Bolt']);
    for (const id of [other.connectionId, second.connectionId, newId(), 'x']) {
      for (const path of ['/v2/portfolio', '/v1/companies', `/v1/companies/${ACME}`]) {
        const answer = await get(path, id);
        expect({ path, status: answer.status }).toEqual({ path, status: 404 });
        expect(isJsonObject(answer.json) && Object.keys(answer.json)).toEqual(['detail']);
      }
    }
    principal = own({ role: 'customer_admin', scopes: ['provisioning'] });
    expect(await names('/v2/portfolio', other.connectionId)).toEqual(['Core of another']);
    expect(await names()).toEqual(['Acme of the first', 'Bolt']);
  });

  test('say together when the portfolio was made, its newest day, and whose it is', async () => {
    const frame = (account: Account, record: object) =>
      lab.store.db
        .insertInto('account_list_frames')
        .values({
          connection_id: account.connectionId,
          list: 'companies',
          record: JSON.stringify(record),
          synced_at: 0,
        })
        .execute();
    await frame(lab, { created: '2021-01-01', rating_date: '2026-02-01', my_company: { guid: BOLT } });
    await frame(second, { created: '2020-01-01', rating_date: '2026-03-01', my_company: { guid: CORE } });
    expect((await get('/v1/companies?fields=name')).json).toMatchObject({
      created: '2020-01-01',
      rating_date: '2026-03-01',
      my_company: { guid: BOLT },
    });
    principal = await walled([CORE]);
    expect((await get('/v1/companies?fields=name')).json).toMatchObject({ my_company: { guid: CORE } });
    principal = await walled([ACME]);
    expect((await get('/v1/companies?fields=name')).json).not.toHaveProperty('my_company');
  });

  test('behind a wall the companies of the group are seen, whichever connection has them', async () => {
    principal = await walled([ACME, CORE, 'of-another-organization']);
    expect(await names()).toEqual(['Acme of the second', 'Core']);
    expect((await get(`/v1/companies/${BOLT}`)).status).toBe(403);
    expect(await get('/v1/portfolio/guids')).toEqual({ status: 200, json: [ACME, CORE] });
    const figures = await get('/v1/portfolio/statistics');
    expect(at(figures.json, 'ratings', 'entity_count_by_bucket', 'intermediate')).toBe(2);
  });
});

test('what upstream says around its lists is passed on to who sees the whole account, and not behind a wall', async () => {
  await stored(lab, ACME, 'Acme');
  const { connectionId: connection_id } = lab;
  const frames = [
    [
      'companies',
      { created: '2020-01-01', countries: [{ guid: 'x' }], tomorrow: 1, my_company: { guid: ACME, more: 1 } },
    ],
    ['portfolio', { 'my-company': ACME, tomorrow: 2 }],
  ] as const;
  for (const [list, record] of frames) {
    const values = { connection_id, list, record: JSON.stringify(record), synced_at: 0 };
    await lab.store.db.insertInto('account_list_frames').values(values).execute();
  }
  const short = await get('/v1/companies?fields=name');
  // The newest day that the rows tell stands in for one that upstream does not.
  expect(short.json).toEqual({ ...frames[0][1], rating_date: '2026-03-01', companies: [{ name: 'Acme' }] });
  expect(at((await get('/v2/portfolio')).json, 'summaries')).toEqual(frames[1][1]);
  principal = await walled([ACME]);
  expect((await get('/v1/companies?fields=name')).json).toEqual({
    created: '2020-01-01',
    rating_date: '2026-03-01',
    my_company: { guid: ACME },
    countries: [],
    companies: [{ name: 'Acme' }],
  });
  expect(at((await get('/v2/portfolio')).json, 'summaries')).toEqual({ 'my-company': ACME });
});

test('a company that left the portfolio is not served, and is again when it is back', async () => {
  const [left, stays] = [await stored(lab, ACME, 'Acme'), await stored(lab, BOLT, 'Bolt')];
  await lab.store.write(db => markDeparted(db, lab.connectionId, new Set([stays]), 1));
  expect(await names()).toEqual(['Bolt']);
  for (const path of ['', '/findings', '/graph_data'])
    expect((await get(`/v1/companies/${ACME}${path}`)).status).toBe(403);
  expect(await stored(lab, ACME, 'Acme')).toBe(left);
  expect(await names()).toEqual(['Acme', 'Bolt']);
});

test('a company whose detail upstream does not show is listed, and its detail is 403', async () => {
  await storeCompany(lab.store, lab, { ...company(ACME, 'Acme'), detail: null });
  expect(await names()).toEqual(['Acme']);
  expect((await get(`/v1/companies/${ACME}`)).status).toBe(403);
  expect((await get(`/v1/companies/${ACME}/graph_data`)).status).toBe(403);
  expect(at((await get('/v2/portfolio?risk_vectors.slug=spf')).json, 'count')).toBe(0);
});

test('a company that the list of companies in short lacks is shown by what its row of the portfolio says', async () => {
  const more = {
    added_date: '2020-01-01',
    industry: { name: 'Legal', slug: 'legal' },
    type: ['CURATED', 'PRIVATE'],
    subscription_type: { name: 'Risk Monitoring', slug: 'alerts-only' },
    life_cycle: null,
  };
  await storeCompany(lab.store, lab, company(ACME, 'Acme', more));
  expect(at((await get('/v1/companies')).json, 'companies')).toEqual([
    {
      guid: ACME,
      name: 'Acme',
      rating: 700,
      rating_date: '2026-03-01',
      date_added: '2020-01-01',
      industry: 'Legal',
      industry_slug: 'legal',
      type: 'CURATED,PRIVATE',
      subscription_type: 'Risk Monitoring',
      subscription_type_key: 'alerts-only',
    },
  ]);
});

test('a list of any length is whole: in one page, in pages, in short', async () => {
  const numbers = Array.from({ length: 1_203 }, (_, index) => String(index).padStart(4, '0'));
  const guid = (number: string) => `d0000000-0000-4000-8000-00000000${number}`;
  const companies = numbers.map(number => ({ ...company(guid(number), `Vendor ${number}`), detail: null }));
  await storeCompanies(lab.store, lab, companies);
  const expected = numbers.map(number => `Vendor ${number}`);
  expect(await names('/v2/portfolio?limit=1000000000')).toEqual(expected);
  expect(await names('/v2/portfolio?limit=700&offset=600')).toEqual(expected.slice(600));
  expect(await names('/v2/portfolio?limit=501&offset=1&sort=-name')).toEqual(
    expected.toReversed().slice(1, 502),
  );
  expect(await names('/v1/companies')).toEqual(expected);
  expect(at((await get('/v1/portfolio/guids')).json, 1_202)).toBe(guid('1202'));
});
