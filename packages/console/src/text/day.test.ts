/** Days as moments where the person is. */
import { expect, test } from 'vitest';
import { endOfDay, startOfDay, startOfNextDay } from './day.ts';

test('a day begins at midnight and ends a millisecond before the next one begins', () => {
  expect(startOfDay('2026-01-31')).toBe(new Date(2026, 0, 31).toISOString());
  expect(startOfNextDay('2026-01-31')).toBe(new Date(2026, 1, 1).toISOString());
  expect(Date.parse(endOfDay('2026-01-31') ?? '') + 1).toBe(new Date(2026, 1, 1).getTime());
});

test('the day after the last of a year is in the next one', () => {
  expect(startOfNextDay('2026-12-31')).toBe(startOfDay('2027-01-01'));
});

test.each(['', '2026-1-1', '31.1.2026', '2026-01-31T00:00'])('%j is no day', text => {
  expect([startOfDay(text), endOfDay(text), startOfNextDay(text)]).toEqual([null, null, null]);
});
