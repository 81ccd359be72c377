/** Recorded payloads served as they are: the documented fixtures, abridged ones included, through the real routes. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRecordedSource } from '../../src/ratings/sources/recorded.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { serve } from './serve.ts';

const folder = new URL('./fixtures/', import.meta.url);
const fixture = (name: string): JsonObject => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

const companies = fixture('companies.v1.list.GET.xsoar.json');
const detail = fixture('companies.v1.detail.GET.xsoar.json');
const findingFixtures = readdirSync(folder).filter(name => name.startsWith('company-findings.'));

async function withRecording<T>(
  findings: JsonObject,
  run: (get: (path: string) => Promise<{ status: number; body: unknown }>) => Promise<T>,
): Promise<T> {
  const source = createRecordedSource({ companies, details: { 100: detail }, findings: { 100: findings } });
  const served = await serve(source);
  try {
    return await run(async path => {
      const response = await fetch(`${served.baseUrl}${path}`);
      return { status: response.status, body: await response.json() };
    });
  } finally {
    await served.close();
  }
}

test.each(findingFixtures)('%s is served row by row as it was recorded', async name => {
  const payload = fixture(name);
  await withRecording(payload, async get => {
    const { body } = await get('/ratings/v1/companies/100/findings/');
    const rows = payload.results as readonly JsonObject[];
    expect(body).toEqual({
      links: { next: null, previous: null },
      next: null,
      count: rows.length,
      results: rows,
    });
  });
});

test('abridged rows pass through filters and sort without a fault', async () => {
  for (const name of findingFixtures) {
    await withRecording(fixture(name), async get => {
      for (const query of [
        'risk_vector=SPF',
        'severity_gte=1',
        'first_seen_gte=2020-01-01',
        'sort=-severity,first_seen',
        'q=x',
        'vulnerabilities=cve-2014-3566',
        'assets.category=low',
      ]) {
        expect((await get(`/v1/companies/100/findings?${query}`)).status).toBe(200);
      }
    });
  }
});

test('lists, detail and the v2 names of a v1 row', async () => {
  await withRecording({ results: [] }, async get => {
    expect((await get('/v1/companies')).body).toEqual(companies);
    expect((await get('/v1/companies/100')).body).toEqual(detail);
    expect((await get('/v1/companies/eed24cfa-c3ea-4467-aefa-89648881e277')).status).toBe(403);
    expect((await get('/v1/companies/eed24cfa-c3ea-4467-aefa-89648881e277/findings')).body).toMatchObject({
      count: 0,
    });
    expect(
      (await get('/v2/portfolio?sub_industry.slug=computer_network_security&type=self-published')).body,
    ).toMatchObject({
      count: 1,
      summaries: { 'my-company': '100' },
      results: [
        {
          name: 'Saperix Corporate',
          added_date: '2021-11-23',
          industry: { name: 'Technology', slug: 'technology' },
          type: ['CURATED', 'SELF-PUBLISHED'],
          subscription_type: { name: 'MySubsidiary', slug: 'my_subsidiary' },
        },
      ],
    });
    expect((await get('/v2/portfolio?risk_vectors.slug=spf&risk_vectors.grade=F')).body).toMatchObject({
      count: 1,
    });
  });
});
