/** The audit log as CSV and as NDJSON. Names and clients in it are written by strangers: no cell of it is a formula. */
import { stringify } from 'csv-stringify/sync';
import { type AuditEntry, type AuditRow, entryOf } from './audit-reader.ts';

export const AUDIT_EXPORTS = ['csv', 'ndjson'] as const;
export type AuditExport = (typeof AUDIT_EXPORTS)[number];

const COLUMNS = [
  'sequence',
  'at',
  'action',
  'outcome',
  'actor_kind',
  'actor_guid',
  'actor_name',
  'address',
  'client',
  'target_kind',
  'target_guid',
  'target_name',
  'before',
  'after',
  'count',
  'mac',
] as const;

/** The rows as text, page by page as they are taken. */
export async function* auditText(
  format: AuditExport,
  pages: AsyncIterable<readonly AuditRow[]>,
): AsyncGenerator<string> {
  if (format === 'csv') yield stringify([[...COLUMNS]]);
  for await (const rows of pages) {
    if (format === 'csv') yield stringify(rows.map(cellsOf), { escape_formulas: true });
    else yield rows.map(row => `${JSON.stringify(entryOf(row))}\n`).join('');
  }
}

function cellsOf(row: AuditRow): unknown[] {
  const entry: AuditEntry = entryOf(row);
  return [
    entry.sequence,
    entry.at,
    entry.action,
    entry.outcome,
    entry.actor.kind,
    entry.actor.guid,
    entry.actor.name,
    entry.address,
    entry.client,
    entry.target?.kind,
    entry.target?.guid,
    entry.target?.name,
    row.before,
    row.after,
    entry.count,
    entry.mac,
  ];
}
