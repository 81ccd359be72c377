/**
 * A company's assets counted: findings by the importance of the asset, and assets by country, host, service, product and threat.
 * Shapes: upstream's API description (AssetStatistics, AssetSummaries); counts are those of the list.
 */
import { type JsonObject, textAt } from '../../../../wire/json.ts';
import { compareScalars } from '../../../../wire/sorting.ts';
import { dayText } from '../days.ts';
import { placeOf } from '../places.ts';
import { THREATS } from '../threats/threat-rows.ts';
import { GRADES, SEVERITY_CATEGORIES } from '../vectors.ts';
import { type AssetWriter, findingCounts, importanceName } from './asset-rows.ts';
import type { AssetSheet } from './asset-sheets.ts';

const IMPORTANCE = ['critical', 'high', 'medium', 'low'] as const;
/** Assets without a category are told apart, so that the sums are those of the list. */
const NONE = 'none';
/** The names of grades in statistics, in the order of the counts on a sheet. */
const GRADE_NAMES = [...GRADES.map(grade => grade.toLowerCase()), 'unknown'];

/** The risk matrix: importance of assets against severity and grade of findings. */
export function assetStatistics(sheets: readonly AssetSheet[], day: number): JsonObject {
  return {
    assets: sheets.map(sheet => ({
      asset: sheet.asset,
      importance: sheet.facts.importance,
      importance_category: titled(sheet.facts.category),
      stats: figuresOf([sheet]),
    })),
    last_asset_date: dayText(day),
    stats: Object.fromEntries(
      importanceNames(sheets).map(name => [
        name,
        figuresOf(sheets.filter(sheet => importanceName(sheet) === name)),
      ]),
    ),
  };
}

function figuresOf(sheets: readonly AssetSheet[]): JsonObject {
  return {
    grades: summed(
      GRADE_NAMES,
      sheets.map(({ byGrade }) => byGrade),
    ),
    severities: summed(
      SEVERITY_CATEGORIES,
      sheets.map(({ bySeverity }) => bySeverity),
    ),
  };
}

/** Sums by name, and their total. */
function summed(names: readonly string[], counts: readonly (readonly number[])[]): JsonObject {
  const sums = names.map((_, index) => counts.reduce((sum, row) => sum + (row[index] ?? 0), 0));
  return {
    ...Object.fromEntries(names.map((name, index) => [name, sums[index] ?? 0])),
    total: sums.reduce((total, sum) => total + sum, 0),
  };
}

/** What the assets are and have, each with how many assets and findings it concerns. */
export function assetSummaries(sheets: readonly AssetSheet[], writer: AssetWriter): JsonObject {
  const countries = grouped(sheets, ({ asset }) => [placeOf(asset)]);
  const hosts = grouped(sheets, sheet => writer.hostsOf(sheet));
  const services = grouped(sheets, sheet => sheet.services);
  const kinds = grouped(sheets, sheet => [...new Set(sheet.services.map(({ kind }) => kind))]);
  return {
    category: byName(
      kinds.map(([name, group]) => ({
        name,
        service_list: services.flatMap(([{ kind, service }]) => (kind === name ? [service] : [])).sort(),
        assets: assetCounts(group),
      })),
    ),
    countries: byName(countries.map(([{ code, name }, group]) => ({ code, name, ...countsOf(group) }))),
    decorated_ssids: [],
    hosted_by: byName(hosts.map(([{ guid, name }, group]) => ({ guid, name, ...countsOf(group) }))),
    origin_subsidiaries: [],
    products: productsByVendor(sheets),
    services: byName(services.map(([{ service }, group]) => ({ name: service, ...countsOf(group) }))),
    ssid_count: 0,
    ssids: [],
    threats: THREATS.filter(({ vulnerability }) =>
      sheets.some(({ sightings }) =>
        sightings.some(({ sighting }) => sighting.vulnerability === vulnerability),
      ),
    ).map(({ guid, vulnerability }) => ({ guid, name: vulnerability.cve })),
  };
}

/** Assets by what they have; an asset is in the group of each. */
function grouped<T>(
  sheets: readonly AssetSheet[],
  read: (sheet: AssetSheet) => readonly T[],
): readonly (readonly [T, readonly AssetSheet[]])[] {
  const groups = new Map<T, AssetSheet[]>();
  for (const sheet of sheets) {
    for (const key of read(sheet)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [sheet]);
      else group.push(sheet);
    }
  }
  return [...groups];
}

function countsOf(sheets: readonly AssetSheet[]): JsonObject {
  return { assets: assetCounts(sheets), findings: findingCounts(sheets) };
}

function assetCounts(sheets: readonly AssetSheet[]): JsonObject {
  return {
    total_count: sheets.length,
    counts_by_importance: Object.fromEntries(
      importanceNames(sheets).map(name => [
        name,
        sheets.filter(sheet => importanceName(sheet) === name).length,
      ]),
    ),
  };
}

/** The categories, and that of the assets in none where there are such. */
function importanceNames(sheets: readonly AssetSheet[]): readonly string[] {
  return sheets.some(sheet => importanceName(sheet) === NONE) ? [...IMPORTANCE, NONE] : IMPORTANCE;
}

function productsByVendor(sheets: readonly AssetSheet[]): readonly JsonObject[] {
  const vendors = new Map<string, Map<string, JsonObject>>();
  for (const { vendor, product, type, version } of sheets.flatMap(sheet => sheet.products)) {
    const products = vendors.get(vendor) ?? new Map<string, JsonObject>();
    products.set(`${product} ${version}`, { name: product, type, version });
    vendors.set(vendor, products);
  }
  return [...vendors.keys()]
    .sort()
    .map(vendor => ({ vendor, product: byName([...(vendors.get(vendor)?.values() ?? [])]) }));
}

function byName(rows: readonly JsonObject[]): readonly JsonObject[] {
  return rows.toSorted((left, right) => compareScalars(textAt(left, 'name'), textAt(right, 'name'), false));
}

function titled(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
