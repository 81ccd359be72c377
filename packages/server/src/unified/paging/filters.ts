/**
 * Filters as data: each is a name, the values it takes, and the condition it becomes. Validation, the OpenAPI document and
 * the SQL of a list are all made from one table of these (unified API, "Data, /v2").
 */
import { z } from 'zod';
import { isoDay } from '../../clock.ts';
import type { Condition } from '../../store/sql.ts';

/** One query parameter that narrows a list. */
export interface Filter {
  readonly schema: z.ZodType<unknown, string | undefined>;
  /** The condition for a value that `schema` accepted. */
  condition(value: unknown): Condition;
}

export type Filters = Readonly<Record<string, Filter>>;

/** Ties the values that `schema` gives to the condition that takes them. */
export function filter<T>(
  schema: z.ZodType<T, string | undefined>,
  condition: (value: T) => Condition,
  description: string,
  example?: string,
): Filter {
  const described = schema
    .optional()
    .meta(example === undefined ? { description } : { description, examples: [example] });
  // The value comes from this very schema: at the request's validation, or from a signed cursor of this list.
  return { schema: described, condition: value => condition(value as T) };
}

/** Most ids or values that one parameter takes. */
const MAX_LIST_LENGTH = 100;
const MAX_TEXT_LENGTH = 500;

const list = z
  .string()
  .max(MAX_TEXT_LENGTH * 20)
  .transform(text => [...new Set(text.split(',').map(part => part.trim()))])
  .refine(parts => parts.every(part => part !== ''), 'Empty values are not allowed.')
  .refine(parts => parts.length <= MAX_LIST_LENGTH, `At most ${MAX_LIST_LENGTH} values.`);

/** A comma list of ids. */
export const idList = list.pipe(
  z.array(z.guid('Give ids, separated by commas.').transform(id => id.toLowerCase())),
);

/** A comma list of any texts. */
export const textList = list.pipe(z.array(z.string().max(MAX_TEXT_LENGTH)));

/** One text. */
export const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH);

/** A comma list of words out of a closed list, in upper or lower case. */
export function wordList<Word extends string>(words: readonly Word[]) {
  return list.transform((parts, context): Word[] =>
    parts.map(part => {
      const found = words.find(word => word.toLowerCase() === part.toLowerCase());
      if (found === undefined) {
        context.addIssue({ code: 'custom', message: `One or more of ${words.join(', ')}.`, input: part });
        return z.NEVER;
      }
      return found;
    }),
  );
}

/** `true` or `false`. */
export const flag = z
  .string()
  .transform(value => value.toLowerCase())
  .pipe(z.enum(['true', 'false'], 'true or false.'))
  .transform(value => value === 'true');

/** A whole number. */
export const whole = z
  .string()
  .regex(/^\d{1,9}$/, 'A whole number.')
  .transform(Number);

/** A day (`2026-01-31`, its beginning in UTC) or an RFC 3339 time, as epoch milliseconds. */
export const instant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'A date (YYYY-MM-DD) or an RFC 3339 time.')
  .transform(value => Date.parse(value));

/** A day, or the UTC day of a time. */
export const day = instant.transform(isoDay);

/** The values of a table's filters in a parsed query, without those that were not given. */
export function filterValues(
  filters: Filters,
  query: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(filters)
      .filter(name => query[name] !== undefined)
      .map(name => [name, query[name]]),
  );
}

/** The conditions of the filters that have a value. */
export function conditionsOf(filters: Filters, values: Readonly<Record<string, unknown>>): Condition[] {
  return Object.entries(filters)
    .filter(([name]) => values[name] !== undefined)
    .map(([name, { condition }]) => condition(values[name]));
}
