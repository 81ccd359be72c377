/** Lists that come in pages with a cursor: their schema, and the rows of the pages read so far as one list. */
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { Query } from './client.ts';
import { z } from './zod.ts';

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** The schema of a page of `item`. */
export function pageOf<Item>(item: z.ZodMiniType<Item>): z.ZodMiniType<Page<Item>> {
  return z.object({ items: z.array(item), next_cursor: z.nullable(z.string()) });
}

/** The query of a list: `read` is called with null first and with each page's cursor after that. */
export function pagesQuery<Item>(
  queryKey: readonly unknown[],
  read: (cursor: string | null, signal: AbortSignal) => Promise<Page<Item>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: firstCursor(),
    getNextPageParam: cursorAfter,
    placeholderData: keepPreviousData,
  });
}

/** Before the first page there is no cursor. A function, so that its type is the parameter's and not just null. */
function firstCursor(): string | null {
  return null;
}

/** The cursor that reads on, or undefined at the end. An empty page that points on would read for ever, so it ends the list. */
export function cursorAfter<Item>(page: Page<Item>): string | undefined {
  return page.items.length === 0 ? undefined : (page.next_cursor ?? undefined);
}

/** The parameters of a page: a cursor holds the filters of its list, so they are sent for the first page alone. */
export function pageQuery<Filters extends { [Name in keyof Filters]: Query[string] }>(
  cursor: string | null,
  filters: Filters,
  limit = 50,
): Query {
  return cursor === null ? { ...filters, limit } : { cursor, limit };
}

/** The rows of all pages, each once: a row that moved while pages were read may be in two of them. */
export function rowsOf<Item>(
  pages: readonly Page<Item>[] | undefined,
  keyOf: (item: Item) => string,
): Item[] {
  const rows = new Map<string, Item>();
  for (const page of pages ?? []) {
    for (const item of page.items) rows.set(keyOf(item), item);
  }
  return [...rows.values()];
}
