/**
 * Ratings of synthetic companies: a slow drift and what incidents take from it, any day of which is a few hashes, in steps of
 * 10. Scale, ranges, colours and letter grades: bitsight-api.md, 5.1 and 5.3; the shape of `rating_details` and `ratings`: 4.2.
 */
import { RISK_VECTORS, type RiskVector } from '@sightline/model';
import type { JsonObject } from '../../../wire/json.ts';
import { dayText } from './days.ts';
import { ratingFall, vectorFall } from './incidents.ts';
import { mix, unit } from './random.ts';

const LOWEST = 300;
const HIGHEST = 820;
/** How many days of ratings a company's detail shows. */
export const HISTORY_DAYS = 370;

/** Smooth noise in [-1, 1]: random heights at every knot, joined by an S-curve. */
function drift(key: number, day: number, knotDays: number): number {
  const knot = Math.floor(day / knotDays);
  const t = day / knotDays - knot;
  const from = unit(mix(key, knot)) * 2 - 1;
  const to = unit(mix(key, knot + 1)) * 2 - 1;
  return from + (to - from) * t * t * (3 - 2 * t);
}

/** The level a company tends to: 480 to 880 before the scale cuts it off, most of them about 680. */
function level(companyKey: number): number {
  const roll = (unit(mix(companyKey, 31)) + unit(mix(companyKey, 32)) + unit(mix(companyKey, 33))) / 3;
  return 480 + roll * 400;
}

function stepped(value: number): number {
  return Math.min(HIGHEST, Math.max(LOWEST, Math.round(value / 10) * 10));
}

/** A company's rating on a day. */
export function ratingOn(companyKey: number, day: number): number {
  const slow = drift(mix(companyKey, 41), day, 120) * 45;
  const quick = drift(mix(companyKey, 42), day, 9) * 14;
  return stepped(level(companyKey) + slow + quick - ratingFall(companyKey, day));
}

/** `Basic`, `Intermediate` or `Advanced`. */
function rangeOf(rating: number): 'Basic' | 'Intermediate' | 'Advanced' {
  return rating >= 740 ? 'Advanced' : rating >= 640 ? 'Intermediate' : 'Basic';
}

export const RANGE_COLORS = { Basic: '#b24053', Intermediate: '#e8a951', Advanced: '#2c4d7f' } as const;

/** The last days' ratings, newest first. */
export function ratingHistory(companyKey: number, day: number): readonly JsonObject[] {
  return Array.from({ length: HISTORY_DAYS }, (_, age) => {
    const rating = ratingOn(companyKey, day - age);
    const range = rangeOf(rating);
    return { rating_date: dayText(day - age), rating, range, rating_color: RANGE_COLORS[range] };
  });
}

export const GRADE_COLORS: Readonly<Record<string, string>> = {
  A: '#2c4d7f',
  B: '#5d8bb8',
  C: '#ecb870',
  D: '#d07b45',
  F: '#b24053',
  'N/A': '#495057',
};

export interface VectorRating {
  readonly grade: string;
  readonly rating: number | 'N/A';
  readonly percentile: number | 'N/A';
}

/** The drift of a risk vector turns on every day that so many divide; between two of them it goes one way. */
export const VECTOR_KNOT_DAYS = 75;

/** A company's grade in one risk vector on a day; about the company's own level, and drifting slower than its rating. */
export function vectorRating(companyKey: number, vector: RatedVector, day: number): VectorRating {
  const { order } = vector;
  const key = mix(companyKey, 64 + order);
  // Vectors with little data have no grade at many companies.
  const unrated = vector.beta ? 45 : 3;
  if (mix(key, 1) % 100 < unrated) return { grade: 'N/A', rating: 'N/A', percentile: 'N/A' };
  const own = (unit(mix(key, 2)) - 0.5) * 260;
  // Most companies have little or no compromise, so these grades run higher than those of diligence.
  const usual = vector.categoryOrder === 1 ? 20 : 140;
  const drifted = drift(mix(key, 3), day, VECTOR_KNOT_DAYS) * 40;
  const fall = vectorFall(companyKey, order, vector.category === 'Public Disclosures', day);
  const rating = stepped(level(companyKey) + usual + own + drifted - fall);
  const percentile = percentileOf(rating);
  return { grade: gradeOf(percentile), rating, percentile };
}

/** Where a rating stands between the lowest and the highest there are, 0 to 100. */
export function percentileOf(rating: number): number {
  return Math.min(100, Math.max(0, Math.round(((rating - LOWEST) / (HIGHEST - LOWEST)) * 100)));
}

function gradeOf(percentile: number): string {
  return percentile >= 85
    ? 'A'
    : percentile >= 70
      ? 'B'
      : percentile >= 45
        ? 'C'
        : percentile >= 25
          ? 'D'
          : 'F';
}

/** A vector that has a place in `rating_details`. */
export interface RatedVector extends RiskVector {
  readonly order: number;
}

/** The vectors that have a place in `rating_details`, in that order. */
export const RATED_VECTORS: readonly RatedVector[] = RISK_VECTORS.flatMap(vector =>
  vector.order === null ? [] : [{ ...vector, order: vector.order }],
).toSorted((left, right) => left.order - right.order);

/** Slug to letter grade, for the filters `risk_vectors.slug` and `risk_vectors.grade`. */
export function vectorGrades(companyKey: number, day: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    RATED_VECTORS.map(vector => [vector.slug, vectorRating(companyKey, vector, day).grade]),
  );
}

const CATEGORY_PAGES: Readonly<Record<string, string>> = {
  'Compromised Systems': 'compromised-systems',
  Diligence: 'diligence-details',
  'User Behavior': 'user-behavior',
  'Public Disclosures': 'rating-details',
};

/** `rating_details` of a company. */
export function ratingDetails(companyKey: number, day: number, pageUrl: string): JsonObject {
  return Object.fromEntries(
    RATED_VECTORS.map(vector => {
      const { order } = vector;
      const { rating, grade, percentile } = vectorRating(companyKey, vector, day);
      const page = `${pageUrl}/${CATEGORY_PAGES[vector.category]}/`;
      return [
        vector.slug,
        {
          name: vector.name,
          rating,
          grade,
          percentile,
          grade_color: GRADE_COLORS[grade] ?? '',
          category: vector.category,
          category_order: vector.categoryOrder,
          beta: vector.beta,
          order,
          display_url: vector.shortId === null ? page : `${page}?filter=${vector.shortId}`,
        },
      ];
    }),
  );
}
