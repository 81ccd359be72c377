/**
 * Pages that were asked for lately, as text: clients under test ask for the same page again and again, and making its records
 * costs several times what sending them does.
 */
import type { JsonObject } from '../../../wire/json.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import { EncodedRows, type WireRow } from '../../source.ts';
import { BoundedCache } from './ordering-cache.ts';

const MAX_BYTES = 8 * 1024 * 1024;
/** Larger pages are made while they are sent, and never held. */
const MAX_ROWS = 1_000;

export class PageTexts {
  readonly #pages = new BoundedCache<EncodedRows>(MAX_BYTES, ({ bytes }) => bytes.length);

  /** The rows of a page of `list`, a name that holds everything which they depend on but the page and the query's expansions. */
  rows(list: string, query: ListQuery, size: number, make: () => Iterable<JsonObject>): Iterable<WireRow> {
    const { offset, limit, expand, projection } = query;
    // What is picked from a row is picked from the record.
    if (projection !== null || size > MAX_ROWS) return make();
    const key = JSON.stringify([list, offset, limit, ...[...expand].sort()]);
    return this.#pages.get(key, () => new EncodedRows(Array.from(make(), row => JSON.stringify(row))));
  }
}
