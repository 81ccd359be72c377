/** How the table of a list is written down: its filters, sort keys, order and searched texts, by their dotted names. */
import { type Filter, type FilterType, filterTable, type Suffix } from './filters.ts';
import { type JsonObject, scalarsAt } from './json.ts';
import type { ListSchema } from './list-query.ts';
import { type SortField, sortKeysOf, sortTable } from './sorting.ts';

/** The four range forms of a filter. */
export const RANGE: readonly Suffix[] = ['lt', 'lte', 'gt', 'gte'];

/** A filter that reads what stands at `path`, by default the place of its own name. */
export function filter(
  name: string,
  type: FilterType,
  more: Partial<Omit<Filter, 'name' | 'type'>> & { readonly path?: string } = {},
): Filter {
  const { path = name, ...rest } = more;
  const parts = path.split('.');
  return { name, type, suffixes: [], read: row => scalarsAt(row, parts), ...rest };
}

/** A sort key that orders by what stands at `path`, by default the place of its own name. */
export function sortedBy(name: string, path: string = name): SortField {
  const parts = path.split('.');
  return { name, read: row => scalarsAt(row, parts)[0] ?? null };
}

/** A sort key that orders by the place of a text in `order`, in any case; other texts come last. */
export function rankedBy(name: string, order: readonly string[], path: string = name): SortField {
  const parts = path.split('.');
  return {
    name,
    read: row => {
      const rank = order.indexOf(String(scalarsAt(row, parts)[0]).toLowerCase());
      return rank < 0 ? null : rank;
    },
  };
}

export interface ListDefinition {
  readonly filters?: readonly Filter[];
  /** Sortable fields: a name stands for `sortedBy(name)`. */
  readonly sorts?: readonly (string | SortField)[];
  /** As `sort` is written, of names among `sorts`. Its last key must tell any two rows apart. */
  readonly order: string;
  /** Dotted names of the texts that `q` searches. */
  readonly searched?: readonly string[];
  readonly limit?: number;
  readonly expands?: readonly string[];
}

/** The schema of a list. Throws at start for an order that names a field which is not sortable. */
export function listSchema(definition: ListDefinition): ListSchema {
  const { filters = [], sorts = [], order, searched = [], limit, expands } = definition;
  const table = sortTable(sorts.map(field => (typeof field === 'string' ? sortedBy(field) : field)));
  const names = order.split(',').filter(name => name !== '');
  const defaultOrder = sortKeysOf(names, table);
  if (defaultOrder.length !== names.length) throw new Error(`no such order: ${order}`);
  const paths = searched.map(name => name.split('.'));
  return Object.freeze({
    filters: filterTable(filters),
    sorts: table,
    defaultOrder,
    searched: (row: JsonObject) => searchedAt(row, paths),
    ...(limit === undefined ? {} : { defaultLimit: limit }),
    ...(expands === undefined ? {} : { expands }),
  });
}

function searchedAt(row: JsonObject, paths: readonly (readonly string[])[]): readonly (string | null)[] {
  const texts: (string | null)[] = [];
  for (const path of paths)
    for (const value of scalarsAt(row, path)) texts.push(value === null ? null : String(value));
  return texts;
}

/** A schema with some of another's filters and its order: for lists about the same rows that can be asked for less. */
export function withFiltersOf(schema: ListSchema, names: readonly string[]): ListSchema {
  const filters = names.map(name => {
    const found = schema.filters.get(name);
    if (found === undefined) throw new Error(`no such filter: ${name}`);
    return found;
  });
  return Object.freeze({ ...schema, filters: filterTable(filters) });
}
