/**
 * Downloads about a company: the history of its ratings and grades, a summary of its risk vectors, and how many diligence findings it
 * had. Facts: bitsight-api.md, 4.2 and 4.11; columns as recorded by the author of a public client (github.com/0x41424142/bitsightpy).
 */

import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { JsonObject } from '../../../wire/json.ts';
import { listQueryOf } from '../../../wire/list-query.ts';
import { daysBetween, monthsBefore } from '../../derived/days.ts';
import { hundredths } from '../../derived/scales.ts';
import type { PortfolioReader, Tally } from '../../portfolio-reader.ts';
import { type Answer, type Ask, type Queries, textOption, type View } from '../../source.ts';
import type { SyntheticContext } from './context.ts';
import { dayNumber, dayText } from './days.ts';
import type { Profile } from './profile.ts';
import {
  HISTORY_DAYS,
  percentileOf,
  RATED_VECTORS,
  type RatedVector,
  ratingOn,
  vectorRating,
} from './ratings.ts';
import { fillTraits, newTraits } from './traits.ts';
import { GRADES, modelAt } from './vectors.ts';

export function reportQueries(context: SyntheticContext, reader: PortfolioReader): Queries {
  return {
    'company.ratings-history': (view, ask) => ratingsHistory(context, view, ask),
    'company.vectors.summaries': (view, ask) => vectorSummaries(context, reader, view, ask),
    'company.diligence.history': (view, ask) => diligenceHistory(context, view, ask),
  };
}

/** A row for each day, the newest first. */
function ratingsHistory(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  if (company === null) return null;
  const days = company.isRated ? HISTORY_DAYS : 0;
  const rows = Array.from({ length: days }, (_, age) => historyRow(company, context.day - age));
  return { kind: 'rows', rows };
}

function historyRow({ tenancy }: Profile, day: number): JsonObject {
  const rating = ratingOn(tenancy.key, day);
  const grades = RATED_VECTORS.flatMap(vector => {
    const { grade, percentile } = vectorRating(tenancy.key, vector, day);
    const [label, mark] = [columnLabel(vector), vector.beta ? '*' : ''];
    return [
      [`${label} grade${mark}`, grade],
      [`${label} percentile rank${mark}`, percentile],
    ];
  });
  return {
    Date: dayText(day),
    'Bitsight Security Rating': rating,
    'Rating percentile rank': percentileOf(rating),
    ...Object.fromEntries(grades),
  };
}

/** The columns have the older labels, but for security incidents. */
function columnLabel({ category, name, label }: RatedVector): string {
  return category === 'Public Disclosures' ? name : label;
}

async function vectorSummaries(
  context: SyntheticContext,
  reader: PortfolioReader,
  view: View,
  ask: Ask,
): Promise<Answer | null> {
  const guid = ask.path.guid ?? '';
  const company = context.company(view, guid);
  const all = listQueryOf(new Map(), FINDING_SCHEMA);
  const grades = await reader.tally(view, guid, all, ['risk_vector', 'details.grade']);
  const spans = await reader.tally(view, guid, all, ['risk_vector', 'first_seen', 'last_seen']);
  if (company === null || grades === null || spans === null) return null;
  const yearAgo = dayText(context.day - 365);
  const rows = RATED_VECTORS.map(vector => {
    const { grade, percentile } = company.isRated
      ? vectorRating(company.tenancy.key, vector, context.day)
      : { grade: 'N/A', percentile: 'N/A' };
    return {
      'Risk Vector Slug': vector.slug,
      'Risk Vector': columnLabel(vector),
      Grade: grade,
      'Industry Comparison':
        typeof percentile === 'number' ? `Top ${Math.min(90, Math.floor(percentile / 10) * 10)}%` : 'N/A',
      ...(vector.category === 'Diligence'
        ? { ...NO_EVENTS, ...recordColumns(of(grades, vector)) }
        : { ...eventColumns(of(spans, vector), yearAgo), ...NO_RECORDS }),
    };
  });
  return { kind: 'rows', rows };
}

/** The tallies of one vector, which is their first value. */
function of(tallies: readonly Tally[], { slug }: RatedVector): readonly Tally[] {
  return tallies.filter(({ values }) => values[0] === slug);
}

/** Events are counted of compromise, behavior and disclosures; the columns of the others stay empty. */
const NO_EVENTS: JsonObject = { 'Event Counts Past Year': '', 'Average Days to Resolve': '' };

function eventColumns(tallies: readonly Tally[], yearAgo: string): JsonObject {
  let events = 0;
  let days = 0;
  for (const { values, count } of tallies) {
    const [, first, last] = values.map(String);
    if (first === undefined || last === undefined || first < yearAgo) continue;
    events += count;
    days += daysBetween(first, last) * count;
  }
  return {
    'Event Counts Past Year': events,
    'Average Days to Resolve': events === 0 ? '' : hundredths(days / events),
  };
}

/** Findings are counted, and told apart by grade, of diligence. */
const GRADE_COLUMNS: readonly (readonly [grade: string, column: string])[] = [
  'Good',
  'Fair',
  'Warn',
  'Bad',
  'Neutral',
].map(name => [name.toUpperCase(), `Grade Distribution ${name}`]);
const NO_RECORDS: JsonObject = {
  'Record Count': '',
  ...Object.fromEntries(GRADE_COLUMNS.map(([, column]) => [column, ''])),
};

function recordColumns(tallies: readonly Tally[]): JsonObject {
  const counted = (grade: string | null) =>
    tallies.reduce((sum, { values, count }) => sum + (grade === null || values[1] === grade ? count : 0), 0);
  return {
    'Record Count': counted(null),
    ...Object.fromEntries(GRADE_COLUMNS.map(([grade, column]) => [column, counted(grade)])),
  };
}

const HISTORY_MONTHS = 12;

/** Today, and before it the last day of each month: how many diligence findings were listed, by grade. */
function diligenceHistory(context: SyntheticContext, view: View, ask: Ask): Answer | null {
  const company = context.company(view, ask.path.guid ?? '');
  if (company === null) return null;
  const vector = textOption(ask, 'risk_type');
  const rated =
    textOption(ask, 'lens') === 'grade' ? RATED_VECTORS.find(({ slug }) => slug === vector) : undefined;
  const rows = historyDays(context.day).map(day => ({
    date: dayText(day),
    grade:
      rated === undefined || !company.isRated ? null : vectorRating(company.tenancy.key, rated, day).grade,
    counts: gradeCounts(company, vector, day),
  }));
  return { kind: 'rows', rows };
}

function historyDays(today: number): readonly number[] {
  const month = `${dayText(today).slice(0, 7)}-01`;
  const ends = Array.from({ length: HISTORY_MONTHS }, (_, back) => dayNumber(monthsBefore(month, back)) - 1);
  return [today, ...ends];
}

function gradeCounts({ tenancy }: Profile, vector: string | undefined, day: number): readonly JsonObject[] {
  const counts = new Map<string, number>();
  const traits = newTraits();
  for (let slot = 0; slot < tenancy.findingSlots; slot++) {
    if (!fillTraits(tenancy.key, slot, day, traits)) continue;
    const { category, slug } = modelAt(traits.vector).vector;
    if (category !== 'Diligence' || (vector !== undefined && slug !== vector)) continue;
    const name = GRADES[traits.grade]?.toLowerCase() ?? 'unknown';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([category, count]) => ({ count, category })).sort((left, right) =>
    left.category < right.category ? -1 : 1,
  );
}
