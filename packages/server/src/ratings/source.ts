/**
 * What the ratings API reads from: the seam between Bitsight's routes and a portfolio, synthetic, recorded or synced.
 * Every read takes a view, whose scope decides which companies exist for the caller (access/scope.ts); shapes are the
 * wire's (bitsight-api.md, 4.1 to 4.4).
 */
import type { CompanyScope } from '../access/scope.ts';
import type { JsonObject } from '../wire/json.ts';
import type { ListQuery } from '../wire/list-query.ts';
import type { PortfolioRecord } from '../wire/portfolio-filters.ts';

/** For whom a source answers, and under which address. */
export interface View {
  readonly scope: CompanyScope;
  /** `https://host[:port]`, no slash at the end: the base of links inside rows. */
  readonly baseUrl: string;
}

/** One page of a list: rows may be made one by one while they are sent, so that a page of any size needs little memory. */
export interface RowPage {
  /** All rows that match, not those of the page. */
  readonly count: number;
  readonly rows: Iterable<JsonObject> | AsyncIterable<JsonObject>;
}

/** What stands around a list of companies. */
export interface PortfolioOverview {
  /** The organization's own company; null when there is none or the view does not see it. */
  readonly myCompanyGuid: string | null;
  /** The day the portfolio was made. */
  readonly created: string;
  /** The newest day that has ratings. */
  readonly ratingDate: string;
}

type Awaitable<T> = T | Promise<T>;

/** A portfolio to read. `null` stands for a company that is unknown or outside the view: callers must not tell them apart. */
export interface RatingsSource {
  overview(view: View): Awaitable<PortfolioOverview>;
  /** `/v2/portfolio`: rows in the wire's v2 shape. */
  portfolio(view: View, query: ListQuery<PortfolioRecord>): Awaitable<RowPage>;
  /** `/v1/companies` and `/v1/portfolio`: rows in the wire's v1 list shape, with those filters that v1 knows. */
  companies(view: View, query: ListQuery<PortfolioRecord>): Awaitable<RowPage>;
  /** `/v1/companies/{guid}`. */
  company(view: View, guid: string): Awaitable<JsonObject | null>;
  /** `/v1/companies/{guid}/findings`. */
  findings(view: View, guid: string, query: ListQuery<JsonObject>): Awaitable<RowPage | null>;
}

/** May the view see this company? */
export function sees(view: View, guid: string): boolean {
  return view.scope.companies === 'all' || view.scope.companies.has(guid);
}
