import { expect, test } from 'vitest';
import { cursorAfter, pageOf, pageQuery, rowsOf } from './paging.ts';
import { z } from './zod.ts';

const keyOf = (row: { id: string }) => row.id;

test('the rows of all pages are one list, in order, each once and as read last', () => {
  const pages = [
    {
      items: [
        { id: 'a', n: 1 },
        { id: 'b', n: 1 },
      ],
      next_cursor: 'c1',
    },
    {
      items: [
        { id: 'b', n: 2 },
        { id: 'c', n: 1 },
      ],
      next_cursor: null,
    },
  ];
  expect(rowsOf(pages, keyOf)).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
    { id: 'c', n: 1 },
  ]);
  expect(rowsOf(undefined, keyOf)).toEqual([]);
});

test('a list ends without a cursor, and with an empty page', () => {
  expect(cursorAfter({ items: [1], next_cursor: 'c' })).toBe('c');
  expect(cursorAfter({ items: [1], next_cursor: null })).toBeUndefined();
  expect(cursorAfter({ items: [], next_cursor: 'c' })).toBeUndefined();
});

test('filters are sent for the first page and are part of the cursor after that', () => {
  expect(pageQuery(null, { q: 'ada' })).toEqual({ q: 'ada', limit: 50 });
  expect(pageQuery('c1', { q: 'ada' }, 20)).toEqual({ cursor: 'c1', limit: 20 });
});

test('a page tolerates keys it does not know and refuses rows of another shape', () => {
  const Rows = pageOf(z.object({ id: z.string() }));
  expect(Rows.parse({ items: [{ id: 'a', x: 1 }], next_cursor: null, previous_cursor: null })).toEqual({
    items: [{ id: 'a' }],
    next_cursor: null,
  });
  expect(Rows.safeParse({ items: [{ id: 1 }], next_cursor: null }).success).toBe(false);
});
