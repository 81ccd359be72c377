/**
 * The sandbox's portfolio as a source: a pure function of seed, date and size, of which nothing is stored but the orderings
 * of recent queries. Wire shapes: bitsight-api.md, 4.1 to 4.4; what the source is for: architecture.md ("The sandbox").
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import { PORTFOLIO_SCHEMA, type PortfolioRecord } from '../../../wire/portfolio-filters.ts';
import { matching } from '../../../wire/rows.ts';
import { type PortfolioOverview, type RatingsSource, type RowPage, sees, type View } from '../../source.ts';
import { companyDetail, companyRow, portfolioRecord } from './companies.ts';
import { dayText } from './days.ts';
import { FindingWriter, type RecordOptions } from './findings.ts';
import { liveCount, orderedSlots } from './ordering.ts';
import { OrderingCache } from './ordering-cache.ts';
import { type Profile, profileOf } from './profile.ts';
import { fillTraits, newTraits } from './traits.ts';
import { type SyntheticOptions, type Tenancy, World } from './world.ts';

export type { SyntheticOptions } from './world.ts';

/** How large a portfolio is. */
interface SyntheticSummary {
  readonly company_guid: string;
  readonly company_count: number;
  readonly finding_count: number;
}

export interface SyntheticSource extends RatingsSource {
  /** Size of the whole portfolio today; `company_guid` is the own company's. */
  summary(): SyntheticSummary;
  /** Guid to name of every company in the portfolio today. */
  companyNames(): ReadonlyMap<string, string>;
  /** The world's day, `YYYY-MM-DD`. */
  today(): string;
}

const ORDERING_BYTES = 32 * 1024 * 1024;

/** Makes a synthetic portfolio. Throws `OperatorError` for an option out of range. */
export function createSyntheticSource(options: SyntheticOptions): SyntheticSource {
  return new Portfolio(new World(options));
}

class Portfolio implements SyntheticSource {
  readonly #world: World;
  readonly #orderings = new OrderingCache(ORDERING_BYTES);
  #named: { readonly day: number; readonly names: ReadonlyMap<string, string> } | null = null;
  #counted: { readonly day: number; readonly findings: number } | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  today(): string {
    return dayText(this.#world.day());
  }

  summary(): SyntheticSummary {
    const day = this.#world.day();
    const companies = [...this.#world.portfolio(day).values()];
    if (this.#counted?.day !== day) {
      const findings = companies.reduce(
        (sum, { key, findingSlots }) => sum + liveCount(key, findingSlots, day),
        0,
      );
      this.#counted = { day, findings };
    }
    return {
      company_guid: this.#world.tenancy(0, day).guid,
      company_count: companies.length,
      finding_count: this.#counted.findings,
    };
  }

  companyNames(): ReadonlyMap<string, string> {
    const day = this.#world.day();
    if (this.#named?.day !== day) {
      const companies = [...this.#world.portfolio(day).values()];
      const names = companies.map(
        company => [company.guid, profileOf(company, this.#world.seedKey).name] as const,
      );
      this.#named = { day, names: new Map(names) };
    }
    return this.#named.names;
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

  portfolio(view: View, query: ListQuery<PortfolioRecord>): RowPage {
    const day = this.#world.day();
    const ordering = this.#companyOrdering(view, query, day);
    const rows = this.#profilesAt(ordering.subarray(query.offset, query.offset + query.limit), day);
    return {
      count: ordering.length,
      rows: rows.map(profile => portfolioRecord(profile, day, view.baseUrl).item),
    };
  }

  companies(view: View, query: ListQuery<PortfolioRecord>): RowPage {
    const day = this.#world.day();
    const ordering = this.#companyOrdering(view, query, day);
    const rows = this.#profilesAt(ordering, day);
    return { count: ordering.length, rows: rows.map(profile => companyRow(profile, day, view.baseUrl)) };
  }

  company(view: View, guid: string): JsonObject | null {
    const day = this.#world.day();
    const tenancy = this.#seen(view, guid, day);
    return tenancy === null
      ? null
      : companyDetail(profileOf(tenancy, this.#world.seedKey), day, view.baseUrl);
  }

  findings(view: View, guid: string, query: ListQuery<JsonObject>): RowPage | null {
    const day = this.#world.day();
    const tenancy = this.#seen(view, guid, day);
    if (tenancy === null) return null;
    const writer = new FindingWriter(tenancy, profileOf(tenancy, this.#world.seedKey), day);
    const { key: companyKey, findingSlots: slots } = tenancy;
    const ordering = this.#orderings.get(orderingKey(companyKey, day, query), () =>
      orderedSlots({ companyKey, slots, day, writer }, query),
    );
    const page = ordering.subarray(query.offset, query.offset + query.limit);
    return { count: ordering.length, rows: records(page, companyKey, day, writer, recordOptions(query)) };
  }

  /** The portfolio slots that the view sees and the query matches, in its order; kept for views of everything. */
  #companyOrdering(view: View, query: ListQuery<PortfolioRecord>, day: number): Uint32Array {
    const make = () => {
      const slots = new Map<PortfolioRecord, number>();
      for (const tenancy of this.#world.portfolio(day).values()) {
        if (!sees(view, tenancy.guid)) continue;
        slots.set(portfolioRecord(profileOf(tenancy, this.#world.seedKey), day, view.baseUrl), tenancy.slot);
      }
      return Uint32Array.from(
        matching([...slots.keys()], query, PORTFOLIO_SCHEMA),
        record => slots.get(record) ?? 0,
      );
    };
    return view.scope.companies === 'all'
      ? this.#orderings.get(orderingKey('portfolio', day, query), make)
      : make();
  }

  #profilesAt(slots: Uint32Array, day: number): readonly Profile[] {
    return Array.from(slots, slot => profileOf(this.#world.tenancy(slot, day), this.#world.seedKey));
  }

  #seen(view: View, guid: string, day: number): Tenancy | null {
    const tenancy = this.#world.portfolio(day).get(guid.toLowerCase());
    return tenancy !== undefined && sees(view, tenancy.guid) ? tenancy : null;
  }
}

function* records(
  slots: Uint32Array,
  companyKey: number,
  day: number,
  writer: FindingWriter,
  options: RecordOptions,
): Generator<JsonObject> {
  const traits = newTraits();
  for (const slot of slots)
    if (fillTraits(companyKey, slot, day, traits)) yield writer.record(traits, options);
}

function recordOptions({ expand, conditions }: ListQuery<JsonObject>): RecordOptions {
  const withVulnerabilities = conditions.some(({ filter }) => filter.name.includes('vulnerabilities'));
  return { expand, withVulnerabilities };
}

/** Two queries that differ only in page, fields or expansions share an ordering. */
function orderingKey<Row>(of: number | 'portfolio', day: number, query: ListQuery<Row>): string {
  return JSON.stringify([
    of,
    day,
    query.q,
    query.conditions.map(({ filter, operator, operands }) => [filter.name, operator, ...operands]),
    query.order.map(({ field, descending }) => [field.name, descending]),
  ]);
}
