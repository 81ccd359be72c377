/** An access control group is a wall for what is passed through: rows, counts, nested names, parameters, and what is kept. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import { at, type Json } from '../support/json.ts';
import { uuid } from '../unified/seed.ts';
import { type Answer, PassThroughLab } from './pass-through-lab.ts';
import { ROWS } from './pass-through-rows.ts';
import { PassThroughUpstream } from './pass-through-upstream.ts';

const TOKEN = 'upstream-token-0123456789-0123456789-012';
const OTHER_TOKEN = 'upstream-other-0123456789-0123456789-012';
const KNOWN = ['a', 'b', 'c', 'd'].map(uuid);
const [A = '', B = '', C = '', D = ''] = KNOWN;
/** In the account, and nowhere in the store. */
const STRANGE = uuid('strange');

let upstream: PassThroughUpstream;
let lab: PassThroughLab;
beforeAll(async () => {
  upstream = await PassThroughUpstream.start();
  lab = await PassThroughLab.start({ upstream, endpoints: ROWS });
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.accounts.clear();
  upstream.requests.length = 0;
  await lab.clear();
});

const nameOf = (guid: string) => `Company ${guid.slice(0, 13)}`;
const company = (guid: string): Json => ({ guid, name: nameOf(guid) });
const alert = (guid: number, of: string): Json => ({ guid, company_guid: of, company_name: nameOf(of) });

function rows(answer: Answer, ...path: string[]): Json[] {
  const found = path.length === 0 ? answer.json : at(answer.json, ...path);
  return Array.isArray(found) ? found : [];
}
function resultGuids(answer: Answer): Json[] {
  return rows(answer, 'results').map(row => at(row, 'guid'));
}

describe('a principal of a group', () => {
  test('gets the rows of its companies, counted and paged as if there were no others', async () => {
    await lab.connect(TOKEN, KNOWN);
    const of = [A, B, C, A, STRANGE, B, A];
    upstream.account(TOKEN).lists['/v2/alerts'] = [
      ...of.map((guid, index) => alert(index, guid)),
      { guid: 7, company_guid: null },
      { guid: 8 },
    ];
    upstream.account(TOKEN).summaries = { total: 9 };
    const walled = await lab.walled([A]);
    const answer = await lab.call('/v2/alerts?limit=2', { as: walled });
    expect(answer.json).toEqual({
      links: { next: 'https://sightline.example/v2/alerts?limit=2&offset=2', previous: null },
      next: 'https://sightline.example/v2/alerts?limit=2&offset=2',
      count: 3,
      results: [alert(0, A), alert(3, A)],
    });
    expect(resultGuids(await lab.call('/v2/alerts?limit=2&offset=2', { as: walled }))).toEqual([6]);
    // `fields` would take away what tells whose a row is, so it is applied here.
    const fields = await lab.call('/v2/alerts?fields=guid', { as: walled });
    expect(rows(fields, 'results')).toEqual([{ guid: 0 }, { guid: 3 }, { guid: 6 }]);
    expect(upstream.requests.every(({ url }) => !url.includes('fields'))).toBe(true);
  });

  test('is refused what no row says the company of, whatever its role', async () => {
    await lab.connect(TOKEN, KNOWN);
    upstream.account(TOKEN).lists['/v2/threats'] = [];
    const walled = await lab.walled(KNOWN);
    expect((await lab.call('/v2/threats', { as: walled })).status).toBe(403);
    expect((await lab.call('/v1/alerts/types', { as: walled })).status).toBe(403);
    expect(upstream.requests).toEqual([]);
    expect((await lab.call('/v2/threats')).status).toBe(200);
  });

  test('may name its companies in paths and parameters, and no other', async () => {
    await lab.connect(TOKEN, KNOWN);
    const account = upstream.account(TOKEN);
    account.lists['/v2/alerts'] = [alert(1, A)];
    account.bodies['/v1/portfolio/breaches'] = [];
    account.lists[`/v1/companies/${A}/assets`] = [{ asset: 'x' }];
    account.lists[`/v2/threats/t-1/companies/${A}/evidence`] = [{ identifier: 'x' }];
    const walled = await lab.walled([A, B]);
    for (const [path, status] of [
      [`/v1/companies/${A}/assets`, 200],
      [`/v1/companies/${C}/assets`, 403],
      [`/v2/threats/t-1/companies/${A}/evidence`, 200],
      [`/v2/threats/t-1/companies/${C}/evidence`, 403],
      [`/v2/alerts?company_guid=${A.toUpperCase()},${B}`, 200],
      [`/v2/alerts?company_guid=${A},${C},${B}`, 403],
      [`/v2/alerts?company__guid=${C}`, 200],
      [`/v2/alerts?company_guid=${STRANGE}`, 403],
      [`/v1/portfolio/breaches?company=${B}`, 200],
      [`/v1/portfolio/breaches?company=${B},${D}`, 403],
    ] as const) {
      expect([path, (await lab.call(path, { as: walled })).status]).toEqual([path, status]);
    }
    for (const [guids, status] of [
      [[A, B], 200],
      [[A, C], 403],
    ] as const) {
      const payload = { company_guid: guids };
      const answer = await lab.call('/v2/alerts', { method: 'POST', payload, as: walled });
      expect(answer.status).toBe(status);
    }
    expect(upstream.requests.every(({ url }) => !url.includes(C) && !url.includes(D))).toBe(true);
  });

  test('a list of guids that holds none asks for nothing', async () => {
    await lab.connect(TOKEN, KNOWN);
    upstream.account(TOKEN).lists['/v2/alerts'] = [alert(1, A)];
    const answer = await lab.call('/v2/alerts?company_guid=,', { as: await lab.walled([A]) });
    expect([answer.status, at(answer.json, 'count')]).toEqual([200, 0]);
    expect(upstream.requests).toEqual([]);
  });

  test('gets arrays, framed lists and bodies without others, and without what counts them', async () => {
    await lab.connect(TOKEN, KNOWN);
    const { bodies } = upstream.account(TOKEN);
    const breach = (guid: number, affected: string, at: string): Json => ({
      guid,
      affected_portfolio_company: company(affected),
      breached_company: company(at),
    });
    bodies['/v1/portfolio/breaches'] = [breach(1, A, A), breach(2, B, A), breach(3, A, B)];
    bodies['/v1/companies'] = {
      created: '2026-01-01',
      total: 5,
      my_company: { guid: B },
      companies: [company(A), company(B)],
      countries: ['DE'],
    };
    bodies['/v1/subscriptions'] = {
      continuous_monitoring: {
        name: 'Total',
        quota: 9,
        remaining: 7,
        count: 2,
        companies: [company(A), company(B)],
      },
      one_time: { name: 'One', quota: 1, remaining: 1, companies: [company(C)] },
      odd: { quota: 4 },
      is_trial: false,
      seats: 12,
    };
    bodies['/v1/nested'] = {
      a: { b: [{ company: A }, { company: B }], count: 2, remaining: 3, as_of: 'today' },
      n: 1,
    };
    bodies['/v1/alerts/percent/1'] = alert(1, A);
    bodies['/v1/alerts/percent/2'] = alert(2, B);
    const as = await lab.walled([A]);
    expect((await lab.call('/v1/portfolio/breaches', { as })).json).toEqual([
      breach(1, A, A),
      { guid: 3, affected_portfolio_company: company(A), breached_company: null },
    ]);
    expect((await lab.call('/v1/companies', { as })).json).toEqual({
      created: '2026-01-01',
      companies: [company(A)],
    });
    expect((await lab.call('/v1/subscriptions', { as })).json).toEqual({
      continuous_monitoring: { name: 'Total', count: 1, companies: [company(A)] },
      one_time: { name: 'One', companies: [] },
      is_trial: false,
    });
    expect((await lab.call('/v1/nested', { as })).json).toEqual({
      a: { b: [{ company: A }], count: 1, as_of: 'today' },
    });
    expect((await lab.call('/v1/alerts/percent/1', { as })).json).toEqual(alert(1, A));
    expect((await lab.call('/v1/alerts/percent/2', { as })).status).toBe(403);
  });

  test('does not learn of others from what its own companies’ resources name', async () => {
    await lab.connect(TOKEN, KNOWN);
    const account = upstream.account(TOKEN);
    account.bodies[`/v1/companies/${A}/company-tree`] = {
      ...{ guid: A, name: nameOf(A), parent_company: company(B) },
      children: [
        { ...Object(company(C)), children: [company(A)] },
        { ...Object(company(A)), children: [company(STRANGE)] },
      ],
      [B]: 'a key',
    };
    account.lists[`/v1/companies/${A}/assets`] = [
      { asset: 'one', hosted_by: company(STRANGE), origin_subsidiary: company(C), tags: [] },
      { asset: 'two', hosted_by: company(B), logo: `https://x.example/companies/${B}/logo` },
      company(B),
    ];
    const as = await lab.walled([A]);
    expect((await lab.call(`/v1/companies/${A}/company-tree`, { as })).json).toEqual({
      ...{ guid: A, name: nameOf(A), parent_company: null },
      children: [{ ...Object(company(A)), children: [] }],
    });
    const assets = await lab.call(`/v1/companies/${A}/assets`, { as });
    expect(assets.json).toMatchObject({
      count: 2,
      results: [
        // A host that is no company of the portfolio tells nothing of it.
        { asset: 'one', hosted_by: company(STRANGE), origin_subsidiary: null, tags: [] },
        { asset: 'two', hosted_by: null, logo: null },
      ],
    });
  });

  test('is refused a download that names others, for nothing can be left out of one', async () => {
    await lab.connect(TOKEN, KNOWN);
    const path = `/v1/companies/${A}/reports/ratings-history`;
    const as = await lab.walled([A]);
    upstream.reply = () => ({ status: 200, body: `Date,Company\r\n2026-01-01,${A}\r\n` });
    expect((await lab.call(path, { as })).status).toBe(200);
    lab.clock.advance(61_000);
    upstream.reply = () => ({ status: 200, body: `Date,Company\r\n2026-01-01,${B}\r\n` });
    expect((await lab.call(path, { as })).status).toBe(403);
    expect((await lab.call(path)).status).toBe(200);
    upstream.reply = () => null;
  });

  test('sees what its group holds now, and nothing that another was answered', async () => {
    await lab.connect(TOKEN, KNOWN);
    upstream.account(TOKEN).lists['/v2/alerts'] = KNOWN.map((guid, index) => alert(index, guid));
    const one = await lab.walled([A], { group: 'one' });
    const two = await lab.walled([B, C], { group: 'two' });
    const askAll = async () =>
      Promise.all(
        [one, two, PassThroughLab.everyone()].map(async as =>
          resultGuids(await lab.call('/v2/alerts', { as })),
        ),
      );
    expect(await askAll()).toEqual([[0], [1, 2], [0, 1, 2, 3]]);
    expect(await askAll()).toEqual([[0], [1, 2], [0, 1, 2, 3]]);
    expect(upstream.requests).toHaveLength(3);
    const changed = await lab.walled([D], { group: 'one' });
    expect(resultGuids(await lab.call('/v2/alerts', { as: changed }))).toEqual([3]);
  });
});

describe('a connection that keeps companies out of the store', () => {
  test('keeps them out of what is passed on, for everyone', async () => {
    await lab.connect(TOKEN, [A, B], { with: { companies: ['a.example'] } });
    upstream.account(TOKEN).lists['/v2/alerts'] = [A, STRANGE, B].map((guid, index) => alert(index, guid));
    const answer = await lab.call('/v2/alerts');
    expect([at(answer.json, 'count'), resultGuids(answer)]).toEqual([2, [0, 2]]);
    expect((await lab.call(`/v2/alerts?company_guid=${STRANGE}`)).status).toBe(403);
  });

  test('is asked about the companies that it lists, and the others are asked of the other', async () => {
    await lab.connect(TOKEN, [A, B], { with: { folders: [uuid('folder')] } });
    await lab.connect(OTHER_TOKEN, [C], { with: { tiers: [uuid('tier')] } });
    for (const token of [TOKEN, OTHER_TOKEN]) upstream.account(token).lists['/v2/alerts'] = [];
    expect((await lab.call(`/v2/alerts?company_guid=${C},${A}`)).status).toBe(200);
    expect(upstream.requests.map(({ token, parameters }) => [token, parameters.company_guid]).sort()).toEqual(
      [
        [TOKEN, A],
        [OTHER_TOKEN, C],
      ].sort(),
    );
    upstream.requests.length = 0;
    expect((await lab.call(`/v2/alerts?company_guid=${B}`)).status).toBe(200);
    expect(upstream.requests.map(({ token }) => token)).toEqual([TOKEN]);
  });
});

/** Companies named in every way that rows are known to name them. */
const mention = fc
  .constantFrom(...KNOWN, STRANGE)
  .chain(guid =>
    fc.constantFrom<Record<string, Json>>(
      { origin_company: company(guid) },
      { attributed_companies: [company(guid), { guid, name: null }] },
      { details: { other_company_guid: guid, other_company_name: nameOf(guid), note: 'x' } },
      { children: [{ ...Object(company(guid)), rating: 700, children: [company(guid)] }] },
      { companies: [guid] },
      { by_company: { [guid]: { name: nameOf(guid) } } },
      { entity: guid },
      { related: [{ list: [{ parent_company: company(guid) }] }] },
    ),
  );
const oddMention = fc
  .constantFrom(...KNOWN)
  .chain(guid =>
    fc.constantFrom<Record<string, Json>>(
      { hosted_by: company(guid) },
      { provider_guid: guid, provider_name: nameOf(guid) },
      { company_url: `/company/${guid}/` },
      { anything: [[`see ${guid.toUpperCase()}`]] },
    ),
  );
const anyRow = fc
  .tuple(
    fc.constantFrom(...KNOWN, STRANGE, null),
    fc.array(fc.oneof(mention, oddMention), { maxLength: 4 }),
    fc.nat(1000),
  )
  .map(([of, mentions, guid]): Json => {
    const named = of === null ? {} : { company_guid: of, company_name: nameOf(of) };
    return Object.assign({ guid }, ...mentions, named);
  });

test('no answer holds the guid or the name of a company that the caller does not see', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 12 }),
      fc.subarray(KNOWN),
      fc.subarray(KNOWN),
      fc.integer({ min: 1, max: 5 }),
      async (listed, mine, theirs, limit) => {
        await lab.clear();
        lab.clock.advance(61_000);
        await lab.connect(TOKEN, KNOWN);
        const account = upstream.account(TOKEN);
        account.lists['/v2/alerts'] = listed;
        account.bodies['/v1/companies'] = {
          companies: KNOWN.map(company),
          my_company: company(B),
          note: 'x',
        };
        account.bodies['/v1/subscriptions'] = { a: { quota: 5, companies: KNOWN.map(company) } };
        for (const guid of KNOWN) {
          account.lists[`/v1/companies/${guid}/assets`] = listed;
          account.bodies[`/v1/companies/${guid}/company-tree`] = {
            ...Object(company(guid)),
            children: listed,
          };
        }
        const groups: [Principal, readonly string[]][] = [
          [await lab.walled(mine, { group: 'mine' }), mine],
          [await lab.walled(theirs, { group: 'theirs' }), theirs],
        ];
        for (const [as, seen] of groups) {
          const own = listed.filter(row => seen.includes(String(at(row, 'company_guid'))));
          const walk: Json[] = [];
          for (let offset = 0; ; offset += limit) {
            const page = await lab.call(`/v2/alerts?limit=${limit}&offset=${offset}`, { as });
            expect(page.status).toBe(200);
            walk.push(...resultGuids(page));
            expect(Number(at(page.json, 'count'))).toBeLessThanOrEqual(own.length);
            expectNothingOf(page, seen);
            if (at(page.json, 'next') === null) break;
          }
          // A row is left out whole only for its own company, unless it is another one's by its name as well.
          expect(walk).toEqual(own.map(row => at(row, 'guid')));
          const paths = ['/v1/companies', '/v1/subscriptions'];
          for (const guid of KNOWN)
            paths.push(`/v1/companies/${guid}/assets`, `/v1/companies/${guid}/company-tree`);
          for (const path of paths) {
            const answer = await lab.call(path, { as });
            const isOthers = KNOWN.some(guid => path.includes(guid) && !seen.includes(guid));
            expect([path, answer.status]).toEqual([path, isOthers ? 403 : 200]);
            expectNothingOf(answer, seen);
          }
        }
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

function expectNothingOf(answer: Answer, seen: readonly string[]): void {
  for (const guid of [...KNOWN, STRANGE]) {
    if (seen.includes(guid)) continue;
    // The caller's own request stands in links.
    expect(answer.text.toLowerCase()).not.toContain(guid);
    expect(answer.text).not.toContain(nameOf(guid));
  }
}
