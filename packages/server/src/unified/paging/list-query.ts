/**
 * The query string of a list: its filters, and the parameters that every list has. A cursor brings its own filters, so
 * nothing that changes the selection may stand beside it (unified API, "Data, /v2").
 */
import { z } from 'zod';
import { CallerError } from '../../errors.ts';
import type { View } from '../item-text.ts';
import { filterValues } from './filters.ts';
import type { ListShape, Sort } from './list-resource.ts';

export const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const FORMATS = ['json', 'csv', 'ndjson'] as const;
type Format = (typeof FORMATS)[number];

/** Parameters that may stand beside a cursor: they change how a page looks, not what is in the list. */
const BESIDE_CURSOR = ['cursor', 'limit', 'fields', 'include', 'format'];

/** `limit` of any list. */
export const pageLimit = z
  .string()
  .regex(/^\d{1,9}$/, `A whole number from 1 to ${MAX_LIMIT}.`)
  .transform(Number)
  .refine(value => value >= 1 && value <= MAX_LIMIT, `A whole number from 1 to ${MAX_LIMIT}.`)
  .optional()
  .meta({
    description: `Items on a page, 1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} by default.`,
    examples: ['100'],
  });

/** A comma list of names, each from `names`. */
function nameList(names: readonly string[], what: string) {
  const known = new Set(names);
  return z
    .string()
    .transform(text => new Set(text.split(',').map(part => part.trim())))
    .refine(
      parts => [...parts].every(part => known.has(part)),
      `Unknown ${what}. Known: ${names.join(', ')}.`,
    );
}

/** Parameters of one record: how it looks. */
export function itemQuery(resource: Pick<ListShape, 'schema' | 'includes'>) {
  const fields = nameList(Object.keys(resource.schema.shape), 'field')
    .optional()
    .meta({ description: 'Only these fields, separated by commas.', examples: ['id'] });
  const include = nameList(resource.includes, 'part')
    .optional()
    .meta({ description: `Parts to add: ${resource.includes.join(', ')}.` });
  return resource.includes.length === 0 ? z.strictObject({ fields }) : z.strictObject({ fields, include });
}

/** Parameters of a list. */
export function listQuery(resource: ListShape) {
  const sorts = resource.sorts.flatMap(name => [name, `-${name}`]);
  return z.strictObject({
    ...Object.fromEntries(Object.entries(resource.filters).map(([name, { schema }]) => [name, schema])),
    limit: pageLimit,
    cursor: z.string().optional().meta({
      description: 'next_cursor or previous_cursor of a page. Filters are part of it and are not sent again.',
    }),
    sort: z
      .enum(sorts)
      .optional()
      .meta({ description: 'Order of the list; `-` before the name reverses it.' }),
    format: z.enum(FORMATS).optional().meta({
      description:
        'json is one page; csv and ndjson stream all matches, or the first `limit` where one is given.',
    }),
    ...itemQuery(resource).shape,
  });
}

/** A list's query, understood. */
export interface ListRequest {
  readonly filters: Readonly<Record<string, unknown>>;
  readonly sort: Sort;
  /** As sent; null for the default. */
  readonly limit: number | null;
  readonly cursor: string | null;
  readonly format: Format;
  readonly view: View;
}

const Shared = z.object({
  limit: z.number().optional(),
  cursor: z.string().optional(),
  sort: z.string().optional(),
  format: z.enum(FORMATS).optional(),
});

const Parts = z.object({ fields: z.set(z.string()).optional(), include: z.set(z.string()).optional() });

/** How an item is to look. `query` has passed `itemQuery` or `listQuery`. */
export function viewOf(query: unknown): View {
  const { fields, include } = Parts.parse(query);
  return { fields: fields ?? null, include: include ?? new Set() };
}

/** Reads a query that `listQuery` has accepted. Throws CallerError INVALID for a filter beside a cursor. */
export function listRequestOf(resource: ListShape, query: object): ListRequest {
  const { limit, cursor, sort, format } = Shared.parse(query);
  if (cursor !== undefined) refuseFiltersBesideCursor(query);
  const filters = filterValues(resource.filters, Object.fromEntries(Object.entries(query)));
  return {
    filters,
    sort: sortOf(sort ?? resource.defaultSort(filters)),
    limit: limit ?? null,
    cursor: cursor ?? null,
    format: format ?? 'json',
    view: viewOf(query),
  };
}

/** `-name` is the order `name` reversed. */
export function sortOf(text: string): Sort {
  return text.startsWith('-') ? { name: text.slice(1), descending: true } : { name: text, descending: false };
}

/** The text that {@link sortOf} reads. */
export function sortText(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.name}`;
}

function refuseFiltersBesideCursor(query: object): void {
  const problems = Object.entries(query)
    .filter(([name, value]) => value !== undefined && !BESIDE_CURSOR.includes(name))
    .map(([field]) => ({ field, message: 'The cursor already holds the filters; leave this one out.' }));
  if (problems.length > 0) {
    throw new CallerError('INVALID', 'A filter was sent beside a cursor.', { problems });
  }
}
