/** Failed attempts slow their address and their account down, and nobody else. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { CallerError } from '../errors.ts';
import { type AttemptKeys, type AttemptKind, Attempts } from './attempts.ts';
import { networkOf } from './network.ts';

let clock: ManualClock;
let attempts: Attempts;
beforeEach(() => {
  clock = new ManualClock();
  attempts = new Attempts({ clock });
});

function refusalOf(kind: AttemptKind, keys: AttemptKeys): CallerError | null {
  try {
    attempts.checkAllowed(kind, keys);
    return null;
  } catch (error) {
    if (error instanceof CallerError) return error;
    throw error;
  }
}

function failTimes(count: number, kind: AttemptKind, keys: AttemptKeys): void {
  for (let n = 0; n < count; n += 1) attempts.failed(kind, keys);
}

describe('an address', () => {
  it.each([
    ['sign_in', 20, 300],
    ['token', 60, 60],
    ['retrieval', 10, 300],
  ] as const)('is refused %s after %i failures, until %i seconds are over', (kind, failures, seconds) => {
    const keys = { address: '192.0.2.1' };
    failTimes(failures - 1, kind, keys);
    expect(refusalOf(kind, keys)).toBeNull();
    attempts.failed(kind, keys);
    clock.advance(1_000);
    const refusal = refusalOf(kind, keys);
    expect(refusal?.code).toBe('TOO_MANY_REQUESTS');
    expect(refusal?.headers).toEqual({
      'retry-after': String(seconds - 1),
      'ratelimit-policy': `"${kind}";q=${failures};w=${seconds}`,
      ratelimit: `"${kind}";r=0;t=${seconds - 1}`,
    });
    expect(refusalOf(kind, { address: '192.0.2.2' })).toBeNull();
    clock.advance((seconds - 1) * 1_000);
    expect(refusalOf(kind, keys)).toBeNull();
  });

  it('of IPv6 is its first 64 bits', () => {
    failTimes(60, 'token', { address: '2001:db8::1' });
    expect(refusalOf('token', { address: '2001:db8:0:0:ffff::2' })).not.toBeNull();
    expect(refusalOf('token', { address: '2001:db8:0:1::1' })).toBeNull();
  });

  it('is the same however IPv4 is written', () => {
    failTimes(60, 'token', { address: '::ffff:192.0.2.1' });
    expect(refusalOf('token', { address: '192.0.2.1' })).not.toBeNull();
  });

  it('cannot try more at once than one after the other', () => {
    const keys = { address: '192.0.2.1' };
    const letIn = Array.from({ length: 50 }, () => refusalOf('sign_in', keys)).filter(
      refusal => refusal === null,
    );
    expect(letIn).toHaveLength(20);
  });

  it('does not pay for attempts that were neither right nor wrong', () => {
    const keys = { address: '192.0.2.1', account: 'a@example.com' };
    for (let n = 0; n < 30; n += 1) {
      expect(refusalOf('sign_in', keys)).toBeNull();
      attempts.undecided('sign_in', keys);
    }
  });

  it('keeps its failures although its own account signs in between them', () => {
    const address = '192.0.2.1';
    for (let n = 0; n < 20; n += 1) {
      attempts.failed('sign_in', { address, account: `victim${n}@example.com` });
      attempts.succeeded('sign_in', { address, account: 'own@example.com' });
    }
    expect(refusalOf('sign_in', { address, account: 'other@example.com' })).not.toBeNull();
  });
});

describe('an account', () => {
  const account = 'a@example.com';
  let n = 0;
  /** Another address for each attempt, so that none of them is what refuses. */
  const elsewhere = () => ({ address: `198.51.${(n >> 8) & 255}.${n++ & 255}`, account });

  it('is delayed 1, 2, 4 … 30 seconds after five failures, and is never locked', () => {
    failTimes(4, 'sign_in', { address: null, account });
    expect(refusalOf('sign_in', elsewhere())).toBeNull();
    attempts.failed('sign_in', elsewhere());
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const refusal = refusalOf('sign_in', elsewhere());
      expect(refusal?.headers['retry-after']).toBe(String(seconds));
      expect(refusal?.headers['ratelimit-policy']).toBe(`"sign_in_account";q=1;w=${seconds}`);
      clock.advance(seconds * 1_000);
      const keys = elsewhere();
      expect(refusalOf('sign_in', keys)).toBeNull();
      attempts.failed('sign_in', keys);
    }
  });

  it('begins anew after a sign-in, and after a quarter of an hour', () => {
    failTimes(9, 'sign_in', { address: null, account });
    attempts.succeeded('sign_in', { address: null, account });
    expect(refusalOf('sign_in', elsewhere())).toBeNull();
    failTimes(9, 'sign_in', { address: null, account: 'b@example.com' });
    clock.advance(900_000);
    expect(refusalOf('sign_in', { address: '203.0.113.1', account: 'b@example.com' })).toBeNull();
  });

  it('is not slowed at an address it was signed in to from by failures elsewhere', () => {
    const home = { address: '203.0.113.9', account };
    attempts.succeeded('sign_in', home);
    for (let tries = 0; tries < 30; tries += 1) attempts.failed('sign_in', elsewhere());
    expect(refusalOf('sign_in', elsewhere())).not.toBeNull();
    expect(refusalOf('sign_in', home)).toBeNull();
  });
});

describe('the memory', () => {
  it('is bounded, and an account under attack stays in it', () => {
    attempts = new Attempts({ clock, maxKeys: 100 });
    for (let round = 0; round < 1_000; round += 1) {
      attempts.failed('sign_in', { address: `10.0.${round >> 8}.${round & 255}`, account: `x${round}` });
      if (round % 50 === 0) attempts.failed('sign_in', { address: null, account: 'attacked' });
    }
    expect(refusalOf('sign_in', { address: '203.0.113.1', account: 'attacked' })).not.toBeNull();
    expect(refusalOf('sign_in', { address: '203.0.113.1', account: 'x1' })).toBeNull();
  });
});

describe('whatever happens', () => {
  const event = fc.record({
    address: fc.constantFrom('192.0.2.1', '192.0.2.2'),
    account: fc.constantFrom('a', 'b'),
    outcome: fc.constantFrom('failed' as const, 'succeeded' as const, 'forgotten' as const),
    waitMs: fc.constantFrom(0, 500, 31_000, 200_000),
  });

  it('nobody waits longer than the window, and no address fails more often within it than allowed', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), events => {
        clock = new ManualClock();
        attempts = new Attempts({ clock });
        const windows = new Map<string, { from: number; failures: number }>();
        for (const { address, account, outcome, waitMs } of events) {
          clock.advance(waitMs);
          const keys = { address, account };
          const refusal = refusalOf('sign_in', keys);
          if (refusal !== null) {
            expect(Number(refusal.headers['retry-after'])).toBeGreaterThanOrEqual(1);
            expect(Number(refusal.headers['retry-after'])).toBeLessThanOrEqual(300);
            continue;
          }
          if (outcome === 'succeeded') attempts.succeeded('sign_in', keys);
          if (outcome !== 'failed') continue;
          attempts.failed('sign_in', keys);
          const window = windows.get(address);
          if (window === undefined || clock.now() - window.from >= 300_000)
            windows.set(address, { from: clock.now(), failures: 1 });
          else window.failures += 1;
          expect(windows.get(address)?.failures).toBeLessThanOrEqual(20);
        }
        clock.advance(300_000);
        for (const keys of [
          { address: '192.0.2.1', account: 'a' },
          { address: '192.0.2.2', account: 'b' },
        ])
          expect(refusalOf('sign_in', keys)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('a network is one text for its addresses and unknown for anything else', () => {
    expect(networkOf('2001:db8::1')).toBe(networkOf('2001:0db8:0:0:1:2:3:4'));
    expect(networkOf('fe80::1%eth0')).not.toBe(networkOf('2001:db8::1'));
    for (const wrong of [null, '', 'localhost', '1.2.3']) expect(networkOf(wrong)).toMatch(/./);
  });
});
