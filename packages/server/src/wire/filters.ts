/**
 * What a filter is, how its text becomes a condition, and when a value meets a condition. Filters themselves are rows of
 * the tables beside this file; rules from bitsight-api.md, 3.2 and 8 (unknown value: no match; malformed date or number: 400).
 */
import { CallerError } from '../errors.ts';
import type { JsonObject, JsonScalar } from './json.ts';
import { type Parameters, splitValues } from './parameters.ts';

export type Suffix = 'lt' | 'lte' | 'gt' | 'gte' | 'contains' | 'q' | 'isnull';
type Operator = 'eq' | Suffix;
type Operand = string | number | boolean;

/** How a filter's text is read and compared. `grade` orders NEUTRAL, BAD, WARN, FAIR, GOOD; `duration` reads `"7 days"` as 7. */
export type FilterType = 'text' | 'date' | 'number' | 'boolean' | 'grade' | 'duration';

/** One row of a filter table. */
export interface Filter {
  readonly name: string;
  readonly type: FilterType;
  readonly suffixes: readonly Suffix[];
  /** The values a row has for this filter; the row matches when any of them does. */
  readonly read: (row: JsonObject) => readonly JsonScalar[];
  /** An older or other name that means the same. */
  readonly aliases?: readonly string[];
  /** Rows that match are left out instead of kept. */
  readonly excludes?: boolean;
}

/** One filter with its operand: what a source has to answer. */
export interface Condition {
  readonly filter: Filter;
  readonly operator: Operator;
  /**
   * For `eq`, `contains`, `q`: lower-cased texts, numbers, booleans. For ranges: one number or one `YYYY-MM-DD`. A set, because
   * clients send thousands of guids at once.
   */
  readonly operands: ReadonlySet<Operand>;
}

/** Filters by every name they answer to. */
export type FilterTable = ReadonlyMap<string, Filter>;

const SUFFIX = /^(.+)_(lte|gte|lt|gt|contains|isnull|q)$/;
/** The order of grades, in lower case (bitsight-api.md, 5.2). */
export const GRADE_ORDER: readonly string[] = ['neutral', 'bad', 'warn', 'fair', 'good'];

/** Indexes a table of filters by name and alias. */
export function filterTable(filters: readonly Filter[]): FilterTable {
  const table = new Map<string, Filter>();
  for (const filter of filters)
    for (const name of [filter.name, ...(filter.aliases ?? [])]) table.set(name, filter);
  return table;
}

/** The conditions that a request's parameters state. Unknown parameters are passed over, as upstream does. */
export function conditionsOf(parameters: Parameters, table: FilterTable): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const [name, { spelled, value }] of parameters) {
    if (value.trim() === '') continue;
    const condition = conditionOf(name, spelled, value, table);
    if (condition !== null) conditions.push(condition);
  }
  return conditions;
}

/** The filter and the operator that a parameter's canonical name stands for; null where the table has none. */
export function filterNamed(
  name: string,
  table: FilterTable,
): { readonly filter: Filter; readonly operator: Operator } | null {
  const exact = table.get(name);
  if (exact !== undefined) return { filter: exact, operator: 'eq' };
  const [, base, suffix] = SUFFIX.exec(name) ?? [];
  if (base === undefined || suffix === undefined) return null;
  const filter = table.get(base);
  const operator = filter?.suffixes.find(known => known === suffix);
  return filter === undefined || operator === undefined ? null : { filter, operator };
}

function conditionOf(name: string, spelled: string, value: string, table: FilterTable): Condition | null {
  const named = filterNamed(name, table);
  if (named === null) return null;
  const { filter, operator } = named;
  const operands = (read: (part: string) => Operand) => new Set(splitValues(value).map(read));
  switch (operator) {
    case 'eq':
      return { filter, operator, operands: operands(part => operand(filter.type, part, spelled)) };
    case 'isnull':
      return { filter, operator, operands: new Set([booleanOf(value.trim()) ?? 'neither']) };
    case 'contains':
    case 'q':
      return { filter, operator, operands: operands(part => part.toLowerCase()) };
    default:
      return { filter, operator, operands: new Set([operand(filter.type, value.trim(), spelled)]) };
  }
}

function operand(type: FilterType, text: string, spelled: string): Operand {
  switch (type) {
    case 'number':
    case 'duration': {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
        throw badParameter(spelled, `must be a number, not ${quoted(text)}`);
      }
      return Number(text);
    }
    case 'date':
      return dayOf(text) ?? fail(spelled, `must be a date like 2026-01-31, not ${quoted(text)}`);
    case 'boolean':
      return booleanOf(text) ?? text.toLowerCase();
    default:
      return text.toLowerCase();
  }
}

/** The error for a parameter that cannot be read; its text begins with the parameter's name. */
export function badParameter(spelled: string, complaint: string): CallerError {
  return new CallerError('BAD_PARAMETER', `${spelled}: ${complaint}.`, {
    problems: [{ field: spelled, message: complaint }],
  });
}

function fail(spelled: string, complaint: string): never {
  throw badParameter(spelled, complaint);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** The day of a date or date-time, or null when there is no such day. */
export function dayOf(text: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (match === null) return null;
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  // Date.parse rolls 30 February over to March; the round trip finds that out.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? null : day;
}

function booleanOf(text: string): boolean | null {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return null;
  }
}

/** Does one of these values meet the condition? Shared by every source, whatever it reads the values from. */
export function meets({ filter, operator, operands }: Condition, values: readonly JsonScalar[]): boolean {
  if (operator === 'isnull') return operands.has(values.every(value => value === null || value === ''));
  let met = false;
  for (const value of values) {
    if (operator === 'eq') met = operands.has(comparable(filter.type, value));
    else for (const wanted of operands) met ||= compare(filter.type, operator, value, wanted);
    if (met) break;
  }
  return filter.excludes === true ? !met : met;
}

/** A value as equality sees it: without regard to case, numbers in texts (`"7 days"`) as numbers, null as the word. */
export function comparable(type: FilterType, value: JsonScalar): Operand {
  if (value === null) return 'null';
  if (type === 'number' || type === 'duration') return numberOf(value) ?? 'null';
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Does a row meet every condition? */
export function meetsAll(conditions: readonly Condition[], row: JsonObject): boolean {
  for (const condition of conditions) if (!meets(condition, condition.filter.read(row))) return false;
  return true;
}

function compare(type: FilterType, operator: Operator, value: JsonScalar, wanted: Operand): boolean {
  if (value === null) return false;
  if (operator === 'contains' || operator === 'q')
    return String(value).toLowerCase().includes(String(wanted));
  if (type === 'grade') {
    const rank = GRADE_ORDER.indexOf(String(value).toLowerCase());
    const bound = GRADE_ORDER.indexOf(String(wanted));
    return rank >= 0 && bound >= 0 && ranges(operator, rank, bound);
  }
  if (typeof wanted === 'number') {
    const number = numberOf(value);
    return number !== null && ranges(operator, number, wanted);
  }
  // Days compare as text: YYYY-MM-DD sorts as time does, and a time of day after it must not count.
  const left = String(value).slice(0, 10);
  return ranges(operator, left < String(wanted) ? -1 : left > String(wanted) ? 1 : 0, 0);
}

function ranges(operator: Operator, left: number, right: number): boolean {
  switch (operator) {
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    default:
      return false;
  }
}

function numberOf(value: JsonScalar): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const number = Number.parseFloat(value);
  return Number.isNaN(number) ? null : number;
}
