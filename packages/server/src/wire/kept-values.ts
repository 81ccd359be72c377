/**
 * How the values of a record are kept in columns, so that a database that compares texts by their bytes finds and orders the
 * same rows as the comparisons of filters.ts and sorting.ts do. Pure.
 */
import { comparable, type Filter } from './filters.ts';
import type { JsonScalar } from './json.ts';

/** Stands for null where null comes after every text, and no text is kept so. */
export const LAST_TEXT = '\u{10FFFF}\u{10FFFF}';
/** Stands for null where null comes after every number. */
export const LAST_NUMBER = Number.MAX_VALUE;
/** Between texts that are searched as one: no kept text has it. */
const BETWEEN_TEXTS = '\u{10FFFF}\u0002';

/**
 * JavaScript orders texts by code units, where what is beyond the basic plane comes before U+E000; bytes of UTF-8 have it after
 * U+FFFF. A mark before the characters between puts them where code units have them.
 */
/** A look that costs little: a text without them is as it should be. */
const MAY_BE_AFTER_SURROGATES = /[\uDBFF\uE000-\uFFFF]/;
const EACH_AFTER_SURROGATES = /[\uE000-\uFFFF\u{10FFFF}]/gu;

/** A text in lower case whose bytes sort as its code units do. Parts of a text are kept as parts of the kept text. */
export function keptText(text: string): string {
  const lower = text.toLowerCase();
  if (!MAY_BE_AFTER_SURROGATES.test(lower)) return lower;
  return lower.replace(EACH_AFTER_SURROGATES, character =>
    character === '\u{10FFFF}' ? `${character}\u0001` : `\u{10FFFF}${character}`,
  );
}

/** Texts to be searched for a part of one of them, without those that are searched elsewhere; null where none is left. */
export function keptTexts(
  texts: Iterable<string | null>,
  elsewhere: readonly (string | null)[] = [],
): string | null {
  const kept: string[] = [];
  for (const text of texts) {
    if (text === null || text === '') continue;
    const one = keptText(text);
    if (!elsewhere.includes(one) && !kept.includes(one)) kept.push(one);
  }
  return kept.length === 0 ? null : kept.join(BETWEEN_TEXTS);
}

/** Values as a JSON object of arrays: texts in lower case, numbers, booleans and nulls; null where there are none. */
export function keptLists(values: ReadonlyMap<Filter, readonly JsonScalar[]>): string | null {
  if (values.size === 0) return null;
  const lists: Record<string, readonly JsonScalar[]> = {};
  for (const [{ name, type }, list] of values)
    lists[name] = list.map(value => (value === null ? null : comparable(type, value)));
  return JSON.stringify(lists);
}
