/**
 * What is found in the portfolio, for menus and maps: the values that its lists can be filtered by, and where its networks are.
 * Fields: bitsight-api.md, 4.1 and 4.11; articles 360053951774 and 360010807274, of whose statistics only the topics are known.
 */
import type { JsonObject, JsonValue } from '../../../wire/json.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import { type Answer, type Ask, flagOption, type Queries, type View } from '../../source.ts';
import { companiesAsked } from './asked-companies.ts';
import type { SyntheticContext } from './context.ts';
import type { Relationships } from './fourth-parties/relationships.ts';
import { presenceIn } from './presence.ts';
import type { Profile } from './profile.ts';
import { mix } from './random.ts';

export function facetQueries(
  context: SyntheticContext,
  reader: PortfolioReader,
  relationships: Relationships,
): Queries {
  return {
    'portfolio.summaries': async (view, ask) =>
      summaries(context, relationships, await companiesAsked(context, reader, view, ask)),
    'portfolio.filters': async (view, ask) => {
      const companies = await companiesAsked(context, reader, view, ask);
      return filters(
        context,
        flagOption(ask, 'exclude_alerts_only') ? companies.filter(isWatched) : companies,
      );
    },
    'portfolio.countries': view => countriesOf(context.companies(view)),
    'company.countries': (view, ask) => countries(context, view, ask),
  };
}

function summaries(
  { day }: SyntheticContext,
  relationships: Relationships,
  companies: readonly Profile[],
): Answer {
  const presence = presenceIn(companies, day);
  const usages = companies.flatMap(company => relationships.of(company).map(({ usage }) => usage));
  const products = usages.flatMap(usage => usage.products.map(({ product }) => product));
  const body: JsonObject = {
    subscription_types: distinct(companies.map(({ subscription }) => subscription.slug)),
    industries: distinct(companies.map(({ industry }) => industry.name)),
    types: distinct(companies.flatMap(({ types }) => types)),
    countries: distinct(companies.flatMap(company => company.countries)),
    infections: presence.infections,
    vulnerabilities: presence.vulnerabilities,
    open_ports: presence.openPorts,
    software: presence.software,
    providers: distinct(usages.map(({ provider }) => provider.name)),
    products: distinct(products.map(({ name }) => name)),
    product_types: distinct(products.flatMap(({ types }) => types)),
  };
  return { kind: 'body', body };
}

function filters({ day }: SyntheticContext, companies: readonly Profile[]): Answer {
  const { infections, openPorts, vulnerabilities } = presenceIn(companies, day);
  return { kind: 'body', body: { infections, open_ports: openPorts, vulnerabilities } };
}

/** Is more known of the company than its rating? */
function isWatched({ subscription }: Profile): boolean {
  return subscription.slug !== 'alerts-only';
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function countries(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  return company === null
    ? null
    : { kind: 'body', body: { ipv4: Object.fromEntries(addressesByCountry(company)) } };
}

const NAMES = new Intl.DisplayNames(['en'], { type: 'region' });

/** The addresses of every company by country, and of all of them together by the name of the country. */
function countriesOf(companies: Iterable<Profile>): Answer {
  const byCompany: Record<string, JsonValue> = {};
  const sums = new Map<string, number>();
  for (const company of companies) {
    const addresses = addressesByCountry(company);
    byCompany[company.tenancy.guid] = { ipv4: Object.fromEntries(addresses) };
    for (const [code, count] of addresses) sums.set(code, (sums.get(code) ?? 0) + count);
  }
  const named = Array.from(sums, ([code, count]) => ({ code, count, name: NAMES.of(code) ?? code }));
  const body = {
    companies: byCompany,
    countries: Object.fromEntries(named.map(({ code, name }) => [code, { name }])),
    initial_counts: Object.fromEntries(named.map(({ name, count }) => [name, count])),
  };
  return { kind: 'body', body };
}

/** The company's addresses, most of them at home. */
function addressesByCountry({
  countries: [home, ...others],
  networkSize,
  tenancy,
}: Profile): [string, number][] {
  if (home === undefined) return [];
  const abroad = others.map((code, index): [string, number] => {
    const percent = 5 + (mix(tenancy.key, 91 + index) % 30);
    return [code, Math.floor((networkSize * percent) / 100)];
  });
  const away = abroad.reduce((sum, [, count]) => sum + count, 0);
  return [[home, networkSize - away], ...abroad];
}
