/** A stored finding as a TprmFinding: its content is computed from the upstream record, its history comes from columns. */
import {
  type FindingContent,
  type FindingHistory,
  findingOf,
  mapFinding,
  riskVector,
  SEVERITIES,
  type TprmFinding,
  VENDOR,
} from '@sightline/model';
import { shows, timeText, trimmed, type View, withMember } from '../item-text.ts';
import type { FindingRow } from './queries.ts';

/** A TprmFinding as JSON text, its upstream record spliced in. */
export function findingText(row: FindingRow, view: View): string {
  const { vendor_data: _spliced, ...finding } = unifiedFinding(row, JSON.parse(row.record), {});
  let text = trimmed(finding, view);
  if (shows(view, 'vendor_data')) text = withMember(text, 'vendor_data', row.record);
  if (view.include.has('raw')) text = withMember(text, 'raw', row.record);
  return text;
}

/** The finding of a row; `record` is the row's record, parsed, and `vendorData` what is put in that field. */
export function unifiedFinding(
  row: FindingRow,
  record: unknown,
  vendorData: TprmFinding['vendor_data'],
): TprmFinding {
  const mapped = mapFinding(record, {
    connectionId: row.connection_id,
    companyGuid: row.company_guid,
    companyId: row.company_id,
  });
  const content = mapped.ok ? mapped.value : contentOfColumns(row);
  // The stored id wins: of two different rows with one identity the second has an id of its own.
  return findingOf({ ...content, id: row.id }, { ...historyOf(row), vendor_data: vendorData });
}

function historyOf(row: FindingRow): Omit<FindingHistory, 'vendor_data'> {
  return {
    state: row.state,
    state_updated_at: timeText(row.state_updated_at),
    created_at: timeText(row.created_at),
    updated_at: timeText(row.updated_at),
    last_synced_at: timeText(Math.max(row.findings_synced_at ?? 0, row.updated_at)),
  };
}

/** What the columns alone tell. Met when a later version cannot map a record that an earlier one stored. */
function contentOfColumns(row: FindingRow): FindingContent {
  const name = riskVector(row.factor)?.name ?? row.factor;
  return {
    id: row.id,
    connection_id: row.connection_id,
    company_id: row.company_id,
    vendor: VENDOR,
    vendor_id: null,
    title: name,
    description: null,
    category: row.category,
    factor: row.factor,
    factor_name: name,
    severity: SEVERITIES.find(severity => severity === row.severity) ?? null,
    vendor_severity: { value: null, category: null },
    grade: null,
    first_seen: row.first_seen,
    last_seen: row.last_seen,
    affects_score: row.affects_score === null ? null : row.affects_score === 1,
    impact: null,
    assets: [],
    port: null,
    evidence: null,
    remediation: null,
    cves: [],
    remediation_status: null,
    duration: null,
    reported_state: row.state === 'RESOLVED' ? 'RESOLVED' : 'OPEN',
    has_fix: row.has_fix === 1,
  };
}
