/**
 * Lists as CSV and as NDJSON, row by row. Rows are pulled a page at a time as the client takes them, so a slow client
 * holds back the reading and one that leaves ends it.
 */
import { stringify } from 'csv-stringify/sync';
import type { View } from '../item-text.ts';
import type { ListResource } from './list-resource.ts';

/** One JSON object a line. */
export async function* ndjsonOf<Row>(
  resource: ListResource<Row>,
  pages: AsyncIterable<readonly Row[]>,
  view: View,
): AsyncGenerator<string> {
  for await (const rows of pages) {
    let lines = '';
    for (const row of rows) {
      const text = resource.text(row, view);
      // Line ends inside JSON are blanks between its tokens: inside a string they are always escaped.
      if (text !== null) lines += `${text.replace(/[\r\n]+/g, ' ')}\n`;
    }
    yield lines;
  }
}

/**
 * A header line and one line a row. Values that are objects or lists are JSON. Upstream records are left out unless
 * `fields` names them. A value that a spreadsheet would take for a formula gets an apostrophe before it.
 */
export async function* csvOf<Row>(
  resource: ListResource<Row>,
  pages: AsyncIterable<readonly Row[]>,
  view: View,
): AsyncGenerator<string> {
  const columns = csvColumns(resource, view);
  const columnView: View = { fields: new Set(columns), include: view.include };
  yield stringify([columns]);
  for await (const rows of pages) {
    const records: unknown[][] = [];
    for (const row of rows) {
      const text = resource.text(row, columnView);
      if (text === null) continue;
      const item: Record<string, unknown> = JSON.parse(text);
      records.push(columns.map(column => cellOf(item[column])));
    }
    yield stringify(records, { escape_formulas: true });
  }
}

function csvColumns<Row>(resource: ListResource<Row>, view: View): string[] {
  const fields = Object.keys(resource.schema.shape).filter(field =>
    view.fields === null ? field !== 'vendor_data' : view.fields.has(field),
  );
  return [...fields, ...view.include];
}

function cellOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'boolean' ? String(value) : value;
}
