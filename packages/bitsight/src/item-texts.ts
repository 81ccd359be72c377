/**
 * The items of a page as upstream wrote them: cut out of the body's text, so that whoever keeps records keeps every digit of a
 * number and every byte of a text, and does not print again what was just parsed.
 */

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * The texts of the items of the array under `name` at the top of a JSON object's text, or null where there is none. The text
 * must be JSON that parses; of a name given twice the last counts, as for JSON.parse.
 */
export function itemTexts(text: string, name: string): string[] | null {
  let items: string[] | null = null;
  let depth = 0;
  let key: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const isKey = depth === 1 && text.charCodeAt(skipBlanks(text, end)) === COLON;
      if (isKey) key = text.slice(at + 1, end - 1);
      at = end - 1;
    } else if (code === OPEN_ARRAY && depth === 1 && key === name) {
      items = [];
      at = cutItems(text, at, items) - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    else if (code === COMMA && depth === 1) key = null;
  }
  return items;
}

/** Adds the items of the array that opens at `start`; returns where it ends. */
function cutItems(text: string, start: number, items: string[]): number {
  let depth = 0;
  let from = skipBlanks(text, start + 1);
  if (text.charCodeAt(from) === CLOSE_ARRAY) return from + 1;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (depth > 0) {
      if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    } else if (code === COMMA || code === CLOSE_ARRAY) {
      items.push(text.slice(from, at).trimEnd());
      if (code === CLOSE_ARRAY) return at + 1;
      from = skipBlanks(text, at + 1);
      at = from - 1;
    }
  }
  return text.length;
}

/** Where the string that opens at `start` ends, after its quote. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(at)) {
    at += 1;
  }
  return at;
}
