/**
 * One-time links: first set-up, activation, new password. 256 random bits of which only the SHA-256 is kept; a link works once,
 * until its time is over, and a newer one of its kind and person ends it (tokens.md, "Sessions and sign-in").
 */
import { hash, randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { OneTimeLinksTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';
import { hasAdminWithPassword } from './last-admin.ts';

export type LinkKind = OneTimeLinksTable['kind'];
export type LinkRow = Selectable<OneTimeLinksTable>;

const HOUR_MS = 3_600_000;
const LIFETIME_MS: Readonly<Record<LinkKind, number>> = Object.freeze({
  set_up: HOUR_MS,
  activation: 7 * 24 * HOUR_MS,
  password_reset: HOUR_MS,
});

/** The page each link opens; the token is in the fragment, which no browser sends to a server. */
const PAGES: Readonly<Record<LinkKind, string>> = Object.freeze({
  set_up: 'set-up',
  activation: 'activate',
  password_reset: 'reset-password',
});

/** A link as it is given out, the only time. */
export interface NewLink {
  url: string;
  expiresAt: number;
}

/** Whom a link is for; null is the first Admin, whom the set-up makes. */
export interface LinkTarget {
  kind: LinkKind;
  organizationId: string;
  userId: string | null;
}

export class OneTimeLinks {
  readonly #clock: Clock;
  readonly #newId: IdSource;
  readonly #baseUrl: () => string;

  constructor(options: { clock: Clock; newId: IdSource; baseUrl: () => string }) {
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#baseUrl = options.baseUrl;
  }

  /** Makes a link; those made before for the same are dead from here on. */
  async issue(transaction: Queryable, target: LinkTarget): Promise<NewLink> {
    const { kind, organizationId, userId } = target;
    await this.#end(transaction, kind, organizationId, userId);
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const expiresAt = now + LIFETIME_MS[kind];
    await transaction
      .insertInto('one_time_links')
      .values({
        id: this.#newId(),
        organization_id: organizationId,
        kind,
        user_id: userId,
        token_hash: hashOfLink(token),
        created_at: now,
        expires_at: expiresAt,
        used_at: null,
      })
      .execute();
    return { url: `${this.#baseUrl().replace(/\/+$/, '')}/${PAGES[kind]}#${token}`, expiresAt };
  }

  /** The live link of that token. Throws CallerError NOT_FOUND for one that is unknown, used, over or dead. */
  async find(db: Queryable, token: string): Promise<LinkRow> {
    const link = await db
      .selectFrom('one_time_links')
      .selectAll()
      .where('token_hash', '=', hashOfLink(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', this.#clock.now())
      .executeTakeFirst();
    if (link === undefined || !(await isAlive(db, link))) throw linkRefused();
    return link;
  }

  /** Finds the link and uses it up. Of two at once the transaction lets one through. Throws as `find` does. */
  async take(transaction: Queryable, token: string): Promise<LinkRow> {
    const link = await this.find(transaction, token);
    await transaction
      .updateTable('one_time_links')
      .set({ used_at: this.#clock.now() })
      .where('id', '=', link.id)
      .execute();
    return link;
  }

  /** Ends every link of a person: of one who was deactivated or deleted, or whose password changed. */
  async endAllOf(transaction: Queryable, userId: string): Promise<void> {
    await transaction
      .updateTable('one_time_links')
      .set({ used_at: this.#clock.now() })
      .where('user_id', '=', userId)
      .where('used_at', 'is', null)
      .execute();
  }

  async #end(
    transaction: Queryable,
    kind: LinkKind,
    organizationId: string,
    userId: string | null,
  ): Promise<void> {
    const earlier = transaction
      .updateTable('one_time_links')
      .set({ used_at: this.#clock.now() })
      .where('kind', '=', kind)
      .where('organization_id', '=', organizationId)
      .where('used_at', 'is', null);
    await (userId === null
      ? earlier.where('user_id', 'is', null)
      : earlier.where('user_id', '=', userId)
    ).execute();
  }
}

/** A set-up link dies with the first Admin that can sign in, every link with its organization, and a person's with the person. */
async function isAlive(db: Queryable, link: LinkRow): Promise<boolean> {
  const organization = await db
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', link.organization_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (organization === undefined) return false;
  if (link.kind === 'set_up') return !(await hasAdminWithPassword(db, link.organization_id));
  const user = await db
    .selectFrom('users')
    .select('status')
    .where('id', '=', link.user_id)
    .executeTakeFirst();
  return user?.status === (link.kind === 'activation' ? 'Created' : 'Activated');
}

function hashOfLink(token: string): string {
  return hash('sha256', token, 'hex');
}

/** One text for every reason: the answer must not tell what became of a link. */
export function linkRefused(): CallerError {
  return new CallerError(
    'NOT_FOUND',
    'This link does not work: it was used, is over, or was replaced by a newer one. Ask for a new link.',
  );
}
