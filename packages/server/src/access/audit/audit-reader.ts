/** Reads one organization's part of the audit log, newest first. Source: tokens.md, "Audit". */
import type { Selectable } from 'kysely';
import type { AuditLogTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';

export type AuditRow = Selectable<AuditLogTable>;

export interface AuditFilters {
  readonly actions?: readonly string[] | undefined;
  /** Guid, name or kind of who did it. */
  readonly actor?: string | undefined;
  /** Guid, name or kind of what it was done to. */
  readonly target?: string | undefined;
  /** Epoch milliseconds, inclusive. */
  readonly from?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly to?: number | undefined;
}

/** Where to read: newest first, or oldest first when `backwards`. */
export interface AuditWindow {
  /** A sequence number; null reads from the newest (backwards: the oldest) row on. */
  readonly from: { readonly sequence: number; readonly inclusive: boolean } | null;
  readonly backwards: boolean;
  readonly rows: number;
}

/** What the console and the exports show of a row. */
export interface AuditEntry {
  sequence: number;
  at: string;
  action: string;
  outcome: 'success' | 'failure';
  actor: { kind: string; guid: string | null; name: string | null };
  address: string | null;
  client: string | null;
  target: { kind: string; guid: string | null; name: string | null } | null;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  count: number;
  mac: string;
}

const STREAMED_ROWS = 500;

/** The rows of a window, in the order of reading. */
export async function readAuditRows(
  db: Queryable,
  organizationId: string,
  filters: AuditFilters,
  window: AuditWindow,
): Promise<AuditRow[]> {
  const { actions, actor, target } = filters;
  let query = db.selectFrom('audit_log').selectAll().where('organization_id', '=', organizationId);
  if (actions !== undefined) query = query.where('action', 'in', [...actions]);
  if (filters.from !== undefined) query = query.where('at', '>=', filters.from);
  if (filters.to !== undefined) query = query.where('at', '<', filters.to);
  if (actor !== undefined) {
    query = query.where(where =>
      where.or([
        where('actor_id', '=', actor),
        where('actor_name', '=', actor),
        where('actor_kind', '=', actor),
      ]),
    );
  }
  if (target !== undefined) {
    query = query.where(where =>
      where.or([
        where('target_id', '=', target),
        where('target_name', '=', target),
        where('target_kind', '=', target),
      ]),
    );
  }
  if (window.from !== null) {
    const beyond = window.backwards ? ('>' as const) : ('<' as const);
    query = query.where('sequence', window.from.inclusive ? `${beyond}=` : beyond, window.from.sequence);
  }
  return query
    .orderBy('sequence', window.backwards ? 'asc' : 'desc')
    .limit(window.rows)
    .execute();
}

/**
 * Every row that matches, newest first, a few hundred at a time as they are taken. `check` is called before each reading and
 * ends the stream by throwing.
 */
export async function* streamAuditRows(
  db: Queryable,
  organizationId: string,
  filters: AuditFilters,
  check: () => Promise<void> = async () => {},
): AsyncGenerator<AuditRow[]> {
  let from: AuditWindow['from'] = null;
  for (;;) {
    await check();
    const rows = await readAuditRows(db, organizationId, filters, {
      from,
      backwards: false,
      rows: STREAMED_ROWS,
    });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < STREAMED_ROWS) return;
    from = { sequence: Number(last.sequence), inclusive: false };
  }
}

/** The row as it is shown. */
export function entryOf(row: AuditRow): AuditEntry {
  return {
    sequence: Number(row.sequence),
    at: new Date(Number(row.at)).toISOString(),
    action: row.action,
    outcome: row.outcome,
    actor: { kind: row.actor_kind, guid: row.actor_id, name: row.actor_name },
    address: row.address,
    client: row.client,
    target:
      row.target_kind === null ? null : { kind: row.target_kind, guid: row.target_id, name: row.target_name },
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    count: Number(row.count),
    mac: row.mac,
  };
}
