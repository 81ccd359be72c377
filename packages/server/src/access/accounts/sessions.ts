/**
 * Sessions of signed-in browsers: opened, verified on every request against the database, confirmed, ended. The cookie's value is
 * 256 random bits of which only the SHA-256 is kept. Source: tokens.md, "Sessions and sign-in" (12 h, 1 h idle, 10 minutes).
 */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Queryable, Store } from '../../store/store.ts';
import { actorOf, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { GroupCompanies } from '../group-companies.ts';
import type { Principal } from '../principal.ts';
import type { UserRow } from '../repository.ts';
import { endSessionsOf, findSession, type LiveSession, type SessionRow } from './account-rows.ts';
import { principalOf, type SessionView, viewOf } from './session-shapes.ts';

const LIFETIME_MS = 12 * 3_600_000;
const IDLE_MS = 3_600_000;
const CONFIRMED_MS = 600_000;
/** `last_seen_at` is written no more often. */
const SEEN_EVERY_MS = 60_000;
const MAX_CLIENT_LENGTH = 200;
/** What 32 bytes are in base64url. */
const COOKIE_VALUE = /^[A-Za-z0-9_-]{43}$/;

/** A session just opened or renewed. `cookieValue` is given here and never again. */
export interface OpenedSession {
  cookieValue: string;
  sessionId: string;
}

/** What a browser is told of its own session. */
export interface SessionState {
  csrfToken: string;
  expiresAt: number;
  /** Null when the next sensitive step asks for the password. */
  confirmedUntil: number | null;
}

export interface SessionAuthorityOptions {
  store: Store;
  audit: AuditLog;
  vault: Vault;
  clock: Clock;
  newId: IdSource;
}

export class SessionAuthority {
  readonly #store: Store;
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #csrfKey: Buffer;
  readonly #groups = new GroupCompanies();

  constructor(options: SessionAuthorityOptions) {
    this.#store = options.store;
    this.#audit = options.audit;
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#csrfKey = options.vault.deriveKey('csrf');
  }

  /** Opens a session for a person whose credentials were checked in this transaction. */
  async open(transaction: Queryable, user: UserRow, origin: Origin): Promise<OpenedSession> {
    const now = this.#clock.now();
    const { cookieValue, secretHash } = newSecret();
    const id = this.#newId();
    await transaction
      .insertInto('sessions')
      .values({
        id,
        organization_id: user.organization_id,
        user_id: user.id,
        secret_hash: secretHash,
        created_at: now,
        last_seen_at: now,
        expires_at: now + LIFETIME_MS,
        confirmed_at: now,
        address: origin.address,
        client: origin.client?.toWellFormed().slice(0, MAX_CLIENT_LENGTH) ?? null,
        ended_at: null,
      })
      .execute();
    await transaction.updateTable('users').set({ last_login_at: now }).where('id', '=', user.id).execute();
    await this.#audit.append(transaction, {
      organizationId: user.organization_id,
      action: 'session.created',
      actor: { kind: 'user', guid: user.id, name: user.formal_name },
      origin,
      target: sessionTarget(id),
    });
    return { cookieValue, sessionId: id };
  }

  /** The principal of a live session, or null. The database is asked each time: what ended is over at once, on every node. */
  async verify(cookieValue: string): Promise<Principal | null> {
    if (!COOKIE_VALUE.test(cookieValue)) return null;
    const session = await this.#lookUp(cookieValue);
    if (session === null) return null;
    await this.#seen(session);
    const group = { id: session.group_id, allCompanies: session.all_companies === 1 };
    return principalOf(session, await this.#groups.of(this.#store.db, group));
  }

  /** What the session's browser is told. Throws CallerError UNAUTHENTICATED when it has just ended. */
  async stateOf(sessionId: string): Promise<SessionState> {
    const session = await this.#row(sessionId);
    const confirmedUntil = session.confirmed_at + CONFIRMED_MS;
    return {
      csrfToken: this.csrfToken(sessionId),
      expiresAt: session.expires_at,
      confirmedUntil: confirmedUntil > this.#clock.now() ? confirmedUntil : null,
    };
  }

  csrfToken(sessionId: string): string {
    return createHmac('sha256', this.#csrfKey).update(sessionId).digest('base64url');
  }

  isCsrfToken(sessionId: string, given: string): boolean {
    const expected = Buffer.from(this.csrfToken(sessionId));
    const presented = Buffer.from(given);
    return expected.length === presented.length && timingSafeEqual(expected, presented);
  }

  /**
   * Asks a session for its password again when it last gave one more than ten minutes ago; a token is its own proof. Throws
   * CallerError FORBIDDEN with the field `confirmation`.
   */
  async requireConfirmed(principal: Principal): Promise<void> {
    if (principal.sessionId === null) return;
    const { confirmedUntil } = await this.stateOf(principal.sessionId);
    if (confirmedUntil !== null) return;
    const message = 'Give your password or a code again (POST /v1/session/confirm), then repeat the call.';
    throw new CallerError('FORBIDDEN', message, { problems: [{ field: 'confirmation', message }] });
  }

  /** Notes that the session's person proved itself again. The cookie gets a new value, and the old one is dead. */
  async renew(transaction: Queryable, principal: Principal, origin: Origin): Promise<OpenedSession> {
    const sessionId = sessionIdOf(principal);
    const { cookieValue, secretHash } = newSecret();
    await transaction
      .updateTable('sessions')
      .set({ secret_hash: secretHash, confirmed_at: this.#clock.now() })
      .where('id', '=', sessionId)
      .where('ended_at', 'is', null)
      .execute();
    await this.#audit.append(transaction, {
      organizationId: principal.organizationId,
      action: 'session.confirmed',
      actor: actorOf(principal),
      origin,
      target: sessionTarget(sessionId),
    });
    return { cookieValue, sessionId };
  }

  /** Ends one of the person's own sessions. Throws CallerError NOT_FOUND for any other. */
  async end(principal: Principal, sessionId: string, origin: Origin): Promise<void> {
    const endedAt = this.#clock.now();
    await this.#store.write(async transaction => {
      const session = await transaction
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', sessionId)
        .where('user_id', '=', principal.userId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (session === undefined) throw new CallerError('NOT_FOUND', 'There is no such session.');
      await transaction
        .updateTable('sessions')
        .set({ ended_at: endedAt })
        .where('id', '=', sessionId)
        .execute();
      await this.#audit.append(transaction, {
        organizationId: principal.organizationId,
        action: 'session.ended',
        actor: actorOf(principal),
        origin,
        target: sessionTarget(sessionId),
      });
    });
  }

  /** Ends every session of the person but the one that asks. */
  async endOthers(principal: Principal, origin: Origin): Promise<void> {
    const endedAt = this.#clock.now();
    await this.#store.write(async transaction => {
      await endSessionsOf(transaction, principal.userId, endedAt, principal.sessionId);
      await this.#audit.append(transaction, {
        organizationId: principal.organizationId,
        action: 'session.ended',
        actor: actorOf(principal),
        origin,
        after: { all_others: true },
      });
    });
  }

  /** The person's live sessions, the latest first. */
  async listOwn(principal: Principal): Promise<SessionView[]> {
    const now = this.#clock.now();
    const rows = await this.#store.db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', principal.userId)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', now)
      .where('last_seen_at', '>', now - IDLE_MS)
      .orderBy('id', 'desc')
      .execute();
    return rows.map(row => viewOf(row, principal.sessionId));
  }

  async #lookUp(cookieValue: string): Promise<LiveSession | null> {
    let session: LiveSession | undefined;
    try {
      session = await findSession(this.#store.db, hashOfSecret(cookieValue));
    } catch {
      throw new CallerError(
        'UNAVAILABLE',
        'The session cannot be verified now: the database does not answer. Try again.',
        { headers: { 'retry-after': '1' } },
      );
    }
    const now = this.#clock.now();
    const isOver =
      session === undefined || session.expires_at <= now || session.last_seen_at + IDLE_MS <= now;
    return session === undefined || isOver ? null : session;
  }

  async #seen(session: LiveSession): Promise<void> {
    const now = this.#clock.now();
    if (now - session.last_seen_at < SEEN_EVERY_MS) return;
    try {
      await this.#store.write(async transaction => {
        await transaction
          .updateTable('sessions')
          .set({ last_seen_at: now })
          .where('id', '=', session.id)
          .where('last_seen_at', '<', now)
          .execute();
      });
    } catch {
      // The request is good; should writing fail for an hour, the session idles out, which errs on the safe side.
    }
  }

  async #row(sessionId: string): Promise<SessionRow> {
    const row = await this.#store.db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', sessionId)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) throw new CallerError('UNAUTHENTICATED', 'The session is over. Sign in again.');
    return row;
  }
}

/** The id of the principal's session. Throws CallerError FORBIDDEN for a principal that has none. */
export function sessionIdOf(principal: Principal): string {
  if (principal.sessionId !== null) return principal.sessionId;
  throw new CallerError('FORBIDDEN', 'This call is for people who have signed in, not for API tokens.');
}

function newSecret(): { cookieValue: string; secretHash: string } {
  const cookieValue = randomBytes(32).toString('base64url');
  return { cookieValue, secretHash: hashOfSecret(cookieValue) };
}

function hashOfSecret(cookieValue: string): string {
  return hash('sha256', cookieValue, 'hex');
}

function sessionTarget(id: string) {
  return { kind: 'session', guid: id, name: null } as const;
}
