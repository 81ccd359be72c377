/** What the routes of the unified API work with: services, and who is asking. */
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../access/accounts/accounts.ts';
import { actorOf, type Changer } from '../access/audit/audit-event.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { GroupService } from '../access/groups/group-service.ts';
import type { Principal } from '../access/principal.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { TokenRetrieval } from '../access/token-retrieval.ts';
import { type Visibility, visibilityOf } from '../access/visibility.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionService } from '../connections/connections.ts';
import type { RotationService } from '../connections/rotation.ts';
import type { RunQueue } from '../connections/run-queue.ts';
import type { UpstreamTokenService } from '../connections/upstream-tokens.ts';
import { CallerError } from '../errors.ts';
import { originOf } from '../http/origin.ts';
import type { BrowserSessions } from '../http/session-cookie.ts';
import type { IdSource } from '../ids.ts';
import type { Store } from '../store/store.ts';
import type { ReferenceDocument } from './document/reference.ts';
import type { PageSource } from './paging/list-pages.ts';

export interface UnifiedApiOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly audit: AuditLog;
  readonly connections: ConnectionService;
  readonly groups: GroupService;
  /** People: sign-in, sessions, users, links. */
  readonly accounts: Accounts;
  /** The sessions of browsers, by their cookie. */
  readonly browser: BrowserSessions;
  readonly tokens: Pick<TokenAuthority, 'companyTokens' | 'userTokens'>;
  /** One-time links to tokens. */
  readonly retrieval: TokenRetrieval;
  readonly upstreamTokens: UpstreamTokenService;
  readonly rotations: RotationService;
  readonly runQueue: RunQueue;
  /** 32 random bytes that only this installation has; cursors are signed with it. */
  readonly cursorKey: Buffer;
  /** Origin that links are made with, never the request's `Host`. */
  readonly baseUrl: () => string;
  /** Documents of other surfaces, for the reference. */
  readonly otherDocuments?: readonly ReferenceDocument[];
  /** Version of this program, for the document. */
  readonly version: string;
  /** Told after a change of who may do what, so that this process forgets what it verified. */
  readonly onAccessChanged: () => void;
  /** Who a request speaks for; throws CallerError UNAUTHENTICATED. Streams ask again every second. */
  readonly authenticate: (request: FastifyRequest) => Promise<Principal> | Principal;
}

/** The options with what is derived from them, and the callers of the requests under way. */
export class UnifiedContext implements PageSource {
  readonly options: UnifiedApiOptions;

  constructor(options: UnifiedApiOptions) {
    this.options = options;
  }

  get db(): Store['db'] {
    return this.options.store.db;
  }

  get cursorKey(): Buffer {
    return this.options.cursorKey;
  }

  /** Finds out who asks, before the body is read. */
  async authenticate(request: FastifyRequest): Promise<Principal> {
    return this.#remember(request, await this.options.authenticate(request));
  }

  /** The same as a hook: a caller who is known already costs no promise. */
  authenticationHook(request: FastifyRequest, done: (error?: Error) => void): void {
    try {
      const principal = this.options.authenticate(request);
      if (principal instanceof Promise) {
        principal.then(found => {
          this.#remember(request, found);
          done();
        }, done);
        return;
      }
      this.#remember(request, principal);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #remember(request: FastifyRequest, principal: Principal): Principal {
    request.principal = principal;
    return principal;
  }

  /** Who asks. Only for routes behind {@link authenticate}. */
  principalOf(request: FastifyRequest): Principal {
    const principal: Principal | undefined = request.principal;
    if (principal === undefined) throw new CallerError('UNAUTHENTICATED', 'This call needs an API token.');
    return principal;
  }

  /**
   * Asks a session for its password again when it gave one more than ten minutes ago; tokens pass. Only for routes behind
   * {@link authenticate}. Throws CallerError FORBIDDEN with the field `confirmation`.
   */
  requireConfirmed(request: FastifyRequest): Promise<void> {
    return this.options.accounts.sessions.requireConfirmed(this.principalOf(request));
  }

  /** What the request may read. Throws CallerError NOT_FOUND for an `X-CONNECTION-ID` outside of it. */
  visibilityOf(request: FastifyRequest): Promise<Visibility> {
    return visibilityOf(this.db, this.principalOf(request), connectionHeader(request));
  }
}

/** Who makes the change that a request asks for, and from where: for the audit log. */
export function changerOf(context: UnifiedContext, request: FastifyRequest): Changer {
  return { actor: actorOf(context.principalOf(request)), origin: originOf(request) };
}

function connectionHeader(request: FastifyRequest): string | null {
  const value = request.headers['x-connection-id'];
  if (value === undefined || value === '') return null;
  return Array.isArray(value) ? value.join(',') : value.toLowerCase();
}
