import { expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const nowMs = Date.UTC(1994, 10, 6, 8, 49, 0);

it.each([
  ['nothing', null, null],
  ['seconds', '120', 120_000],
  ['seconds with spaces around', ' 5 ', 5000],
  ['seconds without end', '9'.repeat(400), Number.POSITIVE_INFINITY],
  ['today’s form of a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['the form of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['the form of asctime', 'Sun Nov  6 08:49:37 1994', 37_000],
  ['a date in the past', 'Sun, 06 Nov 1983 08:49:37 GMT', 0],
  ['a negative number', '-5', null],
  ['a word', 'soon', null],
  ['an empty text', '', null],
])('Retry-After: %s', (_, value, ms) => {
  expect(parseRetryAfter(value, nowMs)).toBe(ms);
});
