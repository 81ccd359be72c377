/**
 * The filters and sort keys of threats: the list, the companies that a threat impacts, and the evidence of one of them. Source:
 * bitsight-api.md, 4.8; the values of `exposure_trend` are not documented, so both the figure and its direction are understood.
 */
import type { Filter, FilterType } from './filters.ts';
import { isJsonObject, type JsonObject, type JsonScalar, scalarsAt } from './json.ts';
import type { ListSchema } from './list-query.ts';
import { filter, listSchema, rankedBy, sortedBy } from './list-schema.ts';

/** A row with what its filters ask beyond it: what a source filters, never what it shows. */
export type ThreatRecord = JsonObject & {
  /** The row of the wire. */
  readonly item: JsonObject;
  /** CVSS base score. */
  readonly base: number;
  readonly alias: string;
};

/** A filter with its two inclusive bounds. */
const bounded = (name: string, type: FilterType, more: Parameters<typeof filter>[2] = {}) =>
  filter(name, type, { suffixes: ['gte', 'lte'], ...more });
const ofItem = (name: string, type: FilterType, path = name) => filter(name, type, { path: `item.${path}` });
const itemDays = ['first_seen_date', 'last_seen_date'].map(name =>
  bounded(name, 'date', { path: `item.${name}` }),
);
const sorted = (name: string, path = name) => sortedBy(name, `item.${path}`);

const CERTAINTY_ORDER = ['possible', 'likely', 'confirmed'];

/** The direction of a trend, as summaries count them. */
export function trendDirection(trend: number): 'increasing' | 'flat' | 'decreasing' {
  return trend > 0 ? 'increasing' : trend < 0 ? 'decreasing' : 'flat';
}

function trendOf({ item }: JsonObject): readonly JsonScalar[] {
  const trend = isJsonObject(item) ? item.exposure_trend : undefined;
  return typeof trend === 'number' ? [String(trend), trendDirection(trend)] : [null];
}

/** `/v2/threats`. No threat is a group here, so that filters on groups are met by none. */
export const THREAT_SCHEMA: ListSchema = listSchema({
  filters: [
    ofItem('category_slug', 'text', 'category.slug'),
    bounded('severity', 'number', { path: 'base' }),
    ofItem('severity_level', 'text', 'severity.level'),
    bounded('dve_score', 'number', { path: 'item.dve.score' }),
    filter('exposure_trend', 'text', { read: trendOf }),
    filter('impacts_group', 'boolean', { read: () => [false] }),
    ...itemDays,
    filter('exposed_count', 'number', { suffixes: ['gte'], path: 'item.exposed_count' }),
  ],
  sorts: [
    sorted('exposure_trend'),
    sorted('name'),
    sortedBy('severity', 'base'),
    sorted('first_seen_date'),
    sorted('last_seen_date'),
    sorted('exposed_count'),
    sorted('mitigated_count'),
    sorted('epss.score'),
    sorted('dve.score'),
    rankedBy('evidence_certainty', CERTAINTY_ORDER, 'item.evidence_certainty'),
  ],
  order: 'exposure_trend,name',
  searched: ['item.name', 'alias'],
  limit: 10,
  expands: ['questionnaires_sent'],
});

/** Newer and older names of exposure. */
const EXPOSURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  EXPOSED: ['EXPOSED', 'currently'],
  MITIGATED: ['MITIGATED', 'previously'],
};
const exposure = (path: string): Filter =>
  filter('exposure_detection', 'text', {
    read: row => EXPOSURE_NAMES[String(scalarsAt(row, path.split('.'))[0])] ?? [null],
  });

/** `/v2/threats/{guid}/companies`. */
export const THREAT_COMPANY_SCHEMA: ListSchema = listSchema({
  filters: [
    ofItem('evidence_certainty', 'text'),
    exposure('item.exposure_detection'),
    ofItem('evidence_tags', 'text', 'evidence_tags.slug'),
    ...itemDays,
    bounded('sub_threats_count', 'number', { read: () => [0] }),
    filter('sub_threat_guid', 'text', { read: () => [] }),
  ],
  sorts: [
    sorted('last_seen_date'),
    sorted('first_seen_date'),
    sorted('company_name'),
    sorted('company_guid'),
    sorted('exposure_detection'),
    sorted('tier_name'),
    rankedBy('evidence_certainty', CERTAINTY_ORDER, 'item.evidence_certainty'),
  ],
  order: 'last_seen_date,company_name,company_guid',
  searched: ['item.company_name'],
  limit: 25,
  expands: ['sub_threats_count', 'workflow_status'],
});

/** `/v2/threats/{guid}/companies/{company}/evidence`. */
export const THREAT_EVIDENCE_SCHEMA: ListSchema = listSchema({
  filters: [
    filter('evidence_certainty', 'text', { path: 'certainty' }),
    exposure('exposure_detection'),
    filter('detection_type', 'text'),
    bounded('first_seen_date', 'date'),
    bounded('last_seen_date', 'date'),
  ],
  sorts: [
    'identifier',
    'first_seen_date',
    'last_seen_date',
    'exposure_detection',
    'detection_type',
    rankedBy('certainty', CERTAINTY_ORDER),
  ],
  order: 'identifier,first_seen_date,last_seen_date,certainty',
  searched: ['identifier'],
  limit: 10,
});
