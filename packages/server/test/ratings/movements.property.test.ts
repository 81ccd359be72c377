/** Where ratings and grades moved is found with few looks: the model looks at every day. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber } from '../../src/ratings/sources/synthetic/days.ts';
import { incidentsBetween } from '../../src/ratings/sources/synthetic/incidents.ts';
import { gradeMoves, ratingMoves } from '../../src/ratings/sources/synthetic/movements.ts';
import { RATED_VECTORS, ratingOn, vectorRating } from '../../src/ratings/sources/synthetic/ratings.ts';

const FIRST = dayNumber('2024-01-01');
const company = fc.integer({ min: 0, max: 0xffff_ffff });
const range = fc.record({
  from: fc.integer({ min: FIRST, max: FIRST + 1_000 }),
  days: fc.integer({ min: 1, max: 220 }),
});

test('grades moved on those days on which they were others than the day before', () => {
  fc.assert(
    fc.property(company, range, (key, { from, days }) => {
      const to = from + days - 1;
      const wanted = RATED_VECTORS.flatMap(vector =>
        daysFrom(from, to).flatMap(day => {
          const start = vectorRating(key, vector, day - 1).grade;
          const end = vectorRating(key, vector, day).grade;
          return start === end ? [] : [{ day, slug: vector.slug, start, end }];
        }),
      );
      const found = gradeMoves(key, from, to).map(({ vector, ...move }) => ({ ...move, slug: vector.slug }));
      expect(found.map(textOf).sort()).toEqual(wanted.map(textOf).sort());
    }),
    { numRuns: 150 },
  );
});

test('ratings moved on those days on which they were others than the day before', () => {
  fc.assert(
    fc.property(company, range, (key, { from, days }) => {
      const to = from + days - 1;
      const wanted = daysFrom(from, to)
        .map(day => ({ day, start: ratingOn(key, day - 1), end: ratingOn(key, day) }))
        .filter(({ start, end }) => start !== end);
      expect(ratingMoves(key, from, to)).toEqual(wanted);
    }),
  );
});

test('a rating that falls by more than one step has an incident for its cause, and every incident shows', () => {
  const falls = { small: 0, large: 0 };
  const unexplained: number[] = [];
  for (let key = 1; key <= 400; key++) {
    const [from, to] = [FIRST, FIRST + 600];
    const incidents = new Set(incidentsBetween(key, from, to).map(({ day }) => day));
    for (const { day, start, end } of ratingMoves(key, from, to)) {
      if (!incidents.has(day)) {
        if (Math.abs(end - start) !== 10) unexplained.push(day);
      } else if (start > 400 && start < 820) {
        // At the ends of the scale there is no room, or more behind it than it shows.
        falls[end - start < -10 ? 'large' : 'small']++;
      }
    }
  }
  expect(unexplained).toEqual([]);
  expect(falls.small).toBe(0);
  expect(falls.large).toBeGreaterThan(300);
});

function daysFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function textOf(value: unknown): string {
  return JSON.stringify(Object.entries(value as object).sort());
}
