/**
 * What a details builder gets to see of a finding, and the keys that the details of all vectors have in common.
 * Source: bitsight-api.md, 4.4 ("Common").
 */
import type { JsonObject, JsonValue } from '../../../../wire/json.ts';
import { dayText, timeText } from '../days.ts';
import { placeOf } from '../places.ts';
import type { Random } from '../random.ts';
import type { Traits } from '../traits.ts';
import { GRADES } from '../vectors.ts';

/** One finding while its record is made. */
export interface Scene {
  readonly random: Random;
  readonly traits: Traits;
  /** The company's primary domain. */
  readonly domain: string;
  /** The finding's subject: an address or a host name. */
  readonly asset: string;
  readonly isIp: boolean;
  /** An address behind the subject. */
  readonly address: string;
  /** The subject as URLs and `host:port` write it: IPv6 in brackets. */
  readonly host: string;
  /** The address, likewise. */
  readonly addressHost: string;
  /** Are `details.vulnerabilities` to be filled for vectors that upstream fills only on request? */
  readonly withVulnerabilities: boolean;
}

/** What a builder makes: the record's `details`, and its key among the evidence. */
interface Evidence {
  readonly details: JsonObject;
  readonly evidenceKey: string;
}

export type DetailsBuilder = (scene: Scene) => Evidence;

export function gradeText(traits: Traits): string | null {
  return GRADES[traits.grade] ?? null;
}

export function sampleTimestamp({ traits }: Scene): string {
  return `${dayText(traits.lastSeen)}T${timeText(traits.key)}Z`;
}

/** `YYYY-MM-DD hh:mm:ss`, as annotation dates are. */
export function annotationTime(day: number, hash: number): string {
  return `${dayText(day)} ${timeText(hash)}`;
}

/** Where the subject is: two keys. */
export function location({ asset }: Pick<Scene, 'asset'>): {
  readonly geo_ip_location: string;
  readonly country: string;
} {
  const { code, name } = placeOf(asset);
  return { geo_ip_location: code, country: name };
}

/** The remedy of a finding: its tip is HTML, as upstream's are. */
export function remediation(message: string, help: string, tip: string): JsonObject {
  return Object.freeze({ message, help_text: help, remediation_tip: tip });
}

/** Details of a diligence finding: the common keys around what is particular to the vector. */
export function diligenceDetails(
  scene: Scene,
  particular: {
    readonly annotations: JsonValue;
    readonly remediations: readonly JsonObject[];
    readonly searchable: string;
    readonly cvss?: readonly number[];
    readonly vulnerabilities?: readonly JsonObject[];
    readonly checkPass?: string;
    readonly more?: JsonObject;
  },
): JsonObject {
  const { traits } = scene;
  const where = location(scene);
  return {
    cvss: { base: particular.cvss ?? [] },
    check_pass: particular.checkPass ?? '',
    diligence_annotations: particular.annotations,
    geo_ip_location: where.geo_ip_location,
    country: where.country,
    grade: gradeText(traits),
    // A finding that passes needs no remedy.
    remediations: traits.grade === 4 || traits.grade === 0 ? [] : particular.remediations,
    sample_timestamp: sampleTimestamp(scene),
    vulnerabilities: particular.vulnerabilities ?? [],
    rollup_end_date: dayText(traits.lastSeen),
    rollup_start_date: dayText(traits.firstSeen),
    searchable_details: particular.searchable,
    ...particular.more,
  };
}
