/**
 * Tokens that were seen where a token must not be, in a URL or over plain HTTP: recorded, and ended at once where that is the
 * setting. Source: tokens.md, "Wire contract" (the error table).
 */
import type { Clock } from '../clock.ts';
import type { Queryable, Store } from '../store/store.ts';
import { ANONYMOUS, NO_ORIGIN, type Origin, SYSTEM } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Principal } from './principal.ts';
import { RecentMap } from './recent-map.ts';
import type { TokenAuthority } from './token-authority.ts';
import { endCompanyToken, endUserTokens } from './token-repository.ts';

/** A row of the log for each token and minute; the next one counts what came between. */
const ROW_INTERVAL_MS = 60_000;
const MAX_TOKENS = 1_000;

export interface ExposedTokensOptions {
  authority: TokenAuthority;
  store: Store;
  audit: AuditLog;
  clock: Clock;
  /** End an exposed token at once. */
  revoke: boolean;
}

export interface Exposure {
  token: string;
  where: 'url' | 'plain_http';
  origin: Origin;
}

export class ExposedTokens {
  readonly #options: ExposedTokensOptions;
  /** By guid: when a row was last written, and how many exposures no row tells of. */
  readonly #lately = new RecentMap<{ at: number; untold: number }>(MAX_TOKENS);

  constructor(options: ExposedTokensOptions) {
    this.#options = options;
  }

  /**
   * Records the exposure of a live token. Returns the principal it speaks for when a row was written; null for what is no live
   * token or was recorded within the last minute. Throws when the database cannot be used.
   */
  async record(exposure: Exposure): Promise<Principal | null> {
    const principal = await this.#options.authority.verify(exposure.token);
    const guid = principal?.tokenGuid;
    if (principal === null || guid === undefined || guid === null) return null;
    const count = this.#countToTell(guid);
    if (count === null) return null;
    try {
      await this.#options.store.write(transaction =>
        this.#write(transaction, principal, guid, exposure, count),
      );
    } catch (error) {
      this.#lately.delete(guid);
      throw error;
    }
    if (this.#options.revoke) this.#options.authority.accessChanged();
    return principal;
  }

  /** How many exposures the row that is due tells of; null when it is not due. */
  #countToTell(guid: string): number | null {
    const now = this.#options.clock.now();
    const known = this.#lately.get(guid);
    if (known !== undefined && now - known.at < ROW_INTERVAL_MS) {
      known.untold += 1;
      return null;
    }
    this.#lately.set(guid, { at: now, untold: 0 });
    return 1 + (known?.untold ?? 0);
  }

  async #write(
    transaction: Queryable,
    principal: Principal,
    guid: string,
    { where, origin }: Exposure,
    count: number,
  ): Promise<void> {
    const { audit, clock, revoke } = this.#options;
    const target = { kind: 'token', guid, name: principal.name } as const;
    const { organizationId } = principal;
    await audit.append(transaction, {
      organizationId,
      action: 'token.exposed',
      actor: ANONYMOUS,
      origin,
      target,
      after: { where },
      count,
    });
    if (!revoke) return;
    if (principal.via === 'user_token') await endUserTokens(transaction, principal.userId, clock.now());
    else await endCompanyToken(transaction, { guid, user_id: principal.userId }, clock.now());
    await audit.append(transaction, {
      organizationId,
      action: 'token.revoked',
      actor: SYSTEM,
      origin: NO_ORIGIN,
      target,
      after: { reason: 'exposed' },
    });
  }
}
