/**
 * The shape of everything that crosses Bitsight's wire: plain JSON, read by dotted path. Sources: bitsight-api.md, 3.2
 * (dotted names) and 6 (annotation fields that are now an object, now an array, now a map, so nothing narrower is true).
 */

export type JsonScalar = string | number | boolean | null;
export type JsonValue = JsonScalar | JsonObject | readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** True for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for what a JSON parser makes of a text; told by the outermost kind alone, for nothing else comes from one. */
export function isJsonValue(value: unknown): value is JsonValue {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
}

/** True for a list of JSON values; `Array.isArray` alone forgets what is in a read-only one. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A JSON text's value. Throws SyntaxError. */
export function parsedJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

const NOTHING: readonly JsonScalar[] = Object.freeze([null]);

/** Every scalar found at a dotted path, arrays on the way opened; a missing path is one null. */
export function scalarsAt(row: JsonObject, path: readonly string[]): readonly JsonScalar[] {
  // Most paths meet no array, and every record that is filtered or stored is read by many.
  let value: JsonValue | undefined = row;
  let depth = 0;
  for (; depth < path.length && isJsonObject(value); depth += 1) value = value[path[depth] ?? ''];
  if (typeof value === 'object' && value !== null) {
    const found: JsonScalar[] = [];
    collect(value, path, depth, found);
    return found.length === 0 ? NOTHING : found;
  }
  return depth < path.length || value === undefined || value === null ? NOTHING : [value];
}

function collect(
  value: JsonValue | undefined,
  path: readonly string[],
  depth: number,
  found: JsonScalar[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, depth, found);
    return;
  }
  const key = path[depth];
  if (key === undefined) {
    if (value !== undefined && !isJsonObject(value)) found.push(value as JsonScalar);
    return;
  }
  if (isJsonObject(value)) collect(value[key], path, depth + 1, found);
}

/** A string at a top-level key, or `''`. */
export function textAt(row: JsonObject, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : '';
}
