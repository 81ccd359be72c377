/**
 * Breaches of companies and of their providers agree between the endpoints that tell of them, with ratings and with dependencies, for
 * random groups of companies.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { dayNumber, dayText } from '../../src/ratings/sources/synthetic/days.ts';
import { FiguresLab } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'breaches', companies: 25, findingsPerCompany: 1 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Company = z.object({ guid: z.guid(), name: z.string() });
const Fields = z.object({
  guid: z.guid(),
  date: z.iso.date(),
  date_created: z.iso.date(),
  text: z.string(),
  preview_url: z.string(),
  severity: z.int().min(0).max(3),
  event_type: z.string(),
  event_type_description: z.string(),
});
const Affecting = Fields.extend({
  is_direct: z.boolean(),
  breached_company: Company,
  affected_portfolio_company: Company,
}).strict();
const Source = z.enum(['bitsight', 'self']);
const OfProvider = Fields.extend({
  breached_company: Company,
  dependent_companies: z
    .array(
      Company.extend({
        products: z.array(Company.extend({ types: z.array(z.string()), relationship_source: Source })).min(1),
        relationship_source: Source,
      }),
    )
    .length(1),
}).strict();
const Reduced = Fields.extend({
  breached_companies: z.array(Company).length(1),
  dependent_companies_count: z.int(),
}).strict();

const affecting = (query = '') => lab.read(`/v1/portfolio/breaches${query}`, z.array(Affecting));

test('what affects a group is its own breaches and those of the providers that its companies depend on', async () => {
  const all = await affecting();
  expect(all.some(row => row.is_direct)).toBe(true);
  expect(all.some(row => !row.is_direct)).toBe(true);
  await fc.assert(
    fc.asyncProperty(fc.subarray([...lab.companies], { minLength: 1 }), async group => {
      lab.askedBy(group);
      const seen = await affecting();
      expect(seen).toEqual(all.filter(row => group.includes(row.affected_portfolio_company.guid)));
      const counts = new Map<string, number>();
      const indirect: string[] = [];
      for (const guid of group) {
        for (const row of await lab.rows(`/v1/companies/${guid}/providers/breaches`, OfProvider)) {
          const [dependent] = row.dependent_companies;
          expect(dependent?.guid).toBe(guid);
          indirect.push(`${row.guid} ${guid}`);
          const counted = dependent?.relationship_source === 'bitsight' ? 1 : 0;
          counts.set(row.guid, (counts.get(row.guid) ?? 0) + counted);
        }
      }
      expect(
        seen
          .filter(row => !row.is_direct)
          .map(row => `${row.guid} ${row.affected_portfolio_company.guid}`)
          .sort(),
      ).toEqual(indirect.sort());
      const reduced = await lab.rows('/v1/portfolio/providers/breaches', Reduced);
      expect(new Map(reduced.map(row => [row.guid, row.dependent_companies_count]))).toEqual(counts);
    }),
    { numRuns: 8 },
  );
});

test('a direct breach lowers the rating on the day it came into the data', async () => {
  const History = z.array(z.object({ ratings: z.array(z.object({ rating: z.int() })) }));
  let lowered = 0;
  for (const row of await affecting()) {
    expect(row.is_direct).toBe(row.breached_company.guid === row.affected_portfolio_company.guid);
    expect(row.date <= row.date_created).toBe(true);
    if (!row.is_direct) continue;
    const before = dayText(dayNumber(row.date_created) - 1);
    const days = `start_date=${before}&end_date=${row.date_created}`;
    const path = `/v1/portfolio/ratings?period=daily&companies=${row.breached_company.guid}&${days}`;
    const [company] = await lab.read(path, History);
    const [after, earlier] = company?.ratings ?? [];
    // Those that have no rating have none to lose, and history ends after a year.
    if (after === undefined || earlier === undefined || earlier.rating === 820) continue;
    expect(after.rating).toBeLessThan(earlier.rating);
    lowered++;
  }
  expect(lowered).toBeGreaterThan(2);
});

test('days are taken in both spellings, severities in all forms, companies by guid, folder and tier', async () => {
  const all = await affecting();
  const middle = all[Math.floor(all.length / 2)];
  const day = middle?.date ?? '';
  const compact = day.replaceAll('-', '');
  for (const start of [day, compact])
    expect(await affecting(`?start=${start}`)).toEqual(all.filter(row => row.date >= day));
  for (const end of [day, compact])
    expect(await affecting(`?end=${end}`)).toEqual(all.filter(row => row.date < day));
  expect(await affecting('?severity=2')).toEqual(all.filter(row => row.severity === 2));
  expect(await affecting('?severity_gte=2')).toEqual(all.filter(row => row.severity >= 2));
  expect(await affecting('?severity_lt=2')).toEqual(all.filter(row => row.severity < 2));
  const guid = middle?.affected_portfolio_company.guid;
  expect(await affecting(`?company=${guid?.toUpperCase()}`)).toEqual(
    all.filter(row => row.affected_portfolio_company.guid === guid),
  );
  const Portfolio = z.object({ guid: z.string(), tier: z.string().nullable() });
  const tier = (await lab.rows('/v2/portfolio', Portfolio)).find(row => row.tier !== null)?.tier;
  const inTier = (await lab.rows(`/v2/portfolio?tier=${tier}`, Portfolio)).map(row => row.guid);
  const ofTier = await affecting(`?tier=${tier}`);
  expect(ofTier).toEqual(all.filter(row => inTier.includes(row.affected_portfolio_company.guid)));
  expect(ofTier.length).toBeGreaterThan(0);
});
