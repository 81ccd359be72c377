/**
 * The filters and sort keys of the portfolio, as a table. Source: bitsight-api.md, 4.1; parameters about software, products
 * and infections are absent until a source can answer them, and so are passed over like unknown ones.
 */

import { type Condition, type Filter, type FilterType, filterTable, type Suffix } from './filters.ts';
import { type JsonObject, type JsonScalar, scalarsAt, textAt } from './json.ts';
import { type ListQuery, type ListSchema, listQueryOf } from './list-query.ts';
import type { Parameters } from './parameters.ts';
import { type SortField, sortTable } from './sorting.ts';

/** A company of the portfolio with what its wire rows do not say but filters ask. */
export interface PortfolioRecord {
  /** The row of `/v2/portfolio`. */
  readonly item: JsonObject;
  /** Guids of the folders that hold it. */
  readonly folders: readonly string[];
  /** ISO codes of the countries its network is in. */
  readonly countries: readonly string[];
  /** Risk-vector slug to letter grade; read only when a filter asks. */
  readonly grades: () => Readonly<Record<string, string>>;
}

const RANGE: readonly Suffix[] = ['lt', 'lte', 'gt', 'gte'];

function filter(
  name: string,
  type: FilterType,
  more: Partial<Filter<PortfolioRecord>> & { path?: string } = {},
): Filter<PortfolioRecord> {
  const { path = name, ...rest } = more;
  const parts = path.split('.');
  return { name, type, suffixes: [], read: record => scalarsAt(record.item, parts), ...rest };
}

/** Pairs of slug and grade, so that both halves of a question are about the same vector. */
function gradedVectors(record: PortfolioRecord): readonly JsonScalar[] {
  return Object.entries(record.grades()).map(([slug, grade]) => `${slug}:${grade}`.toLowerCase());
}

const GRADED_VECTOR = filter('risk_vectors', 'text', { read: gradedVectors });
const VECTOR_SLUG = filter('risk_vectors.slug', 'text', {
  read: record =>
    Object.entries(record.grades())
      .filter(([, grade]) => grade !== 'N/A')
      .map(([slug]) => slug),
});
const VECTOR_GRADE = filter('risk_vectors.grade', 'text', { read: record => Object.values(record.grades()) });

/** One row per filter that a source can answer. */
const PORTFOLIO_FILTERS: readonly Filter<PortfolioRecord>[] = Object.freeze([
  filter('guid', 'text', { aliases: ['company.guid'] }),
  filter('custom_id', 'text'),
  filter('name', 'text', { suffixes: ['q', 'contains'] }),
  filter('primary_domain', 'text', { suffixes: ['q', 'contains'] }),
  filter('folder', 'text', {
    aliases: ['folder.guid'],
    read: record => (record.folders.length === 0 ? [null] : record.folders),
  }),
  filter('tier', 'text', { read: record => tierNames(record), aliases: ['tier.guid'] }),
  filter('type', 'text'),
  filter('rating', 'number', { suffixes: [...RANGE, 'isnull'] }),
  filter('industry.name', 'text'),
  filter('industry.slug', 'text'),
  filter('sub_industry.name', 'text'),
  filter('sub_industry.slug', 'text'),
  filter('subscription_type.slug', 'text'),
  filter('exclude_subscription_type.slug', 'text', { path: 'subscription_type.slug', excludes: true }),
  filter('life_cycle.slug', 'text'),
  filter('relationship.slug', 'text'),
  filter('countries', 'text', { read: record => record.countries }),
  VECTOR_SLUG,
  VECTOR_GRADE,
]);

/** A company without a tier answers to `null` and to `untiered`. */
function tierNames({ item }: PortfolioRecord): readonly JsonScalar[] {
  return typeof item.tier === 'string' ? [item.tier] : [null, 'untiered'];
}

function sortedBy(name: string, path: string = name): SortField<PortfolioRecord> {
  const parts = path.split('.');
  return { name, read: record => scalarsAt(record.item, parts)[0] ?? null };
}

const byName = sortedBy('name');
const byGuid = sortedBy('guid');

/** Sortable fields of the portfolio. */
const PORTFOLIO_SORTS: readonly SortField<PortfolioRecord>[] = Object.freeze([
  byName,
  byGuid,
  sortedBy('rating'),
  sortedBy('added_date'),
  sortedBy('industry.name'),
  sortedBy('life_cycle.name'),
  sortedBy('relationship.name'),
  sortedBy('subscription_type.name'),
  sortedBy('tier', 'tier_order'),
]);

/** What the portfolio can be asked for. */
export const PORTFOLIO_SCHEMA: ListSchema<PortfolioRecord> = Object.freeze({
  filters: filterTable(PORTFOLIO_FILTERS),
  sorts: sortTable(PORTFOLIO_SORTS),
  defaultOrder: [byName, byGuid].map(field => ({ field, descending: false })),
  searched: ({ item }: PortfolioRecord) =>
    ['name', 'shortname', 'primary_domain', 'custom_id'].map(key => textAt(item, key)),
});

/** Reads a portfolio request; a slug and a grade of risk vectors together ask for vectors that have that grade. */
export function portfolioQueryOf(parameters: Parameters): ListQuery<PortfolioRecord> {
  const query = listQueryOf(parameters, PORTFOLIO_SCHEMA);
  const slugs = query.conditions.find(condition => condition.filter === VECTOR_SLUG);
  const grades = query.conditions.find(condition => condition.filter === VECTOR_GRADE);
  if (slugs === undefined || grades === undefined) return query;
  const pairs: Condition<PortfolioRecord> = {
    filter: GRADED_VECTOR,
    operator: 'eq',
    operands: new Set(
      [...slugs.operands].flatMap(slug => [...grades.operands].map(grade => `${slug}:${grade}`)),
    ),
  };
  const others = query.conditions.filter(condition => condition !== slugs && condition !== grades);
  return { ...query, conditions: [...others, pairs] };
}
