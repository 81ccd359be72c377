/**
 * What the ratings API lists a finding by, read of its record by the filters themselves (wire/finding-filters.ts) and kept so
 * that SQL finds and orders what a list in memory would; pure. Meanings of the columns: store/schema.ts.
 */
import type { FindingListColumns, Flag } from '../store/schema.ts';
import { comparable, type Filter } from '../wire/filters.ts';
import { FINDING_SCHEMA } from '../wire/finding-filters.ts';
import { type JsonObject, type JsonScalar, scalarsAt } from '../wire/json.ts';
import { keptLists, keptText, keptTexts, LAST_NUMBER, LAST_TEXT } from '../wire/kept-values.ts';

/** Grows when the columns are computed in another way; a migration then sets them back to 0. */
const WIRE_VERSION = 1;

type FindingColumns = Omit<FindingListColumns, 'is_listed'>;

/** In the order of `findingColumns`. */
export const FINDING_COLUMN_NAMES = [
  'wire_version',
  'order_severity',
  'order_first_seen',
  'order_observation',
  'order_evidence',
  'order_asset',
  'wire_last_seen',
  'wire_risk_vector',
  'wire_risk_vector_label',
  'wire_risk_category',
  'wire_severity_category',
  'wire_grade',
  'wire_affects_rating',
  'wire_impact',
  'wire_asset_category',
  'wire_importance',
  'wire_is_monitored',
  'wire_cvss',
  'wire_status_label',
  'wire_status_date',
  'wire_decay_date',
  'wire_grace_end',
  'wire_guest_end',
  'wire_remaining_decay',
  'wire_duration',
  'wire_remediated',
  'wire_check_pass',
  'wire_search',
  'wire_temporary_id',
  'wire_lists',
] as const satisfies readonly (keyof FindingColumns)[];

/** Filters that have a column, by what they are called here. */
const BY_COLUMN = {
  severity: filterOf('severity'),
  firstSeen: filterOf('first_seen'),
  observation: filterOf('rolledup_observation_id'),
  evidence: filterOf('evidence_key'),
  asset: filterOf('assets.asset'),
  lastSeen: filterOf('last_seen'),
  riskVector: filterOf('risk_vector'),
  riskVectorLabel: filterOf('risk_vector_label'),
  riskCategory: filterOf('risk_category'),
  severityCategory: filterOf('severity_category'),
  grade: filterOf('details.grade'),
  affectsRating: filterOf('affects_rating'),
  impact: filterOf('impacts_risk_vector_details'),
  assetCategory: filterOf('assets.category'),
  importance: filterOf('assets.combined_importance'),
  isMonitored: filterOf('assets.is_monitored'),
  cvss: filterOf('details.cvss.base'),
  statusLabel: filterOf('last_remediation_status_label'),
  statusDate: filterOf('last_remediation_status_date'),
  decayDate: filterOf('decay_date'),
  graceEnd: filterOf('grace_period_end_date'),
  guestEnd: filterOf('guest_network_end_date'),
  remainingDecay: filterOf('remaining_decay'),
  duration: filterOf('duration'),
  remediated: filterOf('remediated'),
  checkPass: filterOf('check_pass'),
} as const;

const WITH_COLUMN: ReadonlySet<Filter> = new Set(Object.values(BY_COLUMN));
const WITHOUT_COLUMN = [...new Set(FINDING_SCHEMA.filters.values())].filter(
  filter => !WITH_COLUMN.has(filter),
);
const TEMPORARY_ID = ['temporary_id'];

/** The columns of a record. */
export function findingColumns(record: JsonObject): FindingColumns {
  const lists = new Map<Filter, readonly JsonScalar[]>();
  for (const filter of WITHOUT_COLUMN) {
    const values = filter.read(record);
    if (values.length > 1 || (values.length === 1 && values[0] !== null)) lists.set(filter, values);
  }
  /** The first value, which the column holds; where there are more, all of them are kept beside it. */
  const first = (filter: Filter) => {
    const values = filter.read(record);
    if (values.length > 1) lists.set(filter, values);
    return values[0] ?? null;
  };
  const text = (filter: Filter) => textOf(first(filter));
  const number = (filter: Filter) => numberOf(filter, first(filter));
  const flag = (filter: Filter) => flagOf(first(filter));
  const severity = number(BY_COLUMN.severity);
  const evidence = text(BY_COLUMN.evidence);
  const asset = text(BY_COLUMN.asset);
  const label = text(BY_COLUMN.riskVectorLabel);
  const category = text(BY_COLUMN.riskCategory);
  return {
    wire_version: WIRE_VERSION,
    order_severity: severity === null ? LAST_NUMBER : -severity,
    order_first_seen: text(BY_COLUMN.firstSeen) ?? LAST_TEXT,
    order_observation: text(BY_COLUMN.observation) ?? LAST_TEXT,
    order_evidence: evidence ?? LAST_TEXT,
    order_asset: asset ?? LAST_TEXT,
    wire_last_seen: text(BY_COLUMN.lastSeen),
    wire_risk_vector: text(BY_COLUMN.riskVector),
    wire_risk_vector_label: label,
    wire_risk_category: category,
    wire_severity_category: text(BY_COLUMN.severityCategory),
    wire_grade: text(BY_COLUMN.grade),
    wire_affects_rating: flag(BY_COLUMN.affectsRating),
    wire_impact: text(BY_COLUMN.impact),
    wire_asset_category: text(BY_COLUMN.assetCategory),
    wire_importance: text(BY_COLUMN.importance),
    wire_is_monitored: flag(BY_COLUMN.isMonitored),
    wire_cvss: number(BY_COLUMN.cvss),
    wire_status_label: text(BY_COLUMN.statusLabel),
    wire_status_date: text(BY_COLUMN.statusDate),
    wire_decay_date: text(BY_COLUMN.decayDate),
    wire_grace_end: text(BY_COLUMN.graceEnd),
    wire_guest_end: text(BY_COLUMN.guestEnd),
    wire_remaining_decay: number(BY_COLUMN.remainingDecay),
    wire_duration: number(BY_COLUMN.duration),
    wire_remediated: flag(BY_COLUMN.remediated),
    wire_check_pass: text(BY_COLUMN.checkPass),
    wire_search: keptTexts(FINDING_SCHEMA.searched(record), [evidence, asset, label, category]),
    wire_temporary_id: textOf(scalarsAt(record, TEMPORARY_ID)[0] ?? null),
    // Last, for the others fill it.
    wire_lists: keptLists(lists),
  };
}

function filterOf(name: string): Filter {
  const filter = FINDING_SCHEMA.filters.get(name);
  if (filter === undefined) throw new Error(`no such filter: ${name}`);
  return filter;
}

function textOf(value: JsonScalar): string | null {
  return value === null ? null : keptText(String(value));
}

function numberOf(filter: Filter, value: JsonScalar): number | null {
  const number = comparable(filter.type, value);
  return typeof number === 'number' ? number : null;
}

function flagOf(value: JsonScalar): Flag | null {
  return typeof value === 'boolean' ? (value ? 1 : 0) : null;
}
