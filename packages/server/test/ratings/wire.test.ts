/** The ratings API over a real server: prefixes, slashes, errors, scope and pages, as clients in the field send them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENTED_PATHS } from '../../src/ratings/documented-paths.ts';
import { RATINGS_PREFIXES } from '../../src/ratings/plugin.ts';
import { sourceOf } from '../../src/ratings/source.ts';
import { principalOf, type Served, serve, smallWorld } from './serve.ts';

const source = smallWorld();
const own = source.summary().company_guid;
let served: Served;
beforeAll(async () => {
  served = await serve(source);
});
afterAll(() => served.close());

async function get(path: string, init?: RequestInit) {
  const response = await fetch(`${served.baseUrl}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}

describe('prefixes and slashes', () => {
  test.each([...RATINGS_PREFIXES])('everything answers under "%s"', async prefix => {
    for (const path of [
      '/v1',
      '/v1/',
      '/v1/companies',
      '/v1//companies/',
      `/v1/companies/${own}/`,
      '/v2/portfolio/',
      '/portfolio',
      '/v1/users/current',
    ]) {
      expect((await get(`${prefix}${path}`)).status, path).toBe(200);
    }
    const page = await get(`${prefix}//v1/companies//${own}/findings/?limit=1`);
    expect(page.status).toBe(200);
    expect(page.body.next).toBe(`${served.baseUrl}${prefix}/v1/companies/${own}/findings/?limit=1&offset=1`);
  });

  test('the root has the disclaimer that a client looks for, and the others what the reference shows', async () => {
    expect((await get('/')).body).toMatchObject({
      disclaimer: expect.any(String),
      version: 1,
      resources: expect.any(Array),
    });
    expect((await get('/ratings')).body.resources).toContainEqual({
      href: `${served.baseUrl}/ratings/v1/companies`,
      name: 'Companies',
    });
  });

  test('a documented path that is not served is 501 with its template; others are 404', async () => {
    expect(await get('/ratings/v1/companies/1/sparkline')).toMatchObject({
      status: 501,
      body: { detail: expect.stringContaining('not served here yet: GET /v1/companies/:guid/sparkline') },
    });
    expect(await get('/ratings/no/such')).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    expect(await get('/customer-api/v1/no-such', { method: 'DELETE' })).toMatchObject({
      status: 404,
      body: { detail: 'Not found.' },
    });
  });

  test('paths of the unified API are left alone', () => {
    for (const url of [
      '/v1/connectors',
      '/v2/changes',
      '/v2/resources',
      '/openapi.json',
      '/health',
      '/*',
      '/v1/*',
    ]) {
      expect(served.app.hasRoute({ method: 'GET', url }), url).toBe(false);
    }
  });
});

describe('errors', () => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=-5', 'limit'],
    ['limit=all', 'limit'],
    ['offset=-1', 'offset'],
    ['first_seen_gte=01/02/2026', 'first_seen_gte'],
    ['severity_gte=high', 'severity_gte'],
  ])('%s is 400 and names the parameter', async (query, name) => {
    const { status, body } = await get(`/v1/companies/${own}/findings?${query}`);
    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(['detail']);
    expect(body.detail).toContain(name);
  });

  test('an unknown company is 403, in the words clients compare', async () => {
    for (const path of ['', '/findings']) {
      expect(await get(`/ratings/v1/companies/00000000-0000-4000-8000-000000000000${path}`)).toMatchObject({
        status: 403,
        body: { detail: 'You do not have permission to perform this action.' },
      });
    }
  });

  test('a body that is no JSON is 400 in the same shape', async () => {
    const answer = await get(`/v1/companies/${own}/findings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.any(String) } });
  });

  test('what is unexpected is 500 with an id and nothing else', async () => {
    const broken = await serve(
      sourceOf({
        company: () => {
          throw new Error('secret text');
        },
        portfolio: () => Promise.reject(new TypeError('secret text')),
      }),
    );
    for (const path of ['/v1/companies/x', '/ratings/v2/portfolio']) {
      const response = await fetch(`${broken.baseUrl}${path}`);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).toMatch(/^\{"detail":"Internal error\. Its id is [0-9a-f-]{36}\."\}$/);
    }
    await broken.close();
  });
});

describe('scope', () => {
  test('a principal without companies sees none: lists are empty, direct reads are 403', async () => {
    const narrow = await serve(source, { principal: principalOf(false) });
    const read = async (path: string) => {
      const response = await fetch(`${narrow.baseUrl}${path}`);
      return { status: response.status, body: await response.json() };
    };
    expect((await read('/v2/portfolio')).body).toMatchObject({
      count: 0,
      results: [],
      summaries: { 'my-company': null },
    });
    const list = (await read('/v1/companies')).body;
    expect(list).toMatchObject({ companies: [] });
    expect(list).not.toHaveProperty('my_company');
    expect((await read(`/v1/companies/${own}`)).status).toBe(403);
    expect((await read(`/v1/companies/${own}/findings`)).status).toBe(403);
    await narrow.close();
  });

  test('a scope of some companies cuts lists and counts', async () => {
    const principal = principalOf(false);
    const group = { ...principal.group, companies: new Set([own]) };
    const narrow = await serve(source, { principal: { ...principal, group } });
    const page = JSON.parse(await (await fetch(`${narrow.baseUrl}/v2/portfolio`)).text());
    await narrow.close();
    expect(page.count).toBe(1);
  });
});

describe('portfolio', () => {
  test('is paged, sorted and filtered', async () => {
    const whole = (await get('/v2/portfolio?sort=-rating&limit=1000')).body;
    expect(whole.count).toBe(12);
    expect(whole.summaries).toEqual({ 'my-company': own });
    const ratings = whole.results.map((row: { rating: number | null }) => row.rating ?? 0);
    expect(ratings).toEqual([...ratings].sort((left, right) => right - left));
    const [best] = whole.results;
    for (const query of [
      `guid=${best.guid}`,
      `name_q=${encodeURIComponent(best.shortname.toUpperCase())}`,
      `q=${best.primary_domain}`,
      `rating_gte=${best.rating}&industry.slug=${best.industry.slug}&guid=${best.guid}`,
      `subscription_type__slug=${best.subscription_type.slug}&guid=${best.guid}`,
    ]) {
      expect((await get(`/v2/portfolio?${query}`)).body.results[0], query).toEqual(best);
    }
    const excluded = (
      await get(`/v2/portfolio?exclude_subscription_type.slug=${best.subscription_type.slug}`)
    ).body;
    expect(
      excluded.results.every(
        (row: { subscription_type: { slug: string } }) =>
          row.subscription_type.slug !== best.subscription_type.slug,
      ),
    ).toBe(true);
    expect((await get('/v2/portfolio?type=NO-SUCH')).body.count).toBe(0);
    expect((await get('/v2/portfolio?tier=untiered&fields=guid,tier')).body.results).toContainEqual({
      guid: own,
      tier: null,
    });
  });

  test('risk_vectors.slug and .grade together ask about the same vector', async () => {
    const detail = (await get(`/v1/companies/${own}`)).body.rating_details;
    const grade = detail.spf.grade;
    const other = Object.values<{ grade: string }>(detail).find(vector => vector.grade !== grade)?.grade;
    const ask = async (wanted: unknown) =>
      (await get(`/v2/portfolio?guid=${own}&risk_vectors.slug=spf&risk_vectors.grade=${wanted}`)).body.count;
    expect([await ask(grade), await ask(other)]).toEqual([1, 0]);
  });

  test('POST asks the same with a body', async () => {
    const { body } = await get('/ratings/v2/portfolio', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ guid: [own], limit: 5, fields: ['guid'] }),
    });
    expect(body).toMatchObject({ count: 1, results: [{ guid: own }], next: null });
  });

  test('the v1 lists are whole and in v1 names', async () => {
    const { body } = await get('/v1/portfolio?fields=guid,industry_slug,type&limit=1');
    expect(body.my_company).toEqual({ guid: own });
    expect(body.companies).toHaveLength(12);
    expect(body.companies[0]).toEqual({
      guid: expect.any(String),
      industry_slug: expect.any(String),
      type: expect.any(String),
    });
  });
});

interface FindingsPage {
  count: number;
  next: string | null;
  links: { next: string | null; previous: string | null };
  results: { temporary_id: string }[];
}

describe('findings', () => {
  const path = `/ratings/v1/companies/${own}/findings`;

  test('links lead to the end, filters and all, with exactly count rows', async () => {
    const query = 'affects_rating=true&severity_gte=1&sort=-last_seen,evidence_key&limit=7';
    let next: string | null = `${served.baseUrl}${path}?${query}`;
    const ids = new Set<string>();
    let count = 0;
    let previous: string | null = null;
    while (next !== null) {
      expect(next).toContain('affects_rating=true');
      const body: FindingsPage = JSON.parse(await (await fetch(next)).text());
      expect(body.links.next).toBe(body.next);
      count = body.count;
      for (const row of body.results) ids.add(row.temporary_id);
      previous = body.links.previous;
      next = body.next;
    }
    expect(count).toBeGreaterThan(7);
    expect(ids.size).toBe(count);
    expect(previous).toContain('limit=7');
  });

  test('of duplicated parameters the last one wins, and links say each once', async () => {
    const { body } = await get(`${path}?limit=250&offset=3&limit=2`);
    expect(body.results).toHaveLength(2);
    expect(body.links).toEqual({
      next: `${served.baseUrl}${path}?limit=2&offset=5`,
      previous: `${served.baseUrl}${path}?limit=2&offset=1`,
    });
  });

  test('an unknown filter is passed over, an unknown value of a known one matches nothing', async () => {
    const all = (await get(path)).body.count;
    expect((await get(`${path}?no_such=1&details.vulnerabilities.name=x`)).body.count).toBe(all);
    for (const query of [
      'risk_vector=nope',
      'severity_category=awful',
      'details.grade=Z',
      'affects_rating=perhaps',
    ]) {
      expect((await get(`${path}?${query}`)).body, query).toMatchObject({
        count: 0,
        results: [],
        next: null,
      });
    }
  });

  test('POST asks the same, and its links carry the body', async () => {
    const filters = { risk_vector: ['SSL_CONFIGURATIONS'], limit: 1 };
    const { body } = await get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(filters),
    });
    expect(body).toEqual((await get(`${path}?risk_vector=SSL_CONFIGURATIONS&limit=1`)).body);
    expect(body.results[0].risk_vector).toBe('ssl_configurations');
  });

  test('fields trim and expand adds what it names', async () => {
    const { body } = await get(
      `${path}?limit=1&fields=details.grade,assets.asset,attributed_companies&expand=attributed_companies`,
    );
    expect(Object.keys(body.results[0])).toEqual(['assets', 'details', 'attributed_companies']);
    expect(body.results[0].attributed_companies[0].guid).toBe(own);
    expect((await get(`${path}?limit=1`)).body.results[0]).not.toHaveProperty('attributed_companies');
  });

  test('format turns rows into CSV and XML; another is 400, and too much of it 413', async () => {
    const read = async (query: string) => {
      const response = await fetch(`${served.baseUrl}${path}?${query}`);
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      };
    };
    const csv = await read('format=csv&limit=3&fields=risk_vector,first_seen');
    expect(csv.type).toContain('text/csv');
    expect(csv.text.trim().split('\r\n')).toHaveLength(4);
    expect((await read('format=xml&limit=2')).text.match(/<finding>/g)).toHaveLength(2);
    expect((await read('format=pdf')).status).toBe(400);
    expect((await fetch(`${served.baseUrl}/v2/portfolio?format=csv`)).headers.get('content-type')).toContain(
      'text/csv',
    );
    expect((await fetch(`${served.baseUrl}/v1/companies?format=xml`)).headers.get('content-type')).toContain(
      'xml',
    );
    for (const header of ['accept', 'x-bitsight-accept']) {
      const response = await fetch(`${served.baseUrl}${path}?limit=1`, {
        headers: { [header]: 'application/xml' },
      });
      expect(response.headers.get('content-type')).toContain('xml');
    }
    const big = smallWorld({ companies: 1, findingsPerCompany: 30_000 });
    const large = await serve(big);
    const guid = big.summary().company_guid;
    expect(
      (await fetch(`${large.baseUrl}/v1/companies/${guid}/findings?format=csv&limit=1000000`)).status,
    ).toBe(413);
    await large.close();
  });

  test('default page size is 100', async () => {
    const { body } = await get(path);
    expect(body.results).toHaveLength(Math.min(100, body.count));
  });
});

test('without a source account routes and roots answer, data is 501, and / belongs to someone else', async () => {
  const hub = await serve(null);
  const status = async (path: string) => (await fetch(`${hub.baseUrl}${path}`)).status;
  expect(await status('/v1/users/current')).toBe(200);
  expect(await status('/ratings/v1')).toBe(200);
  expect(await status('/ratings/v1/companies')).toBe(501);
  expect(await status('/v2/portfolio')).toBe(501);
  expect(await status('/customer-api/v1/companies/x/findings')).toBe(501);
  expect(await status('/')).toBe(404);
  await hub.close();
});

test('every documented path answers under every prefix, and none belongs to the unified API', async () => {
  const unified =
    /^\/v1\/(connectors|provisioning|me)(\/|$)|^\/v2\/(tprm|resources|vulnerability_findings|changes|stats)(\/|$)/;
  for (const { path, methods } of DOCUMENTED_PATHS) {
    expect(path).not.toMatch(unified);
    expect(methods.length, path).toBeGreaterThan(0);
    for (const prefix of RATINGS_PREFIXES) {
      for (const method of methods) {
        const url = `${prefix}${path.replaceAll(/:\w+/g, 'x')}/`;
        const { statusCode } = await served.app.inject({ method, url });
        expect([200, 400, 403, 404, 501], `${method} ${url}`).toContain(statusCode);
      }
    }
  }
});
