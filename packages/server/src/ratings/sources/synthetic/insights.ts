/**
 * Explanations of rating changes: what a company's rating was before and after, and the risk vectors that moved with it. Facts:
 * bitsight-api.md, 4.10 and 8 (only falls of more than 10 points unless asked, vectors by short id); article 360006842894.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { pageOf } from '../../../wire/rows.ts';
import { RATING_CHANGES } from '../../endpoints/insights.ts';
import { type Answer, type Ask, numberOption, type Queries, textOption, type View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayNumber, dayText } from './days.ts';
import { incidentsBetween } from './incidents.ts';
import { type RatingMove, ratingMoves } from './movements.ts';
import type { Profile } from './profile.ts';
import { guidOf, mix } from './random.ts';
import { HISTORY_DAYS, RATED_VECTORS, vectorRating } from './ratings.ts';

/** Changes are told of when they are below this many points. */
const DEFAULT_DELTA = -10;
/** One step of a rating: drift moves it by no more in a day, so that whatever falls by more has an incident for its cause. */
const STEP = 10;

/** Queries about rating changes by the names of their endpoints. */
export function insightQueries(context: SyntheticContext): Queries {
  return {
    insights: (view, ask) => ofCompany(context, view, ask),
    'insights.rating-changes': (view, ask) => ofPortfolio(context, view, ask),
  };
}

function ofCompany(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, textOption(ask, 'company') ?? '');
  if (company === null) return null;
  const rows = changesOf(company, rangeOf(ask, context.day)).map(move => ({
    ...changeFields(move),
    guid: guidOf(mix(company.tenancy.key, move.day), 15),
    reasons: reasonsOf(company, move).map(({ fields, evidence }) => ({ ...fields, evidence })),
    entity: company.tenancy.guid,
  }));
  return { kind: 'rows', rows };
}

function ofPortfolio(context: SyntheticContext, view: View, ask: Ask): Answer {
  const range = rangeOf(ask, context.day);
  const found = new Map<JsonObject, { company: Profile; move: RatingMove }>();
  for (const company of context.companies(view)) {
    for (const move of changesOf(company, range)) {
      found.set({ date: dayText(move.day), company: company.tenancy.guid }, { company, move });
    }
  }
  // Reasons take the grades of two days, so they are looked up for the rows of the page alone.
  const page = pageOf([...found.keys()], ask.query, RATING_CHANGES);
  const rows = page.rows.flatMap(key => {
    const { company, move } = found.get(key) ?? {};
    if (company === undefined || move === undefined) return [];
    const reasons = reasonsOf(company, move).map(({ fields }) => fields);
    return [{ ...changeFields(move), reasons, company: company.tenancy.guid }];
  });
  return { kind: 'page', page: { count: page.count, rows } };
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Changes are told of when they are below it. */
  readonly below: number;
}

/** As far back as ratings are shown. */
function rangeOf(ask: Ask, today: number): Range {
  const [start, end] = [textOption(ask, 'start'), textOption(ask, 'end')];
  const oldest = today - HISTORY_DAYS + 2;
  return {
    from: Math.max(oldest, start === undefined ? oldest : dayNumber(start)),
    to: Math.min(today, end === undefined ? today : dayNumber(end)),
    below: numberOption(ask, 'score_delta_lt') ?? DEFAULT_DELTA,
  };
}

function changesOf({ tenancy, isRated }: Profile, { from, to, below }: Range): readonly RatingMove[] {
  if (!isRated || from > to) return [];
  const moves =
    below <= -STEP
      ? incidentsBetween(tenancy.key, from, to).flatMap(({ day }) => ratingMoves(tenancy.key, day, day))
      : ratingMoves(tenancy.key, from, to);
  return moves.filter(({ start, end }) => end - start < below);
}

function changeFields({ day, start, end }: RatingMove): JsonObject {
  return { date: dayText(day), start_score: start, end_score: end, type: 'rating-change' };
}

interface Reason {
  readonly fields: JsonObject;
  readonly evidence: readonly JsonObject[];
}

/** The vectors that moved the same way on the same day, those that moved the most first. */
function reasonsOf({ tenancy }: Profile, { day, start, end }: RatingMove): readonly Reason[] {
  const direction = Math.sign(end - start);
  const moved = RATED_VECTORS.flatMap(vector => {
    const before = vectorRating(tenancy.key, vector, day - 1);
    const after = vectorRating(tenancy.key, vector, day);
    if (typeof before.percentile !== 'number' || typeof after.percentile !== 'number') return [];
    const delta = after.percentile - before.percentile;
    return Math.sign(delta) === direction ? [{ vector, before, after, delta }] : [];
  });
  moved.sort((left, right) => Math.abs(right.delta) - Math.abs(left.delta));
  return moved.map(({ vector, before, after }) => ({
    fields: {
      start_percentile: before.percentile,
      risk_vector: vector.shortId ?? vector.slug,
      end_percentile: after.percentile,
    },
    evidence: before.grade === after.grade ? [] : [{ start_grade: before.grade, end_grade: after.grade }],
  }));
}
