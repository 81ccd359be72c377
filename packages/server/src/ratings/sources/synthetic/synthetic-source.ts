/**
 * The sandbox's portfolio as a source: a pure function of seed, date and size, of which nothing is stored but the orderings
 * of recent queries. Wire shapes: bitsight-api.md, 4.1 to 4.4; what the source is for: architecture.md ("The sandbox").
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import { PORTFOLIO_SCHEMA } from '../../../wire/portfolio-filters.ts';
import { matching } from '../../../wire/rows.ts';
import { monthsBefore, monthsFrom } from '../../derived/days.ts';
import { portfolioQueries } from '../../derived/portfolio-queries.ts';
import type { AccountBase } from '../../local/account-base.ts';
import { localQueries } from '../../local/local-queries.ts';
import { type LocalReader, NOTHING_LOCAL } from '../../local/local-state.ts';
import type {
  GradesOn,
  PortfolioOverview,
  PortfolioReader,
  RatedCompany,
  Tally,
  TallyName,
} from '../../portfolio-reader.ts';
import { type RatingsSource, type RowPage, sees, sourceOf, type View } from '../../source.ts';
import { assetQueries } from './assets/asset-queries.ts';
import {
  companyDetail,
  companyRow,
  companyRowWithTier,
  detailsOf,
  portfolioRecord,
  ratedCompany,
  ratingsOf,
} from './companies.ts';
import { SyntheticContext } from './context.ts';
import { credentialQueries } from './credentials/credential-queries.ts';
import { dayNumber, dayText } from './days.ts';
import { FindingWriter, type RecordOptions } from './findings.ts';
import {
  liveCount,
  type OrderingInput,
  orderedSlots,
  pageOfSlots,
  recordOptions,
  talliedSlots,
} from './ordering.ts';
import { BoundedCache, OrderingCache } from './ordering-cache.ts';
import { PageTexts } from './page-texts.ts';
import { type Profile, profileOf } from './profile.ts';
import { syntheticBase } from './synthetic-base.ts';
import { Impacts } from './threats/impacts.ts';
import { threatQueries } from './threats/threat-queries.ts';
import { thresholdQueries } from './tiers.ts';
import { TraitColumns } from './trait-columns.ts';
import { fillTraits, newTraits } from './traits.ts';
import { vulnerabilityQueries } from './vulnerability-catalogue.ts';
import { findingsIn, type SyntheticOptions, type Tenancy, World } from './world.ts';
import { worldQueries } from './world-queries.ts';

export type { SyntheticOptions } from './world.ts';

/** How large a portfolio is. */
interface SyntheticSummary {
  readonly company_guid: string;
  readonly company_count: number;
  readonly finding_count: number;
  /** False for a portfolio that is too large to be counted in passing: the count is then near enough. */
  readonly finding_count_is_exact: boolean;
}

export interface SyntheticSource extends RatingsSource {
  readonly world: World;
  readonly reader: PortfolioReader;
  /** The world's own folders, tiers and comments. */
  readonly base: AccountBase;
  /** The own company's guid. */
  ownCompany(): string;
  /** Size of the whole portfolio today; `company_guid` is the own company's. */
  summary(): SyntheticSummary;
  /** Guid to name of every company in the portfolio today. */
  companyNames(): ReadonlyMap<string, string>;
  /** The world's day, `YYYY-MM-DD`. */
  today(): string;
}

const ORDERING_BYTES = 32 * 1024 * 1024;
const COLUMN_BYTES = 8 * 1024 * 1024;
/** Two millions are counted in under a second. */
const MAX_COUNTED_SLOTS = 2_000_000;

/**
 * Makes a synthetic portfolio; `local` is what organizations keep beside it. Throws `OperatorError` for an option out of range.
 */
export function createSyntheticSource(
  options: SyntheticOptions,
  local: LocalReader = NOTHING_LOCAL,
): SyntheticSource {
  const world = new World(options);
  const context = new SyntheticContext(world, local);
  const portfolio = new Portfolio(world, context);
  const impacts = new Impacts();
  const base = syntheticBase(world, portfolio);
  return {
    ...sourceOf({
      ...portfolioQueries(portfolio),
      ...localQueries({ base, local }),
      ...thresholdQueries({ base, local }, world),
      ...assetQueries(context),
      ...vulnerabilityQueries(context, impacts),
      ...threatQueries(context, portfolio, impacts),
      ...credentialQueries(context),
      ...worldQueries(context, portfolio, options.clock),
    }),
    world,
    reader: portfolio,
    base,
    ownCompany: () => portfolio.ownCompany(),
    summary: () => portfolio.summary(),
    companyNames: () => portfolio.companyNames(),
    today: () => portfolio.today(),
  };
}

class Portfolio implements PortfolioReader {
  readonly #world: World;
  readonly #context: SyntheticContext;
  readonly #orderings = new OrderingCache(ORDERING_BYTES);
  readonly #columns = new BoundedCache<TraitColumns>(COLUMN_BYTES, columns => columns.bytes);
  readonly #pages = new PageTexts();
  #named: { readonly of: string; readonly names: ReadonlyMap<string, string> } | null = null;
  #counted: { readonly of: string; readonly findings: number } | null = null;

  constructor(world: World, context: SyntheticContext) {
    this.#world = world;
    this.#context = context;
  }

  today(): string {
    return dayText(this.#world.day());
  }

  ownCompany(): string {
    return this.#world.tenancy(0, this.#world.day()).guid;
  }

  summary(): SyntheticSummary {
    const day = this.#world.day();
    const companies = [...this.#world.portfolio(day).values()];
    const slots = companies.reduce((sum, { findingSlots }) => sum + findingSlots, 0);
    const isExact = slots <= MAX_COUNTED_SLOTS;
    return {
      company_guid: this.ownCompany(),
      company_count: companies.length,
      finding_count: isExact ? this.#count(companies, day) : findingsIn(slots),
      finding_count_is_exact: isExact,
    };
  }

  companyNames(): ReadonlyMap<string, string> {
    const day = this.#world.day();
    const of = this.#world.moment;
    if (this.#named?.of !== of) {
      const companies = [...this.#world.portfolio(day).values()];
      const names = companies.map(
        company => [company.guid, profileOf(company, this.#world.seedKey).name] as const,
      );
      this.#named = { of, names: new Map(names) };
    }
    return this.#named.names;
  }

  #count(companies: readonly Tenancy[], day: number): number {
    const of = this.#world.moment;
    if (this.#counted?.of !== of) {
      const findings = companies.reduce(
        (sum, { key, findingSlots }) => sum + liveCount(key, findingSlots, day),
        0,
      );
      this.#counted = { of, findings };
    }
    return this.#counted.findings;
  }

  overview(view: View): PortfolioOverview {
    const day = this.#world.day();
    const { guid, joined } = this.#world.tenancy(0, day);
    return {
      myCompanyGuid: sees(view, guid) ? guid : null,
      created: dayText(joined),
      ratingDate: dayText(day),
    };
  }

  portfolio(view: View, query: ListQuery): RowPage {
    const day = this.#world.day();
    const ordering = this.#companyOrdering(view, query, day);
    const slots = ordering.subarray(query.offset, query.offset + query.limit);
    const make = () =>
      this.#profilesAt(view, slots, day).map(profile => portfolioRecord(profile, day, view.baseUrl).item);
    const list = `${view.baseUrl} ${this.#companyOrderingKey(view, query)}`;
    const isKept = view.scope.companies === 'all';
    return {
      count: ordering.length,
      rows: isKept ? this.#pages.rows(list, query, slots.length, make) : make(),
    };
  }

  companies(view: View, query: ListQuery, { withTier }: { readonly withTier: boolean }): RowPage {
    const day = this.#world.day();
    const ordering = this.#companyOrdering(view, query, day);
    const rows = this.#profilesAt(view, ordering, day);
    const shown = withTier ? companyRowWithTier : companyRow;
    return { count: ordering.length, rows: rows.map(profile => shown(profile, day, view.baseUrl)) };
  }

  *rated(view: View, query: ListQuery): Generator<RatedCompany> {
    const day = this.#world.day();
    for (const profile of this.#profilesAt(view, this.#companyOrdering(view, query, day), day)) {
      yield ratedCompany(profile, day, view.baseUrl);
    }
  }

  company(view: View, guid: string): JsonObject | null {
    const profile = this.#context.company(view, guid);
    return profile === null ? null : companyDetail(profile, this.#world.day(), view.baseUrl);
  }

  ratings(view: View, guid: string): readonly JsonObject[] | null {
    const profile = this.#context.company(view, guid);
    return profile === null ? null : ratingsOf(profile, this.#world.day());
  }

  monthlyGrades(view: View, guid: string): readonly GradesOn[] | null {
    const profile = this.#context.company(view, guid);
    if (profile === null) return null;
    const today = dayText(this.#world.day());
    return monthsFrom(monthsBefore(today, 11), today)
      .map(({ start }) => ({ date: start, details: detailsOf(profile, dayNumber(start), view.baseUrl) }))
      .reverse();
  }

  findings(view: View, guid: string, query: ListQuery): RowPage | null {
    const input = this.#orderingInput(view, guid);
    if (input === null) return null;
    const list = orderingKey(input.companyKey, this.#world.moment, query);
    const ordering = this.#orderings.get(list, () => orderedSlots(input, query));
    const size = Math.min(query.limit, ordering.length - query.offset);
    const make = () => records(pageOfSlots(input, query, ordering), input, recordOptions(query));
    return { count: ordering.length, rows: this.#pages.rows(list, query, size, make) };
  }

  tally(view: View, guid: string, query: ListQuery, by: readonly TallyName[]): readonly Tally[] | null {
    const input = this.#orderingInput(view, guid);
    return input === null ? null : talliedSlots(input, query, by);
  }

  #orderingInput(view: View, guid: string): OrderingInput | null {
    const profile = this.#context.company(view, guid);
    if (profile === null) return null;
    const { key: companyKey, findingSlots: slots } = profile.tenancy;
    const day = this.#world.day();
    const kept = this.#columns;
    const key = `${companyKey}/${this.#world.moment}`;
    return {
      companyKey,
      slots,
      day,
      writer: new FindingWriter(profile.tenancy, profile, day),
      // Not before they are asked for: a page that is kept needs none.
      get columns() {
        return kept.get(key, () => new TraitColumns(companyKey, slots, day));
      },
    };
  }

  /** The portfolio slots that the view sees and the query matches, in its order; kept for views of everything. */
  #companyOrdering(view: View, query: ListQuery, day: number): Uint32Array {
    const make = () => {
      const slots = new Map<JsonObject, number>();
      for (const tenancy of this.#world.portfolio(day).values()) {
        if (!sees(view, tenancy.guid)) continue;
        slots.set(portfolioRecord(this.#context.profile(view, tenancy), day, view.baseUrl), tenancy.slot);
      }
      return Uint32Array.from(
        matching([...slots.keys()], query, PORTFOLIO_SCHEMA),
        record => slots.get(record) ?? 0,
      );
    };
    return view.scope.companies === 'all'
      ? this.#orderings.get(this.#companyOrderingKey(view, query), make)
      : make();
  }

  #companyOrderingKey({ scope }: View, query: ListQuery): string {
    return orderingKey('portfolio', `${scope.organizationId}/${this.#context.moment}`, query);
  }

  #profilesAt(view: View, slots: Uint32Array, day: number): readonly Profile[] {
    return Array.from(slots, slot => this.#context.profile(view, this.#world.tenancy(slot, day)));
  }
}

function* records(
  slots: Uint32Array,
  { companyKey, day, writer }: OrderingInput,
  options: RecordOptions,
): Generator<JsonObject> {
  const traits = newTraits();
  for (const slot of slots)
    if (fillTraits(companyKey, slot, day, traits)) yield writer.record(traits, options);
}

/** Two queries that differ only in page, fields or expansions share an ordering. */
function orderingKey(of: number | 'portfolio', moment: string, query: ListQuery): string {
  return JSON.stringify([
    of,
    moment,
    query.q,
    query.conditions.map(({ filter, operator, operands }) => [filter.name, operator, ...operands]),
    query.order.map(({ field, descending }) => [field.name, descending]),
  ]);
}
