/**
 * Tokens on Bitsight, managed with a connection's own token: list, create, revoke (tokens.md, "Upstream tokens"). Nothing of
 * them is stored here but the audit events and which one is the connection's own.
 */
import { BitsightError, BitsightNotFoundError, BitsightRequestError } from '@sightline/bitsight';
import { type AuditAction, actorOf, type Origin } from '../access/audit/audit-event.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import { requirePermission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { CallerError } from '../errors.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Queryable, Store } from '../store/store.ts';
import { DEFAULT_BASE_URL } from './base-url.ts';
import { unsealCredentials } from './credentials.ts';
import { readOptions } from './options.ts';
import type { ConnectionPath } from './rotation.ts';
import { findRotation, rotatable } from './rotation-row.ts';
import { leftoverOf } from './rotation-view.ts';
import {
  mayHaveCreated,
  openTokenCalls,
  tokenCallText,
  type UpstreamTokenAccess,
  type UpstreamTokenCalls,
} from './upstream-tokens-calls.ts';
import { findHeldToken, isMaskOf, type UpstreamToken } from './upstream-tokens-view.ts';

export interface UpstreamTokenOptions extends UpstreamTokenAccess {
  readonly store: Store;
  readonly vault: Vault;
  readonly audit: AuditLog;
}

/** What a new token is made of. */
export interface NewUpstreamToken {
  readonly description: string;
  /** Name of an access control group on Bitsight; null for its default group. */
  readonly group: string | null;
}

/** A connection's token at work. */
interface Desk {
  readonly calls: UpstreamTokenCalls;
  readonly sealed: string;
  readonly lastFour: string;
  readonly knownGuid: string | null;
}

/** All calls throw CallerError: FORBIDDEN, NOT_FOUND, CONFLICT where the connection or its token cannot, UNAVAILABLE upstream. */
export class UpstreamTokenService {
  readonly #options: UpstreamTokenOptions;

  constructor(options: UpstreamTokenOptions) {
    this.#options = options;
  }

  /** The company tokens on Bitsight, masked. */
  async list(principal: Principal, path: ConnectionPath): Promise<UpstreamToken[]> {
    requirePermission(principal, 'upstream_tokens.read');
    const desk = await this.#desk(path);
    const tokens = await answered(desk.calls.list());
    const own = await this.#ownGuid(path, desk, tokens);
    return tokens.map(token => ({ ...token, is_own: token.guid === own }));
  }

  /** Makes a token. `value` is given here and never again. A POST whose answer is unclear is not repeated, but looked into. */
  async create(
    principal: Principal,
    path: ConnectionPath,
    input: NewUpstreamToken,
    origin: Origin,
  ): Promise<{ token: UpstreamToken; value: string }> {
    requirePermission(principal, 'upstream_tokens.manage');
    const { calls } = await this.#desk(path);
    const before = await answered(calls.list());
    try {
      const { token, credentials } = await calls.create(input.description, input.group);
      await this.#record(principal, path, origin, 'upstream_token.created', token, { group: input.group });
      return { token, value: credentials.username };
    } catch (error) {
      if (!mayHaveCreated(error)) throw refusedCreation(error);
      const why = tokenCallText(error);
      const known = new Set(before.map(token => token.guid));
      const after = await calls.list().catch(() => null);
      const made = after?.filter(
        token => !known.has(token.guid) && token.description.trim() === input.description.trim(),
      );
      for (const token of made ?? [])
        await this.#record(principal, path, origin, 'upstream_token.created', token, { value: 'unknown' });
      throw unclearCreation(why, input.description, made ?? null);
    }
  }

  /** Revokes a token on Bitsight; it stops working there at once. CONFLICT for the connection's own. */
  async revoke(principal: Principal, path: ConnectionPath, guid: string, origin: Origin): Promise<void> {
    requirePermission(principal, 'upstream_tokens.manage');
    const desk = await this.#desk(path);
    const tokens = await answered(desk.calls.list());
    const token = tokens.find(known => known.guid === guid);
    if (token === undefined) throw noToken();
    await this.#refuseOwn(path, desk, tokens, token);
    try {
      await desk.calls.revoke(guid);
    } catch (error) {
      // Somebody else was faster: it is gone all the same, but not by this call.
      if (error instanceof BitsightNotFoundError) throw noToken();
      throw upstreamError(error);
    }
    await this.#record(principal, path, origin, 'upstream_token.revoked', token, {}, transaction =>
      forgetLeftover(transaction, path.connectionId, guid),
    );
  }

  async #desk(path: ConnectionPath): Promise<Desk> {
    const { store, vault } = this.#options;
    const row = await rotatable(store.db, path.organizationId, path.connectionId);
    const credentials = unsealCredentials(vault, row.id, row.sealed_credentials);
    const baseUrl = readOptions(row.options).base_url ?? DEFAULT_BASE_URL;
    return {
      calls: openTokenCalls(this.#options, credentials, baseUrl),
      sealed: row.sealed_credentials,
      lastFour: credentials.username.slice(-4),
      knownGuid: row.upstream_token_guid,
    };
  }

  /** Which of the tokens is the connection's own, where that is certain; it is then remembered. */
  async #ownGuid(path: ConnectionPath, desk: Desk, tokens: readonly UpstreamToken[]): Promise<string | null> {
    if (tokens.some(token => token.guid === desk.knownGuid)) return desk.knownGuid;
    if (!tokens.some(token => isMaskOf(token, desk.lastFour))) return null;
    const { userName } = await answered(desk.calls.whoAmI());
    const { guid } = findHeldToken(tokens, { lastFour: desk.lastFour, userName });
    if (guid === null) return null;
    await this.#options.store.write(async transaction => {
      await transaction
        .updateTable('connections')
        .set({ upstream_token_guid: guid })
        .where('id', '=', path.connectionId)
        .where('sealed_credentials', '=', desk.sealed)
        .execute();
    });
    return guid;
  }

  async #refuseOwn(
    path: ConnectionPath,
    desk: Desk,
    tokens: readonly UpstreamToken[],
    token: UpstreamToken,
  ): Promise<void> {
    const own = await this.#ownGuid(path, desk, tokens);
    if (own === token.guid)
      throw new CallerError(
        'CONFLICT',
        'This is the token that the connection itself works with. Rotate it instead.',
      );
    if (own === null && isMaskOf(token, desk.lastFour))
      throw new CallerError(
        'CONFLICT',
        'This may be the token that the connection itself works with: it ends alike. Revoke it on Bitsight if it is not.',
      );
  }

  async #record(
    principal: Principal,
    path: ConnectionPath,
    origin: Origin,
    action: AuditAction,
    token: UpstreamToken,
    after: Readonly<Record<string, unknown>>,
    alongside?: (transaction: Queryable) => Promise<void>,
  ): Promise<void> {
    const { store, audit } = this.#options;
    await store.write(async transaction => {
      await alongside?.(transaction);
      await audit.append(transaction, {
        ...{ organizationId: path.organizationId, action, actor: actorOf(principal), origin },
        target: { kind: 'upstream_token', guid: token.guid, name: token.description },
        after: { connection_id: path.connectionId, ...after },
      });
    });
  }
}

/** A leftover of a rotation that somebody took away is none any more. */
async function forgetLeftover(transaction: Queryable, connectionId: string, guid: string): Promise<void> {
  const row = await findRotation(transaction, connectionId);
  if (row === null || row.state === 'running') return;
  const left = leftoverOf(row).filter(entry => entry.guid !== guid);
  await transaction
    .updateTable('connection_rotations')
    .set({ leftover: JSON.stringify(left) })
    .where('connection_id', '=', connectionId)
    .execute();
}

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw upstreamError(error);
  }
}

/** Upstream's refusal of the token is the connection's state; everything else passes. */
function upstreamError(error: unknown): unknown {
  const text = tokenCallText(error);
  const isRefusal = error instanceof BitsightError && (error.status === 401 || error.status === 403);
  return new CallerError(isRefusal ? 'CONFLICT' : 'UNAVAILABLE', text);
}

function refusedCreation(error: unknown): unknown {
  if (!(error instanceof BitsightRequestError || error instanceof BitsightNotFoundError))
    return upstreamError(error);
  const message = 'Bitsight did not accept the description or the group. No token was made.';
  return new CallerError('INVALID', message, { problems: [{ field: 'group', message }] });
}

function unclearCreation(
  why: string,
  description: string,
  made: readonly UpstreamToken[] | null,
): CallerError {
  const named = `“${description}”`;
  if (made === null)
    return new CallerError(
      'UNAVAILABLE',
      `${why} Whether a token ${named} was made could not be found out. Look at the list before you try again.`,
    );
  if (made.length === 0)
    return new CallerError('UNAVAILABLE', `${why} Bitsight lists no token ${named}. Try again.`);
  const guids = made.map(token => token.guid).join(', ');
  return new CallerError(
    'UNAVAILABLE',
    `${why} Bitsight lists a new token ${named} whose value nobody has: revoke ${guids} and try again.`,
  );
}

function noToken(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such token on Bitsight.');
}
