/** A stored company as a TprmCompany: its content is stored as it is shown, and spliced into the answer. */
import { OpenFindingCounts, type Resource, resourceOf, TprmCompany } from '@sightline/model';
import { shows, timeText, trimmed, type View, withMember } from '../item-text.ts';
import type { CompanyRow } from './queries.ts';

const Content = TprmCompany.pick({
  id: true,
  connection_id: true,
  vendor: true,
  vendor_id: true,
  name: true,
  domain: true,
  custom_id: true,
  overall_score: true,
  overall_grade: true,
  industry: true,
  tier: true,
  lifecycle: true,
});

/** A TprmCompany as JSON text. */
export function companyText(row: CompanyRow, view: View): string {
  const times = {
    created_at: timeText(row.created_at),
    updated_at: timeText(row.updated_at),
    last_synced_at: lastSynced(row),
    deleted_at: timeText(row.deleted_at),
  };
  let text = view.fields === null ? row.content : trimmed({ ...JSON.parse(row.content) }, view);
  for (const [name, value] of Object.entries(times)) {
    if (shows(view, name)) text = withMember(text, name, JSON.stringify(value));
  }
  return shows(view, 'vendor_data') ? withMember(text, 'vendor_data', row.record) : text;
}

/** The company as a Resource, as JSON text. */
export function resourceText(row: CompanyRow, view: View): string {
  const company = {
    ...Content.parse(JSON.parse(row.content)),
    created_at: timeText(row.created_at),
    updated_at: timeText(row.updated_at),
    last_synced_at: lastSynced(row),
    vendor_data: {},
  };
  const { vendor_data: _spliced, ...resource }: Resource = resourceOf(company, countsOf(row));
  const text = trimmed(resource, view);
  return shows(view, 'vendor_data') ? withMember(text, 'vendor_data', row.record) : text;
}

/** A company is written and its sync noted in one transaction; without the note the writing is the last sync. */
function lastSynced(row: CompanyRow): string {
  return timeText(row.last_synced_at ?? row.updated_at);
}

function countsOf(row: CompanyRow): OpenFindingCounts {
  const none = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
  return OpenFindingCounts.parse({ ...none, ...JSON.parse(row.open_finding_counts ?? '{}') });
}
