/**
 * Issues, verifies and revokes API tokens: the only code that sees a token's value. Source: tokens.md, "Kinds" (what is kept
 * of a token, and how fast a revocation holds) and "Wire contract".
 */
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { CallerError, OperatorError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Queryable, Store } from '../store/store.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { GroupCompanies } from './group-companies.ts';
import { requirePermission } from './permissions.ts';
import type { Principal } from './principal.ts';
import {
  endCompanyToken,
  endUserTokens,
  findDefaultGroup,
  findLiveToken,
  findTokenByHash,
  findUser,
  findUserToken,
  insertToken,
  type LiveToken,
  listLiveCompanyTokens,
  readAccessVersion,
} from './repository.ts';
import { reachOf } from './scope.ts';
import { checkTokenFormat, newTokenValue } from './token-format.ts';
import {
  type ApiTokenView,
  companyTokenUser,
  hashOf,
  principalOf,
  roleOf,
  sealContext,
  tokenRow,
  viewOf,
} from './token-rows.ts';
import {
  type CompanyTokenRequest,
  checkDescription,
  groupForToken,
  roleForToken,
  scopesForToken,
} from './token-rules.ts';
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

export interface PresetToken {
  value: string;
  description: string;
  organizationId: string;
  creatorUserId: string;
}

export class TokenAuthority {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #verified = new VerifiedTokens();
  readonly #groups = new GroupCompanies();
  #version: number | null = null;
  /** When the version that `#version` holds was asked for. */
  #versionReadAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TokenAuthorityOptions) {
    this.#store = options.store;
    this.#vault = options.vault;
    this.#clock = options.clock;
    this.#newId = options.newId;
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
      if (version !== this.#version) this.#forgetAll();
      this.#version = version;
      this.#versionReadAt = askedAt;
      return true;
    } catch {
      // Nothing to do: the version grows old, and from then on `verify` meets the database itself and says so.
      return false;
    }
  }

  /**
   * To be called after a change of access that was made elsewhere (a role, a group, an organization's end, each with
   * `bumpAccessVersion` in its transaction), so that it holds at once in this process too.
   */
  accessChanged(): void {
    this.#forgetAll();
  }

  /** The principal of a live token, or null. Throws CallerError UNAVAILABLE when only the database could tell and it cannot be read. */
  async verify(presented: string): Promise<Principal | null> {
    const known = this.verifyCached(presented);
    if (known !== undefined) return known;
    const tokenHash = hashOf(presented);
    const generation = this.#verified.generation;
    const token = await this.#lookUp(tokenHash);
    if (token === undefined || !sameDigest(token.token_hash, tokenHash)) return null;
    const group = { id: token.group_id, allCompanies: token.all_companies === 1 };
    const principal = principalOf(token, await this.#groups.of(this.#store.db, group));
    this.#verified.remember(tokenHash, principal, generation);
    return principal;
  }

  /** What can be said without the database: a principal, null for a value that cannot be a token, undefined when `verify` must look. */
  verifyCached(presented: string): Principal | null | undefined {
    if (!checkTokenFormat(presented)) return null;
    const age = this.#clock.now() - this.#versionReadAt;
    // A negative age is a clock that was set back: then nothing is known about the age.
    if (!(age >= 0 && age < MAX_VERSION_AGE_MS)) return undefined;
    return this.#verified.get(hashOf(presented));
  }

  /** The live company tokens the principal may manage, oldest first. */
  async listCompanyTokens(principal: Principal): Promise<ApiTokenView[]> {
    requirePermission(principal, 'tokens.read');
    const rows = await listLiveCompanyTokens(this.#store.db, reachOf(principal));
    return rows.map(viewOf);
  }

  /** Makes a company token. `value` is given here and never again: only its hash and last four characters are kept. */
  async createCompanyToken(
    principal: Principal,
    request: CompanyTokenRequest,
  ): Promise<{ token: ApiTokenView; value: string }> {
    requirePermission(principal, 'tokens.manage');
    const description = checkDescription(request.description);
    const role = roleForToken(principal, request.role);
    const scopes = scopesForToken(principal, request.scopes);
    const value = newTokenValue('company');
    const ids = { token: this.#newId(), user: this.#newId() };
    const createdAt = this.#clock.now();
    const groupName = await this.#store.write(async transaction => {
      const group = await groupForToken(transaction, principal, request.group);
      const user = companyTokenUser(
        ids.user,
        principal.organizationId,
        group.id,
        description,
        role,
        createdAt,
      );
      const token = tokenRow('company', value, {
        id: ids.token,
        organization_id: principal.organizationId,
        user_id: ids.user,
        description,
        scopes: JSON.stringify(scopes),
        creator_user_id: principal.userId,
        creator_name: principal.name,
        created_at: createdAt,
      });
      await insertToken(transaction, token, user);
      return group.name;
    });
    this.#forgetAll();
    return {
      value,
      token: {
        guid: ids.token,
        userId: ids.user,
        description,
        lastFour: value.slice(-4),
        createdAt,
        creatorName: principal.name,
        groupName,
        role,
        scopes,
      },
    };
  }

  /** Ends a company token at once. Throws CallerError NOT_FOUND for one that is unknown, revoked before, or out of reach. */
  async revokeCompanyToken(principal: Principal, guid: string): Promise<void> {
    requirePermission(principal, 'tokens.manage');
    const revokedAt = this.#clock.now();
    const ended = await this.#store.write(transaction =>
      endCompanyToken(transaction, reachOf(principal), guid, revokedAt),
    );
    if (!ended) throw new CallerError('NOT_FOUND', 'There is no company API token with this guid.');
    this.#forgetAll();
  }

  /** The value of the user's own token, for its owner's page, or null when there is none. */
  async userToken(userId: string): Promise<string | null> {
    const token = await findUserToken(this.#store.db, userId);
    if (token === undefined || token.sealed_value === null) return null;
    return this.#vault.unseal(token.sealed_value, sealContext(token.id));
  }

  /** Makes the user's token; the one from before stops working at once. */
  async generateUserToken(userId: string): Promise<string> {
    const value = await this.#store.write(transaction => this.replaceUserToken(transaction, userId));
    this.#forgetAll();
    return value;
  }

  /** As `generateUserToken`, inside a transaction of the caller's that makes the user as well. */
  async replaceUserToken(transaction: Queryable, userId: string): Promise<string> {
    const user = await findUser(transaction, userId);
    // A company token's own record is no person, and has no token beside the one it is.
    if (user === undefined || user.is_company_api_token === 1) {
      throw new CallerError('NOT_FOUND', 'There is no user with this guid.');
    }
    const value = newTokenValue('user');
    const guid = this.#newId();
    const createdAt = this.#clock.now();
    await endUserTokens(transaction, userId, createdAt);
    const token = tokenRow('user', value, {
      id: guid,
      organization_id: user.organization_id,
      user_id: userId,
      description: 'User API token',
      scopes: '[]',
      sealed_value: this.#vault.seal(value, sealContext(guid)),
      creator_user_id: userId,
      creator_name: user.formal_name,
      created_at: createdAt,
    });
    await insertToken(transaction, token, null);
    return value;
  }

  /**
   * A company token whose value the operator chose (`--token`), with its creator's role. Idempotent: the same value of the
   * same organization is found, not made again. Throws OperatorError for a value that cannot be a token or is taken.
   */
  async presetCompanyToken(preset: PresetToken): Promise<{ guid: string }> {
    if (!checkTokenFormat(preset.value)) {
      throw new OperatorError(
        'A preset token must be 40 printable ASCII characters without a colon; one that begins with slu_ or slc_ must also carry a right checksum.',
        { exitCode: 2 },
      );
    }
    const description = checkDescription(preset.description);
    const ids = { token: this.#newId(), user: this.#newId() };
    const createdAt = this.#clock.now();
    const guid = await this.#store.write(async transaction => {
      const existing = await findTokenByHash(transaction, hashOf(preset.value));
      if (existing !== undefined) {
        if (existing.revoked_at === null && existing.organization_id === preset.organizationId)
          return existing.id;
        throw new OperatorError(
          'This preset token was revoked, or belongs to another organization. Choose another value.',
        );
      }
      const creator = await findUser(transaction, preset.creatorUserId);
      const group = await findDefaultGroup(transaction, preset.organizationId);
      if (creator === undefined || group === undefined || creator.organization_id !== preset.organizationId) {
        throw new OperatorError('A preset token needs an organization and a user of it as its creator.');
      }
      const role = roleOf(creator.role);
      const user = companyTokenUser(ids.user, preset.organizationId, group.id, description, role, createdAt);
      const token = tokenRow('company', preset.value, {
        id: ids.token,
        organization_id: preset.organizationId,
        user_id: ids.user,
        description,
        scopes: '[]',
        creator_user_id: creator.id,
        creator_name: creator.formal_name,
        created_at: createdAt,
      });
      await insertToken(transaction, token, user);
      return ids.token;
    });
    this.#forgetAll();
    return { guid };
  }

  #forgetAll(): void {
    this.#verified.forgetAll();
    this.#groups.forgetAll();
  }

  async #lookUp(tokenHash: string): Promise<LiveToken | undefined> {
    try {
      return await findLiveToken(this.#store.db, tokenHash);
    } catch {
      throw new CallerError(
        'UNAVAILABLE',
        'The token cannot be verified now: the database does not answer. Try again.',
        {
          headers: { 'retry-after': '1' },
        },
      );
    }
  }
}

/** The row was found by its digest; this keeps the answer's time from telling how a database compares texts. */
function sameDigest(stored: string, computed: string): boolean {
  return stored.length === computed.length && timingSafeEqual(Buffer.from(stored), Buffer.from(computed));
}
