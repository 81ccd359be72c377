/**
 * Statistics over the companies that a view sees: ratings, buckets, average grades. Computed from the very rows that the lists
 * show, so that a group's figures are those of its companies. Facts: bitsight-api.md, 4.1 (portfolio/statistics).
 */
import { RISK_VECTORS } from '@sightline/model';
import { isJsonObject, type JsonObject, textAt } from '../../wire/json.ts';
import type { PortfolioReader, RatedCompany } from '../portfolio-reader.ts';
import { type Answer, type Ask, type Queries, textOption, textsOption, type View } from '../source.ts';
import { BUCKET_NAMES, bucketOf, gradeRank, hundredths, letterOf, mean, median } from './scales.ts';

export function portfolioStatisticsQueries(reader: PortfolioReader): Queries {
  return { 'portfolio.statistics': (view, ask) => statistics(reader, view, ask) };
}

async function statistics(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer> {
  const asked = textsOption(ask, 'types');
  const wants = (type: string) => asked.length === 0 || asked.includes(type);
  const companies = await listed(reader.rated(view, ask.query));
  const day = textOption(ask, 'rating_date');
  const ratings =
    day === undefined ? companies.map(({ rating }) => rating) : await ratingsOn(reader, view, companies, day);
  const body: JsonObject = {
    ...(wants('ratings') ? { ratings: ratingFigures(ratings) } : {}),
    // Grades are known as they are now; of an earlier day only ratings are.
    ...(wants('risk_vector_averages') && day === undefined
      ? { risk_vector_averages: vectorAverages(companies) }
      : {}),
  };
  return { kind: 'body', body };
}

/** All of a list, as an array. */
export async function listed<T>(items: Iterable<T> | AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function ratingsOn(
  reader: PortfolioReader,
  view: View,
  companies: readonly RatedCompany[],
  day: string,
): Promise<readonly (number | null)[]> {
  const ratings: (number | null)[] = [];
  for (const { guid } of companies) {
    const history = (await reader.ratings(view, guid)) ?? [];
    const found = history.find(point => textAt(point, 'rating_date') <= day);
    ratings.push(typeof found?.rating === 'number' ? found.rating : null);
  }
  return ratings;
}

function ratingFigures(all: readonly (number | null)[]): JsonObject {
  const ratings = all.filter(rating => rating !== null);
  const average = mean(ratings);
  return {
    min_rating: ratings.length === 0 ? null : ratings.reduce((least, rating) => Math.min(least, rating)),
    max_rating: ratings.length === 0 ? null : ratings.reduce((most, rating) => Math.max(most, rating)),
    median_rating: median(ratings),
    mean_rating: average === null ? null : hundredths(average),
    entity_count_by_bucket: Object.fromEntries(
      BUCKET_NAMES.map(name => [name, ratings.filter(rating => bucketOf(rating) === name).length]),
    ),
  };
}

/** Vectors in the order of the risk-vector table; one that no company has a grade in is left out. */
function vectorAverages(companies: readonly RatedCompany[]): readonly JsonObject[] {
  const ranks = new Map<string, number[]>();
  for (const { details } of companies) {
    for (const [slug, rated] of Object.entries(details ?? {})) {
      const rank = isJsonObject(rated) ? gradeRank(rated.grade) : null;
      if (rank === null) continue;
      const known = ranks.get(slug);
      if (known === undefined) ranks.set(slug, [rank]);
      else known.push(rank);
    }
  }
  return RISK_VECTORS.flatMap(({ slug, name, shortId }) => {
    const graded = ranks.get(slug) ?? [];
    const average = mean(graded);
    if (average === null) return [];
    const below = graded.filter(rank => rank < Math.round(average)).length;
    return [
      {
        risk_vector: name,
        risk_vector_id: shortId,
        risk_vector_slug: slug,
        average_grade: letterOf(average),
        companies_below_average: below,
        percent_companies_below_average: hundredths((below / graded.length) * 100),
      },
    ];
  });
}
