/**
 * Slows down whoever guesses: failed sign-ins, tokens and retrieval links, counted per address and per account, in the memory
 * of this process. Source: tokens.md, "Sessions and sign-in": delayed, never locked.
 */
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import { networkOf } from './network.ts';
import { RecentMap } from './recent-map.ts';

export type AttemptKind = 'sign_in' | 'token' | 'retrieval';

/** Whose attempt it is. */
export interface AttemptKeys {
  readonly address: string | null;
  /** The account that is tried, in the form it is looked up by (lower case); only for sign-ins. */
  readonly account?: string | undefined;
}

interface Limit {
  /** Failures of one address within the window. */
  readonly failures: number;
  readonly windowMs: number;
  /** Whether an attempt counts from the moment it is let in: what is checked for long is tried many times at once. */
  readonly countsPending: boolean;
}

const LIMITS: Readonly<Record<AttemptKind, Limit>> = Object.freeze({
  sign_in: { failures: 20, windowMs: 300_000, countsPending: true },
  token: { failures: 60, windowMs: 60_000, countsPending: false },
  retrieval: { failures: 10, windowMs: 300_000, countsPending: true },
});

/** Failures of one account that cost nothing; the next ones cost 1, 2, 4 … seconds, and never more than 30. */
const FREE_ACCOUNT_FAILURES = 5;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** An account that nobody failed at for so long begins anew. */
const ACCOUNT_MEMORY_MS = 900_000;

/** Of each kind of key. What was touched longest ago is forgotten first, so an account under attack is not. */
const MAX_KEYS = 20_000;

/** The longest e-mail address has 254 characters; longer names of accounts are nobody's. */
const MAX_ACCOUNT_LENGTH = 320;

interface Counter {
  failures: number;
  /** Let in and not yet decided. One that never is counts as a failure until the counter ends. */
  pending: number;
  lastAt: number;
  endsAt: number;
}

export class Attempts {
  readonly #clock: Clock;
  readonly #addresses: Readonly<Record<AttemptKind, RecentMap<Counter>>>;
  readonly #accounts: RecentMap<Counter>;
  /** Accounts with the networks they were signed in to from: a stranger's failures do not slow these. */
  readonly #familiar: RecentMap<true>;

  constructor(options: { clock: Clock; maxKeys?: number }) {
    const maxKeys = options.maxKeys ?? MAX_KEYS;
    this.#clock = options.clock;
    this.#addresses = {
      sign_in: new RecentMap(maxKeys),
      token: new RecentMap(maxKeys),
      retrieval: new RecentMap(maxKeys),
    };
    this.#accounts = new RecentMap(maxKeys);
    this.#familiar = new RecentMap(maxKeys);
  }

  /**
   * Throws CallerError TOO_MANY_REQUESTS, which says how long to wait, when too many attempts failed before this one. What it
   * lets in must end in `failed`, `succeeded` or `undecided`. For tokens call it only once the token is known to be wrong: a valid one is
   * never slowed by someone else's failures.
   */
  checkAllowed(kind: AttemptKind, keys: AttemptKeys): void {
    this.#checkAddress(kind, keys);
    this.#checkAccount(kind, keys);
    if (!LIMITS[kind].countsPending) return;
    for (const counter of this.#countersOf(kind, keys)) counter.pending += 1;
  }

  /** Counts an attempt that failed. */
  failed(kind: AttemptKind, keys: AttemptKeys): void {
    for (const counter of this.#countersOf(kind, keys)) {
      counter.pending = Math.max(0, counter.pending - 1);
      counter.failures += 1;
    }
  }

  /** Takes back an attempt that showed nothing, as a right password whose code is still to come. */
  undecided(kind: AttemptKind, keys: AttemptKeys): void {
    const counters = [this.#addresses[kind].get(networkOf(keys.address))];
    if (keys.account !== undefined)
      counters.push(this.#accounts.get(this.#accountKey(keys.account, keys.address)));
    for (const counter of counters) {
      if (counter !== undefined) counter.pending = Math.max(0, counter.pending - 1);
    }
  }

  /** Forgets what the account failed at. The address keeps its failures: one own account must not pay for guessing at others. */
  succeeded(kind: AttemptKind, keys: AttemptKeys): void {
    const counter = this.#addresses[kind].get(networkOf(keys.address));
    if (counter !== undefined) counter.pending = Math.max(0, counter.pending - 1);
    if (kind !== 'sign_in' || keys.account === undefined) return;
    this.#accounts.delete(this.#accountKey(keys.account, keys.address));
    this.#familiar.set(familiarKey(keys.account, keys.address), true);
  }

  #checkAddress(kind: AttemptKind, keys: AttemptKeys): void {
    const counter = this.#live(this.#addresses[kind], networkOf(keys.address));
    if (counter === undefined) return;
    const { failures, windowMs } = LIMITS[kind];
    if (counter.failures + counter.pending < failures) return;
    throw refusal({ name: kind, quota: failures, windowMs }, counter.endsAt - this.#clock.now());
  }

  #checkAccount(kind: AttemptKind, keys: AttemptKeys): void {
    if (kind !== 'sign_in' || keys.account === undefined) return;
    const counter = this.#live(this.#accounts, this.#accountKey(keys.account, keys.address));
    if (counter === undefined) return;
    const delayMs = delayAfter(counter.failures + counter.pending);
    const waitMs = counter.lastAt + delayMs - this.#clock.now();
    if (waitMs > 0) throw refusal({ name: 'sign_in_account', quota: 1, windowMs: delayMs }, waitMs);
  }

  /** The counters that an attempt is counted in, begun where there is none. */
  #countersOf(kind: AttemptKind, keys: AttemptKeys): Counter[] {
    const now = this.#clock.now();
    const counters = [this.#touched(this.#addresses[kind], networkOf(keys.address), LIMITS[kind].windowMs)];
    if (kind === 'sign_in' && keys.account !== undefined) {
      const key = this.#accountKey(keys.account, keys.address);
      const counter = this.#touched(this.#accounts, key, ACCOUNT_MEMORY_MS);
      counter.endsAt = now + ACCOUNT_MEMORY_MS;
      counters.push(counter);
    }
    for (const counter of counters) counter.lastAt = now;
    return counters;
  }

  #touched(counters: RecentMap<Counter>, key: string, lifeMs: number): Counter {
    const now = this.#clock.now();
    const counter = this.#live(counters, key) ?? {
      failures: 0,
      pending: 0,
      lastAt: now,
      endsAt: now + lifeMs,
    };
    counters.set(key, counter);
    return counter;
  }

  #live(counters: RecentMap<Counter>, key: string): Counter | undefined {
    const counter = counters.get(key);
    if (counter === undefined || counter.endsAt > this.#clock.now()) return counter;
    counters.delete(key);
    return undefined;
  }

  /** Familiar networks are counted apart from the rest of the world. */
  #accountKey(account: string, address: string | null): string {
    const familiar = familiarKey(account, address);
    return this.#familiar.get(familiar) === undefined ? account.slice(0, MAX_ACCOUNT_LENGTH) : familiar;
  }
}

function familiarKey(account: string, address: string | null): string {
  return `${networkOf(address)} ${account.slice(0, MAX_ACCOUNT_LENGTH)}`;
}

/** Milliseconds between the last of so many attempts at an account and the next one. */
function delayAfter(attempts: number): number {
  if (attempts < FREE_ACCOUNT_FAILURES) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - FREE_ACCOUNT_FAILURES));
}

/** Header fields as in draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it. */
function refusal(policy: { name: string; quota: number; windowMs: number }, waitMs: number): CallerError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const windowS = Math.max(1, Math.ceil(policy.windowMs / 1_000));
  return new CallerError(
    'TOO_MANY_REQUESTS',
    `Too many attempts failed. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`,
    {
      headers: {
        'retry-after': String(seconds),
        'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${windowS}`,
        ratelimit: `"${policy.name}";r=0;t=${seconds}`,
      },
    },
  );
}
