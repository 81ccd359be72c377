/**
 * The one factory of request errors: which class and which words a failure becomes.
 * What each status means: https://help.bitsighttech.com/hc/en-us/articles/360036941374.
 */
import {
  BitsightAuthenticationError,
  type BitsightError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightNotFoundError,
  BitsightRateLimitError,
  BitsightRequestError,
  BitsightServerError,
  BitsightShortPageError,
  BitsightTimeoutError,
  BitsightTooLargeError,
  type ErrorFacts,
  type RequestLine,
} from './errors.ts';
import type { Failure } from './failure.ts';

interface StatusRow {
  readonly covers: (status: number) => boolean;
  readonly type: new (message: string, facts: ErrorFacts) => BitsightError;
  readonly advice: string;
}

/** The first row that covers a status names its error. 429 is not here: its error carries `Retry-After`. */
const STATUS_ROWS: readonly StatusRow[] = [
  {
    covers: status => status === 401,
    type: BitsightAuthenticationError,
    advice: 'Check the API token: it is wrong or was revoked.',
  },
  {
    covers: status => status === 403,
    type: BitsightForbiddenError,
    advice:
      'The token may not see this: check its role, its group, and that the company is in the portfolio.',
  },
  {
    covers: status => status === 404,
    type: BitsightNotFoundError,
    advice: 'Nothing is there: check the guid and the base URL.',
  },
  {
    covers: status => status === 413,
    type: BitsightTooLargeError,
    advice: 'Ask for less: a smaller limit, fewer companies, or a shorter period.',
  },
  {
    covers: status => status === 202,
    type: BitsightServerError,
    advice: 'It is still preparing the answer: ask again later.',
  },
  { covers: status => status >= 500, type: BitsightServerError, advice: 'Try again later.' },
  { covers: () => true, type: BitsightRequestError, advice: 'Check the parameters of the request.' },
];

/** The one factory: the error that a failure becomes when it is not, or no longer, retried. */
export function errorOf(
  failure: Failure,
  context: { request: RequestLine; attempts: number; mayHaveBeenProcessed: boolean },
): BitsightError {
  const facts = (status: number | null, detail: string | null): ErrorFacts => ({
    request: context.request,
    status,
    detail,
    attempts: context.attempts,
    mayHaveBeenProcessed: context.mayHaveBeenProcessed,
  });
  const line = `${context.request.method} ${context.request.path}`;
  const told = (what: string): string => what + ending(context);

  switch (failure.kind) {
    case 'status': {
      const { status, detail } = failure;
      const answered = `Bitsight answered ${status} to ${line}${detail === null ? '.' : `: ${detail}`}`;
      if (status === 429) {
        return new BitsightRateLimitError(
          told(`${answered} Send fewer requests.`),
          facts(status, detail),
          failure.retryAfterMs,
        );
      }
      // Not a BitsightForbiddenError: a caller skips a company for that, and a proxy's block says nothing of one.
      if (failure.fromProxy) {
        const what = `A proxy in front of Bitsight answered ${line} with a web page and status ${status}.`;
        return new BitsightServerError(told(`${what} Try again later.`), facts(status, null));
      }
      const row = STATUS_ROWS.find(({ covers }) => covers(status));
      const type = row?.type ?? BitsightRequestError;
      return new type(told(`${answered} ${row?.advice ?? ''}`), facts(status, detail));
    }
    case 'redirect': {
      const what = `Bitsight answered ${line} with a redirect (${failure.status}), which is never followed.`;
      return new BitsightRequestError(told(`${what} Check the base URL.`), facts(failure.status, null));
    }
    case 'network': {
      const what = `No complete answer to ${line}: ${failure.cause}.`;
      return new BitsightNetworkError(told(what), facts(null, null), failure.code);
    }
    case 'timeout': {
      const what = `No complete answer to ${line} within ${failure.timeoutMs} ms.`;
      return new BitsightTimeoutError(told(what), facts(null, null), failure.timeoutMs);
    }
    case 'unreadable': {
      const what = `The answer to ${line} is not JSON: it was cut off, or is not Bitsight's.`;
      return new BitsightMalformedError(told(what), facts(failure.status, null));
    }
    case 'malformed': {
      const what = `The answer to ${line} is not as documented: ${failure.problem}.`;
      return new BitsightMalformedError(told(what), facts(failure.status, null));
    }
    case 'oversized': {
      const what = `The answer to ${line} is larger than maxBodyBytes (${failure.maxBodyBytes}). Ask for less.`;
      return new BitsightTooLargeError(told(what), facts(failure.status, null));
    }
    case 'short-page': {
      const { received, expected, offset, count } = failure;
      const what = `The page at offset ${offset} of ${line} has ${received} of ${expected} rows (count ${count}).`;
      return new BitsightShortPageError(told(what), facts(200, null), failure);
    }
  }
}

function ending(context: { attempts: number; mayHaveBeenProcessed: boolean }): string {
  const tried = context.attempts > 1 ? ` Tried ${context.attempts} times.` : '';
  const open = context.mayHaveBeenProcessed
    ? ' It may have been carried out all the same: look before sending it again.'
    : '';
  return tried + open;
}
