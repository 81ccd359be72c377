import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayAfter, daysBetween, monthsBefore, monthsFrom } from './days.ts';
import { bucketOf, gradeRank, letterOf, median } from './scales.ts';

const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10));

test('so many days later and back again is the same day', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -5000, max: 5000 }), (from, days) => {
      expect(dayAfter(dayAfter(from, days), -days)).toBe(from);
      expect(daysBetween(from, dayAfter(from, days))).toBe(days);
    }),
  );
});

test('a month has its own last day', () => {
  expect(monthsBefore('2026-03-31', 1)).toBe('2026-02-28');
  expect(monthsBefore('2024-03-31', 1)).toBe('2024-02-29');
  expect(monthsBefore('2026-01-15', 2)).toBe('2025-11-15');
});

test('months follow one another without a gap and hold every day', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 1500 }), (first, length) => {
      const last = dayAfter(first, length);
      const months = monthsFrom(first, last);
      expect(months[0]?.start.slice(0, 7)).toBe(first.slice(0, 7));
      expect(months.at(-1)?.end.slice(0, 7)).toBe(last.slice(0, 7));
      for (const [index, month] of months.entries()) {
        const next = months[index + 1];
        if (next !== undefined) expect(dayAfter(month.end, 1)).toBe(next.start);
      }
    }),
  );
});

test('buckets meet at 640 and 740', () => {
  expect([250, 639, 640, 739, 740, 900].map(rating => bucketOf(rating))).toEqual([
    'basic',
    'basic',
    'intermediate',
    'intermediate',
    'advanced',
    'advanced',
  ]);
  expect(bucketOf(null)).toBeNull();
});

test('letters and ranks are one another’s inverse, and what is no letter has no rank', () => {
  for (const letter of ['A', 'B', 'C', 'D', 'F']) expect(letterOf(gradeRank(letter) ?? -1)).toBe(letter);
  expect([gradeRank('N/A'), gradeRank(null), gradeRank('E')]).toEqual([null, null, null]);
});

test('the median of an even number is between the two in the middle', () => {
  expect([median([]), median([3]), median([4, 1]), median([5, 1, 3])]).toEqual([null, 3, 2.5, 3]);
});
