/**
 * What a caller who waits is told when an upstream account fails: a status of this server's and words of our own. Our caller
 * showed a good token, so a token that upstream refuses is no 401 of its; a 429 always says when to come back (bitsight-api.md, 8).
 */
import {
  BitsightAuthenticationError,
  BitsightError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNotFoundError,
  BitsightRateLimitError,
  BitsightRequestError,
  BitsightServerError,
  BitsightShortPageError,
  BitsightTimeoutError,
  BitsightTooLargeError,
} from '@sightline/bitsight';
import { refusal } from '../access/permissions.ts';
import { CallerError } from '../errors.ts';
import { TooLongToWait } from './connection-test.ts';
import { upstreamFailureText } from './health.ts';

/** What Bitsight asks for where it does not say how long to wait (article 360036941374). */
const ONE_MINUTE_MS = 60_000;
/** Of the proxy in front of Bitsight: it gave up waiting. */
const CLOUDFLARE_TIMEOUT = 524;

/** The error that a failed read is to its caller; what is no failure of upstream's is given back as it is. */
export function callerErrorOf(error: unknown): unknown {
  if (error instanceof DOMException && error.name === 'TimeoutError') return timedOut();
  if (error instanceof TooLongToWait) {
    if (error.status === 429) return slowDown(error.delayMs);
    return new CallerError('UNAVAILABLE', 'Bitsight asks to wait.', { headers: after(error.delayMs) });
  }
  return error instanceof BitsightError ? ofClient(error) : error;
}

/** The result is larger than what is held here for one request. */
export function tooLarge(): CallerError {
  const advice = 'Ask for less: with filters, a shorter period, or a limit.';
  return new CallerError('BODY_TOO_LARGE', `The result is too large to be passed on. ${advice}`);
}

/** Upstream promised more rows than it gave, each time it was asked. */
export function cameShort(): CallerError {
  return new CallerError('BAD_GATEWAY', 'Bitsight sent fewer rows than it promised. Try again later.');
}

function ofClient(error: BitsightError): CallerError {
  const words = upstreamFailureText(error);
  if (error instanceof BitsightAuthenticationError) {
    const advice = 'An Admin gives the connection a valid one.';
    return new CallerError('BAD_GATEWAY', `The connection's token was refused by Bitsight. ${advice}`);
  }
  if (error instanceof BitsightForbiddenError) return refusal();
  if (error instanceof BitsightNotFoundError) return new CallerError('NOT_FOUND', 'Not found.');
  if (error instanceof BitsightRateLimitError) return slowDown(error.retryAfterMs ?? ONE_MINUTE_MS);
  if (error instanceof BitsightTooLargeError) return tooLarge();
  if (error instanceof BitsightShortPageError) return cameShort();
  if (error instanceof BitsightMalformedError)
    return new CallerError('BAD_GATEWAY', 'The answer is not one of Bitsight’s.');
  if (error instanceof BitsightTimeoutError) return timedOut();
  if (error instanceof BitsightServerError) return ofServer(error, words);
  if (error instanceof BitsightRequestError && (error.status === 400 || error.status === 422))
    return new CallerError('BAD_PARAMETER', 'Bitsight did not accept the parameters of this request.');
  return new CallerError('BAD_GATEWAY', words);
}

function ofServer({ status }: BitsightServerError, words: string): CallerError {
  if (status === 504 || status === CLOUDFLARE_TIMEOUT) return timedOut();
  if (status === 501) return new CallerError('NOT_IMPLEMENTED', 'The upstream account does not serve this.');
  if (status !== 202) return new CallerError('BAD_GATEWAY', words);
  const detail = 'Bitsight is still preparing the answer. Ask again later.';
  return new CallerError('UNAVAILABLE', detail, { headers: after(ONE_MINUTE_MS) });
}

function timedOut(): CallerError {
  return new CallerError('GATEWAY_TIMEOUT', 'Bitsight did not answer in time. Ask for less, or again later.');
}

function slowDown(waitMs: number): CallerError {
  return new CallerError('TOO_MANY_REQUESTS', 'Bitsight asks for fewer requests.', {
    headers: after(waitMs),
  });
}

/** In whole seconds, and at least one: `Retry-After: 0` would bring everyone back at once. */
function after(waitMs: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
}
