/**
 * `fields=a,b.c` and `exclude_fields=d`: the projection of a row. Source: bitsight-api.md, 3.2 and 8: dotted names, order
 * ignored, it restricts and cannot add.
 */
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A tree of named fields; a leaf (`null`) stands for everything below it. */
type FieldTree = ReadonlyMap<string, FieldTree | null>;
type Growing = Map<string, Growing | null>;

/** What of a row is shown. */
export interface Projection {
  /** null: every field. */
  readonly kept: FieldTree | null;
  readonly dropped: FieldTree | null;
}

/** The projection of two lists of dotted names, or null when nothing was asked and rows stay whole. */
export function projectionOf(fields: readonly string[], excluded: readonly string[] = []): Projection | null {
  if (fields.length === 0 && excluded.length === 0) return null;
  return { kept: treeOf(fields), dropped: treeOf(excluded) };
}

/** The row with the wanted fields alone, in the row's own order. */
export function projected(row: JsonObject, projection: Projection | null): JsonObject {
  if (projection === null) return row;
  const { kept, dropped } = projection;
  const restricted = kept === null ? row : restrictedTo(row, kept);
  return dropped === null ? restricted : without(restricted, dropped);
}

function treeOf(names: readonly string[]): FieldTree | null {
  if (names.length === 0) return null;
  const tree: Growing = new Map();
  for (const name of names) {
    let branch = tree;
    const parts = name.replaceAll('__', '.').split('.');
    for (const [index, part] of parts.entries()) {
      const next = branch.get(part);
      if (next === null) break;
      if (index === parts.length - 1) {
        branch.set(part, null);
        break;
      }
      const below: Growing = next ?? new Map();
      branch.set(part, below);
      branch = below;
    }
  }
  return tree;
}

function restrictedTo(row: JsonObject, tree: FieldTree): JsonObject {
  return edited(row, (key, value) => {
    const below = tree.get(key);
    if (below === undefined) return undefined;
    return below === null ? value : inside(value, inner => restrictedTo(inner, below));
  });
}

function without(row: JsonObject, tree: FieldTree): JsonObject {
  return edited(row, (key, value) => {
    const below = tree.get(key);
    if (below === undefined) return value;
    return below === null ? undefined : inside(value, inner => without(inner, below));
  });
}

/** The row with each field replaced by what `edit` makes of it; undefined leaves the field out. */
function edited(row: JsonObject, edit: (key: string, value: JsonValue) => JsonValue | undefined): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(row)) {
    const now = value === undefined ? undefined : edit(key, value);
    if (now !== undefined) kept[key] = now;
  }
  return kept;
}

function inside(value: JsonValue, edit: (row: JsonObject) => JsonObject): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => inside(item, edit));
  return isJsonObject(value) ? edit(value) : value;
}
