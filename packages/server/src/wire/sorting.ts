/**
 * Sort keys and their comparison: `sort=a,-b` against a table of sortable fields. Source: bitsight-api.md, 3.2; an unknown
 * key is passed over like an unknown parameter.
 */
import type { JsonObject, JsonScalar } from './json.ts';

/** One sortable field. */
export interface SortField {
  readonly name: string;
  /** The value to order by; null comes last whatever the direction. */
  readonly read: (row: JsonObject) => JsonScalar;
}

export interface SortKey {
  readonly field: SortField;
  readonly descending: boolean;
}

export type SortTable = ReadonlyMap<string, SortField>;

/** Indexes sortable fields by name. */
export function sortTable(fields: readonly SortField[]): SortTable {
  return new Map(fields.map(field => [field.name, field]));
}

/** `['severity', '-first_seen']` as keys; the first mention of a field counts. */
export function sortKeysOf(names: readonly string[], table: SortTable): readonly SortKey[] {
  const keys: SortKey[] = [];
  for (const name of names) {
    const descending = name.startsWith('-');
    const field = table.get((descending ? name.slice(1) : name).replaceAll('__', '.'));
    if (field !== undefined && !keys.some(key => key.field === field)) keys.push({ field, descending });
  }
  return keys;
}

/** Orders two scalars: numbers as numbers, texts by code unit without regard to case, null last. */
export function compareScalars(left: JsonScalar, right: JsonScalar, descending: boolean): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  const a = typeof left === 'string' ? left.toLowerCase() : Number(left);
  const b = typeof right === 'string' ? right.toLowerCase() : Number(right);
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

/** A stable comparison by several keys. */
export function comparisonOf(keys: readonly SortKey[]): (left: JsonObject, right: JsonObject) => number {
  return (left, right) => {
    for (const { field, descending } of keys) {
      const order = compareScalars(field.read(left), field.read(right), descending);
      if (order !== 0) return order;
    }
    return 0;
  };
}
