import { expect, test } from 'vitest';
import { absoluteTime, clientName, countOf, initialsOf, relativeTime, waitingTime } from './format.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

test.each([
  ['2026-03-01T12:00:10Z', 'just now'],
  ['2026-03-01T11:59:15Z', '1 minute ago'],
  ['2026-03-01T11:57:00Z', '3 minutes ago'],
  ['2026-03-01T14:20:00Z', 'in 2 hours'],
  // What was just set to a day or to ninety has lost a second when it is shown.
  ['2026-03-02T11:59:59Z', 'in 24 hours'],
  ['2026-05-30T11:59:59Z', 'in 3 months'],
  ['2026-02-28T11:00:00Z', 'yesterday'],
  ['2026-02-14T12:00:00Z', '2 weeks ago'],
  ['2024-01-01T00:00:00Z', '2 years ago'],
])('%s reads as "%s"', (time, text) => {
  expect(relativeTime(new Date(time), NOW)).toBe(text);
});

test('the absolute time names its zone', () => {
  expect(absoluteTime(NOW, 'en-GB', 'UTC')).toBe('1 Mar 2026, 12:00:00 UTC');
});

test.each([
  [0, '0 companies'],
  [1, '1 company'],
  [12_345, '12,345 companies'],
])('%i is counted as "%s"', (count, text) => {
  expect(countOf(count, 'company', 'companies')).toBe(text);
});

test.each([
  [0.2, '1 second'],
  [90, '90 seconds'],
  [121, '3 minutes'],
])('%d seconds are waited for as "%s"', (seconds, text) => {
  expect(waitingTime(seconds)).toBe(text);
});

test.each([
  ['Ada Lovelace', 'AL'],
  ['  ada ', 'A'],
  ['Ana María de la Cruz', 'AC'],
  ['', '?'],
])('the initials of "%s" are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('a browser is told by name and system, anything else as it is', () => {
  const edge = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0';
  expect(clientName(edge)).toBe('Edge on Windows');
  expect(clientName('curl/8.5.0')).toBe('curl/8.5.0');
});
