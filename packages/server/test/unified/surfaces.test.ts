import { afterAll, beforeAll, expect, test } from 'vitest';
import { DOCUMENTED_PATHS } from '../../src/ratings/documented-paths.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** Whether one path could be meant by both patterns: segments are equal, or one of them is a parameter. */
function overlaps(left: string, right: string): boolean {
  const [a, b] = [left.split('/'), right.split('/')];
  return (
    a.length === b.length &&
    a.every((part, at) => part === b[at] || part.startsWith(':') || b[at]?.startsWith(':'))
  );
}

test('no path of the unified API is a path of the ratings API, in any method', () => {
  const unified = [...new Set(harness.routes.map(route => route.split(' ')[1] ?? ''))];
  expect(unified.length).toBeGreaterThan(20);
  const served = ['/v1/users/current', '/v1/customers/:customer', '/v1/customers/:customer/api-tokens'];
  const ratings = [
    ...DOCUMENTED_PATHS.map(({ path }) => path),
    ...served,
    '/v1/customers/:customer/api-tokens/:guid',
  ];
  const shared = unified.flatMap(path =>
    ratings.filter(other => overlaps(path, other)).map(other => `${path} = ${other}`),
  );
  expect(shared).toEqual([]);
});
