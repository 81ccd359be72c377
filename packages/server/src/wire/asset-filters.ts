/**
 * The filters and sort keys of a company's assets. Source: bitsight-api.md, 4.2; some names have an older or a scripting form
 * (`product.name-version` and `product.name_version`) that means the same.
 */
import type { Filter, FilterType } from './filters.ts';
import type { JsonObject, JsonScalar } from './json.ts';
import type { ListSchema } from './list-query.ts';
import { filter, listSchema, RANGE, rankedBy, sortedBy } from './list-schema.ts';

/** An asset with what its filters ask beyond its row: what a source filters, never what it shows. */
export type AssetRecord = JsonObject & {
  /** The row of the wire. */
  readonly item: JsonObject;
  /** Threats that its findings show. */
  readonly threats: readonly {
    readonly guid: string;
    readonly severity_level: string;
    readonly evidence_certainty: string;
  }[];
  /** `name:version` of each product, and `name:` for those who ask for any version. */
  readonly product_versions: readonly string[];
  /** Days on which grace periods and guest networks of its findings end. */
  readonly grace_period_end_dates: readonly string[];
  readonly guest_network_end_dates: readonly string[];
};

type More = Parameters<typeof filter>[2];
const ofItem = (name: string, type: FilterType, { path = name, ...more }: More = {}) =>
  filter(name, type, { path: `item.${path}`, ...more });
const sorted = (name: string, path = name) => sortedBy(name, `item.${path}`);

/** Has the asset any such day? */
const hasDays = (name: string, list: string): Filter =>
  filter(name, 'boolean', {
    read: (record: JsonObject): readonly JsonScalar[] => {
      const days = record[list];
      return [Array.isArray(days) && days.length > 0];
    },
  });

const IMPORTANCE_ORDER = ['low', 'medium', 'high', 'critical'];

export const ASSET_SCHEMA: ListSchema = listSchema({
  filters: [
    ofItem('asset', 'text'),
    ofItem('asset_type', 'text'),
    ofItem('identifier', 'text'),
    ofItem('ip_address', 'text', { path: 'ip_addresses' }),
    ofItem('is_ip', 'boolean'),
    ofItem('importance_categories', 'text', { path: 'importance_category' }),
    ofItem('importance_overrides', 'text', {
      path: 'overrides.importance',
      suffixes: ['isnull'],
      aliases: ['overrides', 'overrides.importance'],
    }),
    ofItem('combined_overrides.importance', 'text'),
    ofItem('country_codes', 'text', { path: 'country_code' }),
    ofItem('countries', 'text', { path: 'country' }),
    ofItem('hosted_by.guid', 'text', { suffixes: ['isnull'], aliases: ['hosted_by'] }),
    ofItem('origin_subsidiary.guid', 'text', { suffixes: ['isnull'], aliases: ['origin_subsidiary'] }),
    ofItem('tags', 'text', { suffixes: ['contains', 'isnull'] }),
    ofItem('services', 'text'),
    ofItem('product.vendor', 'text', { path: 'products.vendor' }),
    ofItem('product.support', 'text', { path: 'products.support' }),
    filter('product.name-version', 'text', {
      path: 'product_versions',
      aliases: ['product.name_version'],
    }),
    filter('threat.guid', 'text', { path: 'threats.guid' }),
    filter('threat.severity_level', 'text', { path: 'threats.severity_level' }),
    filter('threat.evidence_certainty', 'text', { path: 'threats.evidence_certainty' }),
    ofItem('findings.total_count', 'number', { suffixes: RANGE }),
    ofItem('is_monitored', 'boolean'),
    filter('grace_period_end_date', 'date', { path: 'grace_period_end_dates', suffixes: RANGE }),
    filter('guest_network_end_date', 'date', { path: 'guest_network_end_dates', suffixes: RANGE }),
    hasDays('is_in_grace_period', 'grace_period_end_dates'),
    hasDays('is_in_guest_network', 'guest_network_end_dates'),
  ],
  sorts: [
    sorted('importance'),
    sorted('asset'),
    sorted('asset_type'),
    rankedBy('importance_category', IMPORTANCE_ORDER, 'item.importance_category'),
    sorted('country_code'),
    sorted('findings.total_count'),
    sorted('is_monitored'),
  ],
  order: '-importance,asset',
  searched: ['item.asset', 'item.identifier', 'item.ip_addresses'],
  expands: ['tag_details', 'delegated_security_controls'],
});
