// Splits HTML into text and tags the way the HTML standard's tokenizer does (states "data" to "attribute value",
// comments and raw text). A tokenizer and not a pattern: quoted `>`, unclosed tags and tags inside tags fool patterns.

/** A run of text (references not decoded), or the name of a tag, lower case, `/name` for an end tag. */
export type HtmlToken = { readonly text: string } | { readonly tag: string };

/** Elements whose content is not prose; browsers take no tags in them until their own end tag. */
const RAW_CONTENT: ReadonlySet<string> = new Set(['script', 'style', 'iframe', 'noembed', 'noframes']);

const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13 && code !== 11);
const SLASH = 47;
const GREATER = 62;
const EQUALS = 61;

function endOfName(html: string, start: number): number {
  let at = start;
  while (at < html.length) {
    const code = html.charCodeAt(at);
    if (isBlank(code) || code === SLASH || code === GREATER) break;
    at += 1;
  }
  return at;
}

function skipBlanks(html: string, start: number): number {
  let at = start;
  while (at < html.length && isBlank(html.charCodeAt(at))) at += 1;
  return at;
}

/** Where the tag whose name ends at `start` ends (after its `>`); the end of the text for one never closed. */
function endOfTag(html: string, start: number): number {
  let at = start;
  while (at < html.length) {
    const code = html.charCodeAt(at);
    if (code === GREATER) return at + 1;
    if (code !== EQUALS) {
      at += 1;
      continue;
    }
    // Quotes hold a `>` only right after an equals sign.
    at = skipBlanks(html, at + 1);
    const quote = html.charAt(at);
    if (quote === '"' || quote === "'") {
      const close = html.indexOf(quote, at + 1);
      if (close < 0) return html.length;
      at = close + 1;
    } else {
      while (at < html.length && html.charCodeAt(at) !== GREATER && !isBlank(html.charCodeAt(at))) at += 1;
    }
  }
  return html.length;
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

/** Both ends in one search: one search each would go through the whole text for every comment. */
const COMMENT_END = /--!?>/g;

/** Where the comment or declaration starting with `<!` at `start` ends. */
function endOfDeclaration(html: string, start: number): number {
  if (!html.startsWith('<!--', start)) return after(html, '>', start);
  if (html.startsWith('>', start + 4)) return start + 5;
  if (html.startsWith('->', start + 4)) return start + 6;
  COMMENT_END.lastIndex = start + 4;
  return COMMENT_END.test(html) ? COMMENT_END.lastIndex : html.length;
}

/** Where raw content ends: at `</name` followed by a blank, `/` or `>`; the end of the text where it never does. */
function endOfRawContent(html: string, name: string, start: number): number {
  for (let at = html.indexOf('</', start); at >= 0; at = html.indexOf('</', at + 2)) {
    const end = endOfName(html, at + 2);
    if (end < html.length && html.slice(at + 2, end).toLowerCase() === name) return at;
  }
  return html.length;
}

/**
 * The tokens of an HTML text. Comments, declarations and raw content are left out. A tag that is never closed is
 * dropped with all that follows, as browsers do: nothing of it may be left to be taken for a tag later.
 */
export function htmlTokens(html: string): HtmlToken[] {
  const tokens: HtmlToken[] = [];
  let textStart = 0;
  let at = html.indexOf('<');
  while (at >= 0) {
    const next = html.charCodeAt(at + 1);
    const isEnd = next === SLASH;
    const nameStart = isEnd ? at + 2 : at + 1;
    const first = html.charCodeAt(nameStart);
    const isDeclaration = html.startsWith('!', at + 1) || html.startsWith('?', at + 1);
    // "a < b" and "<2.0" are text; "</ x>" is a malformed comment.
    if (!isDeclaration && !isLetter(first) && !isEnd) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    if (at > textStart) tokens.push({ text: html.slice(textStart, at) });
    if (isDeclaration) textStart = endOfDeclaration(html, at);
    else if (!isLetter(first)) textStart = after(html, '>', nameStart);
    else {
      const nameEnd = endOfName(html, nameStart);
      const name = html.slice(nameStart, nameEnd).toLowerCase();
      textStart = endOfTag(html, nameEnd);
      tokens.push({ tag: isEnd ? `/${name}` : name });
      if (!isEnd && RAW_CONTENT.has(name)) textStart = endOfRawContent(html, name, textStart);
    }
    at = html.indexOf('<', textStart);
  }
  if (textStart < html.length) tokens.push({ text: html.slice(textStart) });
  return tokens;
}
