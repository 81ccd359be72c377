/**
 * The client: checks its options once, and offers Bitsight's API as resources.
 * Base URLs and authentication: https://help.bitsighttech.com/hc/en-us/articles/231872628; the two connector headers
 * are those Bitsight's partners send.
 */
import { type Clock, LONGEST_TIMER_MS, systemClock } from './clock.ts';
import { BitsightArgumentError } from './errors.ts';
import type { AttemptEvent, RetryEvent } from './events.ts';
import { type Fetch, platformFetch } from './fetch.ts';
import { Limiter } from './limiter.ts';
import { ApiTokens } from './resources/api-tokens.ts';
import { Companies } from './resources/companies.ts';
import { Findings } from './resources/findings.ts';
import { Folders } from './resources/folders.ts';
import { Portfolio } from './resources/portfolio.ts';
import { Reads } from './resources/reads.ts';
import { Tiers } from './resources/tiers.ts';
import { Users } from './resources/users.ts';
import { Transport } from './transport.ts';
import { VERSION } from './version.ts';

/** How a client behaves. Only the token is required. */
export interface BitsightClientOptions {
  /** A user or company API token. */
  token: string;
  /** HTTPS origin, with a path prefix if there is one. Default `https://api.bitsighttech.com`. */
  baseUrl?: string | undefined;
  /** `User-Agent`. */
  userAgent?: string | undefined;
  /** `X-BITSIGHT-CALLING-PLATFORM-VERSION`: the product that asks. */
  callingPlatformVersion?: string | undefined;
  /** `X-BITSIGHT-CONNECTOR-NAME-VERSION`: the connector inside it. */
  connectorNameVersion?: string | undefined;
  /** Instead of the platform's `fetch`: for a proxy, a certificate authority, or a test. */
  fetch?: Fetch | undefined;
  /** Instead of the platform's time, for back-off and the limiter. */
  clock?: Clock | undefined;
  /** Evenly drawn from [0, 1), for the jitter. Default `Math.random`. */
  random?: (() => number) | undefined;
  /** Requests in flight at once, over all calls. Default 3, which Bitsight recommends. */
  maxConcurrent?: number | undefined;
  /** Requests started per second, over all calls. Default: no limit. */
  requestsPerSecond?: number | undefined;
  /** Attempts for each request, the first included. Default 8. */
  maxAttempts?: number | undefined;
  /** Shortest wait between attempts, in milliseconds. Default 1,000. */
  backoffBaseMs?: number | undefined;
  /** Longest wait of the back-off, in milliseconds; `Retry-After` may ask for more. Default 60,000. */
  backoffMaxMs?: number | undefined;
  /** Milliseconds for each attempt, body included. Default 120,000: the proxy's own limit (524) comes before it. */
  timeoutMs?: number | undefined;
  /** Largest body accepted, in bytes after decompression. Default 512 MiB, about the longest string there is. */
  maxBodyBytes?: number | undefined;
  /** Hears of each request sent and each answer. What it throws fails the call. */
  onAttempt?: ((event: AttemptEvent) => void) | undefined;
  /** Hears of each retry, before the wait. What it throws fails the call. */
  onRetry?: ((event: RetryEvent) => void) | undefined;
}

const DEFAULT_BASE_URL = 'https://api.bitsighttech.com';
const DEFAULT_MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * Bitsight's HTTP API. All calls of one client share one limiter; make one client for each token.
 * The constructor throws {@link BitsightArgumentError} for options it cannot use, and makes no request.
 */
export class BitsightClient {
  /** Origin and path prefix, as checked. */
  readonly baseUrl: string;
  readonly users: Users;
  readonly portfolio: Portfolio;
  readonly companies: Companies;
  readonly findings: Findings;
  readonly folders: Folders;
  readonly tiers: Tiers;
  readonly apiTokens: ApiTokens;
  readonly reads: Reads;

  constructor(options: BitsightClientOptions) {
    const clock = options.clock ?? systemClock;
    const { requestsPerSecond } = options;
    if (requestsPerSecond !== undefined) positive('requestsPerSecond', requestsPerSecond);
    const maxConcurrent = wholeFrom1('maxConcurrent', options.maxConcurrent ?? 3);
    const transport = new Transport({
      baseUrl: checkedBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL),
      token: checkedToken(options.token),
      headers: {
        'User-Agent': headerText('userAgent', options.userAgent ?? `sightline-bitsight/${VERSION}`),
        'X-BITSIGHT-CALLING-PLATFORM-VERSION': headerText(
          'callingPlatformVersion',
          options.callingPlatformVersion ?? `Sightline ${VERSION}`,
        ),
        'X-BITSIGHT-CONNECTOR-NAME-VERSION': headerText(
          'connectorNameVersion',
          options.connectorNameVersion ?? `Sightline Bitsight connector ${VERSION}`,
        ),
      },
      fetch: options.fetch ?? platformFetch,
      clock,
      random: options.random ?? Math.random,
      limiter: new Limiter({ maxConcurrent, requestsPerSecond }, clock),
      backoff: {
        baseMs: positive('backoffBaseMs', options.backoffBaseMs ?? 1000),
        maxMs: positive('backoffMaxMs', options.backoffMaxMs ?? 60_000),
      },
      maxAttempts: wholeFrom1('maxAttempts', options.maxAttempts ?? 8),
      timeoutMs: timerLength('timeoutMs', options.timeoutMs ?? 120_000),
      maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES),
      onAttempt: options.onAttempt,
      onRetry: options.onRetry,
    });
    this.baseUrl = transport.baseUrl;
    this.users = new Users(transport);
    this.portfolio = new Portfolio(transport);
    this.companies = new Companies(transport);
    this.findings = new Findings(transport);
    this.folders = new Folders(transport);
    this.tiers = new Tiers(transport);
    this.apiTokens = new ApiTokens(transport);
    this.reads = new Reads(transport);
  }
}

function checkedBaseUrl(text: string): string {
  if (!URL.canParse(text))
    throw new BitsightArgumentError('The base URL is not an address such as https://host.');
  const url = new URL(text);
  if (url.protocol !== 'https:') {
    throw new BitsightArgumentError(
      'The base URL must begin with https: a token is never sent over plain HTTP.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new BitsightArgumentError(
      'The base URL must not contain credentials: the token has an option of its own.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new BitsightArgumentError('The base URL must end with its path: no query, no fragment.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** None of these messages quotes the token. A colon would end the user name of the Basic scheme. */
function checkedToken(token: string): string {
  if (typeof token !== 'string' || token === '') throw new BitsightArgumentError('The API token is missing.');
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(token)) {
    throw new BitsightArgumentError(
      'The API token has a character that no token has: a space, a colon, or the like.',
    );
  }
  return token;
}

function headerText(option: string, text: string): string {
  if (/^[\x20-\x7e]+$/.test(text)) return text;
  throw new BitsightArgumentError(`${option} must be printable ASCII text.`);
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new BitsightArgumentError(`${option} must be a number above 0.`);
}

function wholeFrom1(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new BitsightArgumentError(`${option} must be a whole number from 1.`);
}

function timerLength(option: string, value: number): number {
  if (positive(option, value) <= LONGEST_TIMER_MS) return value;
  throw new BitsightArgumentError(`${option} must be at most ${LONGEST_TIMER_MS}.`);
}
