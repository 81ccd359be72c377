/** Pages of the provisioning lists: the envelope and cursors of the data lists, in one fixed order and without filters. */
import { z } from 'zod';
import type { UnifiedContext } from '../context.ts';
import { type CursorBinding, decodeCursor, encodeCursor } from '../paging/cursor.ts';
import { type Edge, type Keys, keysetPage, type Window } from '../paging/keyset.ts';
import { DEFAULT_LIMIT, pageLimit } from '../paging/list-query.ts';

/** The query of a provisioning list. */
export const PagedQuery = z.strictObject({
  limit: pageLimit,
  cursor: z.string().optional().meta({ description: 'next_cursor or previous_cursor of a page.' }),
});
export type PagedQuery = z.infer<typeof PagedQuery>;

/** The answer of a provisioning list. */
export function pagedAnswer(item: z.ZodType) {
  return z.object({
    items: z.array(item),
    next_cursor: z.string().nullable(),
    previous_cursor: z.string().nullable(),
  });
}

/** One page. `list` names the list, such as `organizations/<id>/connections`: its cursors work nowhere else. */
export async function pageOf<Row>(
  context: UnifiedContext,
  list: { surface: string; organizationId: string },
  query: PagedQuery,
  read: (window: Window) => Promise<readonly Row[]>,
  keysOf: (row: Row) => Keys,
): Promise<{ items: readonly Row[]; next_cursor: string | null; previous_cursor: string | null }> {
  const key = context.cursorKey;
  const binding: CursorBinding = { ...list, connectionId: null };
  const start = query.cursor === undefined ? null : decodeCursor(key, binding, query.cursor);
  const page = await keysetPage(start, query.limit ?? DEFAULT_LIMIT, read, keysOf);
  const cursor = (edge: Edge | null) =>
    edge === null ? null : encodeCursor(key, binding, { ...edge, filters: {} });
  return { items: page.rows, next_cursor: cursor(page.next), previous_cursor: cursor(page.previous) };
}
