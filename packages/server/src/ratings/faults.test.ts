/** Faults: what the settings accept, and that decisions depend on seed and number alone. */
import { describe, expect, test } from 'vitest';
import { isDataPath } from './fault-injection.ts';
import { FAULT_KINDS, FaultMix, faultAt, parseFaults } from './faults.ts';

describe('parseFaults', () => {
  test('reads kind and rate', () => {
    expect(parseFaults(['429:0.1', '429-bare:.2', 'reset:0', 'html403:0.7'])).toEqual([
      { kind: '429', rate: 0.1 },
      { kind: '429-bare', rate: 0.2 },
      { kind: 'reset', rate: 0 },
      { kind: 'html403', rate: 0.7 },
    ]);
    expect(parseFaults([])).toEqual([]);
  });

  test.each(['teapot:0.1', '429', '429:', '429:x', 'reset:1.5', '500:-0.1', 'toString:0.1'])(
    '%s is refused by name',
    bad => {
      expect(() => parseFaults(['429:0.1', bad])).toThrow(bad);
    },
  );

  test('rates beyond 1 are refused, rates of exactly 1 are not', () => {
    expect(() => parseFaults(['429:0.6', '500:0.6'])).toThrow('1.2');
    expect(parseFaults(Array.from({ length: 10 }, () => '500:0.1'))).toHaveLength(10);
  });
});

test('the sequence is a function of seed and number, and keeps to the rates', () => {
  const faults = parseFaults(['429:0.1', 'reset:0.02']);
  const sequence = (seed: string) => Array.from({ length: 20_000 }, (_, n) => faultAt(faults, seed, n));
  const first = sequence('a');
  expect(sequence('a')).toEqual(first);
  expect(sequence('b')).not.toEqual(first);
  const share = (kind: string) => first.filter(fault => fault === kind).length / first.length;
  expect(share('429')).toBeCloseTo(0.1, 1);
  expect(share('reset')).toBeCloseTo(0.02, 2);
  for (const kind of Object.keys(FAULT_KINDS)) expect(faultAt(parseFaults([`${kind}:1`]), 's', 5)).toBe(kind);
});

test('a mix decides request after request, and goes on from any number', () => {
  const plan = { faults: parseFaults(['429:0.5']), retryAfterSeconds: 1 };
  const mix = new FaultMix('a', plan);
  const decided = (count: number) => Array.from({ length: count }, () => mix.next());
  const first = decided(20);
  expect(first).toEqual(Array.from({ length: 20 }, (_, n) => faultAt(plan.faults, 'a', n)));
  expect(mix.nextRequest).toBe(20);
  mix.change(plan, 5);
  expect(decided(15)).toEqual(first.slice(5));
  mix.change({ faults: parseFaults(['500:1']), retryAfterSeconds: 9 });
  expect([mix.nextRequest, ...decided(2)]).toEqual([20, '500', '500']);
  mix.reset();
  expect([mix.plan, mix.nextRequest, ...decided(20)]).toEqual([plan, 0, ...first]);
});

test.each([
  ['/ratings/v2/portfolio/?limit=1', true],
  ['/v1/companies//x/findings', true],
  ['//customer-api/ratings/v1/companies', true],
  ['/portfolio', true],
  ['/health', false],
  ['/', false],
  ['/ratings/v1', false],
  ['/v1/users/current', false],
  ['/ratings/v1/customers/current/api-tokens', false],
  ['/v1/access-groups', false],
  ['/_sandbox/companies', false],
  ['/_sandbox/v1/companies', false],
  ['/v1/provisioning/organizations', false],
  ['/v2/tprm/companies', false],
  ['/v2/changes', false],
])('%s is data: %s', (path, expected) => {
  expect(isDataPath(path)).toBe(expected);
});
