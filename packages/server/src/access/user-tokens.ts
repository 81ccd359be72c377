/**
 * User API tokens: one for each person, shown to its owner again and again, replaced by the next one. Source: tokens.md,
 * "Kinds": kept as a hash for verification, and sealed with the server key for its owner's page.
 */
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Queryable, Store } from '../store/store.ts';
import { type Actor, actorOf, NO_ORIGIN, type Origin, SYSTEM } from './audit/audit-event.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { requirePermission } from './permissions.ts';
import type { Principal } from './principal.ts';
import { findUser, type UserRow } from './repository.ts';
import { newTokenValue } from './token-format.ts';
import { endUserTokens, findUserToken, insertToken } from './token-repository.ts';
import { sealContext, type TokenUse, tokenRow, useOf } from './token-rows.ts';

export interface UserTokensOptions {
  store: Store;
  audit: AuditLog;
  vault: Vault;
  clock: Clock;
  newId: IdSource;
  /** Told when a token ended, so that it holds in this process at once. */
  accessChanged: () => void;
}

/** A user token as its owner sees it before asking for the value. */
export interface UserTokenView extends TokenUse {
  guid: string;
  lastFour: string;
  createdAt: number;
}

export interface IssuedUserToken {
  guid: string;
  value: string;
  createdAt: number;
}

export class UserTokens {
  readonly #options: UserTokensOptions;

  constructor(options: UserTokensOptions) {
    this.#options = options;
  }

  /** The user's live token, masked; null when there is none. */
  async describe(principal: Principal, userId: string): Promise<UserTokenView | null> {
    requireOwn(principal, userId);
    const { db } = this.#options.store;
    const token = await findUserToken(db, userId);
    if (token === undefined) return null;
    const use = await db
      .selectFrom('api_token_usage')
      .selectAll()
      .where('token_id', '=', token.id)
      .executeTakeFirst();
    return {
      guid: token.id,
      lastFour: token.last_four,
      createdAt: token.created_at,
      ...useOf(
        use ?? { request_count: 0, last_used_at: null, last_used_address: null, last_used_client: null },
      ),
    };
  }

  /** The value of the user's token, recorded as shown; null when there is none. Throws CallerError FORBIDDEN for another's. */
  async reveal(principal: Principal, userId: string, origin: Origin): Promise<string | null> {
    requireOwn(principal, userId);
    const { store, audit } = this.#options;
    return store.write(async transaction => {
      const token = await findUserToken(transaction, userId);
      if (token === undefined || token.sealed_value === null) return null;
      const value = this.#options.vault.unseal(token.sealed_value, sealContext(token.id));
      await audit.append(transaction, {
        organizationId: token.organization_id,
        action: 'token.revealed',
        actor: actorOf(principal),
        origin,
        target: { kind: 'token', guid: token.id, name: token.description },
      });
      return value;
    });
  }

  /** Makes the user's token; the one from before stops working at once. Throws CallerError FORBIDDEN for another's, NOT_FOUND. */
  async generate(principal: Principal, userId: string, origin: Origin): Promise<IssuedUserToken> {
    requireOwn(principal, userId);
    const issued = await this.#options.store.write(transaction =>
      this.#replace(transaction, userId, { actor: actorOf(principal), origin }),
    );
    this.#options.accessChanged();
    return issued;
  }

  /** As `generate`, inside a transaction of the program's own start that may make the user as well. Returns the value. */
  async replaceIn(transaction: Queryable, userId: string): Promise<string> {
    const { value } = await this.#replace(transaction, userId, { actor: SYSTEM, origin: NO_ORIGIN });
    return value;
  }

  /** The value for the program's own start, which is no one's request; null when there is none. */
  async valueAtStart(userId: string): Promise<string | null> {
    const token = await findUserToken(this.#options.store.db, userId);
    if (token === undefined || token.sealed_value === null) return null;
    return this.#options.vault.unseal(token.sealed_value, sealContext(token.id));
  }

  async #replace(
    transaction: Queryable,
    userId: string,
    by: { actor: Actor; origin: Origin },
  ): Promise<IssuedUserToken> {
    const { audit, vault, clock, newId } = this.#options;
    const user = await personOf(transaction, userId);
    const value = newTokenValue('user');
    const guid = newId();
    const createdAt = clock.now();
    const replaced = await endUserTokens(transaction, userId, createdAt);
    const description = 'User API token';
    const token = tokenRow('user', value, {
      id: guid,
      organization_id: user.organization_id,
      user_id: userId,
      description,
      scopes: '[]',
      sealed_value: vault.seal(value, sealContext(guid)),
      creator_user_id: userId,
      creator_name: user.formal_name,
      created_at: createdAt,
    });
    await insertToken(transaction, token, null);
    await audit.append(transaction, {
      organizationId: user.organization_id,
      action: replaced === null ? 'token.created' : 'token.rotated',
      ...by,
      target: { kind: 'token', guid, name: description },
      ...(replaced === null ? {} : { before: { guid: replaced } }),
      after: { user_guid: userId },
    });
    return { guid, value, createdAt };
  }
}

/** A company token's own record is no person, and has no token beside the one it is. Throws CallerError NOT_FOUND. */
async function personOf(transaction: Queryable, userId: string): Promise<UserRow> {
  const user = await findUser(transaction, userId);
  if (user !== undefined && user.is_company_api_token === 0) return user;
  throw new CallerError('NOT_FOUND', 'There is no user with this guid.');
}

/** A user token is its owner's alone; the operator, who has the server key, may act for anyone. */
function requireOwn(principal: Principal, userId: string): void {
  requirePermission(principal, 'own.manage');
  if (principal.via === 'operator' || principal.userId === userId) return;
  throw new CallerError('FORBIDDEN', 'A user API token is shown to its owner alone.');
}
