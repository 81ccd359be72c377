/** Insights tell of real rating changes, and of all that are asked for: the model is the daily ratings and grades. */

import { RISK_VECTORS } from '@sightline/model';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FiguresLab, fieldsOf, fixture } from './figures-lab.ts';

let lab: FiguresLab;
let history: readonly Move[];
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'insights', companies: 20, findingsPerCompany: 1 });
  history = await moves();
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Reason = z.object({
  start_percentile: z.number(),
  risk_vector: z.string(),
  end_percentile: z.number(),
  evidence: z.array(z.object({ start_grade: z.string(), end_grade: z.string() })).optional(),
});
const Change = z.object({
  date: z.iso.date(),
  start_score: z.int(),
  end_score: z.int(),
  reasons: z.array(Reason),
  type: z.literal('rating-change'),
});
const OfCompany = Change.extend({ guid: z.guid(), entity: z.guid() });
const OfPortfolio = Change.extend({ company: z.guid() });

interface Move {
  readonly company: string;
  readonly date: string;
  readonly start_score: number;
  readonly end_score: number;
}

/** Every day of the year on which a rating was another one than the day before. */
async function moves(): Promise<readonly Move[]> {
  const History = z.array(
    z.object({ guid: z.string(), ratings: z.array(z.object({ date: z.string(), rating: z.int() })) }),
  );
  const companies = await lab.read('/v1/portfolio/ratings?period=daily', History);
  return companies.flatMap(({ guid, ratings }) =>
    ratings.slice(0, -1).flatMap(({ date, rating }, index) => {
      const start = ratings[index + 1]?.rating ?? rating;
      return start === rating ? [] : [{ company: guid, date, start_score: start, end_score: rating }];
    }),
  );
}

const deltaOf = ({ start_score: start, end_score: end }: Pick<Move, 'start_score' | 'end_score'>) =>
  end - start;
const textOf = ({ company, date, start_score: start, end_score: end }: Move) =>
  `${date} ${company} ${start} ${end}`;

test('rating changes of a group are those of its companies below what is asked, the newest first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...lab.companies]),
      fc.constantFrom(undefined, 0, -10, -20, -40, 100),
      async (group, below) => {
        lab.askedBy(group);
        const query = below === undefined ? '' : `?score_delta_lt=${below}`;
        const rows = await lab.rows(`/v1/insights/rating_changes${query}`, OfPortfolio);
        const wanted = history.filter(move => group.includes(move.company) && deltaOf(move) < (below ?? -10));
        expect(rows.map(textOf).sort()).toEqual(wanted.map(textOf).sort());
        expect(rows.map(row => row.date)).toEqual(
          rows
            .map(row => row.date)
            .sort()
            .reverse(),
        );
      },
    ),
    { numRuns: 20 },
  );
  expect(history.filter(move => deltaOf(move) < -10).length).toBeGreaterThan(5);
});

test('a company’s insights are its changes, with percentiles and grades of the two days as reasons', async () => {
  const fallen = new Set(history.filter(move => deltaOf(move) < -10).map(move => move.company));
  for (const company of fallen) await expectInsights(company);
  const [company = ''] = fallen;
  const [other = ''] = lab.companies.filter(guid => guid !== company);
  lab.askedBy([other]);
  expect((await lab.answer(`/v1/insights?company=${company}`)).status).toBe(403);
});

async function expectInsights(company: string): Promise<void> {
  const rows = await lab.read(`/v1/insights?company=${company}`, z.array(OfCompany));
  expect(rows.map(row => textOf({ ...row, company: row.entity })).sort()).toEqual(
    history
      .filter(move => move.company === company && deltaOf(move) < -10)
      .map(textOf)
      .sort(),
  );
  const Day = z.object({
    date: z.string(),
    risk_vectors: z.array(
      z.object({ name: z.string(), grade: z.string(), percentile: z.union([z.number(), z.string()]) }),
    ),
  });
  for (const { date, reasons } of rows) {
    expect(reasons.length).toBeGreaterThan(0);
    const before = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
    const [of] = await lab.read(
      `/v1/portfolio/ratings?period=daily&expand=rating_details&companies=${company}&start_date=${before}&end_date=${date}`,
      z.array(z.object({ ratings: z.array(Day).length(2) })),
    );
    const [after, earlier] = of?.ratings ?? [];
    for (const { risk_vector: id, evidence = [], start_percentile, end_percentile } of reasons) {
      const name = RISK_VECTORS.find(vector => vector.shortId === id)?.name;
      const [is, was] = [after, earlier].map(day => day?.risk_vectors.find(vector => vector.name === name));
      expect([was?.percentile, is?.percentile]).toEqual([start_percentile, end_percentile]);
      expect(end_percentile).toBeLessThan(start_percentile);
      const grades = was?.grade === is?.grade ? [] : [{ start_grade: was?.grade, end_grade: is?.grade }];
      expect(evidence).toEqual(grades);
    }
  }
  const [middle] = rows;
  const from = await lab.read(`/v1/insights?company=${company}&start=${middle?.date}`, z.array(OfCompany));
  expect(from).toEqual(rows.filter(row => row.date >= (middle?.date ?? '')));
  const until = await lab.read(`/v1/insights?company=${company}&end=${middle?.date}`, z.array(OfCompany));
  expect(until).toEqual(rows.filter(row => row.date <= (middle?.date ?? '')));
}

test('rows have the fields of the documented ones', async () => {
  const company = history.find(move => deltaOf(move) < -20)?.company ?? '';
  const insights = await lab.read(`/v1/insights?company=${company}`, z.array(z.unknown()));
  expect(fieldsOf(insights).toSorted()).toEqual(fieldsOf(fixture('insights.GET.json')).toSorted());
  const changes = await lab.read('/v1/insights/rating_changes', z.object({ results: z.array(z.unknown()) }));
  const documented = z.object({ results: z.unknown() }).parse(fixture('insights.rating_changes.GET.json'));
  expect(fieldsOf(changes.results).toSorted()).toEqual(fieldsOf(documented.results).toSorted());
});
