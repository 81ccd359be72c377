/**
 * `fields=a,b.c`: the projection of a row. Source: bitsight-api.md, 3.2 and 8: dotted names, order ignored, it restricts
 * and cannot add.
 */
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A tree of wanted names; a leaf (`null`) takes everything below it. */
export type FieldTree = ReadonlyMap<string, FieldTree | null>;

type Growing = Map<string, Growing | null>;

/** The tree of a list of dotted names, or null when nothing was asked and rows stay whole. */
export function fieldTreeOf(names: readonly string[]): FieldTree | null {
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

/** The row with the wanted fields alone, in the row's own order. */
export function projected(row: JsonObject, tree: FieldTree | null): JsonObject {
  if (tree === null) return row;
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(row)) {
    const below = tree.get(key);
    if (below === undefined || value === undefined) continue;
    kept[key] = below === null ? value : projectedValue(value, below);
  }
  return kept;
}

function projectedValue(value: JsonValue, tree: FieldTree): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => projectedValue(item, tree));
  return isJsonObject(value) ? projected(value, tree) : value;
}
