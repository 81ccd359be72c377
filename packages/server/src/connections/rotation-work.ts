/**
 * What every step of a rotation works with: the row it holds, the two tokens as clients, and the ways a step can end. Nothing
 * but this file and the steps sees a token's value, and no message or audit event holds one.
 */

import type { Transaction } from 'kysely';
import type { Actor, AuditAction, Origin } from '../access/audit/audit-event.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Database } from '../store/schema.ts';
import type { Queryable, Store } from '../store/store.ts';
import { Credentials, unsealCredentials } from './credentials.ts';
import type { Alongside, HeldRotation } from './rotation-row.ts';
import {
  factsOf,
  leftoverOf,
  type RotationFacts,
  type RotationRow,
  type StoredLeftover,
} from './rotation-view.ts';
import {
  openTokenCalls,
  revokeSurely,
  tokenCallText,
  type UpstreamTokenAccess,
  type UpstreamTokenCalls,
} from './upstream-tokens-calls.ts';

export interface RotationParts extends UpstreamTokenAccess {
  readonly store: Store;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly audit: AuditLog;
}

/** On whose behalf, and who listens. */
export interface RotationRequest {
  readonly actor: Actor;
  readonly origin: Origin;
  /** Told of each step as it begins. */
  readonly onStep?: ((message: string) => void) | undefined;
}

/** A token upstream, as an audit event names it. */
export interface NamedToken {
  readonly guid: string | null;
  readonly description: string;
}

/** An ended rotation keeps no secret and is nobody's. */
const ENDED = {
  sealed_old_credentials: null,
  sealed_credentials: null,
  holder: null,
  held_until: 0,
} as const;

export class RotationWork {
  readonly parts: RotationParts;
  readonly #held: HeldRotation;
  readonly #request: RotationRequest;

  constructor(parts: RotationParts, held: HeldRotation, request: RotationRequest) {
    this.parts = parts;
    this.#held = held;
    this.#request = request;
  }

  get row(): RotationRow {
    return this.#held.row;
  }

  get facts(): RotationFacts {
    return factsOf(this.row);
  }

  /** With the token the rotation began with. Throws CallerError when its address is no longer allowed. */
  oldCalls(): UpstreamTokenCalls {
    const { connection_id: connectionId, sealed_old_credentials: sealed } = this.row;
    if (sealed === null) throw new Error('the rotation has no old credentials any more');
    return this.#open(unsealCredentials(this.parts.vault, connectionId, sealed));
  }

  newCalls(): UpstreamTokenCalls {
    return this.#open(this.newCredentials());
  }

  /** The new token as it is kept until the switch, in a sealing of its own. */
  sealNew(credentials: Credentials): string {
    return this.parts.vault.seal(JSON.stringify(credentials), sealContext(this.row));
  }

  /** The new token's value, for the switch. */
  newCredentials(): Credentials {
    const { sealed_credentials: sealed } = this.row;
    if (sealed === null) throw new Error('the rotation has no new credentials at this step');
    return Credentials.parse(JSON.parse(this.parts.vault.unseal(sealed, sealContext(this.row))));
  }

  /** Makes a call upstream, holding the row meanwhile. */
  async call<T>(call: () => Promise<T>): Promise<T> {
    await this.#held.renew();
    return call();
  }

  /** Revokes a token with the old or the new one. Null once it is gone, else why it may not be. */
  revoke(using: 'old' | 'new', guid: string): Promise<string | null> {
    return this.call(async () => {
      let calls: UpstreamTokenCalls;
      try {
        calls = using === 'old' ? this.oldCalls() : this.newCalls();
      } catch (error) {
        return tokenCallText(error);
      }
      return revokeSurely(calls, guid);
    });
  }

  /** Writes a change down, with what belongs to it in one transaction, and tells of its message. */
  save(change: Partial<RotationRow>, alongside?: Alongside): Promise<void> {
    return this.saveWith(async transaction => {
      await alongside?.(transaction);
      return change;
    });
  }

  /** As `save`, with a change that is found in its transaction. */
  async saveWith(
    change: (transaction: Transaction<Database>) => Promise<Partial<RotationRow>>,
  ): Promise<void> {
    const { message } = this.row;
    await this.#held.saveWith(change);
    if (this.row.message !== message) this.#request.onStep?.(this.row.message);
  }

  /** Ends it without the result wanted; a working token is in place. */
  async fail(message: string, leftover: readonly StoredLeftover[] = []): Promise<void> {
    const { step } = this.row;
    const all = [...leftoverOf(this.row), ...leftover];
    const change = { ...ENDED, state: 'failed' as const, message, leftover: JSON.stringify(all) };
    await this.save(change, transaction =>
      this.record(transaction, 'upstream_token.rotation_failed', null, {
        step,
        message,
        left_over: all.map(entry => ({ guid: entry.guid, description: entry.description })),
      }),
    );
  }

  async finish(message: string): Promise<void> {
    await this.save({ ...ENDED, state: 'done', step: 'done', message });
  }

  /** Lets go of a rotation that has to wait; whoever looks next takes it up. */
  async pause(message: string): Promise<void> {
    await this.save({ holder: null, held_until: 0, message });
  }

  /** Appends an event about the connection, or about one token. */
  async record(
    transaction: Queryable,
    action: AuditAction,
    token: NamedToken | null,
    after: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { connection_id: connectionId, organization_id: organizationId } = this.row;
    const { actor, origin } = this.#request;
    await this.parts.audit.append(transaction, {
      ...{ organizationId, action, actor, origin },
      outcome: action === 'upstream_token.rotation_failed' ? 'failure' : 'success',
      target:
        token === null
          ? { kind: 'connection', guid: connectionId, name: null }
          : { kind: 'upstream_token', guid: token.guid, name: token.description },
      after: { connection_id: connectionId, ...after },
    });
  }

  #open(credentials: Credentials): UpstreamTokenCalls {
    return openTokenCalls(this.parts, credentials, this.facts.baseUrl);
  }
}

function sealContext(row: RotationRow): string {
  return `connection:${row.connection_id}:rotation`;
}
