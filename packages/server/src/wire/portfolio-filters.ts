/**
 * The filters and sort keys of the portfolio, as a table. Source: bitsight-api.md, 4.1; parameters about software, products
 * and infections are absent until a source can answer them, and so are passed over like unknown ones.
 */

import type { Condition, Filter, FilterType } from './filters.ts';
import { isJsonObject, type JsonObject, type JsonScalar, scalarsAt } from './json.ts';
import { type ListQuery, type ListSchema, listQueryOf } from './list-query.ts';
import { filter as anyFilter, listSchema, RANGE, sortedBy, withFiltersOf } from './list-schema.ts';

/**
 * A company of the portfolio with what its wire row does not say but filters ask: what a source filters, never what it shows.
 */
export type PortfolioRecord = JsonObject & {
  /** The row of `/v2/portfolio`. */
  readonly item: JsonObject;
  /** Guids of the folders that hold it. */
  readonly folders: readonly string[];
  /** ISO codes of the countries its network is in. */
  readonly countries: readonly string[];
  /** Risk-vector slug to letter grade; a getter where it is dear, for it is read only when a filter asks. */
  readonly grades: Readonly<Record<string, string>>;
};

type More = Partial<Omit<Filter, 'name' | 'type'>> & { readonly path?: string };

/** A filter on the row of `/v2/portfolio`. */
function filter(name: string, type: FilterType, more: More = {}): Filter {
  const { path = name, ...rest } = more;
  return anyFilter(name, type, { path: `item.${path}`, ...rest });
}

/** Pairs of slug and grade, so that both halves of a question are about the same vector. */
function gradedVectors(record: JsonObject): readonly JsonScalar[] {
  return Object.entries(gradesOf(record)).map(([slug, grade]) => `${slug}:${grade}`.toLowerCase());
}

function gradesOf({ grades }: JsonObject): Readonly<Record<string, string>> {
  if (!isJsonObject(grades)) return {};
  return Object.fromEntries(
    Object.entries(grades).flatMap(([slug, grade]) => (typeof grade === 'string' ? [[slug, grade]] : [])),
  );
}

const GRADED_VECTOR = filter('risk_vectors', 'text', { read: gradedVectors });
const VECTOR_SLUG = filter('risk_vectors.slug', 'text', {
  read: record =>
    Object.entries(gradesOf(record))
      .filter(([, grade]) => grade !== 'N/A')
      .map(([slug]) => slug),
});
const VECTOR_GRADE = filter('risk_vectors.grade', 'text', {
  read: record => Object.values(gradesOf(record)),
});

/** One row per filter that a source can answer. */
const PORTFOLIO_FILTERS: readonly Filter[] = Object.freeze([
  filter('guid', 'text', { aliases: ['company.guid'] }),
  filter('custom_id', 'text'),
  filter('name', 'text', { suffixes: ['q', 'contains'] }),
  filter('primary_domain', 'text', { suffixes: ['q', 'contains'] }),
  filter('folder', 'text', {
    aliases: ['folder.guid'],
    read: record => scalarsAt(record, ['folders']),
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
  filter('countries', 'text', { read: record => scalarsAt(record, ['countries']) }),
  VECTOR_SLUG,
  VECTOR_GRADE,
]);

/** A company without a tier answers to `null` and to `untiered`. */
function tierNames(record: JsonObject): readonly JsonScalar[] {
  const [tier = null] = scalarsAt(record, ['item', 'tier']);
  return tier === null ? [null, 'untiered'] : [tier];
}

const sorted = (name: string, path: string = name) => sortedBy(name, `item.${path}`);

/** What the portfolio can be asked for. */
export const PORTFOLIO_SCHEMA: ListSchema = listSchema({
  filters: PORTFOLIO_FILTERS,
  sorts: [
    sorted('name'),
    sorted('guid'),
    sorted('rating'),
    sorted('added_date'),
    sorted('industry.name'),
    sorted('life_cycle.name'),
    sorted('relationship.name'),
    sorted('subscription_type.name'),
    sorted('tier', 'tier_order'),
  ],
  order: 'name,guid',
  searched: ['item.name', 'item.shortname', 'item.primary_domain', 'item.custom_id'],
});

/** What lists about companies of the portfolio can be asked for: which of them. */
export const COMPANY_SCOPE_SCHEMA: ListSchema = withFiltersOf(PORTFOLIO_SCHEMA, [
  'guid',
  'company.guid',
  'folder',
  'folder.guid',
  'tier',
  'tier.guid',
]);

/** The v1 lists leave one subscription out by a name of their own. */
export const PORTFOLIO_V1_SCHEMA: ListSchema = listSchema({
  filters: [
    ...[...new Set(COMPANY_SCOPE_SCHEMA.filters.values())],
    filter('exclude_alerts_only', 'boolean', {
      excludes: true,
      // Of `false` nothing matches, so nothing is left out.
      read: record =>
        scalarsAt(record, ['item', 'subscription_type', 'slug']).map(slug =>
          slug === 'alerts-only' ? true : null,
        ),
    }),
  ],
  sorts: [...PORTFOLIO_SCHEMA.sorts.values()],
  order: 'name,guid',
});

/** The whole portfolio in its own order. */
export const WHOLE_PORTFOLIO: ListQuery = listQueryOf(new Map(), PORTFOLIO_SCHEMA);

/** A portfolio request in which a slug and a grade of risk vectors together ask for vectors that have that grade. */
export function portfolioQueryOf(query: ListQuery): ListQuery {
  const slugs = query.conditions.find(condition => condition.filter === VECTOR_SLUG);
  const grades = query.conditions.find(condition => condition.filter === VECTOR_GRADE);
  if (slugs === undefined || grades === undefined) return query;
  const pairs: Condition = {
    filter: GRADED_VECTOR,
    operator: 'eq',
    operands: new Set(
      [...slugs.operands].flatMap(slug => [...grades.operands].map(grade => `${slug}:${grade}`)),
    ),
  };
  const others = query.conditions.filter(condition => condition !== slugs && condition !== grades);
  return { ...query, conditions: [...others, pairs] };
}
