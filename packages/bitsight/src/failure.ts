/**
 * What can go wrong in one attempt, as plain values: the retry rule decides on them, the error factory words them.
 * No value here holds a header or the token.
 */

/** One way an attempt can fail. */
export type Failure =
  /** A status that is not success (202 included: the answer is not there yet). */
  | {
      kind: 'status';
      status: number;
      /** Upstream's `detail`, or null. */
      detail: string | null;
      /** The body is not Bitsight's: a proxy in front of it wrote a web page. */
      fromProxy: boolean;
      /** What `Retry-After` asks for, or null. */
      retryAfterMs: number | null;
    }
  /** A 3xx: never followed. */
  | { kind: 'redirect'; status: number }
  /** No answer, or one that broke off: reset, refused, name not found, TLS. */
  | { kind: 'network'; code: string | null; cause: string }
  /** The attempt took longer than it may. */
  | { kind: 'timeout'; timeoutMs: number }
  /** A success whose body is not JSON: cut off, or a web page. */
  | { kind: 'unreadable'; status: number | null }
  /** JSON, but not the documented envelope. */
  | { kind: 'malformed'; status: number | null; problem: string }
  /** A body above `maxBodyBytes`. */
  | { kind: 'oversized'; status: number; maxBodyBytes: number }
  /** A page that promises more rows than it has. */
  | { kind: 'short-page'; offset: number; expected: number; received: number; count: number };

/** The outcome of reading an answer. */
export type Reading<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** A reading that succeeded. */
export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** A reading that failed. */
export function failed(failure: Failure): { ok: false; failure: Failure } {
  return { ok: false, failure };
}
