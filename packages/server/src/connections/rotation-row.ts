/**
 * The row of a rotation, held by one driver at a time: whoever holds it renews the hold before each call upstream, and one
 * that died loses it by time. Every change asks for the hold, so that a driver who lost it changes nothing more.
 */
import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { Database } from '../store/schema.ts';
import type { Queryable, Store } from '../store/store.ts';
import { DEFAULT_BASE_URL } from './base-url.ts';
import type { ConnectionRow } from './connection-view.ts';
import type { Credentials } from './credentials.ts';
import { readOptions } from './options.ts';
import { findConnection } from './repository.ts';
import { leftoverOf, type RotationFacts, type RotationRow } from './rotation-view.ts';
import { LONGEST_CALL_MS } from './upstream-tokens-calls.ts';

/** Two calls may lie between two renewals, and a busy machine is slow. */
const HOLD_MS = 3 * LONGEST_CALL_MS;

/** Another driver has taken the rotation over, or it ended elsewhere. */
export class HoldLost extends Error {
  constructor() {
    super('the rotation is held by someone else');
    this.name = 'HoldLost';
  }
}

/** More that belongs into the transaction of a step. */
export type Alongside = (transaction: Transaction<Database>) => Promise<void>;

export class HeldRotation {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #holder: string;
  #row: RotationRow;

  constructor(parts: { store: Store; clock: Clock }, row: RotationRow, holder: string) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#holder = holder;
    this.#row = row;
  }

  get row(): RotationRow {
    return this.#row;
  }

  /** Keeps the hold. Throws HoldLost. */
  renew(): Promise<void> {
    return this.save({});
  }

  /** Writes a change, and what belongs to it in one transaction. Throws HoldLost, and what `alongside` throws. */
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
    const saved = await this.#store.write(async transaction => {
      const changed = await change(transaction);
      const now = this.#clock.now();
      const written = { held_until: now + HOLD_MS, updated_at: now, ...changed };
      const { numUpdatedRows } = await transaction
        .updateTable('connection_rotations')
        .set(written)
        .where('connection_id', '=', this.#row.connection_id)
        .where('holder', '=', this.#holder)
        .executeTakeFirstOrThrow();
      // Takes back what the transaction did besides, too.
      if (numUpdatedRows !== 1n) throw new HoldLost();
      return written;
    });
    this.#row = { ...this.#row, ...saved };
  }
}

/** The last rotation of a connection, or null. */
export async function findRotation(db: Queryable, connectionId: string): Promise<RotationRow | null> {
  const row = await db
    .selectFrom('connection_rotations')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return row ?? null;
}

/** Rotations under way that nobody holds. */
export async function abandonedRotations(db: Queryable, nowMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom('connection_rotations')
    .select('connection_id')
    .where('state', '=', 'running')
    .where('held_until', '<=', nowMs)
    .execute();
  return rows.map(row => row.connection_id);
}

/** Takes hold of a rotation that is under way and held by nobody. Null when there is none. */
export async function takeOver(
  transaction: Transaction<Database>,
  connectionId: string,
  holder: string,
  nowMs: number,
): Promise<RotationRow | null> {
  const taken = await transaction
    .updateTable('connection_rotations')
    .set({ holder, held_until: nowMs + HOLD_MS })
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'running')
    .where('held_until', '<=', nowMs)
    .returningAll()
    .executeTakeFirst();
  return taken ?? null;
}

/** Begins a rotation, in the place of one that has ended. Throws CallerError CONFLICT while one is held. */
export async function begin(
  transaction: Transaction<Database>,
  connection: ConnectionRow & { sealed_credentials: string },
  credentials: Credentials,
  start: { marker: string; holder: string; nowMs: number },
): Promise<RotationRow> {
  const before = await findRotation(transaction, connection.id);
  if (before?.state === 'running') throw underWay();
  const facts: RotationFacts = {
    baseUrl: readOptions(connection.options).base_url ?? DEFAULT_BASE_URL,
    lastFour: credentials.username.slice(-4),
    userName: null,
    customerGuid: null,
    portfolioCount: null,
  };
  const row: RotationRow = {
    connection_id: connection.id,
    organization_id: connection.organization_id,
    state: 'running',
    step: 'creating',
    marker: start.marker,
    facts: JSON.stringify(facts),
    sealed_old_credentials: connection.sealed_credentials,
    sealed_credentials: null,
    new_guid: null,
    old_guid: connection.upstream_token_guid,
    waits_for: '[]',
    switched_at: null,
    leftover: JSON.stringify(before === null ? [] : leftoverOf(before)),
    message: 'A new token is being made.',
    holder: start.holder,
    held_until: start.nowMs + HOLD_MS,
    started_at: start.nowMs,
    updated_at: start.nowMs,
  };
  await transaction
    .insertInto('connection_rotations')
    .values(row)
    .onConflict(conflict => conflict.column('connection_id').doUpdateSet(row))
    .execute();
  return row;
}

/** A connection that has a token to rotate. Throws CallerError NOT_FOUND, or CONFLICT for a deleted one or one without. */
export async function rotatable(
  db: Queryable,
  organizationId: string,
  connectionId: string,
): Promise<ConnectionRow & { sealed_credentials: string }> {
  const row = await findConnection(db, connectionId, organizationId);
  if (row === null) throw noConnection();
  const { sealed_credentials: sealed } = row;
  if (row.state === 'DELETED' || sealed === null)
    throw new CallerError(
      'CONFLICT',
      'The connection has no token of its own: it was deleted, or has no credentials.',
    );
  return { ...row, sealed_credentials: sealed };
}

/** Unknown, or out of reach. */
export function noConnection(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such connection.');
}

export function underWay(): CallerError {
  return new CallerError(
    'CONFLICT',
    'A rotation of this connection is under way. One whose process has died is taken up again within two minutes.',
  );
}
