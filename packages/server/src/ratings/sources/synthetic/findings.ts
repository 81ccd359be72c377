/**
 * The record of one synthetic finding as the wire shows it, made from its traits. Fields, nulls and oddities:
 * bitsight-api.md, 4.3, 4.4 and 6.
 */
import type { JsonObject, JsonValue } from '../../../wire/json.ts';
import { dayOrNull, dayText } from './days.ts';
import { DETAILS_BUILDERS } from './details/builders.ts';
import type { DetailsBuilder } from './details/scene.ts';
import { startFinding } from './finding-walk.ts';
import { guidOf, hex, mix, Random } from './random.ts';
import { type AssetFacts, assetFacts, drawSubject, type Subject } from './subjects.ts';
import { gracePeriodEnd, guestNetworkEnd, IMPACTS, NULL_SEVERITY, type Traits } from './traits.ts';
import { modelAt, SEVERITY_CATEGORIES, VECTOR_MODELS } from './vectors.ts';
import type { Tenancy } from './world.ts';

/** What of a record is made only when asked for. */
export interface RecordOptions {
  /** Names of `expand`. */
  readonly expand: ReadonlySet<string>;
  /** Fill `details.vulnerabilities` for all vectors, as upstream does when a vulnerability is filtered for. */
  readonly withVulnerabilities: boolean;
}

const BUILDERS: readonly DetailsBuilder[] = VECTOR_MODELS.map(({ vector }) => {
  const builder = DETAILS_BUILDERS[vector.slug];
  if (builder === undefined) throw new Error(`no details for risk vector ${vector.slug}`);
  return builder;
});

const STATUSES = ['Open', 'To Do', 'Work In Progress', 'Resolved', 'Risk Accepted'] as const;
const PCAP_ID = Buffer.from('no packets were captured in a synthetic world').toString('base64');
const NO_HISTORY: JsonObject = Object.freeze({
  last_requested_refresh_date: null,
  last_refresh_status_date: null,
  last_refresh_status_label: null,
  last_refresh_status_reason: null,
  last_refresh_reason_code: null,
  last_refresh_requester: null,
  result_finding_date: null,
  last_remediation_status_label: null,
  last_remediation_status_date: null,
  last_remediation_status_updated_by: null,
  remediation_assignments: [],
});

/** An asset of a finding. */
export interface ShownAsset {
  readonly asset: string;
  readonly facts: AssetFacts;
}

/** Makes records of one company on one day. Holds one generator that each record restarts. */
export class FindingWriter {
  readonly #tenancy: Tenancy;
  readonly #company: { readonly name: string; readonly domain: string };
  readonly #day: number;
  readonly #random = new Random();

  constructor(tenancy: Tenancy, company: { readonly name: string; readonly domain: string }, day: number) {
    this.#tenancy = tenancy;
    this.#company = company;
    this.#day = day;
  }

  /** The record of a finding. */
  record(traits: Traits, { expand, withVulnerabilities }: RecordOptions): JsonObject {
    const { key, vector: index } = traits;
    const model = VECTOR_MODELS[index];
    const builder = BUILDERS[index];
    if (model === undefined || builder === undefined) throw new RangeError(`no vector ${index}`);
    const { vector } = model;
    const random = this.#random;
    const { asset, isIp, address } = this.#drawSubject(traits);
    const { importance, category, override, isMonitored, tags } = assetFacts(this.#tenancy.key, asset);
    const { details, evidenceKey } = builder({
      random,
      traits,
      domain: this.#company.domain,
      asset,
      isIp,
      address,
      host: bracketed(asset),
      addressHost: bracketed(address),
      withVulnerabilities,
    });

    const isCompromise = vector.categoryOrder === 0;
    const assetRow: Record<string, JsonValue> = {
      asset,
      identifier: null,
      category,
      importance,
      is_ip: isIp,
      asset_type: isIp ? 'IP' : 'Domain',
      is_monitored: isMonitored,
    };
    if (expand.has('assets.tag_details')) assetRow.tag_details = tagDetails(tags);
    const row: Record<string, JsonValue> = {
      temporary_id: `A9Jq47BBje${hex(mix(key, this.#day))}${hex(mix(this.#day, key))}${hex(key)}${hex(mix(this.#tenancy.key, key))}`,
      affects_rating: traits.impact === 0,
      impacts_risk_vector_details: IMPACTS[traits.impact] ?? 'AFFECTS_RATING',
      assets: [assetRow],
      details,
      evidence_key: evidenceKey,
      first_seen: dayText(traits.firstSeen),
      last_seen: dayText(traits.lastSeen),
      related_findings: [],
      risk_category: vector.category,
      risk_vector: vector.slug,
      risk_vector_label: vector.label,
      rolledup_observation_id: traits.emptyIdentity
        ? ''
        : observationId(this.#tenancy.key, traits.identityKey),
      severity: traits.severityTenths === NULL_SEVERITY ? null : traits.severityTenths / 10,
      severity_category: SEVERITY_CATEGORIES[traits.category] ?? 'minor',
      tags,
      remediation_history: this.#history(traits),
      asset_overrides:
        override === null ? [] : [{ asset, importance: override, override_importance: override }],
      duration: duration(traits, random),
      comments: random.oneIn(90) ? 'Asked the vendor for a date.' : null,
      remaining_decay: traits.remaining,
      remediated: vector.slug === 'patching_cadence' ? traits.isGone : null,
      grace_period_end_date: dayOrNull(gracePeriodEnd(traits)),
      guest_network_end_date: dayOrNull(guestNetworkEnd(traits)),
      no_rv_grade_impact_end_date: null,
      impact_end_date: traits.impact === 0 ? dayText(this.#day + traits.remaining) : null,
    };
    if (isCompromise) row.pcap_id = PCAP_ID;
    if (expand.has('tag_details')) row.tag_details = tagDetails(tags);
    if (expand.has('attributed_companies')) {
      row.attributed_companies = [{ guid: this.#tenancy.guid, name: this.#company.name }];
    }
    return row;
  }

  /** What the record would show of the finding's asset, at a small part of the record's cost. */
  asset(traits: Pick<Traits, 'key' | 'vector'>): ShownAsset {
    const { asset } = this.#drawSubject(traits);
    return { asset, facts: assetFacts(this.#tenancy.key, asset) };
  }

  /** Leaves chance where the details begin. */
  #drawSubject(traits: Pick<Traits, 'key' | 'vector'>): Subject {
    const random = startFinding(this.#random, traits);
    return drawSubject(random, this.#tenancy, this.#company.domain, modelAt(traits.vector).domainShare);
  }

  /** Remediation as it stands on the day: a status is set some time after the first sighting and moves on with the weeks. */
  #history({ key, firstSeen, isGone }: Traits): JsonObject {
    const roll = mix(key, 22) % 100;
    if (roll >= 22) return NO_HISTORY;
    const setOn = firstSeen + 5 + (mix(key, 23) % 40);
    if (this.#day < setOn) return NO_HISTORY;
    const step = Math.floor((this.#day - setOn) / 30);
    const status = isGone ? 3 : roll < 3 ? 4 : Math.min(2, step);
    const movedOn = isGone || roll < 3 ? setOn : setOn + Math.min(2, step) * 30;
    const refreshed = roll < 7;
    return {
      ...NO_HISTORY,
      ...(refreshed
        ? {
            last_requested_refresh_date: dayText(setOn),
            last_refresh_status_date: dayText(setOn + 3),
            last_refresh_status_label:
              this.#day < setOn + 3 ? 'in_progress' : isGone ? 'completed' : 'failed',
            last_refresh_status_reason: isGone ? null : 'asset_not_found',
            last_refresh_reason_code: isGone ? null : 'asset unreachable',
            last_refresh_requester: guidOf(this.#tenancy.key, 61),
            result_finding_date: isGone ? dayText(setOn + 3) : null,
          }
        : {}),
      last_remediation_status_label: STATUSES[status] ?? 'Open',
      last_remediation_status_date: dayText(movedOn),
      last_remediation_status_updated_by: guidOf(this.#tenancy.key, 61),
      remediation_assignments: roll % 2 === 0 ? [guidOf(this.#tenancy.key, 62)] : [],
    };
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function tagDetails(tags: readonly string[]): JsonValue {
  return tags.map(name => ({ name, is_public: false }));
}

/** null, days as a number, or days in words: upstream shows all three. */
function duration({ firstSeen, lastSeen }: Traits, random: Random): JsonValue {
  const days = lastSeen - firstSeen;
  const kind = random.below(10);
  return kind < 6 ? null : kind < 9 ? days : `${days} days`;
}

const idBytes = Buffer.alloc(16);

/** Base64 of 16 bytes: unique within a company because the key is among them, and distinct between companies by the rest. */
export function observationId(companyKey: number, identityKey: number): string {
  idBytes.writeUInt32LE(mix(companyKey, identityKey), 0);
  idBytes.writeUInt32LE(identityKey, 4);
  idBytes.writeUInt32LE(mix(identityKey, companyKey), 8);
  idBytes.writeUInt32LE(mix(companyKey ^ 0x2545f491, identityKey), 12);
  return idBytes.toString('base64');
}

/** The key of the finding's identity that such an id holds; null for any other text. */
export function identityKeyOf(id: string): number | null {
  const bytes = Buffer.from(id, 'base64');
  return bytes.length === idBytes.length ? bytes.readUInt32LE(4) : null;
}
