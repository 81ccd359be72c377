/**
 * Life cycles and relationships, as the rows of the portfolio have them. When a stage began, who set it and what is left to do
 * in it no such row tells, so it is null and empty here. Facts: bitsight-api.md, 4.6.
 */
import type { JsonObject } from '../../wire/json.ts';
import { textAt } from '../../wire/json.ts';
import { listQueryOf } from '../../wire/list-query.ts';
import { COMPANY_SCOPE_SCHEMA } from '../../wire/portfolio-filters.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import type { Answer, Ask, Queries, View } from '../source.ts';
import { namedAt, seenCompanies } from './seen-companies.ts';

/** Of a company of the portfolio: a row, or null where there is nothing to tell. */
type Standing = (company: JsonObject) => JsonObject | null;

export function standingQueries(reader: PortfolioReader): Queries {
  return {
    'company-life-cycles': (view, ask) => standings(reader, view, ask, lifeCycle),
    'company-relationships': (view, ask) => standings(reader, view, ask, relationship),
  };
}

async function standings(
  reader: PortfolioReader,
  view: View,
  { parameters }: Ask,
  standingOf: Standing,
): Promise<Answer> {
  const scope = new Map([...parameters].filter(([name]) => /^(folder|tier)(\.guid)?$/.test(name)));
  const seen = await seenCompanies(reader, view, listQueryOf(scope, COMPANY_SCOPE_SCHEMA));
  const rows = [...seen.values()].map(standingOf).filter(row => row !== null);
  return { kind: 'rows', rows };
}

function lifeCycle(company: JsonObject): JsonObject | null {
  const stage = namedAt(company, 'life_cycle');
  if (stage === null) return null;
  return {
    guid: null,
    company: { guid: textAt(company, 'guid'), name: textAt(company, 'name') },
    created_time: null,
    creator: null,
    last_editor: null,
    days_in_life_cycle: null,
    display_name: stage.name,
    api_name: stage.slug,
    completed_time: null,
    // A company's row names the stage that it is in.
    is_completed: false,
    all_activities_completed: null,
    activities: [],
  };
}

function relationship(company: JsonObject): JsonObject | null {
  const type = namedAt(company, 'relationship');
  if (type === null) return null;
  return {
    guid: null,
    company_guid: textAt(company, 'guid'),
    company_name: textAt(company, 'name'),
    relationship_type: type.slug,
    created_time: null,
    creator: null,
    last_edited_time: null,
    last_editor: null,
  };
}
