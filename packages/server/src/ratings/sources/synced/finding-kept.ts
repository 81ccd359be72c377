/** How the sync keeps what findings are filtered, ordered and searched by (sync/finding-columns.ts), for the SQL that asks. */
import { sql } from 'kysely';
import { GRADE_ORDER } from '../../../wire/filters.ts';
import { FINDING_SCHEMA, SEVERITY_ORDER } from '../../../wire/finding-filters.ts';
import { LAST_NUMBER, LAST_TEXT } from '../../../wire/kept-values.ts';
import type { Kept, KeptFilters, KeptList, KeptOrders, KeptValue } from './sql-conditions.ts';

const column = (name: string) => sql.ref(name);
const text = (name: string): KeptValue => ({ as: 'text', column: column(name) });
const number = (name: string): KeptValue => ({ as: 'number', column: column(name) });
const flag = (name: string): KeptValue => ({ as: 'flag', column: column(name) });
const list = (key: string): KeptList => ({ as: 'list', column: column('wire_lists'), key });

const SEVERITY: KeptValue = { ...number('order_severity'), last: LAST_NUMBER, negated: true };
const ordered = (name: string): KeptValue => ({ ...text(name), last: LAST_TEXT });
const FIRST_SEEN = ordered('order_first_seen');
const OBSERVATION = ordered('order_observation');
const EVIDENCE = ordered('order_evidence');
const ASSET = ordered('order_asset');

/** By names of filters: those that have a column, or something else to them. */
const KEPT_APART: KeptFilters = {
  severity: SEVERITY,
  first_seen: FIRST_SEEN,
  rolledup_observation_id: OBSERVATION,
  evidence_key: EVIDENCE,
  'assets.asset': { ...ASSET, others: list('assets.asset') },
  last_seen: text('wire_last_seen'),
  risk_vector: text('wire_risk_vector'),
  risk_vector_label: text('wire_risk_vector_label'),
  risk_category: text('wire_risk_category'),
  severity_category: text('wire_severity_category'),
  'details.grade': text('wire_grade'),
  affects_rating: flag('wire_affects_rating'),
  impacts_risk_vector_details: text('wire_impact'),
  'assets.category': { ...text('wire_asset_category'), others: list('assets.category') },
  'assets.combined_importance': { ...text('wire_importance'), others: list('assets.combined_importance') },
  'assets.is_monitored': { ...flag('wire_is_monitored'), others: list('assets.is_monitored') },
  'details.cvss.base': { ...number('wire_cvss'), others: list('details.cvss.base') },
  last_remediation_status_label: text('wire_status_label'),
  last_remediation_status_date: text('wire_status_date'),
  decay_date: text('wire_decay_date'),
  grace_period_end_date: text('wire_grace_end'),
  guest_network_end_date: text('wire_guest_end'),
  remaining_decay: number('wire_remaining_decay'),
  duration: number('wire_duration'),
  remediated: flag('wire_remediated'),
  check_pass: text('wire_check_pass'),
  // Names that are empty are no names.
  vulnerabilities: { ...list('vulnerabilities'), isEmptyWhenAbsent: true },
};

/** Every filter of findings. */
export const FINDING_KEPT: KeptFilters = Object.freeze(
  Object.fromEntries(
    [...FINDING_SCHEMA.filters.values()].map(({ name }): [string, Kept] => [
      name,
      KEPT_APART[name] ?? list(name),
    ]),
  ),
);

/** Every sort key of findings. */
export const FINDING_ORDERS: KeptOrders = Object.freeze({
  severity: SEVERITY,
  severity_category: { column: column('wire_severity_category'), ranks: SEVERITY_ORDER },
  first_seen: FIRST_SEEN,
  last_seen: text('wire_last_seen'),
  risk_category: text('wire_risk_category'),
  risk_vector: text('wire_risk_vector'),
  risk_vector_label: text('wire_risk_vector_label'),
  'details.grade': { column: column('wire_grade'), ranks: GRADE_ORDER },
  affects_rating: flag('wire_affects_rating'),
  evidence_key: EVIDENCE,
  rolledup_observation_id: OBSERVATION,
  temporary_id: text('wire_temporary_id'),
  remaining_decay: number('wire_remaining_decay'),
  decay_date: text('wire_decay_date'),
  'assets.asset': ASSET,
});

/** What `q` looks into. */
export const FINDING_SEARCHED = Object.freeze([
  EVIDENCE.column,
  ASSET.column,
  column('wire_risk_vector_label'),
  column('wire_risk_category'),
  column('wire_search'),
]);
