/**
 * Search in the inventory of the synthetic world: the companies that the view sees and those in nobody's portfolio. A company
 * outside the view is not found. Fields: bitsight-api.md, 4.2.
 */
import { isJsonObject, type JsonObject } from '../../../wire/json.ts';
import { pageOf } from '../../../wire/rows.ts';
import { COMPANY_SEARCH } from '../../endpoints/catalogues.ts';
import { type Answer, type Ask, type Queries, textOption, textsOption, type View } from '../../source.ts';
import { companyDetail } from './companies.ts';
import type { SyntheticContext } from './context.ts';
import { type InventoryCompany, inventoryOf } from './inventory.ts';
import type { Profile } from './profile.ts';
import { mix } from './random.ts';

export function searchQueries(context: SyntheticContext): Queries {
  const inventory = inventoryOf(context.world.seedKey);
  return { 'companies.search': (view, ask) => search(context, inventory, view, ask) };
}

type Found =
  | { readonly inPortfolio: true; readonly company: Profile }
  | { readonly inPortfolio: false; readonly company: InventoryCompany };

function search(
  context: SyntheticContext,
  inventory: readonly InventoryCompany[],
  view: View,
  ask: Ask,
): Answer {
  const isAsked = searchOf(ask);
  const found = new Map<JsonObject, Found>();
  for (const company of context.companies(view)) {
    if (isAsked(company.tenancy.guid, company.name, company.domain, true))
      found.set(portfolioRow(company), { inPortfolio: true, company });
  }
  for (const company of inventory) {
    if (isAsked(company.guid, company.name, company.domain, false))
      found.set(inventoryRow(company), { inPortfolio: false, company });
  }
  const page = pageOf([...found.keys()], ask.query, COMPANY_SEARCH);
  const shown = detailsAsked(ask);
  if (shown === null) return { kind: 'page', page };
  const rows = page.rows.map(row => {
    const company = found.get(row);
    const details = company === undefined ? {} : detailsOf(company, context.day, view.baseUrl);
    return { ...row, details: shown === 'all' ? details : picked(details, shown) };
  });
  return { kind: 'page', page: { count: page.count, rows } };
}

/** What of a company the request asks: any of the guids, part of the name, the domain or one above or below it. */
function searchOf(ask: Ask): (guid: string, name: string, domain: string, inPortfolio: boolean) => boolean {
  const guids = new Set(textsOption(ask, 'guids').map(guid => guid.toLowerCase()));
  const wantedName = textOption(ask, 'name')?.toLowerCase();
  const wantedDomain = domainIn(textOption(ask, 'domain'));
  const wantedPlace = ask.options.get('in_portfolio');
  return (guid, name, domain, inPortfolio) =>
    (guids.size === 0 || guids.has(guid)) &&
    (wantedName === undefined || name.toLowerCase().includes(wantedName)) &&
    (wantedDomain === undefined || domain.includes(wantedDomain) || wantedDomain.endsWith(`.${domain}`)) &&
    (wantedPlace === undefined || wantedPlace === inPortfolio);
}

/** The domain of whatever was typed: an address with its path is taken as well. */
function domainIn(text: string | undefined): string | undefined {
  return text
    ?.toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/:?#].*$/, '');
}

function portfolioRow({ tenancy, name, industry, domain, shortname, subIndustry }: Profile): JsonObject {
  return {
    guid: tenancy.guid,
    name,
    industry: industry.name,
    industry_slug: industry.slug,
    primary_domain: domain,
    description: `${shortname} works in ${subIndustry.name.toLowerCase()}.`,
    website: `https://www.${domain}`,
  };
}

function inventoryRow({ guid, name, industry, domain }: InventoryCompany): JsonObject {
  return {
    guid,
    name,
    industry: industry.name,
    industry_slug: industry.slug,
    primary_domain: domain,
    description: null,
    website: null,
  };
}

/** `details` with everything, or only those of its fields that are named as `details.x`; null when nothing of it is asked. */
function detailsAsked({ query }: Ask): 'all' | ReadonlySet<string> | null {
  if (query.expand.has('details')) return 'all';
  const prefix = 'details.';
  const names = [...query.expand]
    .filter(name => name.startsWith(prefix))
    .map(name => name.slice(prefix.length));
  return names.length === 0 ? null : new Set(names);
}

function picked(details: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(details).filter(([name]) => names.has(name)));
}

function detailsOf(found: Found, day: number, baseUrl: string): JsonObject {
  return found.inPortfolio
    ? portfolioDetails(found.company, day, baseUrl)
    : inventoryDetails(found.company, baseUrl);
}

/** What the search says of a company is what its own page says; confidence is written another way here (bitsight-api.md, 6). */
function portfolioDetails(company: Profile, day: number, baseUrl: string): JsonObject {
  const detail = companyDetail(company, day, baseUrl);
  return {
    confidence: detail.confidence === 'HIGH' ? 'High' : 'Low',
    customer_monitoring_count: detail.customer_monitoring_count,
    has_company_tree: detail.has_company_tree,
    in_portfolio: true,
    is_bundled: detail.is_bundle,
    is_csp: detail.is_csp,
    is_primary: detail.is_primary,
    is_service_provider: detail.service_provider,
    logo: logoOf(company.tenancy.guid, baseUrl),
    primary_company: isJsonObject(detail.primary_company) ? detail.primary_company : null,
    search_history_count: detail.search_count,
    self_published: company.types.includes('SELF-PUBLISHED') ? 'public' : null,
    subscription_type: company.subscription.name,
  };
}

function inventoryDetails({ key, guid }: InventoryCompany, baseUrl: string): JsonObject {
  return {
    confidence: mix(key, 11) % 6 === 0 ? 'Low' : 'High',
    customer_monitoring_count: mix(key, 12) % 200,
    has_company_tree: false,
    in_portfolio: false,
    is_bundled: false,
    is_csp: false,
    is_primary: false,
    is_service_provider: mix(key, 13) % 8 === 0,
    logo: logoOf(guid, baseUrl),
    primary_company: null,
    search_history_count: mix(key, 14) % 400,
    self_published: null,
    subscription_type: null,
  };
}

function logoOf(guid: string, baseUrl: string): string {
  return `${baseUrl}/ratings/v1/companies/${guid}/logo-image`;
}
