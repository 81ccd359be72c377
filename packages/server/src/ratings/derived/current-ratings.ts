/**
 * Ratings and grades as they are now, company by company: the same figures as in the portfolio's rows and the detail view.
 * Facts: bitsight-api.md, 4.1 (risk-vectors/grades, guids), 4.10 (current-ratings) and 4.11 (graph_data).
 */
import { RISK_VECTORS } from '@sightline/model';
import { isJsonObject, type JsonObject, type JsonValue, textAt } from '../../wire/json.ts';
import { WHOLE_PORTFOLIO } from '../../wire/portfolio-filters.ts';
import type { PortfolioReader, RatedCompany } from '../portfolio-reader.ts';
import { type Answer, type Ask, type Queries, textOption, textsOption, type View } from '../source.ts';
import { listed } from './portfolio-statistics.ts';
import { bucketOf } from './scales.ts';

export function currentRatingQueries(reader: PortfolioReader): Queries {
  return {
    'portfolio.guids': async (view, ask) => {
      const companies = await listed(reader.rated(view, ask.query));
      return { kind: 'body', body: companies.map(({ guid }) => guid) };
    },
    'portfolio.grades': (view, ask) => grades(reader, view, ask),
    'current-ratings': view => currentRatings(reader, view),
    'current-ratings.of': (view, ask) => currentRatingsOf(reader, view, ask),
    'company.graph': (view, ask) => graph(reader, view, ask),
  };
}

async function grades(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer> {
  const { offset, limit } = ask.query;
  const companies = await listed(reader.rated(view, ask.query));
  const isMonthly = textOption(ask, 'period') === 'monthly';
  const rows: JsonObject[] = [];
  for (const company of companies.slice(offset, offset + limit)) {
    const { guid, name } = company;
    const months = isMonthly ? await reader.monthlyGrades?.(view, guid) : undefined;
    const points = months ?? [{ date: company.ratingDate, details: company.details }];
    rows.push({
      company: { guid, name },
      grades: points.flatMap(({ date, details }) =>
        details === null ? [] : [{ date, risk_vectors: vectorGrades(details) }],
      ),
    });
  }
  return { kind: 'page', page: { count: companies.length, rows } };
}

const SHORT_IDS = new Map(RISK_VECTORS.map(({ slug, shortId }) => [slug, shortId]));

/** `slug` is the short id here; a vector that has none keeps its slug. */
function vectorGrades(details: JsonObject): readonly JsonObject[] {
  return Object.entries(details).flatMap(([slug, rated]) => {
    if (!isJsonObject(rated)) return [];
    const { name = slug, category = null, grade = null, percentile, rating } = rated;
    return [
      {
        risk_vector: { name, slug: SHORT_IDS.get(slug) ?? slug, risk_category: category },
        grade,
        percentile: numberOrNull(percentile),
        rating: numberOrNull(rating),
      },
    ];
  });
}

/** `"N/A"` is no number. */
function numberOrNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

async function currentRatings(reader: PortfolioReader, view: View): Promise<Answer> {
  const companies = await listed(reader.rated(view, WHOLE_PORTFOLIO));
  const { ratingDate } = await reader.overview(view);
  return {
    kind: 'rows',
    rows: companies.map(currentRating),
    summaries: () => ({ rating_as_of: ratingDate }),
  };
}

/** No licence is used by asking here, and none is kept: those of the account are upstream's to count. */
async function currentRatingsOf(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer> {
  const companies = await listed(reader.rated(view, WHOLE_PORTFOLIO));
  const byGuid = new Map(companies.map(company => [company.guid.toLowerCase(), company]));
  const { ratingDate } = await reader.overview(view);
  const results = textsOption(ask, 'guids').map(guid => {
    const company = byGuid.get(guid.toLowerCase());
    return company === undefined ? { guid, code: 'INVALID_GUID' } : currentRating(company);
  });
  return {
    kind: 'body',
    body: {
      results,
      rating_as_of: ratingDate,
      rating_licenses_used: 0,
      total_rating_licenses_used: 0,
      total_rating_licenses_remaining: 0,
    },
  };
}

function currentRating({ guid, name, rating }: RatedCompany): JsonObject {
  return { guid, name, rating, rating_category: bucketOf(rating) };
}

/** Days in the order of a graph, the oldest first. */
async function graph(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const guid = ask.path.guid ?? '';
  const company = await reader.company(view, guid);
  const ratings = await reader.ratings(view, guid);
  if (company === null || ratings === null) return null;
  const points = ratings
    .map(point => ({ x: textAt(point, 'rating_date'), y: point.rating ?? null }))
    .reverse();
  return { kind: 'body', body: { name: textAt(company, 'name'), ratings: points } };
}
