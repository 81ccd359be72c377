/**
 * One parser for every list: filters, sort, q, fields, expand and the page, out of a request's parameters. Facts from
 * bitsight-api.md, 3.1, 3.2 and 8 (limit defaults to 100, any size from 1 is honoured, 0 and worse is 400).
 */
import { type Projection, projectionOf } from './fields.ts';
import { badParameter, type Condition, conditionsOf, type FilterTable } from './filters.ts';
import type { JsonObject } from './json.ts';
import { type Parameters, valuesOf } from './parameters.ts';
import { type SortKey, type SortTable, sortKeysOf } from './sorting.ts';

export const DEFAULT_LIMIT = 100;

/** What a kind of list can be asked for. */
export interface ListSchema {
  readonly filters: FilterTable;
  readonly sorts: SortTable;
  /** The order of rows that were not asked for in any order, and the one that settles ties. */
  readonly defaultOrder: readonly SortKey[];
  /** The texts that `q` searches. */
  readonly searched: (row: JsonObject) => readonly (string | null)[];
  /** Rows of a page that names no limit; 100 where it is absent. */
  readonly defaultLimit?: number;
  /** Values of `expand`: what of a row is shown only when it is named. */
  readonly expands?: readonly string[];
}

/** A list request, read and checked. */
export interface ListQuery {
  readonly conditions: readonly Condition[];
  /** Lower-cased, or null. */
  readonly q: string | null;
  /** The caller's keys followed by the default order. */
  readonly order: readonly SortKey[];
  readonly offset: number;
  readonly limit: number;
  readonly projection: Projection | null;
  readonly expand: ReadonlySet<string>;
}

/** Reads a list request. Throws `BAD_PARAMETER` that names the parameter for a malformed number or date. */
export function listQueryOf(parameters: Parameters, schema: ListSchema): ListQuery {
  const asked = sortKeysOf(valuesOf(parameters, 'sort'), schema.sorts);
  // Where no text is searched, `q` is a parameter like any other that is not known.
  const isSearched = schema.searched({}).length > 0;
  const q = isSearched ? (parameters.get('q')?.value.trim().toLowerCase() ?? '') : '';
  return {
    conditions: conditionsOf(parameters, schema.filters),
    q: q === '' ? null : q,
    order: [...asked, ...schema.defaultOrder.filter(key => !asked.some(other => other.field === key.field))],
    offset: wholeNumber(parameters, 'offset', 0, 0),
    limit: wholeNumber(parameters, 'limit', 1, schema.defaultLimit ?? DEFAULT_LIMIT),
    projection: requestedProjection(parameters),
    expand: new Set(valuesOf(parameters, 'expand')),
  };
}

/** What `fields` and `exclude_fields` leave of a row; null where neither is asked. */
export function requestedProjection(parameters: Parameters): Projection | null {
  return projectionOf(valuesOf(parameters, 'fields'), valuesOf(parameters, 'exclude_fields'));
}

function wholeNumber(parameters: Parameters, name: string, minimum: number, fallback: number): number {
  const parameter = parameters.get(name);
  if (parameter === undefined) return fallback;
  const text = parameter.value.trim();
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= minimum))
    throw badParameter(parameter.spelled, `must be a whole number of at least ${minimum}`);
  // Beyond this a number is no longer exact, and no list is longer anyway.
  return Math.min(number, Number.MAX_SAFE_INTEGER);
}

/** Does `q` occur in one of the row's searched texts? */
export function foundBy(q: string | null, row: JsonObject, schema: ListSchema): boolean {
  if (q === null) return true;
  return schema.searched(row).some(text => text?.toLowerCase().includes(q) === true);
}
