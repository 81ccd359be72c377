/** When a token expires. */
import { expect, test } from 'vitest';
import { endOfDay, startOfDay } from '../../text/day.ts';
import { expiryOf, expiryProblem, expiryState } from './token-expiry.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');

test('a number of days counts from now', () => {
  expect(expiryOf('30', '', NOW)).toBe('2026-03-31T12:00:00.000Z');
  expect(expiryOf('365', '', NOW)).toBe('2027-03-01T12:00:00.000Z');
});

test.each(['none', '', '-1', '0', 'x'])('the choice %j is never', choice => {
  expect(expiryOf(choice, '2026-05-01', NOW)).toBeNull();
});

test('a date means its end where the person is', () => {
  const end = expiryOf('date', '2026-05-01', NOW);
  expect(end).toBe(new Date(2026, 4, 1, 23, 59, 59, 999).toISOString());
  expect(endOfDay('2026-05-01')).toBe(end);
  expect(startOfDay('2026-05-01')).toBe(new Date(2026, 4, 1).toISOString());
});

test.each(['', '2026-13-01', '1.5.2026', '2026-05-01T00:00:00Z'])('%j is no date', date => {
  expect(endOfDay(date)).toBeNull();
  expect(expiryProblem('date', date, NOW)).toBe('Choose a date.');
});

test('a date that is over is refused, today is not', () => {
  expect(expiryProblem('date', '2026-02-01', NOW)).toBe('Choose a date that is not over.');
  expect(expiryProblem('date', '2026-03-03', NOW)).toBeNull();
  expect(expiryProblem('30', '', NOW)).toBeNull();
});

test('two weeks before the end it is soon, and at the end it is over', () => {
  expect(expiryState(null, NOW)).toBe('never');
  expect(expiryState('2026-03-15T12:00:00.001Z', NOW)).toBe('later');
  expect(expiryState('2026-03-15T12:00:00.000Z', NOW)).toBe('soon');
  expect(expiryState('2026-03-01T12:00:00.000Z', NOW)).toBe('over');
});
