/**
 * Pages by key instead of by offset: a page costs the same however deep it lies, and rows that appear between two pages
 * move nothing. One row more than the page is read to know whether the list goes on.
 */
import type { Cursor } from './cursor.ts';

/** Values of an order's columns at one row. */
export type Keys = readonly (string | number)[];

/** Where to read and how much. Rows come in the order of reading: backwards means the order of the list reversed. */
export interface Window {
  /** Null reads from the list's beginning. */
  readonly from: { readonly keys: Keys; readonly inclusive: boolean } | null;
  readonly backwards: boolean;
  readonly rows: number;
}

/** The edge a page ends at, from which a cursor is made. */
export type Edge = Pick<Cursor, 'direction' | 'inclusive' | 'keys'>;

/** Rows in list order, and where the pages beside them begin. */
export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  readonly next: Edge | null;
  readonly previous: Edge | null;
}

/** Reads one page through `read`, which gives rows of a window; `keysOf` tells a row's place. */
export async function keysetPage<Row>(
  start: Edge | null,
  limit: number,
  read: (window: Window) => Promise<readonly Row[]>,
  keysOf: (row: Row) => Keys,
): Promise<KeysetPage<Row>> {
  const backwards = start?.direction === 'before';
  const found = await read({ from: start, backwards, rows: limit + 1 });
  const goesOn = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return { rows, ...aroundNothing(start) };
  const before: Edge = { direction: 'before', inclusive: false, keys: keysOf(first) };
  const after: Edge = { direction: 'after', inclusive: false, keys: keysOf(last) };
  // The row the cursor was made at is on the other side of the page, so that side always goes on.
  return backwards
    ? { rows, next: after, previous: goesOn ? before : null }
    : { rows, next: goesOn ? after : null, previous: start === null ? null : before };
}

/** An empty page is met when rows left the list after its cursor was made; the way back begins at the cursor itself. */
function aroundNothing(start: Edge | null): { next: Edge | null; previous: Edge | null } {
  if (start === null) return { next: null, previous: null };
  const back: Edge = {
    direction: start.direction === 'after' ? 'before' : 'after',
    inclusive: !start.inclusive,
    keys: start.keys,
  };
  return start.direction === 'after' ? { next: null, previous: back } : { next: back, previous: null };
}
