/**
 * What a list of the unified API is made of. One value of this type for each path is all that the list route, the streams
 * and the OpenAPI document need to know about it.
 */
import type { z } from 'zod';
import type { Visibility } from '../../access/visibility.ts';
import type { Queryable } from '../../store/store.ts';
import type { View } from '../item-text.ts';
import type { Filters } from './filters.ts';
import type { Keys, Window } from './keyset.ts';

/** An order of a list and which way it runs. */
export interface Sort {
  readonly name: string;
  readonly descending: boolean;
}

/** What of a list is asked for, apart from the place in it. */
export interface Selection {
  readonly visibility: Visibility;
  /** Validated values of the filters, by name. */
  readonly filters: Readonly<Record<string, unknown>>;
  readonly sort: Sort;
}

/** What of a list its query string is made from. */
export interface ListShape {
  /** The path below `/v2/`; cursors are bound to it. */
  readonly surface: string;
  /** One record, in words. */
  readonly item: string;
  readonly schema: z.ZodObject;
  readonly filters: Filters;
  /** Names that `sort` takes, also with `-` before them. */
  readonly sorts: readonly [string, ...string[]];
  /** The order when `sort` is absent. */
  defaultSort(filters: Readonly<Record<string, unknown>>): string;
  /** Parts that `include` adds. */
  readonly includes: readonly string[];
}

export interface ListResource<Row> extends ListShape {
  /** Rows in the order of reading: reversed when the window runs backwards. */
  read(db: Queryable, selection: Selection, window: Window): Promise<readonly Row[]>;
  keysOf(row: Row, sort: Sort): Keys;
  /** The item as JSON text; null for a row that cannot be shown as one. */
  text(row: Row, view: View): string | null;
}
