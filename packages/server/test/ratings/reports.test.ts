/** Past ratings and reports agree with what is shown of today, and with one another. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab, fieldsOf, fixture } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'reports', companies: 12, findingsPerCompany: 150 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Rated = z.array(
  z.object({
    guid: z.string(),
    name: z.string(),
    current_rating: z.int().nullable(),
    ratings: z.array(z.object({ date: z.string(), rating: z.int(), percentile: z.int() }).loose()),
  }),
);
const Portfolio = z.object({ guid: z.string(), rating: z.int().nullable() });
const Detail = z.object({
  ratings: z.array(z.object({ rating_date: z.string(), rating: z.int() })),
  rating_details: z
    .record(z.string(), z.object({ name: z.string(), grade: z.string(), rating: z.unknown() }).loose())
    .nullable(),
});

test.each(['latest', 'daily', 'weekly', 'monthly'])(
  'the newest of %s ratings is the current one',
  async period => {
    const current = new Map((await lab.rows('/v2/portfolio', Portfolio)).map(row => [row.guid, row.rating]));
    const rows = await lab.read(`/v1/portfolio/ratings?period=${period}`, Rated);
    expect(rows.map(row => row.guid).sort()).toEqual([...current.keys()].sort());
    for (const { guid, current_rating: rating, ratings } of rows) {
      expect(rating).toBe(current.get(guid));
      expect(ratings[0]?.rating ?? null).toBe(rating);
      if (rating !== null) expect(ratings[0]?.date).toBe(lab.source.today());
      const { ratings: shown } = await lab.read(`/v1/companies/${guid}`, Detail);
      const known = new Map(shown.map(row => [row.rating_date, row.rating]));
      for (const day of ratings) expect(day.rating).toBe(known.get(day.date));
      if (period === 'daily') expect(ratings).toHaveLength(shown.length);
    }
  },
);

test('ratings are of the days and companies that are asked for, by GET and POST alike', async () => {
  const [first = '', second = ''] = lab.companies;
  const asked = {
    companies: [second, first],
    start_date: '2026-03-10',
    end_date: '2026-05-04',
    period: 'monthly',
  };
  const query = new URLSearchParams({ ...asked, companies: asked.companies.join(',') });
  const rows = await lab.read(`/v1/portfolio/ratings?${query}`, Rated);
  const posted = await lab.raw('/v1/portfolio/ratings', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  expect(await posted.json()).toEqual(rows);
  expect(rows.map(row => row.guid)).toEqual([second, first]);
  expect(rows[1]?.ratings.map(row => row.date)).toEqual(['2026-05-04', '2026-04-30', '2026-03-31']);
  const weekly = await lab.read('/v1/portfolio/ratings?period=weekly&start_date=2026-06-01', Rated);
  expect(weekly[0]?.ratings.map(row => row.date)).toEqual(['2026-06-15', '2026-06-08', '2026-06-01']);
  expect(await lab.read('/v1/portfolio/ratings?start_date=2026-07-01&companies=none', Rated)).toEqual([]);
  lab.askedBy([first]);
  expect((await lab.read(`/v1/portfolio/ratings?${query}`, Rated)).map(row => row.guid)).toEqual([first]);
});

test('grades of past days are those of the detail view today, have the documented fields, and are refused when too many', async () => {
  const [own = ''] = lab.companies;
  const path = '/v1/portfolio/ratings?expand=rating_details';
  const rows = await lab.read(`${path}&period=latest`, z.array(z.unknown()));
  const fields = fieldsOf(rows);
  for (const field of fieldsOf(fixture('portfolio.v1.ratings.GET.json'))) expect(fields).toContain(field);
  const { rating_details: details } = await lab.read(`/v1/companies/${own}`, Detail);
  const [company] = await lab.read(`${path}&period=latest&companies=${own}`, Rated);
  const Grades = z.array(z.object({ name: z.string(), grade: z.string() }).loose());
  const grades = Grades.parse(company?.ratings[0]?.risk_vectors).map(({ name, grade }) => [name, grade]);
  expect(grades).toEqual(Object.values(details ?? {}).map(({ name, grade }) => [name, grade]));
  const large = await FiguresLab.start({ seed: 'large', companies: 40, findingsPerCompany: 0 });
  try {
    expect((await large.answer(`${path}&period=daily`)).status).toBe(413);
    expect((await large.answer(`${path}&period=daily&companies=${large.companies[0]}`)).status).toBe(200);
  } finally {
    await large.close();
  }
});

test('the history of ratings is a table of a year, marked where a vector is in beta', async () => {
  const [own = ''] = lab.companies;
  const path = `/v1/companies/${own}/reports/ratings-history`;
  const rows = await lab.read(`${path}?format=json`, z.array(z.record(z.string(), z.unknown())));
  const { ratings, rating_details: details } = await lab.read(`/v1/companies/${own}`, Detail);
  expect(rows.map(row => [row.Date, row['Bitsight Security Rating']])).toEqual(
    ratings.map(row => [row.rating_date, row.rating]),
  );
  const [today = {}] = rows;
  const columns = Object.keys(today);
  expect(columns).toEqual(expect.arrayContaining(['SPF grade', 'DNSSEC grade*', 'Security Incidents grade']));
  expect(today['SPF grade']).toBe(details?.spf?.grade);
  expect(today['DNSSEC grade*']).toBe(details?.dnssec?.grade);
  const csv = await lab.raw(path);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [head = '', ...lines] = (await csv.text()).trimEnd().split('\r\n');
  expect(head.split(',')).toEqual(columns);
  expect(lines).toHaveLength(rows.length);
});

test('the summary of risk vectors counts the findings that are listed', async () => {
  const [own = ''] = lab.companies;
  const path = `/v1/companies/${own}/risk-vectors/summaries?format=json`;
  const rows = await lab.read(path, z.array(z.record(z.string(), z.union([z.string(), z.number()]))));
  let counted = 0;
  for (const row of rows) {
    const slug = String(row['Risk Vector Slug']);
    const listed = await lab.count(`/v1/companies/${own}/findings?limit=1&risk_vector=${slug}`);
    if (row['Record Count'] === '') {
      const events = await lab.count(
        `/v1/companies/${own}/findings?limit=1&risk_vector=${slug}&first_seen_gte=2025-06-15`,
      );
      expect(row['Event Counts Past Year']).toBe(events);
      continue;
    }
    expect(row['Record Count']).toBe(listed);
    const good = `/v1/companies/${own}/findings?limit=1&risk_vector=${slug}&details.grade=GOOD`;
    expect(row['Grade Distribution Good']).toBe(await lab.count(good));
    counted += listed;
  }
  expect(counted).toBeGreaterThan(20);
});

test('the newest row of the diligence history is what the statistics say of today', async () => {
  const Counts = z.record(z.string(), z.int());
  for (const guid of lab.companies.slice(0, 5)) {
    const { risk_vectors: vectors } = await lab.read(
      `/v1/companies/${guid}/diligence/statistics`,
      z.object({ risk_vectors: z.record(z.string(), Counts) }),
    );
    const Row = z.object({
      date: z.string(),
      grade: z.string().nullable(),
      counts: z.array(z.object({ count: z.int(), category: z.string() })),
    });
    const path = `/v1/companies/${guid}/diligence/historical-statistics`;
    const rows = await lab.rows(path, Row);
    expect(rows).toHaveLength(13);
    const [today] = rows;
    expect(today?.date).toBe(lab.source.today());
    const sums = new Map<string, number>();
    for (const counts of Object.values(vectors))
      for (const [grade, count] of Object.entries(counts))
        if (count > 0) sums.set(grade, (sums.get(grade) ?? 0) + count);
    expect(new Map(today?.counts.map(({ category, count }) => [category, count]))).toEqual(sums);
    const { rating_details: details } = await lab.read(`/v1/companies/${guid}`, Detail);
    const [graded] = await lab.rows(`${path}?risk_type=open_ports&lens=grade`, Row);
    expect(graded?.grade).toBe(details?.open_ports?.grade ?? null);
    const ofPorts = Object.values(vectors.open_ports ?? {}).reduce((sum, count) => sum + count, 0);
    expect(graded?.counts.reduce((sum, { count }) => sum + count, 0)).toBe(ofPorts);
  }
});
