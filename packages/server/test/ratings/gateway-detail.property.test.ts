/** The detail of a company is put together again as upstream sent it, its ratings among its fields, whatever was stored before. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDetail, readRatings } from '../../src/ratings/sources/synced/portfolio-detail.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { storeCompany } from '../support/stored-companies.ts';
import { SyncLab } from '../support/sync-lab.ts';

const GUID = 'a0000000-0000-4000-8000-000000000001';
const DAY_MS = 86_400_000;

let lab: SyncLab;
beforeAll(async () => {
  lab = await SyncLab.open();
});
afterAll(() => lab.close());

const dayText = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const rating = fc.record({
  rating_date: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 20_000, max: 20_030 }).map(dayText) },
    { weight: 1, arbitrary: fc.constantFrom('', 'soon', '2026-01-01T00:00:00Z') },
  ),
  rating: fc.constantFrom(700, 710, null, 'N/A'),
  range: fc.constantFrom('Basic', 'Advanced'),
});
/** Newest first without a gap, as upstream sends them, or anything at all. */
const year = fc
  .tuple(fc.integer({ min: 20_000, max: 20_030 }), fc.nat(40))
  .map(([newest, days]) =>
    Array.from({ length: days }, (_, age) => ({ rating_date: dayText(newest - age), rating: 700 + age })),
  );
const ratings = fc.oneof(year, fc.array(rating), fc.constantFrom(null, 'none'), fc.constant([1, 'x', null]));
/** `ratings` stands anywhere among other fields. */
const detail = fc
  .tuple(fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.jsonValue()), ratings, fc.nat(), fc.boolean())
  .map(([fields, list, place, has]): JsonObject => {
    const { ratings: _own, guid: _other, ...rest } = fields;
    const entries: [string, unknown][] = Object.entries({ guid: GUID, ...rest });
    if (has) entries.splice(place % (entries.length + 1), 0, ['ratings', list]);
    return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
  });

test('a detail is read as it was sent, field by field in its order, after any other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(detail), { minLength: 1, maxLength: 4 }), async details => {
      for (const sent of details) {
        const listed = { guid: GUID, name: 'Acme', rating: 705, rating_date: dayText(20_031) };
        const id = await storeCompany(lab.store, lab, { listed, detail: sent });
        expect(JSON.stringify(await readDetail(lab.store.db, id))).toBe(JSON.stringify(sent));
        const shown = Array.isArray(sent?.ratings) ? sent.ratings : [];
        expect(await readRatings(lab.store.db, id)).toEqual(
          sent === null ? null : shown.filter(one => typeof one === 'object' && one !== null),
        );
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('what is older than the ratings that upstream shows is kept, and not shown', async () => {
  const history = (newest: number) =>
    Array.from({ length: 370 }, (_, age) => ({ rating_date: dayText(newest - age), rating: 700 }));
  const listed = { guid: GUID, name: 'Acme' };
  await storeCompany(lab.store, lab, { listed, detail: { guid: GUID, ratings: history(20_500) } });
  const id = await storeCompany(lab.store, lab, {
    listed,
    detail: { guid: GUID, ratings: history(20_600) },
  });
  expect(await readRatings(lab.store.db, id)).toEqual(history(20_600));
  const { total } = await lab.store.db
    .selectFrom('company_ratings')
    .select(eb => eb.fn.countAll<number>().as('total'))
    .where('rating_date', '<=', dayText(20_230))
    .executeTakeFirstOrThrow();
  expect(total).toBeGreaterThanOrEqual(100);
});
