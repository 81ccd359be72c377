/**
 * One-time links that carry a new company token to its holder by mail. Source: tokens.md, "Wire contract": the value is kept
 * sealed until it is fetched, and erased then, after 24 h, on revocation, and after five wrong tries; every failure is one 404.
 */
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { TokenRetrievalsTable } from '../store/schema.ts';
import type { Queryable, Store } from '../store/store.ts';
import { checkEmail, emailKeyOf } from './accounts/email.ts';
import type { Attempts } from './attempts.ts';
import { ANONYMOUS, actorOf, NO_ORIGIN, type Origin, SYSTEM } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { FailureLog } from './audit/failures.ts';
import type { CompanyTokens, IssuedToken } from './company-tokens.ts';
import type { Principal } from './principal.ts';
import { authHashOf, isSameSecret, newAuthToken, sealForLink, unsealFromLink } from './retrieval-secret.ts';
import { endCompanyToken } from './token-repository.ts';
import type { CompanyTokenRequest } from './token-rules.ts';

const LIFE_MS = 86_400_000;
const MAX_WRONG_TRIES = 5;

export interface TokenRetrievalOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  tokens: CompanyTokens;
  mailer: Mailer;
  attempts: Attempts;
  failures: FailureLog;
  /** Told when a link's token ended with its value. */
  accessChanged: () => void;
  /** Origin that links are made with; no slash at the end. */
  baseUrl: () => string;
}

/** What the holder of a link shows. */
export interface RetrievalRequest {
  email: string;
  userGuid: string;
  authToken: string;
}

interface Waiting extends TokenRetrievalsTable {
  description: string;
}

export class TokenRetrieval {
  readonly #options: TokenRetrievalOptions;

  constructor(options: TokenRetrievalOptions) {
    this.#options = options;
  }

  /** False without SMTP: then there is no way to mail a token. */
  get isPossible(): boolean {
    return this.#options.mailer.isConfigured;
  }

  /**
   * Makes a company token and mails the link to its value. The mail goes first: when it fails there is no token, and when what
   * comes after it fails the link opens nothing. Throws CallerError as `CompanyTokens.create` and the mailer do.
   */
  async createMailed(
    principal: Principal,
    organizationId: string,
    request: CompanyTokenRequest & { email: string },
    origin: Origin,
  ): Promise<IssuedToken> {
    const { audit, clock, mailer, tokens } = this.#options;
    const email = checkEmail(request.email);
    const authToken = newAuthToken();
    return tokens.create(principal, organizationId, request, origin, {
      before: ({ token }) =>
        mailer.send({ to: email, ...mailOf(token, this.#linkTo(token.userId, authToken)) }),
      within: async (transaction, { token, value }) => {
        const createdAt = clock.now();
        await transaction
          .insertInto('token_retrievals')
          .values({
            token_id: token.guid,
            organization_id: organizationId,
            user_id: token.userId,
            email_key: emailKeyOf(email),
            auth_hash: authHashOf(authToken),
            sealed_value: sealForLink(value, authToken, token.guid),
            wrong_tries: 0,
            created_at: createdAt,
            expires_at: createdAt + LIFE_MS,
          })
          .execute();
        await audit.append(transaction, {
          organizationId,
          action: 'token.retrieval_mailed',
          actor: actorOf(principal),
          origin,
          target: { kind: 'token', guid: token.guid, name: token.description },
          after: { email },
        });
      },
    });
  }

  /** The token's value, once. Throws CallerError NOT_FOUND, the same for every reason, or TOO_MANY_REQUESTS. */
  async redeem(request: RetrievalRequest, origin: Origin): Promise<string> {
    const { store, attempts, failures } = this.#options;
    const keys = { address: origin.address };
    attempts.checkAllowed('retrieval', keys);
    const { value, tried, ended } = await store.write(transaction => this.#try(transaction, request, origin));
    if (ended) this.#options.accessChanged();
    if (value !== null) {
      attempts.succeeded('retrieval', keys);
      return value;
    }
    attempts.failed('retrieval', keys);
    failures.record({
      action: 'token.retrieval_failed',
      organizationId: tried?.organization_id ?? null,
      origin,
      ...(tried === null ? {} : { target: targetOf(tried) }),
    });
    throw noSuchLink();
  }

  /** Erases the values that nobody fetched in time, and ends their tokens: what nobody has is no use to anyone. */
  async eraseExpired(): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const expired = await waitingRetrievals(store.db).where('r.expires_at', '<=', now).execute();
    if (expired.length === 0) return;
    await store.write(async transaction => {
      for (const { token_id } of expired) {
        const waiting = await waitingRetrievals(transaction)
          .where('r.token_id', '=', token_id)
          .executeTakeFirst();
        if (waiting !== undefined) await this.#end(transaction, waiting, 'not fetched in time');
      }
    });
    this.#options.accessChanged();
  }

  async #try(
    transaction: Queryable,
    request: RetrievalRequest,
    origin: Origin,
  ): Promise<{ value: string | null; tried: Waiting | null; ended: boolean }> {
    const waiting = await waitingRetrievals(transaction)
      .where('r.user_id', '=', request.userGuid)
      .executeTakeFirst();
    if (waiting === undefined) return { value: null, tried: null, ended: false };
    if (waiting.expires_at <= this.#options.clock.now()) {
      await this.#end(transaction, waiting, 'not fetched in time');
      return { value: null, tried: waiting, ended: true };
    }
    // Both are compared, whatever the first one says.
    const hasSecret = isSameSecret(waiting.auth_hash, authHashOf(request.authToken));
    const hasEmail = isSameSecret(waiting.email_key, emailKeyOf(request.email));
    if (!hasSecret || !hasEmail) {
      const ended = await this.#countWrongTry(transaction, waiting);
      return { value: null, tried: waiting, ended };
    }
    await transaction.deleteFrom('token_retrievals').where('token_id', '=', waiting.token_id).execute();
    await this.#options.audit.append(transaction, {
      organizationId: waiting.organization_id,
      action: 'token.retrieved',
      actor: ANONYMOUS,
      origin,
      target: targetOf(waiting),
      after: { email: waiting.email_key },
    });
    const value = unsealFromLink(waiting.sealed_value, request.authToken, waiting.token_id);
    return { value, tried: waiting, ended: false };
  }

  /** True when it was one too many. */
  async #countWrongTry(transaction: Queryable, waiting: Waiting): Promise<boolean> {
    const wrongTries = waiting.wrong_tries + 1;
    if (wrongTries >= MAX_WRONG_TRIES) {
      await this.#end(transaction, waiting, 'too many wrong tries');
      return true;
    }
    await transaction
      .updateTable('token_retrievals')
      .set({ wrong_tries: wrongTries })
      .where('token_id', '=', waiting.token_id)
      .execute();
    return false;
  }

  /** Erases the value and ends the token, which nobody can use any more. */
  async #end(transaction: Queryable, waiting: Waiting, reason: string): Promise<void> {
    const { audit, clock } = this.#options;
    await endCompanyToken(transaction, { guid: waiting.token_id, user_id: waiting.user_id }, clock.now());
    await audit.append(transaction, {
      organizationId: waiting.organization_id,
      action: 'token.revoked',
      actor: SYSTEM,
      origin: NO_ORIGIN,
      target: targetOf(waiting),
      after: { reason: `the link to its value was ${reason}` },
    });
  }

  /** The secret stands in the fragment, which browsers send to no server. */
  #linkTo(userGuid: string, authToken: string): string {
    const parameters = new URLSearchParams({ user_guid: userGuid, auth_token: authToken });
    return `${this.#options.baseUrl()}/retrieve-token#${parameters}`;
  }
}

/** What waits to be fetched, of tokens that are live. */
function waitingRetrievals(db: Queryable) {
  return db
    .selectFrom('token_retrievals as r')
    .innerJoin('api_tokens as t', 't.id', 'r.token_id')
    .selectAll('r')
    .select('t.description')
    .where('t.revoked_at', 'is', null);
}

function targetOf(waiting: Waiting) {
  return { kind: 'token', guid: waiting.token_id, name: waiting.description } as const;
}

function noSuchLink(): CallerError {
  return new CallerError('NOT_FOUND', 'This link is not valid, or was used already. Ask for a new token.');
}

function mailOf(token: { description: string }, link: string): { subject: string; text: string } {
  return {
    subject: 'Your Sightline API token',
    text: [
      `An API token was made for you: ${token.description}`,
      '',
      'Fetch it here, once, within 24 hours, with the address this mail was sent to:',
      link,
      '',
      'Did you not expect this? Then tell your administrator; do not open the link.',
      '',
    ].join('\n'),
  };
}
