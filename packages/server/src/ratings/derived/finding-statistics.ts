/**
 * Counts of a company's findings by risk vector, grade and month: tallies of the findings that the list shows, so that they add
 * up to its count. Facts: bitsight-api.md, 4.3 (findings/summaries, findings/statistics) and 4.11.
 */
import { RISK_VECTORS, type RiskCategory, riskVector } from '@sightline/model';
import type { JsonObject } from '../../wire/json.ts';
import type { PortfolioReader, Tally } from '../portfolio-reader.ts';
import { type Answer, type Ask, flagOption, type Queries, type View } from '../source.ts';
import { daysBetween, monthsFrom } from './days.ts';
import { hundredths } from './scales.ts';

export function findingStatisticsQueries(reader: PortfolioReader): Queries {
  return {
    'company.findings.summaries': (view, ask) => summaries(reader, view, ask),
    'company.findings.statistics': (view, ask) => statistics(reader, view, ask),
    'company.diligence.statistics': (view, ask) => diligence(reader, view, ask),
    'company.observations.statistics': (view, ask) => observations(reader, view, ask),
  };
}

async function summaries(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const tallies = await reader.tally(view, ask.path.guid ?? '', ask.query, ['risk_vector']);
  if (tallies === null) return null;
  const counts = tallies
    .map(({ values: [slug], count }) => ({ count, risk_vector: { slug: String(slug) } }))
    .sort(
      (left, right) => right.count - left.count || (left.risk_vector.slug < right.risk_vector.slug ? -1 : 1),
    );
  return { kind: 'body', body: { findings_count: totalOf(tallies), findings_risk_vector_counts: counts } };
}

function totalOf(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { count }) => sum + count, 0);
}

/** A finding with the days between which it was seen, and how many findings share them. */
interface Span {
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/** Calendar months from the first sighting of any finding to now: what was new, seen for the last time and present in each. */
async function statistics(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const tallies = await reader.tally(view, ask.path.guid ?? '', ask.query, ['first_seen', 'last_seen']);
  if (tallies === null) return null;
  const spans = tallies.flatMap(({ values: [first, last], count }): Span[] =>
    typeof first === 'string' && typeof last === 'string'
      ? [{ first: first.slice(0, 10), last: last.slice(0, 10), count }]
      : [],
  );
  const { ratingDate } = await reader.overview(view);
  const earliest = spans.reduce((least, { first }) => (first < least ? first : least), ratingDate);
  const latest = spans.reduce((most, { last }) => (last > most ? last : most), ratingDate);
  const months = earliest === '' ? [] : monthsFrom(earliest, latest);
  const rows = months.map(month => monthFigures(month, spans, ask.query.expand));
  // The filters were about findings, and have been applied.
  return { kind: 'page', page: { count: rows.length, rows } };
}

function monthFigures(
  { start, end }: { readonly start: string; readonly end: string },
  spans: readonly Span[],
  expand: ReadonlySet<string>,
): JsonObject {
  const countIf = (holds: (span: Span) => boolean) =>
    spans.reduce((sum, span) => sum + (holds(span) ? span.count : 0), 0);
  const present = countIf(({ first, last }) => first <= end && last >= start);
  const lastSeen = countIf(({ last }) => last >= start && last <= end);
  const figures: Readonly<Record<string, number>> = {
    first_seen_count: countIf(({ first }) => first >= start && first <= end),
    last_seen_count: lastSeen,
    active_count: present - lastSeen,
    resolved_count: lastSeen,
  };
  const shown = Object.entries(figures).filter(([name]) => expand.has(name));
  return { start_date: start, end_date: end, count: present, ...Object.fromEntries(shown) };
}

const NO_GRADES = { good: 0, fair: 0, warn: 0, bad: 0, neutral: 0, unknown: 0 };
type GradeCounts = Record<keyof typeof NO_GRADES, number>;

function isGrade(name: string): name is keyof GradeCounts {
  return Object.hasOwn(NO_GRADES, name);
}

async function diligence(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const tallies = await reader.tally(view, ask.path.guid ?? '', ask.query, ['risk_vector', 'details.grade']);
  if (tallies === null) return null;
  const byVector: Record<string, GradeCounts> = {};
  for (const { values, count } of tallies) {
    const [slug, grade] = values.map(String);
    if (slug === undefined || grade === undefined || !isOf(slug, ['Diligence'])) continue;
    byVector[slug] ??= { ...NO_GRADES };
    const name = grade.toLowerCase();
    byVector[slug][isGrade(name) ? name : 'unknown'] += count;
  }
  return { kind: 'body', body: { risk_vectors: inOrder(Object.entries(byVector)) } };
}

/** In the order of the risk-vector table, for tallies come in none. */
function inOrder(vectors: readonly (readonly [string, JsonObject])[]): JsonObject {
  const bySlug = new Map(vectors);
  return Object.fromEntries(
    RISK_VECTORS.flatMap(({ slug }) => {
      const figures = bySlug.get(slug);
      return figures === undefined ? [] : [[slug, figures] as const];
    }),
  );
}

function isOf(slug: string, categories: readonly RiskCategory[]): boolean {
  const category = riskVector(slug)?.category;
  return category !== undefined && categories.includes(category);
}

/** Events: compromised systems and user behavior, and on request patching. */
async function observations(reader: PortfolioReader, view: View, ask: Ask): Promise<Answer | null> {
  const names = ['risk_vector', 'first_seen', 'last_seen'] as const;
  const tallies = await reader.tally(view, ask.path.guid ?? '', ask.query, names);
  if (tallies === null) return null;
  const withPatching = flagOption(ask, 'include_patching_cadence');
  const sums = new Map<string, { count: number; days: number }>();
  for (const { values, count } of tallies) {
    const [slug, first, last] = values.map(String);
    if (slug === undefined || first === undefined || last === undefined) continue;
    const counts =
      isOf(slug, ['Compromised Systems', 'User Behavior']) || (withPatching && slug === 'patching_cadence');
    if (!counts) continue;
    const sum = sums.get(slug) ?? { count: 0, days: 0 };
    sums.set(slug, { count: sum.count + count, days: sum.days + daysBetween(first, last) * count });
  }
  const withDurations = flagOption(ask, 'include_durations');
  const vectors = [...sums].map(
    ([slug, { count, days }]) =>
      [
        slug,
        { count, ...(withDurations ? { average_duration_days: hundredths(days / count) } : {}) },
      ] as const,
  );
  return { kind: 'body', body: { risk_vectors: inOrder(vectors) } };
}
