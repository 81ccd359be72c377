/**
 * Every error a caller can meet, one class for each thing a caller would do differently; error-of.ts builds them.
 * Statuses: https://help.bitsighttech.com/hc/en-us/articles/360036941374. No error holds the token or a header.
 */
import type { Failure } from './failure.ts';

/** The request an error is about. `path` includes the query; neither has credentials in it. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

/** What every error carries. */
export interface ErrorFacts {
  /** Null when no request was made, as for a wrong argument. */
  readonly request: RequestLine | null;
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null;
  /** Upstream's own words (`detail` of its JSON), at most 500 characters. */
  readonly detail: string | null;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** True when a POST or DELETE failed in a way that leaves open whether it was carried out. */
  readonly mayHaveBeenProcessed: boolean;
}

/** Base of all errors of this package; an aborted call is not one of them, it rejects with the signal's reason. */
export class BitsightError extends Error implements ErrorFacts {
  readonly request: RequestLine | null;
  readonly status: number | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly mayHaveBeenProcessed: boolean;

  constructor(message: string, facts: ErrorFacts) {
    super(message);
    this.request = facts.request;
    this.status = facts.status;
    this.detail = facts.detail;
    this.attempts = facts.attempts;
    this.mayHaveBeenProcessed = facts.mayHaveBeenProcessed;
  }

  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...Object.fromEntries(Object.entries(this)) };
  }
}

/** The client was given something it cannot use: a base URL that is not HTTPS, an empty guid, a limit of 0. */
export class BitsightArgumentError extends BitsightError {
  constructor(message: string) {
    super(message, { request: null, status: null, detail: null, attempts: 0, mayHaveBeenProcessed: false });
  }
}
/** 401: the token is missing, wrong or revoked. */
export class BitsightAuthenticationError extends BitsightError {}
/** 403 from Bitsight itself: no permission, the company left the portfolio, or the subscription is too small. */
export class BitsightForbiddenError extends BitsightError {}
/** 404. */
export class BitsightNotFoundError extends BitsightError {}
/** 413, or a body above `maxBodyBytes`: ask for less. */
export class BitsightTooLargeError extends BitsightError {}
/** Any other 4xx, and a redirect, which is never followed. */
export class BitsightRequestError extends BitsightError {}
/** 5xx, a 202 that never became an answer, or a web page of the proxy in front of Bitsight (whatever its status). */
export class BitsightServerError extends BitsightError {}
/** An answer that is not what Bitsight documents: not JSON, another envelope, a next link to another origin. */
export class BitsightMalformedError extends BitsightError {}

/** 429, still, after all attempts. */
export class BitsightRateLimitError extends BitsightError {
  /** What the last answer's `Retry-After` asked for, in milliseconds; null when it had none. */
  readonly retryAfterMs: number | null;

  constructor(message: string, facts: ErrorFacts, retryAfterMs: number | null) {
    super(message, facts);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer, or one that broke off. */
export class BitsightNetworkError extends BitsightError {
  /** The platform's code where it gives one (`ECONNRESET`). */
  readonly code: string | null;

  constructor(message: string, facts: ErrorFacts, code: string | null) {
    super(message, facts);
    this.code = code;
  }
}

/** No complete answer, body included, within `timeoutMs`. */
export class BitsightTimeoutError extends BitsightNetworkError {
  readonly timeoutMs: number;

  constructor(message: string, facts: ErrorFacts, timeoutMs: number) {
    super(message, facts, 'ETIMEDOUT');
    this.timeoutMs = timeoutMs;
  }
}

/** A page had fewer rows than promised, each time it was asked for. */
export class BitsightShortPageError extends BitsightError {
  readonly offset: number;
  /** Rows the page should have had. */
  readonly expected: number;
  /** Rows it had. */
  readonly received: number;
  /** Rows of the whole list, as the page says. */
  readonly count: number;

  constructor(message: string, facts: ErrorFacts, page: Extract<Failure, { kind: 'short-page' }>) {
    super(message, facts);
    this.offset = page.offset;
    this.expected = page.expected;
    this.received = page.received;
    this.count = page.count;
  }
}

const ERROR_TYPES = {
  BitsightError,
  BitsightArgumentError,
  BitsightAuthenticationError,
  BitsightForbiddenError,
  BitsightNotFoundError,
  BitsightTooLargeError,
  BitsightRequestError,
  BitsightServerError,
  BitsightMalformedError,
  BitsightRateLimitError,
  BitsightNetworkError,
  BitsightTimeoutError,
  BitsightShortPageError,
};
// On the prototype, not the instance: the stack's first line is written before an instance has fields.
for (const [name, type] of Object.entries(ERROR_TYPES)) {
  Object.defineProperty(type.prototype, 'name', { value: name, writable: true, configurable: true });
}
