/** Providers, products and relationships as the wire shows them. Fields: bitsight-api.md, 4.9 and 4.11. */
import type { JsonObject } from '../../../../wire/json.ts';
import { dayText } from '../days.ts';
import { guidOf, mix } from '../random.ts';
import { ratingOn } from '../ratings.ts';
import type { Product, Provider } from './catalogue.ts';
import type {
  Dependence,
  ProductDependence,
  ProviderDependence,
  Relationship,
  Totals,
} from './relationships.ts';

export function providerRow(dependence: ProviderDependence, totals: Totals, day: number): JsonObject {
  const { provider, products } = dependence;
  return {
    ...providerFields(provider),
    provider_rating: ratingOn(provider.key, day),
    provider_rating_date: dayText(day),
    provider_is_csp: provider.isCsp,
    provider_hq_country_code: provider.country,
    product_types: [...new Set(products.flatMap(product => product.types))],
    product_count: products.length,
    ...figures(dependence, totals, provider),
  };
}

export function productRow(dependence: ProductDependence, totals: Totals): JsonObject {
  const { product, provider } = dependence;
  return {
    ...productFields(product),
    business_functions: product.businessFunctions,
    ...providerFields(provider),
    ...figures(dependence, totals, provider),
  };
}

/** One product of one company. */
export function fourthPartyRows({ company, usage }: Relationship, day: number): readonly JsonObject[] {
  const { provider, source } = usage;
  return usage.products.map(({ product }) => ({
    row_guid: product.guid,
    ...productFields(product),
    provider_guid: provider.guid,
    provider_name: provider.name,
    provider_rating: ratingOn(provider.key, day),
    provider_rating_date: dayText(day),
    relationship_guid: guidOf(mix(company.tenancy.key, product.key), 9),
    relationship_type: source,
  }));
}

/** A company that depends on a provider. */
export function dependentRow({ company, usage }: Relationship, { domains }: Totals): JsonObject {
  return {
    company_guid: company.tenancy.guid,
    company_name: company.name,
    domain_count: usage.domains,
    percent_dependent: percentOf(usage.domains, domains),
    relationship_source: usage.source,
  };
}

function productFields({ guid, name, types }: Product): JsonObject {
  return { product_guid: guid, product_name: name, product_types: types };
}

function providerFields({ guid, name, industry }: Provider): JsonObject {
  return { provider_guid: guid, provider_name: name, provider_industry: industry };
}

function figures(
  { companies, domains, lastSeen }: Dependence,
  totals: Totals,
  { weight }: Provider,
): JsonObject {
  const importance = totals.domains === 0 ? 0 : (domains / totals.domains) * weight;
  return {
    company_count: companies,
    domain_count: domains,
    percent_dependent: percentOf(domains, totals.domains),
    percent_dependent_company: percentOf(companies, totals.companies),
    relative_importance: importance,
    relative_criticality: criticalityOf(importance),
    last_seen_date: dayText(lastSeen),
  };
}

/** With one decimal, as upstream rounds. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}

/** Lower bounds, from the highest down; the examples of upstream's articles lie on the right side of each. */
const CRITICALITIES = [
  ['critical', 1],
  ['high', 0.05],
  ['medium', 0.01],
] as const;

function criticalityOf(importance: number): string {
  return CRITICALITIES.find(([, from]) => importance >= from)?.[0] ?? 'low';
}
