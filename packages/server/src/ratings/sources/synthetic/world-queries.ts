/** The queries that the synthetic source answers from the world itself, put together: what is not derived from a portfolio's reads. */
import type { Clock } from '../../../clock.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import type { Queries } from '../../source.ts';
import { alertQueries } from './alerts/alert-queries.ts';
import { breachQueries } from './breach-queries.ts';
import type { SyntheticContext } from './context.ts';
import { defaultsQueries } from './defaults.ts';
import { fourthPartyQueries } from './fourth-parties/fourth-party-queries.ts';
import { Relationships } from './fourth-parties/relationships.ts';
import { industryQueries } from './industries.ts';
import { insightQueries } from './insights.ts';
import { jobQueries } from './jobs.ts';
import { facetQueries } from './portfolio-facets.ts';
import { portfolioRatingQueries } from './portfolio-ratings.ts';
import { reportQueries } from './reports.ts';
import { requestQueries } from './requests.ts';
import { searchQueries } from './search.ts';
import { subscriptionQueries } from './subscriptions.ts';
import { treeQueries } from './tree.ts';

export function worldQueries(
  context: SyntheticContext,
  reader: PortfolioReader,
  clock: Pick<Clock, 'now'>,
): Queries {
  const relationships = new Relationships(context);
  return {
    ...alertQueries(context),
    ...breachQueries(context, reader, relationships),
    ...defaultsQueries(),
    ...facetQueries(context, reader, relationships),
    ...fourthPartyQueries(context, relationships),
    ...industryQueries(context),
    ...insightQueries(context),
    ...jobQueries(reader, clock),
    ...portfolioRatingQueries(context),
    ...reportQueries(context, reader),
    ...requestQueries(context),
    ...searchQueries(context),
    ...subscriptionQueries(context),
    ...treeQueries(context),
  };
}
