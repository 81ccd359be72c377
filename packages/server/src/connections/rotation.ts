/**
 * Rotating the own token of a connection: begun by a caller, and taken up again by whoever comes next (the hub's timer, the
 * next call) where a process died. Source: tokens.md, "Upstream tokens".
 */
import { actorOf, NO_ORIGIN, type Origin, SYSTEM } from '../access/audit/audit-event.ts';
import { requirePermission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import type { IdSource } from '../ids.ts';
import { unsealCredentials } from './credentials.ts';
import { findConnection } from './repository.ts';
import { abandonCreation, createToken } from './rotation-create.ts';
import { descriptionOf, newMarker } from './rotation-marker.ts';
import { revokeOld } from './rotation-revoke.ts';
import {
  abandonedRotations,
  begin,
  findRotation,
  HeldRotation,
  HoldLost,
  noConnection,
  rotatable,
  takeOver,
  underWay,
} from './rotation-row.ts';
import { switchTokens, testToken } from './rotation-switch.ts';
import { type RotationRow, type RotationStatus, statusOf } from './rotation-view.ts';
import { type RotationParts, type RotationRequest, RotationWork } from './rotation-work.ts';

export interface RotationServiceOptions extends RotationParts {
  readonly newId: IdSource;
}

/** Where a rotation is begun or looked at. */
export interface ConnectionPath {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** An error of ours is met again at each try; longer than any wait for a run it is not tried. */
const GIVE_UP_MS = 24 * 3_600_000;

const BY_ITSELF: RotationRequest = Object.freeze({ actor: SYSTEM, origin: NO_ORIGIN });

export class RotationService {
  readonly #options: RotationServiceOptions;

  constructor(options: RotationServiceOptions) {
    this.#options = options;
  }

  /**
   * Rotates the connection's own token and says how that ended; what fails upstream is told in the status, not thrown. One
   * that was interrupted is brought to its end first, and where that end is a new token, it is the answer. Throws CallerError
   * FORBIDDEN, NOT_FOUND, or CONFLICT: deleted, without credentials, or a rotation under way.
   */
  async rotate(
    principal: Principal,
    path: ConnectionPath,
    origin: Origin,
    onStep?: (message: string) => void,
  ): Promise<RotationStatus> {
    requirePermission(principal, 'upstream_tokens.manage');
    const request: RotationRequest = { actor: actorOf(principal), origin, onStep };
    await rotatable(this.#options.store.db, path.organizationId, path.connectionId);
    const earlier = await this.#resume(path.connectionId, request);
    if (earlier !== null && earlier.state !== 'failed') return statusOf(earlier);
    const held = await this.#begin(path);
    onStep?.(held.row.message);
    return statusOf(await this.#drive(held, request, 'begun'));
  }

  /** The last rotation of the connection. Throws CallerError FORBIDDEN or NOT_FOUND. */
  async status(principal: Principal, path: ConnectionPath): Promise<RotationStatus> {
    requirePermission(principal, 'upstream_tokens.read');
    const { db } = this.#options.store;
    if ((await findConnection(db, path.connectionId, path.organizationId)) === null) throw noConnection();
    return statusOf(await findRotation(db, path.connectionId));
  }

  /** Brings every rotation that nobody drives any more to its end; `onError` hears of faults of ours. */
  async resumeAll(onError: (error: unknown, connectionId: string) => void): Promise<void> {
    const { store, clock } = this.#options;
    for (const connectionId of await abandonedRotations(store.db, clock.now())) {
      try {
        await this.#resume(connectionId, BY_ITSELF);
      } catch (error) {
        onError(error, connectionId);
      }
    }
  }

  async #begin(path: ConnectionPath): Promise<HeldRotation> {
    const { store, clock, newId, vault } = this.#options;
    const holder = newId();
    const marker = newMarker();
    const row = await store.write(async transaction => {
      const connection = await rotatable(transaction, path.organizationId, path.connectionId);
      const credentials = unsealCredentials(vault, connection.id, connection.sealed_credentials);
      return begin(transaction, connection, credentials, { marker, holder, nowMs: clock.now() });
    });
    return new HeldRotation({ store, clock }, row, holder);
  }

  /** The row where a rotation that was under way has come to; null where there was none. Throws CallerError CONFLICT for a held one. */
  async #resume(connectionId: string, request: RotationRequest): Promise<RotationRow | null> {
    const { store, clock, newId } = this.#options;
    const holder = newId();
    const row = await store.write(async transaction => {
      const before = await findRotation(transaction, connectionId);
      if (before?.state !== 'running') return null;
      const taken = await takeOver(transaction, connectionId, holder, clock.now());
      if (taken === null) throw underWay();
      return taken;
    });
    if (row === null) return null;
    request.onStep?.('A rotation that was interrupted is being brought to its end.');
    return this.#drive(new HeldRotation({ store, clock }, row, holder), request, 'resumed');
  }

  async #drive(held: HeldRotation, request: RotationRequest, how: 'begun' | 'resumed'): Promise<RotationRow> {
    const { store, clock } = this.#options;
    const work = new RotationWork(this.#options, held, request);
    const description = await this.#descriptionOf(held.row);
    try {
      if (held.row.step === 'creating') {
        await (how === 'begun' ? createToken : abandonCreation)(work, description);
      }
      if (isAt(work, 'testing')) await testToken(work, description);
      if (isAt(work, 'switching')) await switchTokens(work, description);
      if (isAt(work, 'revoking')) await revokeOld(work);
      return work.row;
    } catch (error) {
      if (error instanceof HoldLost) {
        return (await findRotation(store.db, held.row.connection_id)) ?? held.row;
      }
      if (clock.now() < held.row.started_at + GIVE_UP_MS) throw error;
      await giveUp(work, description);
      throw error;
    }
  }

  async #descriptionOf(row: RotationRow): Promise<string> {
    const connection = await findConnection(this.#options.store.db, row.connection_id);
    return descriptionOf(connection?.identifier ?? row.connection_id, row.marker);
  }
}

/** A fault of ours that stays: whatever the steps up to here may have left upstream is told. */
async function giveUp(work: RotationWork, description: string): Promise<void> {
  const { row, facts } = work;
  const message = 'The rotation was given up after errors on this server. Revoke it if Bitsight lists it.';
  const entry =
    row.step === 'revoking'
      ? { guid: row.old_guid, description: facts.userName ?? `The token that ends in ${facts.lastFour}` }
      : { guid: row.new_guid, description };
  const keeps = row.step === 'revoking' ? 'its new' : 'its old';
  await work.fail(`Errors on this server ended the rotation. The connection works with ${keeps} token.`, [
    { ...entry, message, ours: row.step !== 'revoking' || row.old_guid !== null },
  ]);
}

function isAt(work: RotationWork, step: RotationRow['step']): boolean {
  return work.row.state === 'running' && work.row.step === step;
}
