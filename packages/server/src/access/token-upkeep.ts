/** What ends by the clock: tokens past their expiry, and values that nobody fetched. Access itself never waits for this. */
import type { Clock } from '../clock.ts';
import type { Queryable, Store } from '../store/store.ts';
import { NO_ORIGIN, SYSTEM } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { endCompanyToken } from './token-repository.ts';
import type { TokenRetrieval } from './token-retrieval.ts';

const INTERVAL_MS = 60_000;

export interface TokenUpkeepOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  retrieval: TokenRetrieval;
  /** Told when it could not be done; it is tried again a minute later. */
  onFailure: (error: unknown) => void;
}

export class TokenUpkeep {
  readonly #options: TokenUpkeepOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TokenUpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#timer !== null) return;
    void this.run();
    this.#timer = setInterval(() => void this.run(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Resolves when no run is under way any more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  /** One round, after the one under way. Never throws. */
  run(): Promise<void> {
    this.#running = this.#running.then(() => this.#round());
    return this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.#endExpired();
      await this.#options.retrieval.eraseExpired();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  /** Marks expired tokens as ended, so that their user records end with them. They stopped working when their time came. */
  async #endExpired(): Promise<void> {
    const { store, audit, clock } = this.#options;
    const now = clock.now();
    if ((await expiredTokens(store.db, now)).length === 0) return;
    await store.write(async transaction => {
      for (const token of await expiredTokens(transaction, now)) {
        await endCompanyToken(transaction, token, now);
        await audit.append(transaction, {
          organizationId: token.organization_id,
          action: 'token.revoked',
          actor: SYSTEM,
          origin: NO_ORIGIN,
          target: { kind: 'token', guid: token.guid, name: token.description },
          after: { reason: 'expired' },
        });
      }
    });
  }
}

async function expiredTokens(db: Queryable, now: number) {
  return db
    .selectFrom('api_tokens')
    .select(['id as guid', 'user_id', 'organization_id', 'description'])
    .where('kind', '=', 'company')
    .where('revoked_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
}
