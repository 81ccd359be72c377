/**
 * A list query answered over rows that are in memory: filter, sort, cut. Sources with few rows use it; the property tests
 * hold the synthetic source to it.
 */
import { meetsAll } from './filters.ts';
import type { JsonObject } from './json.ts';
import { foundBy, type ListQuery, type ListSchema } from './list-query.ts';
import { comparisonOf } from './sorting.ts';

/** All rows the query matches, in its order; the page is not cut. */
export function matching(
  rows: readonly JsonObject[],
  query: ListQuery,
  schema: ListSchema,
): readonly JsonObject[] {
  return rows
    .filter(row => meetsAll(query.conditions, row) && foundBy(query.q, row, schema))
    .sort(comparisonOf(query.order));
}

/** The page of the query, and how many rows match in all. */
export function pageOf(
  rows: readonly JsonObject[],
  query: ListQuery,
  schema: ListSchema,
): { readonly count: number; readonly rows: readonly JsonObject[] } {
  const matched = matching(rows, query, schema);
  return { count: matched.length, rows: matched.slice(query.offset, query.offset + query.limit) };
}
