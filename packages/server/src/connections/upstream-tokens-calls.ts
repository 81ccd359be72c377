/**
 * The calls about tokens that go to Bitsight for one connection: few, each bounded in time, since somebody waits. What fails
 * throws as the client does; `mayHaveCreated` and `revokeSurely` settle what a failure leaves open.
 */
import {
  type BitsightClient,
  BitsightError,
  BitsightForbiddenError,
  BitsightNetworkError,
  BitsightNotFoundError,
} from '@sightline/bitsight';
import { z } from 'zod';
import { CallerError } from '../errors.ts';
import { checkBaseUrl } from './base-url.ts';
import { callFailureText, refuseLongWaits, TooLongToWait } from './connection-test.ts';
import { Credentials } from './credentials.ts';
import type { ClientSettings, UpstreamClients } from './upstream-client.ts';
import { type UpstreamToken, upstreamTokenOf } from './upstream-tokens-view.ts';

export interface UpstreamTokenAccess {
  readonly clients: UpstreamClients;
  /** `host` or `host:port` of every upstream that a token may be sent to. */
  readonly upstreamHosts: readonly string[];
  /** Time-out and back-off of a call, where the usual ones are too long. */
  readonly pace?: Pick<ClientSettings, 'timeoutMs' | 'backoffBaseMs' | 'backoffMaxMs'> | undefined;
}

/** No call lasts longer, its second attempt included. */
export const LONGEST_CALL_MS = 20_000;
const ATTEMPT_MS = 8_000;
const MAX_ATTEMPTS = 2;
const BACKOFF_BASE_MS = 250;
const BACKOFF_MAX_MS = 1_000;

/** Who a token speaks for, as far as upstream says. */
export interface UpstreamIdentity {
  readonly userName: string | null;
  readonly customerGuid: string | null;
}

const CurrentUser = z.object({
  formal_name: z.string().nullable().catch(null),
  customer: z.object({ guid: z.string().nullable().catch(null) }).catch({ guid: null }),
});

/** A new token: its value is here and nowhere else. */
export interface CreatedToken {
  readonly token: UpstreamToken;
  readonly credentials: Credentials;
}

/** Throws CallerError CONFLICT when the address is no longer on the operator's list. */
export function openTokenCalls(
  access: UpstreamTokenAccess,
  credentials: Credentials,
  baseUrl: string,
): UpstreamTokenCalls {
  const address = checkBaseUrl(baseUrl, access.upstreamHosts);
  if (!address.ok) throw new CallerError('CONFLICT', address.message);
  // Without the pace of the options: it is meant for thousands of requests, and could hold up these few for minutes.
  const client = access.clients.open(
    credentials,
    { base_url: address.url },
    {
      maxAttempts: MAX_ATTEMPTS,
      backoffBaseMs: BACKOFF_BASE_MS,
      backoffMaxMs: BACKOFF_MAX_MS,
      timeoutMs: ATTEMPT_MS,
      ...access.pace,
      onRetry: refuseLongWaits,
    },
  );
  return new UpstreamTokenCalls(client);
}

export class UpstreamTokenCalls {
  readonly #client: BitsightClient;

  constructor(client: BitsightClient) {
    this.#client = client;
  }

  /** Who the token speaks for. */
  async whoAmI(): Promise<UpstreamIdentity> {
    const { formal_name, customer } = CurrentUser.parse(await this.#client.users.current({}, bounded()));
    return { userName: formal_name, customerGuid: customer.guid };
  }

  /** How many companies the token sees; null when it may not read the portfolio. */
  async portfolioCount(): Promise<number | null> {
    try {
      const list = this.#client.portfolio.list({ limit: 1, fields: 'guid' }, bounded());
      for await (const page of list.pages()) return page.count;
      return 0;
    } catch (error) {
      if (error instanceof BitsightForbiddenError) return null;
      throw error;
    }
  }

  /** All company tokens, masked; none is marked as the own one. */
  async list(): Promise<UpstreamToken[]> {
    return (await this.#client.apiTokens.list(bounded())).map(record => upstreamTokenOf(record, null));
  }

  /** Sent once, but for a 429. See `mayHaveCreated` for what a failure means. */
  async create(description: string, group: string | null): Promise<CreatedToken> {
    // No signal: one that ended the call would hide whether the request had been sent. Its one attempt is bounded.
    const record = await this.#client.apiTokens.create(
      group === null ? { description } : { description, group },
    );
    const credentials = Credentials.safeParse({ username: record.token });
    if (!credentials.success) throw new UnusableToken();
    return { token: upstreamTokenOf(record, null), credentials: credentials.data };
  }

  /** Throws BitsightNotFoundError for a token that is not there. */
  revoke(guid: string): Promise<void> {
    return this.#client.apiTokens.revoke(guid, bounded());
  }
}

/** Upstream made a token with characters that no token has. */
class UnusableToken extends Error {
  constructor() {
    super('the new token has characters that no token has');
    this.name = 'UnusableToken';
  }
}

function bounded(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(LONGEST_CALL_MS) };
}

/** The connection never came about, so nothing was sent. */
const NEVER_SENT: ReadonlySet<string | null> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether a `create` that failed with this may have made a token all the same. */
export function mayHaveCreated(error: unknown): boolean {
  // A POST waits for nothing but a 429, which refused it.
  if (error instanceof TooLongToWait) return false;
  if (error instanceof BitsightNetworkError && NEVER_SENT.has(error.code)) return false;
  return !(error instanceof BitsightError) || error.mayHaveBeenProcessed;
}

/** Whether upstream may still be at work on the request: nobody answered, or only a gateway before it did. */
export function mayStillCreate(error: unknown): boolean {
  if (!(error instanceof BitsightError) || error.status === null) return !(error instanceof UnusableToken);
  return error.status > 500 || error.status === 202;
}

/** Revokes a token and says null once it is gone, or why it may not be. A failure that is open is settled by the list. */
export async function revokeSurely(calls: UpstreamTokenCalls, guid: string): Promise<string | null> {
  try {
    await calls.revoke(guid);
    return null;
  } catch (error) {
    if (error instanceof BitsightNotFoundError) return null;
    const listed = await calls.list().catch(() => null);
    const isGone = listed?.every(token => token.guid !== guid) === true;
    return isGone ? null : tokenCallText(error);
  }
}

/** What went wrong upstream, in a sentence of our own. Throws the error itself when it is none of a call upstream. */
export function tokenCallText(error: unknown): string {
  if (error instanceof CallerError) return error.detail;
  if (error instanceof UnusableToken) return 'Bitsight made a token that cannot be used.';
  if (error instanceof BitsightForbiddenError)
    return 'The connection’s token may not manage tokens on Bitsight (403): that takes the role Admin.';
  if (!isCallFailure(error)) throw error;
  return callFailureText(error);
}

function isCallFailure(error: unknown): boolean {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  return error instanceof BitsightError || error instanceof TooLongToWait || isTimeout;
}
