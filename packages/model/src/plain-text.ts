// Upstream texts (remediation tips, descriptions) as plain text: they can hold HTML. The result is text, not markup:
// a decoded `&lt;` is a `<`, so whoever puts it in a page must escape it.
import { decodeEntities } from './html-entities.ts';
import { type HtmlToken, htmlTokens } from './html-tokens.ts';

const PARAGRAPHS: ReadonlySet<string> = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote section article'.split(' '),
);
const LINES: ReadonlySet<string> = new Set(
  'br hr li div tr dt dd caption thead tbody tfoot address header footer main nav aside figure'.split(' '),
);

/** What single spaces between words are not; most texts have none of it and are spared the rewriting. */
const UNTIDY = /[^\S ]| {2}/;

/** Blanks become one, blank lines become one empty line, and none are left at the ends. */
function tidy(text: string): string {
  if (!UNTIDY.test(text)) return text.trim();
  return text
    .replace(/\s+/g, run => {
      const lines = run.split(/\r\n|[\n\r\u2028\u2029]/).length - 1;
      return lines === 0 ? ' ' : '\n'.repeat(Math.min(lines, 2));
    })
    .trim();
}

/** Keeps `<` and `b>` apart where the tag between them was dropped, or `<<i>b>` would come out as a tag. */
function join(before: string, text: string): string {
  return before.endsWith('<') && /^[a-zA-Z/!?]/.test(text) ? `${before} ${text}` : before + text;
}

/** In markup a line break of the source is a blank; only elements break lines. */
function markupText(tokens: readonly HtmlToken[]): string {
  let text = '';
  let preformatted = 0;
  // Breaks wait until text follows and do not add up: `</p><p>` and `</li></ul>` are one break.
  let wanted = 0;
  let item = false;
  for (const token of tokens) {
    if ('tag' in token) {
      const name = token.tag.startsWith('/') ? token.tag.slice(1) : token.tag;
      if (name === 'pre') preformatted = Math.max(0, preformatted + (token.tag === 'pre' ? 1 : -1));
      if (PARAGRAPHS.has(name)) wanted = 2;
      else if (LINES.has(name)) wanted = Math.max(wanted, 1);
      else if (name === 'td' || name === 'th') text += ' ';
      if (name === 'li') item = token.tag === 'li';
      continue;
    }
    const source =
      preformatted > 0 || !UNTIDY.test(token.text) ? token.text : token.text.replace(/\s+/g, ' ');
    if (preformatted === 0 && (source === '' || source === ' ')) {
      if (wanted === 0) text += source;
      continue;
    }
    text = join(text, `${'\n'.repeat(wanted)}${item ? '- ' : ''}${decodeEntities(source)}`);
    wanted = 0;
    item = false;
  }
  return text;
}

/** Tips and descriptions are the same few hundred texts on every finding of their kind. */
const REMEMBERED_TEXTS = 1_000;
const LONGEST_REMEMBERED = 8_192;
const remembered = new Map<string, string>();

/**
 * Plain text of a text that may be HTML: tags stripped, scripts and styles dropped with their content, character
 * references decoded once, blanks tidied. Text without markup keeps its line breaks.
 */
export function plainText(html: string): string {
  if (!html.includes('<')) return tidy(decodeEntities(html));
  const known = remembered.get(html);
  if (known !== undefined) return known;
  const text = textOfMarkup(html);
  if (html.length <= LONGEST_REMEMBERED) {
    if (remembered.size >= REMEMBERED_TEXTS) remembered.clear();
    remembered.set(html, text);
  }
  return text;
}

function textOfMarkup(html: string): string {
  const tokens = htmlTokens(html);
  const [only] = tokens;
  const isText = tokens.length === 1 && only !== undefined && 'text' in only && only.text === html;
  return tidy(isText ? decodeEntities(html) : markupText(tokens));
}
