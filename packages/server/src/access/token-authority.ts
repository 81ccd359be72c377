/**
 * Verifies API tokens, and follows the access version so that a change holds here within a second wherever it was made. The
 * tokens themselves are made and ended by company-tokens.ts and user-tokens.ts. Source: tokens.md, "Kinds" and "Revocation".
 */
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { CompanyTokens } from './company-tokens.ts';
import { GroupCompanies } from './group-companies.ts';
import type { Principal } from './principal.ts';
import { readAccessVersion } from './repository.ts';
import { checkTokenFormat } from './token-format.ts';
import { findLiveToken, type LiveToken } from './token-repository.ts';
import { hashOf, principalOf } from './token-rows.ts';
import { UserTokens } from './user-tokens.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export type { ApiTokenView } from './token-rows.ts';

const POLL_INTERVAL_MS = 250;
/** How long what was verified may be believed without having read the access version. */
const MAX_VERSION_AGE_MS = 1_000;

export interface TokenAuthorityOptions {
  store: Store;
  audit: AuditLog;
  vault: Vault;
  clock: Clock;
  newId: IdSource;
}

export class TokenAuthority {
  readonly companyTokens: CompanyTokens;
  readonly userTokens: UserTokens;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #verified = new VerifiedTokens();
  readonly #groups = new GroupCompanies();
  #version: number | null = null;
  /** When the version that `#version` holds was asked for. */
  #versionReadAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TokenAuthorityOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    const accessChanged = () => this.accessChanged();
    this.companyTokens = new CompanyTokens({ ...options, accessChanged });
    this.userTokens = new UserTokens({ ...options, accessChanged });
  }

  /** Begins to follow the access version; before that every verification reads the database. */
  start(): void {
    if (this.#timer !== null) return;
    const poll = () => void this.refresh();
    poll();
    this.#timer = setInterval(poll, POLL_INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Reads the access version once and drops what was verified when it moved. False when the database could not be read. */
  async refresh(): Promise<boolean> {
    // Before the query: the age of an answer counts from when it was asked for.
    const askedAt = this.#clock.now();
    try {
      const version = await readAccessVersion(this.#store.db);
      if (version !== this.#version) this.accessChanged();
      this.#version = version;
      this.#versionReadAt = askedAt;
      return true;
    } catch {
      // Nothing to do: the version grows old, and from then on `verify` meets the database itself and says so.
      return false;
    }
  }

  /**
   * To be called after every change of access (a token's end, a role, a group, an organization's end, each with
   * `bumpAccessVersion` in its transaction), so that it holds at once in this process too.
   */
  accessChanged(): void {
    this.#verified.forgetAll();
    this.#groups.forgetAll();
  }

  /** The principal of a live token, or null. Throws CallerError UNAVAILABLE when only the database could tell and it cannot be read. */
  async verify(presented: string): Promise<Principal | null> {
    const known = this.verifyCached(presented);
    if (known !== undefined) return known;
    const tokenHash = hashOf(presented);
    const generation = this.#verified.generation;
    const principal = await this.#lookUp(tokenHash);
    if (principal === null) return null;
    this.#verified.remember(tokenHash, principal, generation);
    return principal;
  }

  /** What can be said without the database: a principal, null for a value that is no live token, undefined when `verify` must look. */
  verifyCached(presented: string): Principal | null | undefined {
    if (!checkTokenFormat(presented)) return null;
    const now = this.#clock.now();
    const age = now - this.#versionReadAt;
    // A negative age is a clock that was set back: then nothing is known about the age.
    if (!(age >= 0 && age < MAX_VERSION_AGE_MS)) return undefined;
    const principal = this.#verified.get(hashOf(presented));
    return principal !== undefined && hasExpired(principal.expiresAt, now) ? null : principal;
  }

  async #lookUp(tokenHash: string): Promise<Principal | null> {
    try {
      const token = await findLiveToken(this.#store.db, tokenHash);
      if (token === undefined || !sameDigest(token.token_hash, tokenHash)) return null;
      if (hasExpired(token.expires_at, this.#clock.now())) return null;
      return principalOf(token, await this.#companiesOf(token));
    } catch {
      throw new CallerError(
        'UNAVAILABLE',
        'The token cannot be verified now: the database does not answer. Try again.',
        { headers: { 'retry-after': '1' } },
      );
    }
  }

  #companiesOf(token: LiveToken): Promise<ReadonlySet<string>> {
    return this.#groups.of(this.#store.db, { id: token.group_id, allCompanies: token.all_companies === 1 });
  }
}

function hasExpired(expiresAt: number | null, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** The row was found by its digest; this keeps the answer's time from telling how a database compares texts. */
function sameDigest(stored: string, computed: string): boolean {
  return stored.length === computed.length && timingSafeEqual(Buffer.from(stored), Buffer.from(computed));
}
