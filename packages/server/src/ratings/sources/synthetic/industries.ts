/**
 * Industries with their average ratings: those of all companies of the synthetic world, in the portfolio or not, so that they tell
 * nothing of any. Fields: bitsight-api.md, 4.6 and 4.11; details and the slug in the link: article 360042058073.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { mean } from '../../derived/scales.ts';
import { type Answer, type Ask, flagOption, type Queries, type View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayText } from './days.ts';
import { INDUSTRIES, type Industry, type Named } from './profile.ts';
import { hashText, mix } from './random.ts';
import { RATED_VECTORS, ratingOn, vectorRating } from './ratings.ts';
import { VECTOR_MODELS } from './vectors.ts';

export function industryQueries(context: SyntheticContext): Queries {
  return {
    industries: (view, ask) => industries(context, view, ask),
    'company.industries.statistics': (view, ask) => statistics(context, view, ask),
  };
}

/** The average of an industry is that of so many companies. */
const MEMBERS = 24;

function members({ slug }: Named, seedKey: number): readonly number[] {
  const key = mix(seedKey, hashText(slug));
  return Array.from({ length: MEMBERS }, (_, index) => mix(key, index));
}

function industries(context: SyntheticContext, view: View, ask: Ask): Answer {
  const { day, world } = context;
  const withParts = flagOption(ask, 'add_sub_industries');
  const withDetails = ask.query.expand.has('rating_details');
  const rows = INDUSTRIES.flatMap((sector: Industry, index) => [
    { industry: sector as Named, id: (index + 1) * 100 },
    ...(withParts ? sector.parts.map((part, n) => ({ industry: part, id: (index + 1) * 100 + n + 1 })) : []),
  ]).map(({ industry, id }): JsonObject => {
    const keys = members(industry, world.seedKey);
    return {
      href: `${view.baseUrl}/ratings/v1/industries/${industry.slug}`,
      id,
      name: industry.name,
      rating: tens(keys.map(key => ratingOn(key, day))),
      ...(withDetails ? { rating_details: detailsOf(keys, day) } : {}),
    };
  });
  return { kind: 'rows', rows, frame: { rating_date: dayText(day) } };
}

function detailsOf(keys: readonly number[], day: number): readonly JsonObject[] {
  return RATED_VECTORS.map(vector => {
    const ratings = keys.flatMap(key => {
      const { rating } = vectorRating(key, vector, day);
      return rating === 'N/A' ? [] : [rating];
    });
    return { name: vector.name, rating: tens(ratings), slug: vector.slug };
  });
}

function tens(values: readonly number[]): number | null {
  const average = mean(values);
  return average === null ? null : Math.round(average / 10) * 10;
}

/** Findings that the average company of an industry has. */
const AVERAGE_FINDINGS = 250;

/** What is usual in the company's industry, by risk vector. */
function statistics(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  if (company === null) return null;
  const key = mix(context.world.seedKey, hashText(company.industry.slug));
  const vectors = VECTOR_MODELS.map(({ vector, share, cycle: [shortest, longest] }, index) => {
    // From two thirds to four thirds of what the whole world has.
    const tilt = (67 + (mix(key, 100 + index) % 67)) / 100;
    const days = ((shortest + longest) / 2) * (2 - tilt);
    return [
      vector.slug,
      {
        count: Math.round((AVERAGE_FINDINGS * share * tilt) / 1000),
        average_duration_days: Math.round(days * 10) / 10,
      },
    ];
  });
  return { kind: 'body', body: { risk_vectors: Object.fromEntries(vectors) } };
}
