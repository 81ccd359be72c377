/**
 * The retry rule: which failures are tried again, for which requests, after how long, and why.
 * Sources: https://help.bitsighttech.com/hc/en-us/articles/360036941374 (statuses, the minute after a 429) and what
 * public clients of the API report of 202, Cloudflare pages and gateway time-outs.
 */
import type { Failure } from './failure.ts';

/** Why an attempt is repeated; also the `reason` of a retry event. */
export type RetryReason =
  | 'rate_limited'
  | 'queued'
  | 'server_error'
  | 'web_page'
  | 'network'
  | 'timeout'
  | 'unreadable_body'
  | 'short_page';

/** One row of the rule. */
export interface RetryRule {
  readonly reason: RetryReason;
  /** What was seen. */
  readonly when: string;
  readonly because: string;
  /** `every request`, or only one that does no harm when done twice (GET, DELETE; not POST). */
  readonly repeats: 'every request' | 'idempotent requests';
  /** The wait when the answer has no `Retry-After`; with one, that is the wait, whatever its size. */
  readonly wait: 'one minute' | 'back-off';
}

/** The whole rule. What is in no row is never tried again. README.md shows the same table; a test compares them. */
export const RETRY_RULES: readonly RetryRule[] = [
  {
    reason: 'rate_limited',
    when: '429',
    because: 'refused before it was processed; Bitsight asks for a minute',
    repeats: 'every request',
    wait: 'one minute',
  },
  {
    reason: 'queued',
    when: '202',
    because: 'the answer is being prepared; asking again fetches it',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'server_error',
    when: '5xx but 501, 524 included',
    because: 'a fault or time-out upstream, which may have done the work',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'web_page',
    when: '4xx with an HTML body, or Cloudflare’s `error code: …`',
    because: 'Bitsight answers in JSON; a page is from the proxy in front of it, and passes',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'network',
    when: 'connection reset, refused, not found, or broken off in the body',
    because: 'networks recover; the request may have arrived',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'timeout',
    when: 'no complete answer within `timeoutMs`',
    because: 'a slow answer may come the next time; the request may have arrived',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'unreadable_body',
    when: '2xx with a body that is not JSON',
    because: 'the body was cut off, or is a proxy’s page',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
  {
    reason: 'short_page',
    when: 'a page with fewer rows than promised',
    because: 'taken as the end of the list it would lose rows silently',
    repeats: 'idempotent requests',
    wait: 'back-off',
  },
];

/** Waits between attempts. */
export interface BackoffOptions {
  /** The shortest wait, in milliseconds. */
  baseMs: number;
  /** The longest wait of the back-off itself; a `Retry-After` may ask for more. */
  maxMs: number;
}

const ONE_MINUTE_MS = 60_000;

/** The row that a failure falls under, or null when it is final. */
export function retryRuleOf(failure: Failure): RetryRule | null {
  const reason = retryReasonOf(failure);
  return RETRY_RULES.find(rule => rule.reason === reason) ?? null;
}

function retryReasonOf(failure: Failure): RetryReason | null {
  switch (failure.kind) {
    case 'status':
      if (failure.status === 429) return 'rate_limited';
      if (failure.status === 202) return 'queued';
      // What upstream does not have it will not have in a second.
      if (failure.status === 501) return null;
      if (failure.status >= 500) return 'server_error';
      return failure.fromProxy ? 'web_page' : null;
    case 'network':
      return 'network';
    case 'timeout':
      return 'timeout';
    case 'unreadable':
      return 'unreadable_body';
    case 'short-page':
      return 'short_page';
    // The same request would be redirected, misunderstood, or too large, again.
    case 'redirect':
    case 'malformed':
    case 'oversized':
      return null;
  }
}

/** Whether a request may be sent again under this row. */
export function mayRepeat(rule: RetryRule, method: string): boolean {
  return rule.repeats === 'every request' || method !== 'POST';
}

/** Whether a failure of this kind leaves open if the request was carried out. Only a 429 settles it. */
export function mayHaveBeenProcessed(rule: RetryRule): boolean {
  return rule.repeats !== 'every request';
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1) failed under `rule`. Without `Retry-After` or a fixed
 * wait it is drawn evenly between the base and the base doubled `attempt` times, so that clients that failed
 * together do not come back together. Never below the base, which a `Retry-After: 0` would otherwise allow.
 */
export function retryDelayMs(
  rule: RetryRule,
  failure: Failure,
  attempt: number,
  backoff: BackoffOptions,
  random: () => number,
): number {
  const retryAfterMs = failure.kind === 'status' ? failure.retryAfterMs : null;
  if (retryAfterMs !== null) return Math.max(backoff.baseMs, retryAfterMs);
  if (rule.wait === 'one minute') return Math.max(backoff.baseMs, ONE_MINUTE_MS);
  const ceilingMs = Math.max(backoff.baseMs, Math.min(backoff.maxMs, backoff.baseMs * 2 ** attempt));
  return backoff.baseMs + random() * (ceilingMs - backoff.baseMs);
}
