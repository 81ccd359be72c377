/**
 * Appends to the audit log, in the transaction of the change itself. Every row carries an HMAC over its content and the MAC
 * before it, under a key derived from the server key, so that an edit or a gap shows (tokens.md, "Audit").
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { AuditLogTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';
import type { AuditEvent } from './audit-event.ts';

const HEAD_ROW = 'head';
/** Longer texts of a client are cut: an attacker writes them. */
const MAX_CLIENT_LENGTH = 200;
const MAX_NAME_LENGTH = 255;

export type AuditContent = Omit<AuditLogTable, 'mac'>;

/** The end of the chain: the last row's number and MAC. */
export interface AuditHead {
  sequence: number;
  mac: string;
}

/** What the first row is chained to. */
export const GENESIS: AuditHead = Object.freeze({ sequence: 0, mac: '' });

export interface AuditLogOptions {
  clock: Clock;
  /** `vault.deriveKey('audit')`. */
  key: Buffer;
}

export class AuditLog {
  readonly #clock: Clock;
  readonly #key: Buffer;

  constructor(options: AuditLogOptions) {
    this.#clock = options.clock;
    this.#key = options.key;
  }

  /** Appends one event. The transaction must be one that holds the write lock (`store.write`), for the chain has one end. */
  async append(transaction: Queryable, event: AuditEvent): Promise<void> {
    const head = await readHead(transaction);
    const row = contentOf(event, head.sequence + 1, this.#clock.now());
    const mac = macOf(this.#key, head.mac, row);
    await transaction
      .insertInto('audit_log')
      .values({ ...row, mac })
      .execute();
    await transaction
      .insertInto('audit_head')
      .values({ id: HEAD_ROW, sequence: row.sequence, mac })
      .onConflict(conflict => conflict.column('id').doUpdateSet({ sequence: row.sequence, mac }))
      .execute();
  }
}

/** The end of the chain as the database has it. */
export async function readHead(db: Queryable): Promise<AuditHead> {
  const row = await db
    .selectFrom('audit_head')
    .select(['sequence', 'mac'])
    .where('id', '=', HEAD_ROW)
    .executeTakeFirst();
  return row === undefined ? GENESIS : { sequence: Number(row.sequence), mac: row.mac };
}

/** HMAC-SHA256 in hex of the row and the MAC before it. The row is an array in a fixed order: no two rows share a text. */
export function macOf(key: Buffer, previousMac: string, row: AuditContent): string {
  const content = [
    previousMac,
    Number(row.sequence),
    row.organization_id,
    Number(row.at),
    row.action,
    row.outcome,
    row.actor_kind,
    row.actor_id,
    row.actor_name,
    row.address,
    row.client,
    row.target_kind,
    row.target_id,
    row.target_name,
    row.before,
    row.after,
    Number(row.count),
  ];
  return createHmac('sha256', key).update(JSON.stringify(content)).digest('hex');
}

function contentOf(event: AuditEvent, sequence: number, at: number): AuditContent {
  const { actor, origin, target } = event;
  return {
    sequence,
    organization_id: event.organizationId,
    at,
    action: event.action,
    outcome: event.outcome ?? 'success',
    actor_kind: actor.kind,
    actor_id: actor.guid,
    actor_name: cut(actor.name, MAX_NAME_LENGTH),
    address: origin.address,
    client: cut(origin.client, MAX_CLIENT_LENGTH),
    target_kind: target?.kind ?? null,
    target_id: target?.guid ?? null,
    target_name: cut(target?.name ?? null, MAX_NAME_LENGTH),
    before: event.before === undefined ? null : JSON.stringify(event.before),
    after: event.after === undefined ? null : JSON.stringify(event.after),
    count: event.count ?? 1,
  };
}

function cut(text: string | null, length: number): string | null {
  return text === null ? null : text.toWellFormed().slice(0, length);
}
