/** What is kept of pages is what would be made again, and is never the answer to another question. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../wire/json.ts';
import { listQueryOf } from '../../../wire/list-query.ts';
import { listSchema } from '../../../wire/list-schema.ts';
import { parametersOf } from '../../../wire/parameters.ts';
import { JsonText, type WireRow } from '../../source.ts';
import { PageTexts } from './page-texts.ts';

const schema = listSchema({ sorts: ['id'], order: 'id', expands: ['more'] });
const query = (text: string) => listQueryOf(parametersOf(`/?${text}`), schema);

/** Counts how often rows are made. */
function maker(rows: readonly JsonObject[]) {
  const made = { times: 0 };
  const make = () => {
    made.times++;
    return rows;
  };
  return { made, make };
}

const textsOf = (rows: Iterable<WireRow>) =>
  Array.from(rows, row => (row instanceof JsonText ? row.text : JSON.stringify(row)));

test('a page that is asked for again is not made again', () => {
  const pages = new PageTexts();
  const { made, make } = maker([{ id: 1, name: 'ü' }, { id: 2 }]);
  const first = textsOf(pages.rows('list', query('limit=2'), 2, make));
  expect(first).toEqual(['{"id":1,"name":"ü"}', '{"id":2}']);
  expect(textsOf(pages.rows('list', query('limit=2'), 2, make))).toEqual(first);
  expect(made.times).toBe(1);
});

test.each([
  ['another list', 'limit=2', 'limit=2', 'other'],
  ['another offset', 'limit=2', 'limit=2&offset=2', 'list'],
  ['another limit', 'limit=2', 'limit=3', 'list'],
  ['other expansions', 'limit=2', 'limit=2&expand=more', 'list'],
  ['picked fields', 'limit=2', 'limit=2&fields=id', 'list'],
])('%s is another page', (_, before, after, list) => {
  const pages = new PageTexts();
  const { made, make } = maker([{ id: 1 }]);
  pages.rows('list', query(before), 2, make);
  pages.rows(list, query(after), 2, make);
  expect(made.times).toBe(2);
});

test('a page of more than 1,000 rows is made while it is sent', () => {
  const pages = new PageTexts();
  const { made, make } = maker([{ id: 1 }]);
  for (const _ of [1, 2]) expect(pages.rows('list', query('limit=1001'), 1_001, make)).toEqual([{ id: 1 }]);
  expect(made.times).toBe(2);
});
