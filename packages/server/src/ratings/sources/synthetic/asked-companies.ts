/** The companies that a request is about: those that the view sees, of the folders and tiers it names. */
import { listQueryOf } from '../../../wire/list-query.ts';
import { withFiltersOf } from '../../../wire/list-schema.ts';
import { PORTFOLIO_SCHEMA } from '../../../wire/portfolio-filters.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import type { Ask, View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import type { Profile } from './profile.ts';

/** What these requests name companies by; a `guid` of theirs is one of something else. */
const FOLDERS_AND_TIERS = withFiltersOf(PORTFOLIO_SCHEMA, ['folder', 'tier']);

/** In the order of the world. What is in a folder or tier is the reader's to say. */
export async function companiesAsked(
  context: SyntheticContext,
  reader: PortfolioReader,
  view: View,
  ask: Ask,
): Promise<readonly Profile[]> {
  const companies = [...context.companies(view)];
  const query = listQueryOf(ask.parameters, FOLDERS_AND_TIERS);
  if (query.conditions.length === 0) return companies;
  const guids = new Set<string>();
  for await (const { guid } of reader.rated(view, query)) guids.add(guid);
  return companies.filter(({ tenancy }) => guids.has(tenancy.guid));
}
