/**
 * What a portfolio must be able to tell so that everything said about it agrees: every list, count, statistic and grade of the
 * shared queries (derived/) is computed from these reads and nothing else, whatever the portfolio is kept in.
 */
import type { JsonObject, JsonScalar } from '../wire/json.ts';
import type { ListQuery } from '../wire/list-query.ts';
import type { Awaitable, RowPage, View } from './source.ts';

/** What stands around a list of companies. */
export interface PortfolioOverview {
  /** The organization's own company; null when there is none or the view does not see it. */
  readonly myCompanyGuid: string | null;
  /** The day the portfolio was made; `''` where that is not known, as before the first sync. */
  readonly created: string;
  /** The newest day that has ratings; `''` where there is none. */
  readonly ratingDate: string;
  /** Upstream's own fields around the v1 lists and in the `summaries` of v2, for who sees the whole account. */
  readonly beside?: { readonly frame: JsonObject; readonly summaries: JsonObject };
}

/** A company with its current rating and grades. */
export interface RatedCompany {
  readonly guid: string;
  readonly name: string;
  readonly rating: number | null;
  readonly ratingDate: string | null;
  /** `rating_details` of the detail view; null where upstream shows none. */
  readonly details: JsonObject | null;
}

/** `rating_details` of a company on a day. */
export interface GradesOn {
  readonly date: string | null;
  readonly details: JsonObject | null;
}

/** How many findings share the values of some filters (by their names in FINDING_SCHEMA, in the order asked for). */
export interface Tally {
  readonly values: readonly JsonScalar[];
  readonly count: number;
}

/** Filters of findings that a tally can be made of: each has one value in every finding. */
export type TallyName =
  | 'risk_vector'
  | 'risk_category'
  | 'severity_category'
  | 'details.grade'
  | 'first_seen'
  | 'last_seen'
  | 'affects_rating';

/** `null` stands for a company that is unknown or outside the view. */
export interface PortfolioReader {
  overview(view: View): Awaitable<PortfolioOverview>;
  /** `/v2/portfolio`: a page of rows in the v2 shape. */
  portfolio(view: View, query: ListQuery): Awaitable<RowPage>;
  /**
   * `/v1/companies` and, with the guid of each company's tier, `/v1/portfolio`: all matching rows in the v1 shape; the page of the
   * query is not cut.
   */
  companies(view: View, query: ListQuery, shown: { readonly withTier: boolean }): Awaitable<RowPage>;
  /** All matching companies, ordered as the portfolio; the page of the query is not cut. */
  rated(view: View, query: ListQuery): Iterable<RatedCompany> | AsyncIterable<RatedCompany>;
  /** `/v1/companies/{guid}`. */
  company(view: View, guid: string): Awaitable<JsonObject | null>;
  /** The company's ratings as its detail view shows them, newest first. */
  ratings(view: View, guid: string): Awaitable<readonly JsonObject[] | null>;
  /** `rating_details` as they stood once a month, the newest first; only of a portfolio that knows its past. */
  monthlyGrades?(view: View, guid: string): Awaitable<readonly GradesOn[] | null>;
  /** `/v1/companies/{guid}/findings`. */
  findings(view: View, guid: string, query: ListQuery): Awaitable<RowPage | null>;
  /** The findings that the query matches, counted by the values of some filters; in no order. */
  tally(
    view: View,
    guid: string,
    query: ListQuery,
    by: readonly TallyName[],
  ): Awaitable<readonly Tally[] | null>;
}
