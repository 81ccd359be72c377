// Tolerant readers of single fields. Bitsight's types differ between documentation, versions and production
// ("N/A" ratings, blank strings, numbers as strings), so each reader takes anything and gives a value or null.

/** A JSON object; its fields can hold anything. */
export interface JsonObject {
  readonly [field: string]: unknown;
}

const NOTHING: JsonObject = Object.freeze({});

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one in place of anything else. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** The array, or an empty one in place of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * A field whose name comes from upstream. Only the object's own fields count: a domain called `constructor` must
 * not find what every object inherits.
 */
export function ownField(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether upstream says "nothing here": null, missing, blank or "N/A". */
export function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && textOf(value) === null);
}

/** The string as received; null for blank, "N/A" and anything that is not a string. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  // Most values neither start with a blank nor are short enough to be "N/A": spare them the copy of a trim.
  if (value.length > 3 && value.charCodeAt(0) > 32) return value;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === 'N/A' ? null : value;
}

export function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** A finite number, also one written as a string ("8.0"). */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.length > 32 || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return null;
  return Number(value);
}

/** A whole number, also one written as a string. Fractions are refused, not rounded. */
export function wholeOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) ? number : null;
}

/** A whole number of things: not below zero. */
export function countOf(value: unknown): number | null {
  const whole = wholeOf(value);
  return whole !== null && whole >= 0 ? whole : null;
}

/** Days from a duration given as null, 7 or "7 days". */
export function daysOf(value: unknown): number | null {
  if (typeof value !== 'string') return countOf(value);
  const days = /^\s*(\d{1,9})(?:\s+days?)?\s*$/i.exec(value)?.[1];
  return days === undefined ? null : Number(days);
}

/** The display name of `{name, slug}` (v2) or of a plain string (v1); the slug where there is no name. */
export function nameOf(value: unknown): string | null {
  if (!isObject(value)) return textOf(value);
  return textOf(value.name) ?? textOf(value.slug);
}
