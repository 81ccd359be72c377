/**
 * Past ratings of the portfolio: day by day, week by week, month by month, or the newest alone; the newest is always the current
 * one. Fields: bitsight-api.md, 4.1 and 3.3 (413 when too much is asked).
 */
import { CallerError } from '../../../errors.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { monthsBefore } from '../../derived/days.ts';
import { type Answer, type Ask, type Queries, textOption, textsOption, type View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayNumber, dayText } from './days.ts';
import type { Profile } from './profile.ts';
import { HISTORY_DAYS, percentileOf, RATED_VECTORS, ratingOn, vectorRating } from './ratings.ts';

export function portfolioRatingQueries(context: SyntheticContext): Queries {
  return { 'portfolio.ratings': (view, ask) => ratings(context, view, ask) };
}

/** Grades of so many days, over all companies, are one answer; more must be asked for company by company. */
const MAX_GRADED_DAYS = 10_000;

function ratings(context: SyntheticContext, view: View, ask: Ask): Answer {
  const days = daysOf(ask, context.day);
  const withGrades = ask.query.expand.has('rating_details');
  const wanted = new Set(textsOption(ask, 'companies').map(guid => guid.toLowerCase()));
  const companies =
    wanted.size === 0
      ? [...context.companies(view)]
      : [...wanted].flatMap(guid => context.company(view, guid) ?? []);
  if (withGrades && companies.length * days.length > MAX_GRADED_DAYS) {
    throw new CallerError(
      'BODY_TOO_LARGE',
      `Rating details of ${companies.length} companies on ${days.length} days are too many. Ask for fewer companies or days.`,
    );
  }
  const rows = companies.map(company => () => row(company, days, context.day, withGrades));
  return { kind: 'page', page: { count: rows.length, rows: made(rows) } };
}

/** Rows are made while they are sent: a year of days of thousands of companies is large. */
function* made(rows: readonly (() => JsonObject)[]): Generator<JsonObject> {
  for (const make of rows) yield make();
}

function row(
  { tenancy, name, isRated }: Profile,
  days: readonly number[],
  today: number,
  withGrades: boolean,
): JsonObject {
  return {
    guid: tenancy.guid,
    name,
    current_rating: isRated ? ratingOn(tenancy.key, today) : null,
    ratings: isRated
      ? days.map(day => {
          const rating = ratingOn(tenancy.key, day);
          return {
            date: dayText(day),
            rating,
            percentile: percentileOf(rating),
            ...(withGrades ? { risk_vectors: gradesOn(tenancy.key, day) } : {}),
          };
        })
      : [],
  };
}

function gradesOn(companyKey: number, day: number): readonly JsonObject[] {
  return RATED_VECTORS.map(vector => {
    const { rating, grade, percentile } = vectorRating(companyKey, vector, day);
    return { name: vector.name, grade, rating, percentile };
  });
}

/** The days that are asked for, the newest first, no further back than ratings go. */
function daysOf(ask: Ask, today: number): readonly number[] {
  const [start, end] = [textOption(ask, 'start_date'), textOption(ask, 'end_date')];
  const last = Math.min(today, end === undefined ? today : dayNumber(end));
  const oldest = today - HISTORY_DAYS + 1;
  const first = Math.max(oldest, start === undefined ? oldest : dayNumber(start));
  if (first > last) return [];
  switch (textOption(ask, 'period')) {
    case 'latest':
      return [last];
    case 'daily':
      return every(1, first, last);
    case 'weekly':
      return every(7, first, last);
    default:
      return monthEnds(first, last);
  }
}

function every(step: number, first: number, last: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => last - index * step);
}

/** The last day, and before it the last of each month. */
function monthEnds(first: number, last: number): readonly number[] {
  const days = [last];
  const month = `${dayText(last).slice(0, 7)}-01`;
  for (let back = 0; ; back++) {
    const day = dayNumber(monthsBefore(month, back)) - 1;
    if (day < first) return days;
    days.push(day);
  }
}
