/**
 * The queries about breaches: of the companies themselves, and of the providers they depend on. Facts: bitsight-api.md, 4.1 and
 * 4.9; rows about providers have the fields of upstream's API description.
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import { type Answer, type Ask, type Queries, textOption, type View } from '../../source.ts';
import { companiesAsked } from './asked-companies.ts';
import {
  BREACH_HISTORY_DAYS,
  type Breach,
  type BreachSubject,
  breachesOf,
  madeBreachesOf,
} from './breaches.ts';
import type { SyntheticContext } from './context.ts';
import { dayNumber, dayText } from './days.ts';
import type { Provider } from './fourth-parties/catalogue.ts';
import type { Relationships } from './fourth-parties/relationships.ts';
import { type Usage, usageOf } from './fourth-parties/usage.ts';
import type { Profile } from './profile.ts';

/** Queries about breaches by the names of their endpoints. */
export function breachQueries(
  context: SyntheticContext,
  reader: PortfolioReader,
  relationships: Relationships,
): Queries {
  const queries = new BreachQueries(context, reader, relationships);
  return {
    'portfolio.breaches': (view, ask) => queries.ofPortfolio(view, ask),
    'portfolio.provider-breaches': view => queries.ofProviders(view),
    'company.provider-breaches': (view, ask) => queries.ofProvidersOf(view, ask),
  };
}

/** The breaches of a company that are known on a day, those made by hand among them. */
export function knownBreaches(
  context: SyntheticContext,
  { tenancy, name }: Profile,
  from: number,
): readonly Breach[] {
  const subject: BreachSubject = { key: tenancy.key, guid: tenancy.guid, name };
  const { day, world } = context;
  return [...breachesOf(subject, from, day), ...madeBreachesOf(subject, world.madeBreaches, from, day)];
}

class BreachQueries {
  readonly #context: SyntheticContext;
  readonly #reader: PortfolioReader;
  readonly #relationships: Relationships;

  constructor(context: SyntheticContext, reader: PortfolioReader, relationships: Relationships) {
    this.#context = context;
    this.#reader = reader;
    this.#relationships = relationships;
  }

  async ofPortfolio(view: View, ask: Ask): Promise<Answer> {
    const guid = textOption(ask, 'company')?.toLowerCase();
    const asked = await companiesAsked(this.#context, this.#reader, view, ask);
    const companies = guid === undefined ? asked : asked.filter(({ tenancy }) => tenancy.guid === guid);
    const [start, end] = [textOption(ask, 'start'), textOption(ask, 'end')];
    const isAsked = ({ published }: Breach) =>
      (start === undefined || published >= dayNumber(start)) &&
      (end === undefined || published < dayNumber(end));
    const providers = this.#breachedProviders();
    const affected = companies.flatMap(company => [
      ...knownBreaches(this.#context, company, this.#firstDay).map(breach => ({ breach, company })),
      ...this.#indirect(company, providers).flatMap(([, breaches]) =>
        breaches.map(breach => ({ breach, company })),
      ),
    ]);
    return {
      kind: 'rows',
      rows: affected
        .filter(({ breach }) => isAsked(breach))
        .sort(inOrder)
        .map(affectedRow),
    };
  }

  /** Breaches of providers that somebody depends on, each with the number of those who do. */
  ofProviders(view: View): Answer {
    const tenancies = [...this.#context.tenancies(view)];
    const rows = this.#breachedProviders().flatMap(([provider, breaches]) => {
      const usages = tenancies.flatMap(({ key }) => usageOf(key, provider, this.#context.day) ?? []);
      return usages.length === 0 ? [] : breaches.map(breach => reducedRow(breach, usages));
    });
    return { kind: 'rows', rows, summaries: () => ({}) };
  }

  ofProvidersOf(view: View, ask: Ask): Answer | null {
    const company = this.#context.company(view, ask.path.guid ?? '');
    if (company === null) return null;
    const rows = this.#indirect(company, this.#breachedProviders()).flatMap(([usage, breaches]) =>
      breaches.map(breach => dependentRow(breach, company, usage)),
    );
    return { kind: 'rows', rows, summaries: () => ({}) };
  }

  get #firstDay(): number {
    return this.#context.day - BREACH_HISTORY_DAYS;
  }

  #breachedProviders(): readonly (readonly [Provider, readonly Breach[]])[] {
    return this.#relationships.providers
      .map(provider => [provider, breachesOf(provider, this.#firstDay, this.#context.day)] as const)
      .filter(([, breaches]) => breaches.length > 0);
  }

  /** The breached providers that the company depends on today. */
  #indirect(
    { tenancy }: Profile,
    providers: readonly (readonly [Provider, readonly Breach[]])[],
  ): readonly (readonly [Usage, readonly Breach[]])[] {
    return providers.flatMap(([provider, breaches]) => {
      const usage = usageOf(tenancy.key, provider, this.#context.day);
      return usage === null ? [] : [[usage, breaches] as const];
    });
  }
}

function breachFields({ guid, published, recorded, text, previewUrl, severity, kind }: Breach): JsonObject {
  return {
    guid,
    date: dayText(published),
    date_created: dayText(recorded),
    text,
    preview_url: previewUrl,
    severity,
    event_type: kind.slug,
    event_type_description: kind.name,
  };
}

/** A breach and a company that it affects: its own, or one of a provider that it depends on. */
interface Affected {
  readonly breach: Breach;
  readonly company: Profile;
}

/** The order in which they are listed. */
function inOrder(left: Affected, right: Affected): number {
  return (
    right.breach.published - left.breach.published ||
    compareTexts(left.breach.guid, right.breach.guid) ||
    compareTexts(left.company.tenancy.guid, right.company.tenancy.guid)
  );
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function affectedRow({ breach, company: { tenancy, name } }: Affected): JsonObject {
  return {
    ...breachFields(breach),
    is_direct: breach.subject.guid === tenancy.guid,
    breached_company: { guid: breach.subject.guid, name: breach.subject.name },
    affected_portfolio_company: { guid: tenancy.guid, name },
  };
}

/** Upstream does not count those who entered the relationship themselves. */
function reducedRow(breach: Breach, usages: readonly Usage[]): JsonObject {
  return {
    ...breachFields(breach),
    breached_companies: [{ guid: breach.subject.guid, name: breach.subject.name }],
    dependent_companies_count: usages.filter(({ source }) => source === 'bitsight').length,
  };
}

function dependentRow(breach: Breach, { tenancy, name }: Profile, { products, source }: Usage): JsonObject {
  return {
    ...breachFields(breach),
    breached_company: { guid: breach.subject.guid, name: breach.subject.name },
    dependent_companies: [
      {
        guid: tenancy.guid,
        name,
        products: products.map(({ product }) => ({
          guid: product.guid,
          name: product.name,
          types: product.types,
          relationship_source: source,
        })),
        relationship_source: source,
      },
    ],
  };
}
