/**
 * Figures agree: every count, statistic and grade is that of the rows which the lists show, for the whole portfolio and inside
 * an access control group. The model is the lists themselves.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Principal } from '../../src/access/principal.ts';
import { principalOf, type Served, serve, smallWorld } from './serve.ts';

const source = smallWorld({ companies: 8, findingsPerCompany: 60 });
let principal: Principal = principalOf();
let served: Served;
beforeAll(async () => {
  served = await serve(source, { principal: () => principal });
});
afterAll(() => served.close());

async function read<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
  const answer = await fetch(`${served.baseUrl}/ratings${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.status, path).toBe(200);
  return schema.parse(await answer.json());
}

const Company = z.object({ guid: z.string(), name: z.string(), rating: z.number().nullable() });
const page = <T extends z.ZodType>(row: T) => z.object({ count: z.number(), results: z.array(row) });
const Finding = z.object({
  risk_vector: z.string(),
  risk_category: z.string(),
  severity_category: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  details: z.object({ grade: z.string().nullish() }),
});
const Counts = z.record(z.string(), z.number());

const companies = async () => (await read('/v2/portfolio?limit=1000', page(Company))).results;
const findingsOf = async (guid: string, query = '') =>
  read(`/v1/companies/${guid}/findings?limit=100000${query}`, page(Finding));

function countBy<T>(rows: readonly T[], key: (row: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
}

test('what is said of the portfolio is what its rows say, in every group', async () => {
  principal = principalOf();
  const all = await companies();
  await fc.assert(
    fc.asyncProperty(fc.subarray(all.map(({ guid }) => guid)), async guids => {
      const group = { guid: 'g', name: 'G', allCompanies: false, companies: new Set(guids) };
      principal = { ...principalOf(false), group };
      const rows = await companies();
      const ratings = rows.flatMap(({ rating }) => (rating === null ? [] : [rating]));
      expect(rows.map(({ guid }) => guid).sort()).toEqual([...guids].sort());
      expect(await read('/v1/portfolio/guids', z.array(z.string()))).toEqual(rows.map(({ guid }) => guid));
      const { ratings: figures, risk_vector_averages: averages } = await read(
        '/v1/portfolio/statistics',
        z.object({
          ratings: z.object({
            min_rating: z.number().nullable(),
            max_rating: z.number().nullable(),
            entity_count_by_bucket: Counts,
          }),
          risk_vector_averages: z.array(z.object({ companies_below_average: z.number() })),
        }),
      );
      expect(figures.min_rating).toBe(ratings.length === 0 ? null : Math.min(...ratings));
      expect(figures.max_rating).toBe(ratings.length === 0 ? null : Math.max(...ratings));
      expect(Object.values(figures.entity_count_by_bucket).reduce((sum, count) => sum + count, 0)).toBe(
        ratings.length,
      );
      for (const average of averages) expect(average.companies_below_average).toBeLessThan(rows.length);
      const current = await read('/v1/current-ratings?limit=1000', page(Company));
      expect(current.results).toEqual(rows.map(({ guid, name, rating }) => ({ guid, name, rating })));
      const of = await read('/v1/current-ratings', z.object({ results: z.array(z.unknown()) }), {
        guids: all.map(({ guid }) => guid),
      });
      expect(of.results.filter(row => Company.safeParse(row).success)).toHaveLength(rows.length);
      const grades = await read(
        '/v1/portfolio/risk-vectors/grades?limit=1000',
        page(z.object({ company: z.object({ guid: z.string() }), grades: z.array(z.unknown()) })),
      );
      expect(grades.results.map(({ company }) => company.guid)).toEqual(rows.map(({ guid }) => guid));
    }),
    { numRuns: 15 },
  );
});

test('the newest rating of the history, of the graph and of the portfolio is one', async () => {
  principal = principalOf();
  for (const { guid, rating } of await companies()) {
    const { ratings } = await read(
      `/v1/companies/${guid}`,
      z.object({ ratings: z.array(z.object({ rating: z.number(), rating_date: z.string() })) }),
    );
    const { ratings: points } = await read(
      `/v1/companies/${guid}/graph_data`,
      z.object({ ratings: z.array(z.object({ x: z.string(), y: z.number() })) }),
    );
    expect(ratings[0]?.rating ?? null).toBe(rating);
    expect(points.at(-1)?.y ?? null).toBe(rating);
    expect(points.map(({ x }) => x).reverse()).toEqual(ratings.map(({ rating_date: day }) => day));
  }
});

test('statistics of findings add up to the list, whatever it is filtered by', async () => {
  principal = principalOf();
  const filters = ['', '&severity_gte=4', '&risk_vector=open_ports,spf', '&affects_rating=true&q=a'];
  for (const { guid } of await companies()) {
    for (const filter of filters) {
      const { count, results } = await findingsOf(guid, filter);
      expect(results).toHaveLength(count);
      const severities = await Promise.all(
        ['minor', 'moderate', 'material', 'severe'].map(
          async name => (await findingsOf(guid, `${filter}&severity_category=${name}`)).count,
        ),
      );
      expect(severities.reduce((sum, part) => sum + part, 0)).toBe(count);
      const summaries = await read(
        `/v1/companies/${guid}/findings/summaries?limit=1${filter}`,
        z.object({
          findings_count: z.number(),
          findings_risk_vector_counts: z.array(
            z.object({ count: z.number(), risk_vector: z.object({ slug: z.string() }) }),
          ),
        }),
      );
      expect(summaries.findings_count).toBe(count);
      expect(
        Object.fromEntries(
          summaries.findings_risk_vector_counts.map(row => [row.risk_vector.slug, row.count]),
        ),
      ).toEqual(countBy(results, row => row.risk_vector));
      const months = await read(
        `/v1/companies/${guid}/findings/statistics?expand=first_seen_count,last_seen_count${filter}`,
        z.array(
          z.object({
            start_date: z.string(),
            end_date: z.string(),
            count: z.number(),
            first_seen_count: z.number(),
            last_seen_count: z.number(),
          }),
        ),
      );
      expect(months.reduce((sum, month) => sum + month.first_seen_count, 0)).toBe(count);
      expect(months.reduce((sum, month) => sum + month.last_seen_count, 0)).toBe(count);
      for (const month of months.slice(-3)) {
        const present = results.filter(
          row => row.first_seen <= month.end_date && row.last_seen >= month.start_date,
        );
        expect(month.count).toBe(present.length);
      }
    }
  }
});

test('diligence and observation statistics count the findings of their vectors', async () => {
  principal = principalOf();
  for (const { guid } of await companies()) {
    const { results } = await findingsOf(guid);
    const { risk_vectors: graded } = await read(
      `/v1/companies/${guid}/diligence/statistics`,
      z.object({ risk_vectors: z.record(z.string(), Counts) }),
    );
    const diligence = results.filter(row => row.risk_category === 'Diligence');
    const sums = Object.fromEntries(
      Object.entries(graded).map(([slug, counts]) => [
        slug,
        Object.values(counts).reduce((sum, count) => sum + count, 0),
      ]),
    );
    expect(sums).toEqual(countBy(diligence, row => row.risk_vector));
    const good = diligence.filter(row => row.details.grade === 'GOOD').length;
    expect(Object.values(graded).reduce((sum, counts) => sum + (counts.good ?? 0), 0)).toBe(good);
    const { risk_vectors: events } = await read(
      `/v1/companies/${guid}/observations/statistics`,
      z.object({ risk_vectors: z.record(z.string(), z.object({ count: z.number() })) }),
    );
    const others = results.filter(row => row.risk_category !== 'Diligence');
    expect(Object.fromEntries(Object.entries(events).map(([slug, { count }]) => [slug, count]))).toEqual(
      countBy(others, row => row.risk_vector),
    );
  }
});

test('the summary of vulnerabilities knows what the filters offer, in periods that overlap', async () => {
  principal = principalOf();
  for (const { guid } of await companies()) {
    const { vulnerabilities } = await read(
      `/v1/companies/${guid}/findings/filters`,
      z.object({ vulnerabilities: z.array(z.object({ name: z.string() })) }),
    );
    const periods = await read(
      `/v1/companies/${guid}/findings/summary?type=vulnerability`,
      z.array(
        z.object({
          start_date: z.string(),
          end_date: z.string(),
          stats: z.array(z.object({ id: z.string(), event_count: z.number(), host_count: z.number() })),
        }),
      ),
    );
    const names = new Set(vulnerabilities.map(({ name }) => name));
    const [week, fortnight] = periods;
    expect(periods).toHaveLength(3);
    for (const { stats } of periods) {
      for (const stat of stats) {
        expect(names).toContain(stat.id);
        expect(stat.host_count).toBeLessThanOrEqual(stat.event_count);
      }
    }
    for (const stat of week?.stats ?? []) {
      const longer = fortnight?.stats.find(other => other.id === stat.id);
      expect(longer?.event_count).toBeGreaterThanOrEqual(stat.event_count);
    }
  }
});
