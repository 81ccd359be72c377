/**
 * Rows of an upstream list from an offset on, for a caller who waits: several pages at once, in slices that are known to be
 * accepted, within bounds, and never fewer rows than the count promises (bitsight-api.md, 3.1 and 8).
 */
import type { BitsightClient, ListRequest } from '@sightline/bitsight';
import { cameShort, tooLarge } from './upstream-failure.ts';

/** The largest page that public clients are known to use. */
const LARGEST_PAGE = 1_000;
/** Slices that are asked for at once; how many of them are under way is up to the client's own limit. */
const AT_ONCE = 8;

/** How much of a list is read for one request. */
export interface ListBounds {
  readonly maxRows: number;
  readonly maxPages: number;
  /** Of the rows' JSON. */
  readonly maxCharacters: number;
}

export const LIST_BOUNDS: ListBounds = Object.freeze({
  maxRows: 200_000,
  maxPages: 500,
  maxCharacters: 128 * 1024 * 1024,
});

/** What is read: `limit` null is all rows from the offset on. */
export interface ListWindow {
  readonly offset: number;
  readonly limit: number | null;
}

export interface ListRows {
  readonly count: number;
  readonly texts: readonly string[];
  /** `summaries` of the last page as JSON text; null where there are none. */
  readonly beside: string | null;
}

/** A list without its page. */
type ListOf = Omit<ListRequest, 'limit'>;

/** Throws CallerError BODY_TOO_LARGE above the bounds, and what the client throws, for a page that comes short too. */
export async function readWindow(
  client: BitsightClient,
  list: ListOf,
  window: ListWindow,
  bounds: ListBounds,
  signal: AbortSignal,
): Promise<ListRows> {
  const failing = new AbortController();
  const reader = new WindowReader(client, list, bounds, AbortSignal.any([signal, failing.signal]));
  try {
    return await reader.read(window);
  } finally {
    // What was still under way when one slice failed is of no use to anyone.
    failing.abort();
  }
}

class WindowReader {
  readonly #client: BitsightClient;
  readonly #list: ListOf;
  readonly #bounds: ListBounds;
  readonly #signal: AbortSignal;
  #pages = 0;
  #characters = 0;

  constructor(client: BitsightClient, list: ListOf, bounds: ListBounds, signal: AbortSignal) {
    this.#client = client;
    this.#list = list;
    this.#bounds = bounds;
    this.#signal = signal;
  }

  async read({ offset, limit }: ListWindow): Promise<ListRows> {
    const size = sliceOf(limit);
    const first = await this.#slice(offset, size, 1);
    const end = Math.min(first.count, limit === null ? first.count : offset + limit);
    if (end - offset > this.#bounds.maxRows) throw tooLarge();
    // Some lists have no pages: whatever was asked for, all of it came.
    if (isWhole(first, offset, size)) return { ...first, texts: first.texts.slice(offset, end) };
    const starts: number[] = [];
    for (let start = offset + first.texts.length; start < end; start += size) starts.push(start);
    const others = await inTurns(starts, start => this.#slice(start, Math.min(size, end - start)));
    const slices = [first, ...others];
    // A list may change while it is read: the smallest count is the one that every slice has kept.
    const count = Math.min(...slices.map(slice => slice.count));
    const rows = Math.max(0, Math.min(end, count) - offset);
    const texts = slices.flatMap(slice => slice.texts.slice(0, size)).slice(0, rows);
    if (texts.length < rows) throw cameShort();
    return { count, texts, beside: slices.at(-1)?.beside ?? null };
  }

  /** So many rows from `start`, in as many pages as upstream makes of them, up to `pages`; fewer where the list ends. */
  async #slice(start: number, rows: number, pages = Number.MAX_SAFE_INTEGER): Promise<ListRows> {
    const request = { ...this.#list, limit: rows };
    const list = this.#client.reads.list(request, { offset: start, signal: this.#signal });
    const texts: string[] = [];
    let count = 0;
    let beside: string | null = null;
    for await (const page of list.pages()) {
      this.#take(page.itemTexts(), texts);
      count = page.count;
      beside = page.summaries === null ? null : JSON.stringify(page.summaries);
      pages -= 1;
      if (texts.length >= rows || pages <= 0) break;
    }
    return { count, texts, beside };
  }

  #take(rows: readonly string[], texts: string[]): void {
    const { maxPages, maxCharacters } = this.#bounds;
    this.#pages += 1;
    for (const row of rows) {
      this.#characters += row.length;
      texts.push(row);
    }
    if (this.#pages > maxPages || this.#characters > maxCharacters) throw tooLarge();
  }
}

/** Did more rows come than the page has, and all of the list at that? */
function isWhole({ count, texts }: ListRows, offset: number, size: number): boolean {
  return texts.length === count && texts.length > Math.max(0, Math.min(size, count - offset));
}

/** Equal slices, so that the last one asks for no more than is wanted. */
function sliceOf(limit: number | null): number {
  return limit === null ? LARGEST_PAGE : Math.ceil(limit / Math.ceil(limit / LARGEST_PAGE));
}

/** `work` over all items, a few at a time; results in the items' order. The first failure ends it. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = new Array(items.length);
  const left = items.entries();
  const turn = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, turn));
  return results;
}
