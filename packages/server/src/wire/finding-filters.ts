/**
 * Every documented filter and sort key of findings, as a table. Source: bitsight-api.md, 4.3 (parameters), 5.2 (grade order)
 * and 8 (severity bands); the filters that upstream is known to ignore are absent on purpose.
 */

import { type Filter, GRADE_ORDER } from './filters.ts';
import { type JsonObject, type JsonScalar, scalarsAt } from './json.ts';
import { filter, listSchema, RANGE, rankedBy, sortedBy } from './list-schema.ts';
import type { SortField } from './sorting.ts';

const DAY_MS = 86_400_000;
/** A date beyond it has no text. */
const MAX_TIME_MS = 8.64e15;

/** The day on which a finding stops to count: the last sighting plus what is left of its life since then. */
function decayDate(row: JsonObject): readonly JsonScalar[] {
  const { last_seen: lastSeen, remaining_decay: remaining, impact_end_date: end } = row;
  if (typeof end === 'string') return [end];
  if (typeof lastSeen !== 'string' || typeof remaining !== 'number') return [null];
  const decayMs = Date.parse(lastSeen) + remaining * DAY_MS;
  return [Math.abs(decayMs) <= MAX_TIME_MS ? new Date(decayMs).toISOString().slice(0, 10) : null];
}

/** A label of the remediation history, where nothing said reads as `No Status`. */
function remediationStatus(row: JsonObject): readonly JsonScalar[] {
  return scalarsAt(row, ['remediation_history', 'last_remediation_status_label']).map(
    label => label ?? 'No Status',
  );
}

const VULNERABILITY_NAMES = [
  ['details', 'vulnerabilities', 'name'],
  ['details', 'vulnerabilities', 'alias'],
  ['details', 'vulnerabilities', 'display_name'],
  ['details', 'vulnerability_name'],
];

function vulnerabilityNames(row: JsonObject): readonly JsonScalar[] {
  const names: JsonScalar[] = [];
  for (const path of VULNERABILITY_NAMES)
    for (const name of scalarsAt(row, path)) if (name !== null && name !== '') names.push(name);
  return names;
}

function importanceOrNone(row: JsonObject): readonly JsonScalar[] {
  return scalarsAt(row, ['assets', 'category']).map(category =>
    category === '' || category === null ? 'none' : category,
  );
}

/** One row per documented filter. */
export const FINDING_FILTERS: readonly Filter[] = Object.freeze([
  filter('affects_rating', 'boolean'),
  filter('impacts_risk_vector_details', 'text', { aliases: ['affects_rating_details'] }),
  filter('evidence_key', 'text'),
  filter('rolledup_observation_id', 'text'),
  filter('first_seen', 'date', { suffixes: RANGE }),
  filter('last_seen', 'date', { suffixes: RANGE }),
  filter('decay_date', 'date', { suffixes: RANGE, read: decayDate }),
  filter('grace_period_end_date', 'date', { suffixes: RANGE }),
  filter('guest_network_end_date', 'date', { suffixes: RANGE }),
  filter('severity', 'number', { suffixes: RANGE }),
  filter('severity_category', 'text'),
  filter('risk_category', 'text'),
  filter('risk_vector', 'text'),
  filter('risk_vector_label', 'text'),
  filter('tags', 'text', { suffixes: ['contains', 'isnull'] }),
  filter('details.grade', 'grade', { suffixes: ['lt', 'gt'], read: gradeOrNone }),
  filter('details.observed_ips', 'text', { suffixes: ['contains'] }),
  filter('details.infection.family', 'text'),
  filter('details.cvss.base', 'number', { suffixes: RANGE, aliases: ['cvss.base'] }),
  filter('details.vulnerabilities.severity', 'text'),
  filter('details.assessment_name', 'text'),
  filter('vulnerabilities', 'text', { read: vulnerabilityNames }),
  filter('assets.asset', 'text'),
  filter('assets.category', 'text'),
  filter('assets.combined_importance', 'text', { read: importanceOrNone }),
  filter('assets.hosted_by', 'text', { path: 'assets.hosted_by.guid' }),
  filter('assets.is_monitored', 'boolean'),
  filter('attributed_companies.guid', 'text'),
  filter('attributed_companies.name', 'text'),
  filter('last_remediation_status_label', 'text', { read: remediationStatus }),
  filter('last_remediation_status_date', 'date', {
    suffixes: RANGE,
    path: 'remediation_history.last_remediation_status_date',
  }),
  filter('last_refresh_status_label', 'text', { path: 'remediation_history.last_refresh_status_label' }),
  filter('remediation_assignments', 'text', { path: 'remediation_history.remediation_assignments' }),
  filter('remaining_decay', 'number', { suffixes: RANGE }),
  filter('duration', 'duration', { suffixes: RANGE }),
  filter('remediated', 'boolean'),
  filter('file_sharing_category', 'text', { path: 'details.file_sharing_category' }),
  filter('check_pass', 'text', { path: 'details.check_pass' }),
  filter('threat_groups', 'text', { path: 'threat_insights.threat_groups' }),
  filter('threat_activity_score_label', 'text', { path: 'threat_insights.threat_activity_score_label' }),
]);

/** A finding without a grade answers to `NONE`, and to `NA` when it says so. */
function gradeOrNone(row: JsonObject): readonly JsonScalar[] {
  return scalarsAt(row, ['details', 'grade']).map(grade => grade ?? 'NONE');
}

/** The order of `severity_category`. */
export const SEVERITY_ORDER: readonly string[] = ['minor', 'moderate', 'material', 'severe'];

/** Sortable fields of findings. */
const FINDING_SORTS: readonly SortField[] = Object.freeze([
  sortedBy('severity'),
  rankedBy('severity_category', SEVERITY_ORDER),
  sortedBy('first_seen'),
  sortedBy('last_seen'),
  sortedBy('risk_category'),
  sortedBy('risk_vector'),
  sortedBy('risk_vector_label'),
  rankedBy('details.grade', GRADE_ORDER),
  sortedBy('affects_rating'),
  sortedBy('evidence_key'),
  sortedBy('rolledup_observation_id'),
  sortedBy('temporary_id'),
  sortedBy('remaining_decay'),
  { name: 'decay_date', read: row => decayDate(row)[0] ?? null },
  sortedBy('assets.asset'),
]);

/**
 * What findings can be asked for. The default order is the most severe first; what follows in it settles ties by what does not
 * change about a finding, so that pages neither repeat nor miss a row, and every source has the same order.
 */
export const FINDING_SCHEMA = listSchema({
  filters: FINDING_FILTERS,
  sorts: FINDING_SORTS,
  order: '-severity,first_seen,rolledup_observation_id,evidence_key,assets.asset',
  searched: [
    'evidence_key',
    'risk_vector_label',
    'risk_category',
    'assets.asset',
    'details.searchable_details',
    'details.vulnerability_name',
    'details.vulnerabilities.name',
    'details.infection.family',
  ],
  expands: [
    'attributed_companies',
    'tag_details',
    'assets.tag_details',
    'remediation_history',
    'remediation_validation',
    'threat_insights',
  ],
});
