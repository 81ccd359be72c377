/** Assets as the wire shows them, and what their filters ask beyond that. Shape: bitsight-api.md, 4.2 and 5.2. */
import type { AssetRecord } from '../../../../wire/asset-filters.ts';
import { type JsonObject, textAt } from '../../../../wire/json.ts';
import { dayText } from '../days.ts';
import { FindingWriter } from '../findings.ts';
import type { Provider } from '../fourth-parties/catalogue.ts';
import { placeOf } from '../places.ts';
import type { Profile } from '../profile.ts';
import { guidOf, hashText, hex, mix } from '../random.ts';
import { CERTAINTIES } from '../threats/sightings.ts';
import { THREATS } from '../threats/threat-rows.ts';
import { fillTraits, newTraits } from '../traits.ts';
import { SEVERITY_CATEGORIES } from '../vectors.ts';
import type { AssetSheet } from './asset-sheets.ts';

/** Of 100 assets of a company that has hosts, how many are with one. */
const HOSTED_PERCENT = 40;
const PLAIN_RECORD = { expand: new Set<string>(), withVulnerabilities: false };

/** Makes the rows of one company's assets on a day. */
export class AssetWriter {
  readonly #company: Profile;
  readonly #day: number;
  readonly #hosts: readonly Provider[];
  readonly #findings: FindingWriter;

  /** `hosts` are the providers at which the company has machines. */
  constructor(company: Profile, day: number, hosts: readonly Provider[]) {
    this.#company = company;
    this.#day = day;
    this.#hosts = hosts;
    this.#findings = new FindingWriter(company.tenancy, company, day);
  }

  /** Who hosts an asset: one of the company's providers, or nobody but the company itself. */
  hostsOf({ asset }: AssetSheet): readonly Provider[] {
    const key = this.#keyOf(asset);
    if (this.#hosts.length === 0 || mix(key, 6) % 100 >= HOSTED_PERCENT) return [];
    const chosen = mix(key, 7) % this.#hosts.length;
    return this.#hosts.slice(chosen, chosen + 1);
  }

  /** What filters look at; its `item` lacks what only a page shows. */
  record(sheet: AssetSheet): AssetRecord {
    return {
      item: this.#item(sheet),
      threats: sheet.sightings.map(({ sighting }) => ({
        guid: THREATS[sighting.vulnerability.index]?.guid ?? '',
        severity_level: sighting.vulnerability.severity,
        evidence_certainty: CERTAINTIES[sighting.certainty] ?? '',
      })),
      product_versions: sheet.products.flatMap(({ product, version }) => [
        `${product}:${version}`,
        `${product}:`,
      ]),
      grace_period_end_dates: sheet.graceEnds.map(dayText),
      guest_network_end_dates: sheet.guestEnds.map(dayText),
    };
  }

  /** The row of a page. */
  row(sheet: AssetSheet, expand: ReadonlySet<string>): JsonObject {
    return {
      ...this.#item(sheet),
      threats: this.#threats(sheet),
      ...(expand.has('tag_details') ? { tag_details: sheet.facts.tags.map(name => this.#tag(name)) } : {}),
      ...(expand.has('delegated_security_controls')
        ? {
            delegated_security_controls: {
              has_delegated_security_controls: sheet.delegated > 0,
              types: [],
              findings: { total_count: sheet.delegated },
            },
          }
        : {}),
    };
  }

  #item(sheet: AssetSheet): JsonObject {
    const { asset, isIp, facts } = sheet;
    const key = this.#keyOf(asset);
    const place = placeOf(asset);
    const [host] = this.hostsOf(sheet);
    return {
      temporary_id: `tN0i7cUlKZ${hex(mix(key, this.#day))}${hex(mix(this.#day, key))}${hex(key)}`,
      asset,
      asset_type: isIp ? 'IP' : 'Domain',
      identifier: null,
      app_grade: null,
      ip_addresses: sheet.addresses,
      country_code: place.code,
      country: place.name,
      hosted_by: host === undefined ? null : { guid: host.guid, name: host.name },
      importance: facts.importance,
      importance_category: facts.category,
      longitude: place.longitude,
      latitude: place.latitude,
      is_ip: isIp,
      services: sheet.services.map(({ service }) => service),
      // Companies of this world have no subsidiaries that own machines.
      origin_subsidiary: null,
      findings: findingCounts([sheet]),
      tags: facts.tags,
      overrides: { importance: facts.override },
      combined_overrides: { importance: facts.override ?? importanceName(sheet) },
      products: sheet.products,
      is_monitored: facts.isMonitored,
    };
  }

  /** The findings that show a threat, by what the findings are known by. */
  #threats({ sightings }: AssetSheet): JsonObject {
    const traits = newTraits();
    const { key } = this.#company.tenancy;
    const records = sightings.flatMap(({ slot }) =>
      fillTraits(key, slot, this.#day, traits) ? [this.#findings.record(traits, PLAIN_RECORD)] : [],
    );
    const once = (name: string) => [...new Set(records.map(record => textAt(record, name)))];
    return { rolledup_observation_ids: once('rolledup_observation_id'), evidence_keys: once('evidence_key') };
  }

  #tag(name: string): JsonObject {
    const guid = guidOf(mix(this.#company.tenancy.key, hashText(name)), 51);
    return { guid, name, is_inherited: false, is_public: false };
  }

  #keyOf(asset: string): number {
    return mix(this.#company.tenancy.key, hashText(asset));
  }
}

/** The category of an asset's importance; `none` for an asset in none. */
export function importanceName({ facts }: AssetSheet): string {
  return facts.category === '' ? 'none' : facts.category;
}

/** How many findings some assets have, in all and by severity. */
export function findingCounts(sheets: readonly AssetSheet[]): JsonObject {
  const counts = SEVERITY_CATEGORIES.map(
    (name, index) =>
      [name, sheets.reduce((sum, { bySeverity }) => sum + (bySeverity[index] ?? 0), 0)] as const,
  );
  return {
    total_count: counts.reduce((sum, [, count]) => sum + count, 0),
    counts_by_severity: Object.fromEntries(counts.toReversed()),
  };
}
