import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysOfRun, readShownRatings, type ShownRatings, shownRatings } from './shown-ratings.ts';

const DAY_MS = 86_400_000;
const day = fc
  .integer({ min: 20_000, max: 20_060 })
  .map(n => new Date(n * DAY_MS).toISOString().slice(0, 10));

/** A run as the database reads it: what is stored from its first day to its last, the newest first. */
function textsOf(entry: ShownRatings['list'][number], stored: ReadonlyMap<string, string>): string[] {
  if (typeof entry === 'string') return [entry];
  const { from, to } = daysOfRun(entry);
  return [...stored]
    .filter(([day]) => from <= day && day <= to)
    .sort(([left], [right]) => (left < right ? 1 : -1))
    .map(([, text]) => text);
}

test('a year without a gap is one run', () => {
  const days = Array.from({ length: 370 }, (_, age) =>
    new Date(Date.parse('2026-06-15') - age * DAY_MS).toISOString().slice(0, 10),
  );
  const shown = shownRatings(20, days, text => text);
  expect(shown).toEqual({ at: 20, list: [['2026-06-15', 370]] });
  expect(daysOfRun(['2026-06-15', 370])).toEqual({ from: '2025-06-11', to: '2026-06-15' });
});

test('any list of ratings is read back as it was: gaps, any order, days twice, days that are stored otherwise', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ day, rating: fc.constantFrom(700, 710), isStored: fc.boolean() })),
      ratings => {
        const texts = ratings.map(({ day, rating }) => JSON.stringify({ rating_date: day, rating }));
        const stored = new Map<string, string>();
        for (const [index, { day, isStored }] of ratings.entries())
          if (isStored) stored.set(day, texts[index] ?? '');
        const shown = shownRatings(0, texts, (text, index) => {
          const of = ratings[index]?.day ?? '';
          return stored.get(of) === text ? of : null;
        });
        const read = readShownRatings(JSON.stringify(shown));
        expect(read.list.flatMap(entry => textsOf(entry, stored))).toEqual(texts);
      },
    ),
  );
});
