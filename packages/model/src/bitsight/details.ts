// What a finding's `details` tell beyond texts: assets, port, CVEs, vulnerabilities. Shapes differ by risk vector;
// sources: Bitsight help centre pages per vector and recorded payloads.
import { isIP } from 'node:net';
import type { TprmAsset } from '../schemas/finding.ts';
import type { AssetType } from '../vocabulary.ts';
import { flagOf, isObject, type JsonObject, listOf, numberOf, objectOf, textOf, wholeOf } from './readers.ts';

function assetTypeOf(asset: JsonObject, value: string): AssetType {
  const type = textOf(asset.asset_type)?.toLowerCase();
  if (type !== undefined) {
    if (type === 'ip') return 'IP';
    if (type === 'domain') return 'DOMAIN';
    if (type.endsWith('application') || type === 'app') return 'APP';
  }
  // "Host" and types to come: is_ip tells; masked addresses (1.2.xxx.xxx) are addresses only by it.
  if (asset.is_ip === true) return 'IP';
  if (asset.is_ip === false) return 'DOMAIN';
  return isIP(value) === 0 ? 'DOMAIN' : 'IP';
}

/** The assets of a finding; entries without a name stay in the record alone. */
export function assetsOf(record: JsonObject): TprmAsset[] {
  const assets: TprmAsset[] = [];
  for (const entry of listOf(record.assets)) {
    if (!isObject(entry)) continue;
    const value = textOf(entry.asset);
    if (value === null) continue;
    assets.push({
      type: assetTypeOf(entry, value),
      value,
      importance: numberOf(entry.importance),
      category: textOf(entry.category),
      is_monitored: flagOf(entry.is_monitored),
    });
  }
  return assets;
}

function portNumberOf(value: unknown): number | null {
  const port = wholeOf(value);
  return port !== null && port >= 1 && port <= 65_535 ? port : null;
}

/** The port of `ip:port`, `domain:443`, `[ipv6]:port` or an address; a bare IPv6 address has none. */
function portOfEndpoint(value: unknown): number | null {
  const text = textOf(value);
  if (text?.includes(':') !== true) return null;
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(text);
  const authority = scheme === null ? text : (/^[^/?#]*/.exec(text.slice(scheme[0].length))?.[0] ?? '');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const explicit = /^(?:\[[^\]]*\]|[^:\s]+):(\d{1,5})$/.exec(host)?.[1];
  if (explicit !== undefined) return portNumberOf(explicit);
  const name = scheme?.[1]?.toLowerCase();
  if (name === 'https') return 443;
  return name === 'http' ? 80 : null;
}

/** The port a finding was seen at: `dest_port`, else that of the evidence key, else that of `final_location`. */
export function portOf(details: JsonObject, evidenceKey: string | null): number | null {
  return (
    portNumberOf(details.dest_port) ?? portOfEndpoint(evidenceKey) ?? portOfEndpoint(details.final_location)
  );
}

const CVE = /^\s*(cve-\d{4}-\d{4,19})\s*$/i;

/** The CVE id in upper case, or null for a name that is none. */
export function cveOf(name: unknown): string | null {
  return typeof name === 'string' ? (CVE.exec(name)?.[1]?.toUpperCase() ?? null) : null;
}

/** The CVE id in upper case, else the name as received. */
export function vulnerabilityNameOf(name: unknown): string | null {
  return cveOf(name) ?? textOf(name);
}

function namesOf(value: unknown): readonly unknown[] {
  const list = Array.isArray(value) ? listOf(value) : [value];
  return list.map(entry => (isObject(entry) ? entry.name : entry));
}

/** CVE ids of a finding, wherever it names them: upper case, unique, sorted. */
export function cvesOf(record: JsonObject, details: JsonObject): string[] {
  const cves = new Set<string>();
  for (const field of [details.vulnerabilities, details.vulnerability_name, record.vulnerabilities]) {
    if (field === undefined || (Array.isArray(field) && field.length === 0)) continue;
    for (const name of namesOf(field)) {
      const cve = cveOf(name);
      if (cve !== null) cves.add(cve);
    }
  }
  return [...cves].sort();
}

/** The highest CVSS base score: `{base: [7.5]}` on findings, `{base: 7.5}` on vulnerabilities. */
export function cvssBaseOf(cvss: unknown): number | null {
  const base = objectOf(cvss).base;
  let highest: number | null = null;
  for (const entry of Array.isArray(base) ? listOf(base) : [base]) {
    const score = numberOf(entry);
    if (score !== null && (highest === null || score > highest)) highest = score;
  }
  return highest;
}
