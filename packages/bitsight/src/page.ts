/**
 * Lists that come in pages of `limit` rows from `offset`: one class iterates all of them, a resource gives the path.
 * Source: https://help.bitsighttech.com/hc/en-us/articles/360050111794; that some answers have `next` at the top
 * instead of in `links` is read from Bitsight's own scripts.
 */
import { type ApiRecord, isRecord, isRecordArray, json, malformed } from './envelope.ts';
import { BitsightArgumentError } from './errors.ts';
import { failed, type Reading, read } from './failure.ts';
import { itemTexts } from './item-texts.ts';
import type { Query } from './query.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** Where a page begins, and how many rows it may have. */
export interface PagePosition {
  readonly offset: number;
  readonly limit: number;
}

/** One page of a list. */
export interface Page extends PagePosition {
  readonly items: readonly ApiRecord[];
  /** The items' own JSON texts, byte for byte as received; made when asked for. */
  itemTexts(): readonly string[];
  /** Rows of the whole list, as of this page. */
  readonly count: number;
  /** Where the next page begins, or null at the end. Keep it to go on later. */
  readonly next: PagePosition | null;
  /** The `summaries` some lists add (`{"my-company": guid}` on the portfolio), or null. */
  readonly summaries: ApiRecord | null;
}

/** Options of a list: those of each request, and where to begin. */
export interface ListOptions extends RequestOptions {
  /** Index of the first row, from 0; `page.next.offset` of an earlier run resumes it. */
  offset?: number | undefined;
}

/** What a resource says about its list. */
export interface ListSpec {
  readonly path: string;
  readonly params: Query;
  /** Rows per page when the caller names none. Always sent: what Bitsight assumes without it is not settled. */
  readonly defaultLimit: number;
  /** True: asked by the POST twin of the GET, with everything in its body. */
  readonly inBody?: boolean;
}

/**
 * A list, not yet read. `for await (const item of list)` gives its records, `list.pages()` its pages; each loop
 * reads from the start offset anew, one page at a time. Throws what its requests throw, and never ends early.
 */
export class PagedList implements AsyncIterable<ApiRecord> {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #params: Query;
  readonly #start: PagePosition;
  readonly #options: ListOptions;
  readonly #inBody: boolean;

  constructor(transport: Transport, spec: ListSpec, options: ListOptions = {}) {
    const { path, params, defaultLimit, inBody = false } = spec;
    const { limit = defaultLimit, offset: misplaced, ...filters } = params;
    if (misplaced !== undefined) throw new BitsightArgumentError('The offset belongs into the options.');
    const { offset = 0 } = options;
    if (!isCount(offset)) throw new BitsightArgumentError('The offset must be a whole number from 0.');
    if (!isCount(limit) || limit === 0)
      throw new BitsightArgumentError('The limit must be a whole number from 1.');
    this.#transport = transport;
    this.#path = path;
    this.#params = filters;
    this.#start = { offset, limit };
    this.#options = options;
    this.#inBody = inBody;
  }

  /** Page by page. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    let position: PagePosition | null = this.#start;
    while (position !== null) {
      const page: Page = await this.#page(position);
      yield page;
      position = page.next;
    }
  }

  /** Record by record. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ApiRecord, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  #page(position: PagePosition): Promise<Page> {
    const { baseUrl } = this.#transport;
    // Built from what we know: a next link is evidence that there is more, never an address to go to.
    const asked = { ...this.#params, limit: position.limit, offset: position.offset };
    const page = {
      path: this.#path,
      read: (text: string) => json(body => readPage(body, position, baseUrl, text))(text),
    };
    return this.#transport.send(
      this.#inBody
        ? { ...page, method: 'POST', body: asked, isQuery: true }
        : { ...page, method: 'GET', query: asked },
      this.#options,
    );
  }
}

/**
 * Reads one page, and judges it. Short is a page (a) with fewer rows than `min(limit, count - offset)` and no next
 * link, or (b) without rows although there is a next link; fewer rows with a next link are a smaller page. A count
 * of 0 is the end. A next link to another origin is malformed.
 */
function readPage(body: unknown, position: PagePosition, baseUrl: string, text: string): Reading<Page> {
  if (!isRecord(body)) return malformed('the page is not an object');
  const { count, results, summaries } = body;
  if (!isCount(count)) return malformed('"count" is not a whole number');
  if (!isRecordArray(results)) return malformed('"results" is not an array of objects');
  const link = readNextLink(body, baseUrl);
  if (!link.ok) return link;

  const { offset, limit } = position;
  const received = results.length;
  const expected = Math.max(0, Math.min(limit, count - offset));
  const isShort = link.value ? received === 0 : received < expected;
  if (count > 0 && isShort) return failed({ kind: 'short-page', offset, expected, received, count });

  const reached = offset + received;
  const hasMore = received > 0 && (link.value || reached < count);
  return read({
    items: results,
    itemTexts: () => itemTexts(text, 'results') ?? [],
    count,
    offset,
    limit,
    next: hasMore ? { offset: reached, limit } : null,
    summaries: isRecord(summaries) ? summaries : null,
  });
}

/** Whether there is a next link, in `links` or at the top. */
function readNextLink(body: ApiRecord, baseUrl: string): Reading<boolean> {
  const links = body.links ?? {};
  if (!isRecord(links)) return malformed('"links" is not an object');
  const given = [links.next, body.next].filter(next => next !== undefined && next !== null && next !== '');
  for (const next of given) {
    if (typeof next !== 'string' || !URL.canParse(next, baseUrl))
      return malformed('the next link is not an address');
    if (new URL(next, baseUrl).origin !== new URL(baseUrl).origin) {
      return malformed('the next link leads to another origin');
    }
  }
  return read(given.length > 0);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
