/** The lists of an account beside its portfolio: kept as they came, and never a reason for a run to fail or to wait. */
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { newId } from '../../src/ids.ts';
import { requestRun } from '../../src/sync/sync-schedule.ts';
import { SyncLab, WHOLE_ACCOUNT } from '../support/sync-lab.ts';
import { type UpstreamCompany, upstreamFinding } from '../support/upstream.ts';

const guidOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

function company(index: number): UpstreamCompany {
  return {
    guid: guidOf(index),
    name: `Vendor ${index}`,
    domain: `vendor${index}.example`,
    rating: 700,
    findings: [upstreamFinding(0)],
  };
}

const short = (index: number, more: object = {}) => ({ guid: guidOf(index), external_id: index, ...more });
const FOLDER = { guid: 'f1', name: 'One', companies: [guidOf(1)], 'a key of tomorrow': { deep: [1, null] } };
const NAMELESS = { name: 'no guid' };
const FRAME = {
  created: '2020-01-01',
  rating_date: '2026-03-01',
  my_company: { guid: guidOf(1) },
  countries: [],
};

let lab: SyncLab;
beforeEach(async () => {
  lab = await SyncLab.open();
  lab.upstream.companies = [company(1), company(2)];
  lab.upstream.summaries = { 'my-company': guidOf(1), other: 1 };
  lab.upstream.lists = {
    '/v1/companies': { ...FRAME, companies: [short(2), short(1)] },
    '/v1/folders': [FOLDER, NAMELESS],
    '/v1/tiers': [{ guid: 't1', rank: 1, companies: [] }],
    '/v1/tiers/summary': [{ guid: 't1', count: 0, categories: [] }],
  };
});
afterEach(() => lab.close());

async function listed(list: string) {
  const rows = await lab.store.db
    .selectFrom('account_lists')
    .select(['guid', 'record'])
    .where('list', '=', list)
    .orderBy('position')
    .execute();
  return rows.map(({ guid, record }) => [guid, JSON.parse(record)]);
}

async function frames() {
  const rows = await lab.store.db.selectFrom('account_list_frames').select(['list', 'record']).execute();
  return Object.fromEntries(rows.map(({ list, record }) => [list, JSON.parse(record)]));
}

const everything = () =>
  lab.store.db.selectFrom('account_lists').selectAll().orderBy('list').orderBy('guid').execute();

test('a run keeps each list record by record, in its order, and what stands around it', async () => {
  expect((await lab.sync()).state).toBe('SUCCESS');
  expect(await listed('companies')).toEqual([
    [guidOf(2), short(2)],
    [guidOf(1), short(1)],
  ]);
  expect(await listed('folders')).toEqual([
    ['f1', FOLDER],
    ['#1', NAMELESS],
  ]);
  expect(await listed('tiers')).toEqual([['t1', { guid: 't1', rank: 1, companies: [] }]]);
  expect(await listed('tiers.summary')).toEqual([['t1', { guid: 't1', count: 0, categories: [] }]]);
  expect(await frames()).toEqual({
    companies: FRAME,
    folders: {},
    tiers: {},
    'tiers.summary': {},
    portfolio: { 'my-company': guidOf(1), other: 1 },
  });
});

test('what did not change is not written, what changed is, and what is gone goes', async () => {
  await lab.sync();
  const before = await everything();
  await lab.sync();
  expect(await everything()).toEqual(before);
  lab.upstream.lists['/v1/folders'] = [{ ...FOLDER, name: 'Two' }];
  await lab.sync();
  expect(await listed('folders')).toEqual([['f1', { ...FOLDER, name: 'Two' }]]);
  expect((await everything()).filter(({ list }) => list !== 'folders')).toEqual(
    before.filter(({ list }) => list !== 'folders'),
  );
});

test('options that leave companies out leave their rows out too', async () => {
  lab.scope = { ...WHOLE_ACCOUNT, companies: ['Vendor 2'] };
  await lab.sync();
  expect(await listed('companies')).toEqual([[guidOf(2), short(2)]]);
});

test('a run of findings alone reads none of them', async () => {
  await lab.sync();
  lab.upstream.requests.length = 0;
  const { runId } = await lab.store.write(db =>
    requestRun(
      db,
      { ...lab, mode: 'full', streams: ['findings'], requestedBy: 'api' },
      newId,
      lab.clock.now() + 1,
    ),
  );
  expect((await lab.execute(runId)).state).toBe('SUCCESS');
  expect(lab.upstream.requests.map(url => url.replace(/\?.*/, '')).sort()).toEqual([
    ...lab.upstream.companies.map(({ guid }) => `/ratings/v1/companies/${guid}/findings`),
    '/ratings/v2/portfolio',
  ]);
});

describe('a list that upstream does not give', () => {
  it.each([403, 404, 413, 500, 504])(
    'because of %i is kept as it is stored, and the run is a success',
    async status => {
      await lab.sync();
      const before = await everything();
      for (const path of Object.keys(lab.upstream.lists)) lab.upstream.lists[path] = status;
      const { state, counters } = await lab.sync();
      expect(state).toBe('SUCCESS');
      expect(counters.findings.failed + counters.companies.failed).toBe(0);
      expect(await everything()).toEqual(before);
    },
  );

  it('for it is of another shape is kept as it is stored', async () => {
    await lab.sync();
    const before = await everything();
    for (const path of Object.keys(lab.upstream.lists)) lab.upstream.lists[path] = { results: [] };
    expect((await lab.sync()).state).toBe('SUCCESS');
    expect(await everything()).toEqual(before);
  });

  it('does not keep the others from being read', async () => {
    lab.upstream.lists['/v1/companies'] = 413;
    lab.upstream.lists['/v1/tiers'] = 500;
    await lab.sync();
    expect((await everything()).map(({ list }) => list).sort()).toEqual([
      'folders',
      'folders',
      'tiers.summary',
    ]);
  });

  it('because the token is refused meanwhile ends the run', async () => {
    lab.upstream.lists['/v1/tiers'] = 401;
    expect((await lab.sync()).state).toBe('FAILED');
  });

  it('for it is never answered is given up at the end of the run', async () => {
    const { fetch } = lab.upstream;
    lab.client = {
      fetch: async (url, init) => {
        if (!url.includes('/v1/folders')) return fetch(url);
        return new Promise<Response>((_, reject) => {
          init.signal.addEventListener('abort', () => reject(init.signal.reason), { once: true });
        });
      },
    };
    lab.upstream.beforePage = () => lab.clock.advance(16_000);
    const { state, counters } = await lab.sync();
    expect(state).toBe('SUCCESS');
    expect(counters.findings.companies_done).toBe(2);
    expect(await listed('companies')).toHaveLength(2);
    expect(await listed('folders')).toEqual([]);
  });
});

test('an interrupted run that is taken up again does not read a list twice', async () => {
  const interrupt = new AbortController();
  lab.upstream.companies = [
    { ...company(1), findings: Array.from({ length: 1_500 }, (_, n) => upstreamFinding(n)) },
  ];
  lab.upstream.beforePage = (_company, offset) => {
    if (offset === 1_000) interrupt.abort(new Error('stopped'));
  };
  const first = await lab.sync('full', interrupt.signal);
  expect(first.state).toBeNull();
  lab.upstream.beforePage = () => {};
  await lab.execute(first.runId);
  const asked = lab.upstream.requests.filter(url => url.startsWith('/ratings/v1/folders'));
  expect(asked).toHaveLength(1);
});
