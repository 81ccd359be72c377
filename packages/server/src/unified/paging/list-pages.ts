/**
 * Pages of a list, from a request that has been understood: one page with the cursors around it, or all pages one after the
 * other for a stream. Every page is a query of its own, so that a long stream holds no transaction open.
 */

import type { Visibility } from '../../access/visibility.ts';
import type { Queryable } from '../../store/store.ts';
import { type CursorBinding, decodeCursor, encodeCursor } from './cursor.ts';
import { type Edge, type KeysetPage, keysetPage } from './keyset.ts';
import { DEFAULT_LIMIT, type ListRequest, sortOf, sortText } from './list-query.ts';
import type { ListResource, Selection } from './list-resource.ts';

/** Rows that a stream reads at once. */
const STREAM_PAGE_ROWS = 500;

/** What every list needs of the program. */
export interface PageSource {
  readonly db: Queryable;
  readonly cursorKey: Buffer;
}

/** A page's rows and the texts of the cursors around it. */
export interface CursorPage<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

/** One page. Throws CallerError INVALID for a cursor that is not of this list. */
export async function readPage<Row>(
  source: PageSource,
  resource: ListResource<Row>,
  visibility: Visibility,
  request: ListRequest,
): Promise<CursorPage<Row>> {
  const { selection, start } = beginning(source, resource, visibility, request);
  const page = await pageAt(source, resource, selection, start, request.limit ?? DEFAULT_LIMIT);
  const cursor = (edge: Edge | null): string | null =>
    edge === null
      ? null
      : encodeCursor(source.cursorKey, bindingOf(resource, visibility), {
          ...edge,
          filters: { ...selection.filters, sort: sortText(selection.sort) },
        });
  return { rows: page.rows, nextCursor: cursor(page.next), previousCursor: cursor(page.previous) };
}

/**
 * All matching rows from where the request begins, a page at a time, at most `limit` where one was given. `recheck` is
 * called before every page and gives the visibility as it is by then. Throws CallerError INVALID at once, before the first
 * page is asked for, when the cursor is not of this list.
 */
export function readAll<Row>(
  source: PageSource,
  resource: ListResource<Row>,
  visibility: Visibility,
  request: ListRequest,
  recheck: (visibility: Visibility) => Promise<Visibility>,
): AsyncGenerator<readonly Row[]> {
  const { selection, start } = beginning(source, resource, visibility, request);
  return pagesFrom(source, resource, selection, start, request.limit ?? Number.POSITIVE_INFINITY, recheck);
}

async function* pagesFrom<Row>(
  source: PageSource,
  resource: ListResource<Row>,
  from: Selection,
  start: Edge | null,
  rows: number,
  recheck: (visibility: Visibility) => Promise<Visibility>,
): AsyncGenerator<readonly Row[]> {
  let selection = from;
  let place = start;
  let left = rows;
  for (;;) {
    selection = { ...selection, visibility: await recheck(selection.visibility) };
    const page = await pageAt(source, resource, selection, place, Math.min(left, STREAM_PAGE_ROWS));
    if (page.rows.length > 0) yield page.rows;
    left -= page.rows.length;
    if (page.next === null || left <= 0) return;
    place = page.next;
  }
}

/** The selection and place that a request means: its own filters, or those of its cursor. */
function beginning<Row>(
  source: PageSource,
  resource: ListResource<Row>,
  visibility: Visibility,
  request: ListRequest,
): { selection: Selection; start: Edge | null } {
  if (request.cursor === null) {
    return { selection: { visibility, filters: request.filters, sort: request.sort }, start: null };
  }
  const cursor = decodeCursor(source.cursorKey, bindingOf(resource, visibility), request.cursor);
  const { sort, ...filters } = cursor.filters;
  return { selection: { visibility, filters, sort: sortOf(String(sort)) }, start: cursor };
}

function pageAt<Row>(
  source: PageSource,
  resource: ListResource<Row>,
  selection: Selection,
  start: Edge | null,
  limit: number,
): Promise<KeysetPage<Row>> {
  return keysetPage(
    start,
    limit,
    window => resource.read(source.db, selection, window),
    row => resource.keysOf(row, selection.sort),
  );
}

function bindingOf<Row>(resource: ListResource<Row>, visibility: Visibility): CursorBinding {
  return {
    surface: resource.surface,
    organizationId: visibility.organizationId,
    connectionId: visibility.narrowedTo,
  };
}
