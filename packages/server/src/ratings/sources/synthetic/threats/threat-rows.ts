/**
 * Threats, impacted companies and evidence as the wire shows them. Shapes: bitsight-api.md, 4.8. Scores of likelihood (EPSS,
 * DVE) are chance: the world invents them, and they move with the months.
 */
import type { JsonObject } from '../../../../wire/json.ts';
import type { ThreatRecord } from '../../../../wire/threat-filters.ts';
import { dayNumber, dayOrNull, dayText } from '../days.ts';
import { VULNERABILITIES, type Vulnerability } from '../details/vulnerabilities.ts';
import { guidOf, hashText, mix, unit } from '../random.ts';
import type { Impact } from './impacts.ts';
import { CERTAINTIES, DETECTION_TYPES, EVIDENCE_TAGS, type Sighting } from './sightings.ts';
import type { ThreatFigures } from './threat-figures.ts';

const MONTH_DAYS = 30;

/** A threat and the guid it has in every world: the catalogue is the same for all. */
export interface Threat {
  readonly guid: string;
  readonly vulnerability: Vulnerability;
}

export const THREATS: readonly Threat[] = VULNERABILITIES.map(vulnerability => ({
  guid: guidOf(hashText(vulnerability.cve), 31),
  vulnerability,
}));

const BY_GUID = new Map(THREATS.map(threat => [threat.guid, threat]));

/** The threat with a guid, or undefined. */
export function threatOf(guid: string): Threat | undefined {
  return BY_GUID.get(guid.toLowerCase());
}

/** The row of `/v2/threats`, with what its filters ask beyond it. */
export function threatRecord(
  { guid, vulnerability }: Threat,
  figures: ThreatFigures,
  day: number,
  expand: ReadonlySet<string>,
): ThreatRecord {
  const { cve, alias, base, severity } = vulnerability;
  return {
    base,
    alias,
    item: {
      guid,
      name: cve,
      first_seen_date: dayOrNull(figures.firstSeen),
      last_seen_date: dayOrNull(figures.lastSeen),
      severity: { level: severity, details: `CVSS ${base.toFixed(1)}` },
      category: { name: 'vulnerability', slug: 'vulnerability' },
      support_started_date: dayText(Math.min(day, supportedSince(cve))),
      exposed_count: figures.exposed,
      mitigated_count: figures.mitigated,
      exposure_trend: figures.trend,
      // Nobody sends questionnaires from a synthetic world.
      questionnaires_sent: expand.has('questionnaires_sent') ? 0 : null,
      epss: epssOf(cve, day),
      dve: dveOf(cve, day),
      evidence_certainty: figures.certainty === null ? null : (CERTAINTIES[figures.certainty] ?? null),
    },
  };
}

/** Some day in the second half of the year that the vulnerability was numbered in. */
function supportedSince(cve: string): number {
  return dayNumber(`${cve.slice(4, 8)}-07-01`) + (hashText(cve) % 180);
}

function epssOf(cve: string, day: number): JsonObject {
  const percentile = tenths(100 * unit(mix(hashText(cve), Math.floor(day / MONTH_DAYS))));
  return { score: tenths(percentile ** 3 / 10_000), percentile };
}

function dveOf(cve: string, day: number): JsonObject {
  const key = hashText(cve);
  const highest = tenths(1 + 9 * unit(mix(key, 1)));
  const share = 0.3 + 0.7 * unit(mix(key, Math.floor(day / MONTH_DAYS)));
  const highestOn = Math.min(day, supportedSince(cve) + (mix(key, 2) % 300));
  return {
    score: tenths(highest * share),
    highest_score: highest,
    highest_score_date: `${dayText(highestOn)}T00:00:00`,
    cti_attributes: [],
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The row of `/v2/threats/{guid}/companies`, of a company's row of `/v2/portfolio`. */
export function threatCompanyRow(
  company: JsonObject,
  impact: Impact,
  expand: ReadonlySet<string>,
): JsonObject {
  return {
    company_name: company.name,
    evidence_certainty: CERTAINTIES[impact.certainty] ?? null,
    exposure_detection: exposureName(impact),
    first_seen_date: dayText(impact.firstSeen),
    last_seen_date: dayText(impact.lastSeen),
    company_guid: company.guid,
    tier: company.tier,
    tier_name: company.tier_name,
    logo: company.logo,
    detection_types: DETECTION_TYPES.filter((_, index) => isSet(impact.detections, index)),
    evidence_tags: EVIDENCE_TAGS.filter((_, index) => isSet(impact.tags, index)),
    ...(expand.has('sub_threats_count') ? { sub_threats_count: 0 } : {}),
    ...(expand.has('workflow_status') ? { workflow_status: null } : {}),
  };
}

/** The row of evidence that a finding is; `identifier` is its evidence key. */
export function evidenceRow(
  sighting: Sighting,
  finding: { readonly firstSeen: number; readonly lastSeen: number },
  identifier: string,
): JsonObject {
  return {
    identifier,
    certainty: CERTAINTIES[sighting.certainty] ?? null,
    exposure_detection: exposureName(sighting),
    detection_type: DETECTION_TYPES[sighting.detection] ?? null,
    first_seen_date: dayText(finding.firstSeen),
    last_seen_date: dayText(finding.lastSeen),
    evidence_tag: EVIDENCE_TAGS[sighting.tag] ?? null,
  };
}

function exposureName({ isExposed }: { readonly isExposed: boolean }): 'EXPOSED' | 'MITIGATED' {
  return isExposed ? 'EXPOSED' : 'MITIGATED';
}

function isSet(bits: number, index: number): boolean {
  return ((bits >>> index) & 1) === 1;
}

/** `203.0.113.42:443` as `203.0.xxx.xxx:443`, `2001:db8:0:3::1` as `2001:db8:xxx`; names stay as they are. */
export function masked(identifier: string): string {
  return identifier
    .replace(/^(\d+\.\d+)\.\d+\.\d+(?=$|:)/, '$1.xxx.xxx')
    .replace(/^(\[?[\da-f]+:[\da-f]+):[\da-f:]+(?=$|\])/, '$1:xxx');
}
