import { expect, test } from 'vitest';
import { ApiError, errorOfAnswer, isCancelled, messageOf, retryAfterOf } from './api-error.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

test.each([
  [null, null],
  ['20', 20],
  ['Sun, 01 Mar 2026 12:01:30 GMT', 90],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['soon', null],
])('Retry-After %j is %j seconds', (value, seconds) => {
  expect(retryAfterOf(value, NOW)).toBe(seconds);
});

test('429 tells how long to wait', () => {
  const error = errorOfAnswer(429, new Headers({ 'retry-after': '20' }), { detail: 'Slow down' }, NOW);
  expect(error.message).toBe('Too many attempts. Wait 20 seconds and try again.');
  expect(error.retryAfterSecs).toBe(20);
});

test.each([
  [{ detail: 'The detail.', title: 'Title' }, 'The detail.'],
  [{ title: 'Title' }, 'Title'],
  [null, 'This is in use, so it was not changed.'],
  ['<html>', 'This is in use, so it was not changed.'],
  [{ detail: 7 }, 'This is in use, so it was not changed.'],
])('the sentence of %j is "%s"', (body, message) => {
  expect(errorOfAnswer(409, new Headers(), body, NOW).message).toBe(message);
});

test('what was thrown by a fault of ours is not shown as it is', () => {
  expect(messageOf(new TypeError('x is undefined'))).not.toContain('undefined');
  expect(isCancelled(new ApiError('cancelled', 'No.'))).toBe(true);
});
