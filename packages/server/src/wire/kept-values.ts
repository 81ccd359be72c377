/**
 * How the values of a record are kept in columns, so that a database that compares texts by their bytes finds and orders the
 * same rows as the comparisons of filters.ts and sorting.ts do. Pure.
 */
import { comparable, type Filter } from './filters.ts';
import type { JsonObject, JsonScalar } from './json.ts';

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
const AFTER_SURROGATES = /[\uE000-\uFFFF\u{10FFFF}]/u;
const EACH_AFTER_SURROGATES = /[\uE000-\uFFFF\u{10FFFF}]/gu;

/** A text in lower case whose bytes sort as its code units do. Parts of a text are kept as parts of the kept text. */
export function keptText(text: string): string {
  const lower = text.toLowerCase();
  if (!AFTER_SURROGATES.test(lower)) return lower;
  return lower.replace(EACH_AFTER_SURROGATES, character =>
    character === '\u{10FFFF}' ? `${character}\u0001` : `\u{10FFFF}${character}`,
  );
}

/** Texts to be searched for a part of one of them; null where there is none. */
export function keptTexts(texts: Iterable<string>): string | null {
  const kept = new Set<string>();
  for (const text of texts) kept.add(keptText(text));
  kept.delete('');
  return kept.size === 0 ? null : [...kept].join(BETWEEN_TEXTS);
}

/**
 * The values of some filters as one JSON object, by the filters' names: arrays of texts in lower case, numbers, booleans and
 * nulls. A filter of `several` is in it where it reads more than one value, another where it reads anything but one null.
 */
export function keptLists(
  row: JsonObject,
  filters: readonly Filter[],
  several: readonly Filter[],
): string | null {
  const lists: Record<string, readonly JsonScalar[]> = {};
  let isEmpty = true;
  for (const [least, some] of [[1, filters] as const, [2, several] as const]) {
    for (const filter of some) {
      const values = filter.read(row);
      if (values.length < least || (values.length === 1 && values[0] === null)) continue;
      lists[filter.name] = values.map(value => (value === null ? null : comparable(filter.type, value)));
      isEmpty = false;
    }
  }
  return isEmpty ? null : JSON.stringify(lists);
}
