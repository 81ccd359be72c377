/**
 * Company tokens: making, listing, changing, replacing and revoking them. Sources: tokens.md, "Kinds" (what is kept of one),
 * "Least privilege" and "A group is a wall".
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Queryable, Store } from '../store/store.ts';
import { type AuditAction, type AuditEvent, actorOf, type Origin } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { requirePermission } from './permissions.ts';
import type { Principal } from './principal.ts';
import { bumpAccessVersion, findOrganization, type GroupRow } from './repository.ts';
import { type Reach, reachIn } from './scope.ts';
import { type CompanyTokenChanges, changedToken } from './token-changes.ts';
import { newTokenValue } from './token-format.ts';
import {
  type CompanyTokenRow,
  endCompanyToken,
  findCompanyToken,
  insertToken,
  listCompanyTokens,
  type TokenWindow,
} from './token-repository.ts';
import {
  type ApiTokenView,
  auditedToken,
  companyTokenRow,
  companyTokenUser,
  timeOrNull,
  UNUSED,
  viewOf,
} from './token-rows.ts';
import {
  type CompanyTokenRequest,
  checkDescription,
  checkExpiry,
  checkOverlap,
  groupForToken,
  requireNotAbove,
  roleForToken,
  scopesForToken,
} from './token-rules.ts';

export interface CompanyTokensOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  newId: IdSource;
  /** Told after a change of what a token may, so that it holds in this process at once. */
  accessChanged: () => void;
}

/** A token with its value, which is in nobody's hands but the receiver's. */
export interface IssuedToken {
  token: ApiTokenView;
  value: string;
}

/**
 * Another way to the holder than the answer. `before` runs while the token does not exist yet, so that a failure leaves none
 * behind whose value nobody has; `within` is part of the transaction that makes it.
 */
export interface ValueDelivery {
  before(issued: IssuedToken): Promise<void>;
  within(transaction: Queryable, issued: IssuedToken): Promise<void>;
}

/** Read at once where all tokens are asked for. */
const TOKENS_PER_PAGE = 1_000;

export class CompanyTokens {
  readonly #options: CompanyTokensOptions;

  constructor(options: CompanyTokensOptions) {
    this.#options = options;
  }

  /** All live company tokens that the principal may manage in its own organization, oldest first. */
  async list(principal: Principal): Promise<ApiTokenView[]> {
    const tokens: ApiTokenView[] = [];
    for await (const page of this.pages(principal)) tokens.push(...page);
    return tokens;
  }

  /** The same list in pages, between which other requests have their turn. */
  async *pages(principal: Principal): AsyncGenerator<ApiTokenView[]> {
    let from: TokenWindow['from'] = null;
    for (;;) {
      const window = { from, backwards: false, rows: TOKENS_PER_PAGE };
      const page = await this.page(principal, principal.organizationId, window);
      if (page.length > 0 || from === null) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < TOKENS_PER_PAGE) return;
      from = { keys: [last.createdAt, last.guid], inclusive: false };
      await setImmediate();
    }
  }

  /** A window of the same list, of a named organization. */
  async page(principal: Principal, organizationId: string, window: TokenWindow): Promise<ApiTokenView[]> {
    requirePermission(principal, 'tokens.read');
    const { store, clock } = this.#options;
    const rows = await listCompanyTokens(store.db, reachIn(principal, organizationId), clock.now(), window);
    return rows.map(viewOf);
  }

  /** Throws CallerError NOT_FOUND for one that is unknown, ended, or out of reach. */
  async get(principal: Principal, organizationId: string, guid: string): Promise<ApiTokenView> {
    requirePermission(principal, 'tokens.read');
    return viewOf(await this.#find(this.#options.store.db, reachIn(principal, organizationId), guid));
  }

  /** The groups that the principal may bind a new token to, by name. */
  async groups(principal: Principal, organizationId: string): Promise<{ guid: string; name: string }[]> {
    requirePermission(principal, 'tokens.read');
    const reach = reachIn(principal, organizationId);
    const query = this.#options.store.db
      .selectFrom('access_groups')
      .select(['id as guid', 'name'])
      .where('organization_id', '=', reach.organizationId)
      .orderBy('name');
    return (reach.groupId === null ? query : query.where('id', '=', reach.groupId)).execute();
  }

  /**
   * Makes a company token. `value` is given here and never again: only its hash and last four characters are kept. Throws
   * CallerError INVALID that names the field, or what the delivery throws.
   */
  async create(
    principal: Principal,
    organizationId: string,
    request: CompanyTokenRequest,
    origin: Origin,
    delivery?: ValueDelivery,
  ): Promise<IssuedToken> {
    requirePermission(principal, 'tokens.manage');
    reachIn(principal, organizationId);
    const { store, clock, newId } = this.#options;
    const createdAt = clock.now();
    const wanted = {
      description: checkDescription(request.description),
      role: roleForToken(principal, request.role),
      scopes: scopesForToken(principal, organizationId, request.scopes),
      expiresAt: checkExpiry(request.expiresAt, createdAt),
    };
    const groupFor = (db: Queryable) => groupForToken(db, principal, organizationId, request.group);
    const issue = (group: GroupRow): ApiTokenView => ({
      ...wanted,
      guid: ids.token,
      userId: ids.user,
      lastFour: value.slice(-4),
      createdAt,
      creatorName: principal.name,
      group: { guid: group.id, name: group.name },
      ...UNUSED,
    });
    const ids = { token: newId(), user: newId() };
    const value = newTokenValue('company');
    await delivery?.before({ value, token: issue(await groupFor(store.db)) });
    const token = await store.write(async transaction => {
      if ((await findOrganization(transaction, organizationId)) === undefined) {
        throw new CallerError('NOT_FOUND', 'There is no such organization.');
      }
      const made = issue(await groupFor(transaction));
      const { role, description } = made;
      const user = companyTokenUser(ids.user, organizationId, made.group.guid, description, role, createdAt);
      await insertToken(transaction, companyTokenRow(principal, organizationId, made, value), user);
      await this.#append(transaction, 'token.created', { principal, organizationId, origin }, made, {
        after: auditedToken(made),
      });
      await delivery?.within(transaction, { token: made, value });
      return made;
    });
    return { token, value };
  }

  /** Changes what is given. Throws CallerError NOT_FOUND, FORBIDDEN for a token above the principal, INVALID, CONFLICT. */
  async update(
    principal: Principal,
    organizationId: string,
    guid: string,
    changes: CompanyTokenChanges,
    origin: Origin,
  ): Promise<ApiTokenView> {
    requirePermission(principal, 'tokens.manage');
    const reach = reachIn(principal, organizationId);
    const { store, clock } = this.#options;
    const now = clock.now();
    const changed = await store.write(async transaction => {
      const before = viewOf(await this.#find(transaction, reach, guid));
      requireNotAbove(principal, organizationId, before);
      const after = changedToken(before, changes, now);
      await transaction
        .updateTable('api_tokens')
        .set({
          description: after.description,
          expires_at: after.expiresAt,
          needs_review: after.needsReview ? 1 : 0,
        })
        .where('id', '=', guid)
        .execute();
      const name = after.description;
      await transaction
        .updateTable('users')
        .set({ formal_name: name, friendly_name: name })
        .where('id', '=', after.userId)
        .execute();
      await bumpAccessVersion(transaction);
      await this.#append(transaction, 'token.updated', { principal, organizationId, origin }, after, {
        before: { ...auditedToken(before), needs_review: before.needsReview },
        after: { ...auditedToken(after), needs_review: after.needsReview },
      });
      return after;
    });
    this.#options.accessChanged();
    return changed;
  }

  /** Ends a token at once. Throws CallerError NOT_FOUND for one that is unknown, ended before, or out of reach. */
  async revoke(principal: Principal, organizationId: string, guid: string, origin: Origin): Promise<void> {
    requirePermission(principal, 'tokens.manage');
    const reach = reachIn(principal, organizationId);
    const { store, clock } = this.#options;
    const now = clock.now();
    await store.write(async transaction => {
      const row = await this.#find(transaction, reach, guid);
      await endCompanyToken(transaction, row, now);
      const token = viewOf(row);
      await this.#append(transaction, 'token.revoked', { principal, organizationId, origin }, token, {
        before: auditedToken(token),
      });
    });
    this.#options.accessChanged();
  }

  /**
   * Makes a token in another one's place: the same description, role, scopes and user record, and for a token with an expiry the
   * same life again. The old one works for the overlap, never longer than it would have. Throws CallerError NOT_FOUND, FORBIDDEN
   * for a token above the principal, CONFLICT for one that was replaced before, INVALID.
   */
  async rotate(
    principal: Principal,
    organizationId: string,
    guid: string,
    options: { overlapMs: number },
    origin: Origin,
  ): Promise<IssuedToken> {
    requirePermission(principal, 'tokens.manage');
    const reach = reachIn(principal, organizationId);
    const overlapMs = checkOverlap(options.overlapMs);
    const { store, clock, newId } = this.#options;
    const now = clock.now();
    const newGuid = newId();
    const value = newTokenValue('company');
    const token = await store.write(async transaction => {
      const row = await this.#find(transaction, reach, guid);
      const old = viewOf(row);
      requireNotAbove(principal, organizationId, old);
      if (old.replacedBy !== null) throw new CallerError('CONFLICT', 'This token has been replaced already.');
      const made: ApiTokenView = {
        ...old,
        ...UNUSED,
        guid: newGuid,
        lastFour: value.slice(-4),
        createdAt: now,
        creatorName: principal.name,
        expiresAt: old.expiresAt === null ? null : now + (old.expiresAt - old.createdAt),
      };
      await insertToken(transaction, companyTokenRow(principal, organizationId, made, value), null);
      const expiresAt = Math.min(now + overlapMs, old.expiresAt ?? Number.POSITIVE_INFINITY);
      await transaction
        .updateTable('api_tokens')
        .set({ replaced_by: newGuid, expires_at: expiresAt })
        .where('id', '=', guid)
        .execute();
      if (overlapMs === 0) await endCompanyToken(transaction, row, now);
      else await bumpAccessVersion(transaction);
      await this.#append(transaction, 'token.rotated', { principal, organizationId, origin }, old, {
        before: auditedToken(old),
        after: {
          replaced_by: newGuid,
          old_works_until: timeOrNull(expiresAt),
          expires_at: timeOrNull(made.expiresAt),
        },
      });
      return made;
    });
    this.#options.accessChanged();
    return { token, value };
  }

  async #find(db: Queryable, reach: Reach, guid: string): Promise<CompanyTokenRow> {
    const row = await findCompanyToken(db, reach, this.#options.clock.now(), guid);
    if (row !== undefined) return row;
    throw new CallerError('NOT_FOUND', 'There is no company API token with this guid.');
  }

  #append(
    transaction: Queryable,
    action: AuditAction,
    by: { principal: Principal; organizationId: string; origin: Origin },
    token: ApiTokenView,
    more: Pick<AuditEvent, 'before' | 'after'>,
  ): Promise<void> {
    return this.#options.audit.append(transaction, {
      organizationId: by.organizationId,
      action,
      actor: actorOf(by.principal),
      origin: by.origin,
      target: { kind: 'token', guid: token.guid, name: token.description },
      ...more,
    });
  }
}
