/**
 * A source over recorded payloads: a companies list, company details and findings as JSON objects, served as they were
 * recorded, abridged ones included. v1 and v2 names are translated where only one was recorded (bitsight-api.md, 6, "v1 ↔ v2").
 */

import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import { isJsonObject, type JsonObject, type JsonValue, textAt } from '../../wire/json.ts';
import type { ListQuery } from '../../wire/list-query.ts';
import { PORTFOLIO_SCHEMA, type PortfolioRecord } from '../../wire/portfolio-filters.ts';
import { matching, pageOf } from '../../wire/rows.ts';
import { portfolioQueries } from '../derived/portfolio-queries.ts';
import { tallied } from '../derived/tallies.ts';
import type {
  PortfolioOverview,
  PortfolioReader,
  RatedCompany,
  Tally,
  TallyName,
} from '../portfolio-reader.ts';
import { type RatingsSource, type RowPage, sees, sourceOf, type View } from '../source.ts';

/** What was recorded. Findings and details are keyed by company guid. */
export interface Recording {
  /** The answer of `/v1/companies`. */
  readonly companies: JsonObject;
  /** Answers of `/v1/companies/{guid}`. */
  readonly details?: Readonly<Record<string, JsonObject>>;
  /** Answers of `/v1/companies/{guid}/findings`, whole or abridged: `count` is that of the rows that are there. */
  readonly findings?: Readonly<Record<string, JsonObject>>;
  /** The answer of `/v2/portfolio`; without it the v1 list is translated. */
  readonly portfolio?: JsonObject;
}

/** Makes a source that serves a recording. */
export function createRecordedSource(recording: Recording): RatingsSource {
  return sourceOf(portfolioQueries(createRecordedReader(recording)));
}

function createRecordedReader(recording: Recording): PortfolioReader {
  const { details = {}, findings = {} } = recording;
  const rows = objectsAt(recording.companies, 'companies');
  const records = (
    recording.portfolio === undefined ? rows.map(portfolioItem) : objectsAt(recording.portfolio, 'results')
  ).map(item => recordOf(item, details[textAt(item, 'guid')]));
  const rowByGuid = new Map(rows.map(row => [textAt(row, 'guid'), row]));
  const known = new Set([...rowByGuid.keys(), ...Object.keys(details), ...Object.keys(findings)]);
  const findingsOf = (guid: string) => objectsAt(findings[guid] ?? {}, 'results');
  const visible = (view: View) => records.filter(({ item }) => sees(view, textAt(item, 'guid')));

  return {
    overview(view: View): PortfolioOverview {
      const own = recording.companies.my_company;
      const guid = isJsonObject(own) ? textAt(own, 'guid') : '';
      return {
        myCompanyGuid: guid !== '' && sees(view, guid) ? guid : null,
        created: textAt(recording.companies, 'created'),
        ratingDate: textAt(recording.companies, 'rating_date'),
      };
    },

    portfolio(view: View, query: ListQuery): RowPage {
      const page = pageOf(visible(view), query, PORTFOLIO_SCHEMA);
      return { count: page.count, rows: page.rows.map(itemOf) };
    },

    companies(view: View, query: ListQuery): RowPage {
      const kept = new Set(
        matching(visible(view), query, PORTFOLIO_SCHEMA).map(record => textAt(itemOf(record), 'guid')),
      );
      // The recording's own order is kept: it is what the account answered.
      const shown = rows.filter(row => kept.has(textAt(row, 'guid')));
      return { count: shown.length, rows: shown };
    },

    *rated(view: View, query: ListQuery): Generator<RatedCompany> {
      for (const record of matching(visible(view), query, PORTFOLIO_SCHEMA)) {
        const item = itemOf(record);
        const guid = textAt(item, 'guid');
        const rated = details[guid]?.rating_details;
        yield {
          guid,
          name: textAt(item, 'name'),
          rating: typeof item.rating === 'number' ? item.rating : null,
          ratingDate: typeof item.rating_date === 'string' ? item.rating_date : null,
          details: isJsonObject(rated) ? rated : null,
        };
      }
    },

    ratings(view: View, guid: string): readonly JsonObject[] | null {
      const detail = details[guid];
      return sees(view, guid) && detail !== undefined ? objectsAt(detail, 'ratings') : null;
    },

    company(view: View, guid: string): JsonObject | null {
      return sees(view, guid) ? (details[guid] ?? null) : null;
    },

    findings(view: View, guid: string, query: ListQuery): RowPage | null {
      if (!sees(view, guid) || !known.has(guid)) return null;
      return pageOf(findingsOf(guid), query, FINDING_SCHEMA);
    },

    tally(view: View, guid: string, query: ListQuery, by: readonly TallyName[]): readonly Tally[] | null {
      if (!sees(view, guid) || !known.has(guid)) return null;
      return tallied(matching(findingsOf(guid), query, FINDING_SCHEMA), by);
    },
  };
}

function objectsAt(payload: JsonObject, key: string): readonly JsonObject[] {
  const list = payload[key];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function itemOf({ item }: JsonObject): JsonObject {
  return isJsonObject(item) ? item : {};
}

function recordOf(item: JsonObject, detail: JsonObject | undefined): PortfolioRecord {
  const vectors = detail?.rating_details;
  return {
    item,
    folders: [],
    countries: [],
    grades: isJsonObject(vectors)
      ? Object.fromEntries(
          Object.entries(vectors).map(([slug, rated]) => [
            slug,
            isJsonObject(rated) ? textAt(rated, 'grade') : '',
          ]),
        )
      : {},
  };
}

/** A v1 list row in v2 names. */
function portfolioItem(row: JsonObject): JsonObject {
  const pair = (name: JsonValue | undefined, slug: JsonValue | undefined) => ({
    name: name ?? null,
    slug: slug ?? null,
  });
  const {
    guid,
    custom_id,
    name,
    shortname,
    network_size_v4,
    rating,
    rating_date,
    logo,
    sparkline,
    primary_domain,
  } = row;
  return {
    guid,
    custom_id,
    name,
    shortname,
    network_size_v4,
    rating,
    rating_date,
    added_date: row.date_added,
    industry: pair(row.industry, row.industry_slug),
    sub_industry: pair(row.sub_industry, row.sub_industry_slug),
    type: textAt(row, 'type').split(','),
    logo,
    sparkline,
    subscription_type: pair(row.subscription_type, row.subscription_type_key),
    primary_domain,
    display_url: row.display_url,
    tier: row.tier ?? null,
    tier_name: null,
    tier_order: null,
    life_cycle: null,
    relationship: null,
  };
}
