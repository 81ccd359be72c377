/** The queries about a portfolio that are the same whatever it is kept in. Facts: bitsight-api.md, 4.1 to 4.3. */
import { portfolioQueryOf } from '../../wire/portfolio-filters.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import type { Answer, Ask, Queries, View } from '../source.ts';
import { currentRatingQueries } from './current-ratings.ts';
import { findingStatisticsQueries } from './finding-statistics.ts';
import { findingSummaryQueries } from './finding-summary.ts';
import { portfolioStatisticsQueries } from './portfolio-statistics.ts';

export function portfolioQueries(reader: PortfolioReader): Queries {
  return {
    portfolio: (view, ask) => portfolio(reader, view, ask),
    'portfolio.v1': (view, ask) => companies(reader, view, ask, { withTier: true }),
    companies: (view, ask) => companies(reader, view, ask, { withTier: false }),
    company: async (view, ask) => {
      const body = await reader.company(view, ask.path.guid ?? '');
      return body === null ? null : { kind: 'body', body };
    },
    ...portfolioStatisticsQueries(reader),
    ...currentRatingQueries(reader),
    ...findingStatisticsQueries(reader),
    ...findingSummaryQueries(reader),
    'company.findings': async (view, ask) => {
      const page = await reader.findings(view, ask.path.guid ?? '', ask.query);
      return page === null ? null : { kind: 'page', page };
    },
  };
}

async function portfolio(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer> {
  const page = await reader.portfolio(view, portfolioQueryOf(ask.query));
  const { myCompanyGuid, beside } = await reader.overview(view);
  return { kind: 'page', page, summaries: { ...beside?.summaries, 'my-company': myCompanyGuid } };
}

/** The v1 lists are whole: no paging, and `fields` picks from the companies. */
async function companies(
  reader: PortfolioReader,
  view: View,
  ask: Ask,
  shown: { readonly withTier: boolean },
): Promise<Answer> {
  const page = await reader.companies(view, ask.query, shown);
  const { myCompanyGuid, created, ratingDate, beside } = await reader.overview(view);
  const { my_company: own, ...others } = beside?.frame ?? {};
  const frame = {
    created: created || null,
    rating_date: ratingDate || null,
    ...(myCompanyGuid === null ? {} : { my_company: own ?? { guid: myCompanyGuid } }),
    countries: [],
    ...others,
  };
  return { kind: 'page', page, frame };
}
