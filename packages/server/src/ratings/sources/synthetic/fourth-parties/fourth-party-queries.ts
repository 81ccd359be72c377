/** The queries about fourth parties. Facts: bitsight-api.md, 4.9; counts inside an access control group are those of its companies. */
import type { JsonObject } from '../../../../wire/json.ts';
import { type Answer, type Ask, type Queries, textOption, type View } from '../../../source.ts';
import { notFound } from '../../../wire-errors.ts';
import type { SyntheticContext } from '../context.ts';
import type { Provider } from './catalogue.ts';
import { byProduct, byProvider, type Relationship, type Relationships, totalsOf } from './relationships.ts';
import { dependentRow, fourthPartyRows, productRow, providerRow } from './rows.ts';

/** Queries about fourth parties by the names of their endpoints. */
export function fourthPartyQueries(context: SyntheticContext, relationships: Relationships): Queries {
  const queries = new FourthPartyQueries(context, relationships);
  return {
    'company.providers': (view, ask) =>
      queries.ofCompany(view, ask, relationship => queries.providersOf(relationship)),
    'company.products': (view, ask) =>
      queries.ofCompany(view, ask, relationship => queries.productsOf(relationship)),
    'company.fourth-parties': (view, ask) =>
      queries.ofCompany(view, ask, relationship => fourthPartyRows(relationship, context.day)),
    'portfolio.providers': view => queries.providers(view),
    'portfolio.products': view => queries.products(view, relationships.seenBy(view)),
    'portfolio.product-types': view => queries.productTypes(view),
    'portfolio.provider.companies': (view, ask) => queries.companiesOf(view, ask),
    'portfolio.provider.products': (view, ask) => queries.productsOfProvider(view, ask),
  };
}

class FourthPartyQueries {
  readonly #context: SyntheticContext;
  readonly #relationships: Relationships;

  constructor(context: SyntheticContext, relationships: Relationships) {
    this.#context = context;
    this.#relationships = relationships;
  }

  /** The rows that each relationship of the company gives. */
  ofCompany(
    view: View,
    ask: Ask,
    rowsOf: (relationship: Relationship) => readonly JsonObject[],
  ): Answer | null {
    const company = this.#context.company(view, ask.path.guid ?? '');
    return company === null ? null : rows(this.#relationships.of(company).flatMap(rowsOf));
  }

  providersOf(relationship: Relationship): readonly JsonObject[] {
    const totals = totalsOf(relationship.company);
    return byProvider([relationship]).map(dependence => ({
      ...providerRow(dependence, totals, this.#context.day),
      relationship_source: relationship.usage.source,
    }));
  }

  productsOf(relationship: Relationship): readonly JsonObject[] {
    const totals = totalsOf(relationship.company);
    return byProduct([relationship]).map(dependence => ({
      ...productRow(dependence, totals),
      relationship_source: relationship.usage.source,
    }));
  }

  providers(view: View): Answer {
    const totals = this.#relationships.totals(view);
    const { day } = this.#context;
    return rows(
      byProvider(this.#relationships.seenBy(view)).map(dependence => providerRow(dependence, totals, day)),
    );
  }

  products(view: View, relationships: Iterable<Relationship>): Answer {
    const totals = this.#relationships.totals(view);
    return rows(byProduct(relationships).map(dependence => productRow(dependence, totals)));
  }

  productTypes(view: View): Answer {
    const companies = new Map<string, Set<string>>();
    for (const { company, usage } of this.#relationships.seenBy(view)) {
      for (const type of usage.products.flatMap(({ product }) => product.types)) {
        const guids = companies.get(type) ?? new Set();
        companies.set(type, guids.add(company.tenancy.guid));
      }
    }
    return rows(
      Array.from(companies, ([type, guids]) => ({ product_type: type, company_guids: [...guids] })),
    );
  }

  companiesOf(view: View, ask: Ask): Answer {
    const relationships = this.#relationshipsOf(view, ask);
    return rows(
      relationships.map(relationship => dependentRow(relationship, totalsOf(relationship.company))),
    );
  }

  productsOfProvider(view: View, ask: Ask): Answer {
    const wanted = textOption(ask, 'relationship_type');
    const relationships = this.#relationshipsOf(view, ask);
    return this.products(
      view,
      relationships.filter(({ usage }) => wanted === undefined || usage.source === wanted),
    );
  }

  /** Throws NOT_FOUND for a provider that nobody whom the view sees depends on. */
  #relationshipsOf(view: View, ask: Ask): readonly Relationship[] {
    const provider: Provider | null = this.#relationships.provider(ask.path.provider ?? '');
    const found = provider === null ? [] : [...this.#relationships.with(provider, view)];
    if (found.length === 0) throw notFound();
    return found;
  }
}

/** Lists of fourth parties have an object for summaries, which nothing is known to stand in. */
function rows(list: readonly JsonObject[]): Answer {
  return { kind: 'rows', rows: list, summaries: () => ({}) };
}
