/**
 * Sends one request until it is answered: limiter, time-out, reading, retry. The only code that holds the token and
 * the only code that calls `fetch`. Authentication: https://help.bitsighttech.com/hc/en-us/articles/115014888388.
 */
import { abortable, DeadlineExpired, withDeadline } from './abort.ts';
import { detailOf, discardBody, isProxyPage, MAX_ERROR_BODY_BYTES, readBody } from './body.ts';
import type { Clock } from './clock.ts';
import type { BodyReader } from './envelope.ts';
import { errorOf } from './error-of.ts';
import type { RequestLine } from './errors.ts';
import type { AttemptEvent, RetryEvent } from './events.ts';
import { type Failure, failed, type Reading } from './failure.ts';
import type { Fetch, FetchRequest, FetchResponse } from './fetch.ts';
import type { Limiter } from './limiter.ts';
import { type Query, queryString } from './query.ts';
import { type BackoffOptions, mayHaveBeenProcessed, mayRepeat, retryDelayMs, retryRuleOf } from './retry.ts';
import { parseRetryAfter } from './retry-after.ts';

/** Options of one call. */
export interface RequestOptions {
  /** Stops waiting and what is in flight at once; the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, body included, instead of the client's. */
  timeoutMs?: number | undefined;
  /** Attempts for each request, the first included, instead of the client's: 1 to hear of a failure at once. */
  maxAttempts?: number | undefined;
}

/** One request, as a resource describes it. */
export interface RequestSpec<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From `/ratings`, its segments encoded. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly read: BodyReader<T>;
  /** For a DELETE: a 404 after an attempt that may have worked means that it did. */
  readonly goneIsDone?: boolean;
  /** For a POST that only asks: it may be repeated as a GET may, and leaves nothing in doubt. */
  readonly isQuery?: boolean;
}

/** What the transport is made of; checked by the client. */
export interface TransportOptions {
  /** Origin and path prefix, without a slash at the end. */
  baseUrl: string;
  token: string;
  /** Sent with each request, beside those the transport sets. */
  headers: Readonly<Record<string, string>>;
  fetch: Fetch;
  clock: Clock;
  random: () => number;
  limiter: Limiter;
  backoff: BackoffOptions;
  maxAttempts: number;
  timeoutMs: number;
  maxBodyBytes: number;
  onAttempt?: ((event: AttemptEvent) => void) | undefined;
  onRetry?: ((event: RetryEvent) => void) | undefined;
}

const MAX_DETAIL_LENGTH = 500;

export class Transport {
  readonly baseUrl: string;
  // Private in the language's sense: neither inspect nor JSON shows it.
  readonly #options: TransportOptions;
  readonly #secrets: readonly string[];
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: TransportOptions) {
    const credentials = btoa(`${options.token}:`);
    this.baseUrl = options.baseUrl;
    this.#options = options;
    this.#secrets = [options.token, credentials, btoa(options.token)];
    this.#headers = {
      ...options.headers,
      Accept: 'application/json',
      Authorization: `Basic ${credentials}`,
    };
  }

  /** The value that `spec.read` makes of the answer. Throws a BitsightError, or the signal's reason. */
  async send<T>(spec: RequestSpec<T>, options: RequestOptions = {}): Promise<T> {
    const { clock, backoff, random, onRetry } = this.#options;
    const { signal, maxAttempts = this.#options.maxAttempts } = options;
    const request: RequestLine = { method: spec.method, path: spec.path + queryString(spec.query ?? {}) };
    let inDoubt = false;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const outcome = await this.#attempt(spec, request, attempt, options);
      if (outcome.ok) return outcome.value;

      const { failure } = outcome;
      if (inDoubt && spec.goneIsDone === true && isGone(failure)) {
        const done = spec.read('');
        if (done.ok) return done.value;
      }
      const rule = retryRuleOf(failure);
      const repeatedAs = spec.isQuery === true ? 'GET' : spec.method;
      inDoubt ||= repeatedAs !== 'GET' && leavesInDoubt(failure);
      if (rule === null || !mayRepeat(rule, repeatedAs) || attempt >= maxAttempts) {
        throw errorOf(failure, { request, attempts: attempt, mayHaveBeenProcessed: inDoubt });
      }
      const delayMs = retryDelayMs(rule, failure, attempt, backoff, random);
      const status = 'status' in failure ? failure.status : null;
      onRetry?.({ type: 'retry', ...request, attempt, reason: rule.reason, status, delayMs });
      await abortable(clock.sleep(delayMs, signal), signal);
    }
  }

  /** One exchange: a turn from the limiter, the request, its answer read. Throws only what the caller aborted with. */
  async #attempt<T>(
    spec: RequestSpec<T>,
    request: RequestLine,
    attempt: number,
    { signal, timeoutMs = this.#options.timeoutMs }: RequestOptions,
  ): Promise<Reading<T>> {
    const { limiter, clock, onAttempt } = this.#options;
    const giveBack = await limiter.acquire(signal);
    try {
      onAttempt?.({ type: 'request', ...request, attempt });
      const startedMs = clock.now();
      const answer = await withDeadline(
        async attemptSignal => {
          const response = await this.#fetch(spec, request, attemptSignal);
          return { status: response.status, text: await this.#bodyOf(response, attemptSignal) };
        },
        timeoutMs,
        signal,
      ).catch((thrown: unknown): Failure => {
        signal?.throwIfAborted();
        if (thrown instanceof DeadlineExpired) return { kind: 'timeout', timeoutMs };
        return this.#networkFailure(thrown);
      });
      if ('kind' in answer) return failed(answer);
      const durationMs = clock.now() - startedMs;
      onAttempt?.({ type: 'response', ...request, attempt, status: answer.status, durationMs });
      if (typeof answer.text !== 'string') return failed(answer.text);
      return withStatus(spec.read(answer.text), answer.status);
    } finally {
      giveBack();
    }
  }

  async #fetch(
    spec: RequestSpec<unknown>,
    request: RequestLine,
    signal: AbortSignal,
  ): Promise<FetchResponse> {
    // Called without `this`, which a browser's fetch insists on.
    const { fetch } = this.#options;
    const init: FetchRequest = {
      method: spec.method,
      headers: { ...this.#headers },
      redirect: 'manual',
      signal,
    };
    if (spec.body !== undefined) {
      init.headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(spec.body);
    }
    const response = await fetch(this.baseUrl + request.path, init);
    // A fetch that does not listen to its signal answers nobody: let go of what it brought.
    if (signal.aborted) {
      await discardBody(response);
      throw signal.reason;
    }
    return response;
  }

  /** The text of a success, or what failed. The body is consumed or cancelled in every case. */
  async #bodyOf(response: FetchResponse, signal: AbortSignal): Promise<string | Failure> {
    const { status } = response;
    // Browsers show a redirect that is not followed as status 0.
    if (status === 0 || (status >= 300 && status < 400)) {
      await discardBody(response);
      return { kind: 'redirect', status };
    }
    if (status === 202 || status >= 400) return this.#statusFailure(response, signal);
    const { maxBodyBytes } = this.#options;
    return (await readBody(response, maxBodyBytes, signal)) ?? { kind: 'oversized', status, maxBodyBytes };
  }

  async #statusFailure(response: FetchResponse, signal: AbortSignal): Promise<Failure> {
    // The status is known, so a body that breaks off changes nothing but the words.
    const text = (await readBody(response, MAX_ERROR_BODY_BYTES, signal).catch(() => null)) ?? '';
    const detail = detailOf(text);
    return {
      kind: 'status',
      status: response.status,
      detail: detail === null ? null : this.#redacted(detail).slice(0, MAX_DETAIL_LENGTH),
      fromProxy: isProxyPage(response.headers.get('content-type'), text),
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), this.#options.clock.now()),
    };
  }

  /** Keeps the words and the code of what `fetch` threw, not the object: it may hold the request's headers. */
  #networkFailure(thrown: unknown): Failure {
    const words: string[] = [];
    let code: string | null = null;
    let error = thrown;
    for (let depth = 0; depth < 5 && error instanceof Error; depth += 1) {
      if (error.message !== '' && !words.includes(error.message)) words.push(error.message);
      if ('code' in error && typeof error.code === 'string') code ??= error.code;
      error = error.cause;
    }
    const cause = this.#redacted(words.join(': ') || 'the connection failed').slice(0, MAX_DETAIL_LENGTH);
    return { kind: 'network', code, cause };
  }

  /** Upstream, a proxy or a `fetch` may quote what was sent to it. */
  #redacted(text: string): string {
    return this.#secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[token]'), text);
  }
}

function isGone(failure: Failure): boolean {
  return failure.kind === 'status' && failure.status === 404 && !failure.fromProxy;
}

/** A success we cannot read was carried out; of what has no row in the retry rule, the rest was refused. */
function leavesInDoubt(failure: Failure): boolean {
  if (failure.kind === 'malformed' || failure.kind === 'oversized') return true;
  const rule = retryRuleOf(failure);
  return rule !== null && mayHaveBeenProcessed(rule);
}

function withStatus<T>(reading: Reading<T>, status: number): Reading<T> {
  if (reading.ok || !('status' in reading.failure) || reading.failure.status !== null) return reading;
  const { failure } = reading;
  if (failure.kind === 'unreadable' || failure.kind === 'malformed') return failed({ ...failure, status });
  return reading;
}
