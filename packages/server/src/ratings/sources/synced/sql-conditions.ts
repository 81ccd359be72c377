/**
 * Conditions, sort keys and `q` of Bitsight's query language as SQL, for rows whose values are kept as wire/kept-values.ts says.
 * What they mean is stated by `meets`, `compareScalars` and `foundBy` of src/wire; the SQL finds the same rows in the same order.
 * What SQLite says differently from PostgreSQL (`instr`, `json_each`, `json_type`) is in this file and in store/sql.ts.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isOneOf, type Condition as Where } from '../../../store/sql.ts';
import { type Condition, type FilterType, GRADE_ORDER, meets } from '../../../wire/filters.ts';
import { keptText } from '../../../wire/kept-values.ts';
import type { SortKey } from '../../../wire/sorting.ts';

type Expression = RawBuilder<unknown>;
type Operands = Condition['operands'];

/** Values of a filter among others in a JSON object of arrays (`keptLists`), or as a JSON array of their own. */
export interface KeptList {
  readonly as: 'list';
  readonly column: Expression;
  /** The filter's key in the object; absent where the column is the array. */
  readonly key?: string;
  /** What is absent stands for no value at all, not for one null. */
  readonly isEmptyWhenAbsent?: boolean;
}

/** One value in a column of its own. */
export interface KeptValue {
  /** Text as `keptText` makes it, a number, or a boolean as 0 and 1. */
  readonly as: 'text' | 'number' | 'flag';
  readonly column: Expression;
  /** What stands for null; by default null itself. */
  readonly last?: string | number;
  /** The number is kept with the other sign, so that the greatest comes first in an ascending index. */
  readonly negated?: boolean;
  /** All values, where there are more than the one in the column. */
  readonly others?: KeptList;
}

/** How what a filter reads is kept; a function where a filter needs SQL of its own. */
export type Kept = KeptValue | KeptList | ((condition: Condition) => Where);
/** By names of filters. */
export type KeptFilters = Readonly<Record<string, Kept>>;

/** A column to order by. */
interface KeptOrder extends Pick<KeptValue, 'column' | 'last' | 'negated'> {
  /** Its texts in their order, in lower case; others come last. */
  readonly ranks?: readonly string[];
}
/** By names of sort keys. */
export type KeptOrders = Readonly<Record<string, KeptOrder>>;

/** The conditions as conditions of a `where`. Throws for a filter that `kept` does not name: a table of ours is incomplete. */
export function compileConditions(conditions: readonly Condition[], kept: KeptFilters): readonly Where[] {
  return conditions.map(condition => {
    const { name, excludes } = condition.filter;
    const how = entryOf(kept, name);
    const met = typeof how === 'function' ? how(condition) : conditionOn(how, condition);
    return excludes === true && condition.operator !== 'isnull' ? sql<SqlBool>`(${met}) is not true` : met;
  });
}

/** The keys as terms of an `order by`: null last whatever the direction. Throws for a key that `kept` does not name. */
export function compileOrder(order: readonly SortKey[], kept: KeptOrders): readonly Expression[] {
  return order.flatMap(({ field, descending }) => {
    const { column, last, negated, ranks } = entryOf(kept, field.name);
    const value = ranks === undefined ? column : rankOf(column, ranks);
    const way = sql.raw(descending === (negated === true) ? 'asc' : 'desc');
    if (last === undefined) return [sql`${value} is null`, sql`${value} ${way}`];
    // What stands for null is the greatest value, so an ascending order needs no more: an index can be in it.
    return descending === (negated === true)
      ? [sql`${value} asc`]
      : [sql`${value} = ${last}`, sql`${value} desc`];
  });
}

/** Rows in which one of the columns holds `q`; each holds one kept text or several (`keptTexts`). */
export function compileSearch(q: string, columns: readonly Expression[]): Where {
  return anyOf(columns.map(column => holds(column, keptText(q))));
}

function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T {
  const entry = table[name];
  if (entry === undefined) throw new Error(`nothing is known of how ${name} is kept`);
  return entry;
}

function conditionOn(kept: KeptValue | KeptList, condition: Condition): Where {
  if (kept.as === 'list') return conditionOnList(kept, condition);
  const onColumn = conditionOnValue(kept, condition);
  if (kept.others === undefined) return onColumn;
  // Where there are no others, the column has said all.
  return anyOf([onColumn, conditionOnList({ ...kept.others, isEmptyWhenAbsent: true }, condition)]);
}

/* ---- one value in a column ---- */

function conditionOnValue(kept: KeptValue, condition: Condition): Where {
  const { column } = kept;
  const { filter, operator, operands } = condition;
  switch (operator) {
    case 'eq':
      return equals(kept, operands);
    case 'isnull': {
      const isEmpty = kept.as === 'text' ? anyOf([isNull(kept), sql<SqlBool>`${column} = ''`]) : isNull(kept);
      return eitherWay(isEmpty, operands);
    }
    case 'contains':
    case 'q':
      return anyOf(texts(operands).map(text => holds(column, keptText(text))));
    default:
      if (filter.type === 'grade') return isOneOf(column, gradesMeeting(condition));
      return isNotNull(kept, within(kept, filter.type, operator, [...operands][0]));
  }
}

function equals(kept: KeptValue, operands: Operands): Where {
  const values = [...operands].map(operand => keptOperand(kept, operand)).filter(value => value !== null);
  const isValue = values.length === 0 ? [] : [isOneOf(kept.column, values)];
  // A null is found by the word.
  return anyOf(operands.has('null') && kept.as !== 'number' ? [...isValue, isNull(kept)] : isValue);
}

/** An operand as the column would hold it; null where the column holds nothing that equals it. */
function keptOperand({ as, negated }: KeptValue, operand: string | number | boolean): string | number | null {
  if (typeof operand === 'string') return as === 'text' ? keptText(operand) : null;
  if (typeof operand === 'boolean') return as === 'flag' ? Number(operand) : null;
  if (as !== 'number') return null;
  return negated === true ? -operand : operand;
}

const MIRRORED = { lt: 'gt', lte: 'gte', gt: 'lt', gte: 'lte' } as const;
const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
type Range = keyof typeof OPERATORS;

function within({ column, negated }: KeptValue, type: FilterType, operator: Range, operand: unknown): Where {
  if (typeof operand === 'number') {
    const way = sql.raw(OPERATORS[negated === true ? MIRRORED[operator] : operator]);
    return sql<SqlBool>`${column} ${way} ${negated === true ? -operand : operand}`;
  }
  const value = type === 'date' ? dayOf(column) : column;
  return sql<SqlBool>`${value} ${sql.raw(OPERATORS[operator])} ${String(operand)}`;
}

/** The day that a date or date-time begins with: a time of day after it must not count. */
function dayOf(text: Expression): Expression {
  return sql`substr(${text}, 1, 10)`;
}

function isNull({ column, last }: KeptValue): Where {
  return last === undefined ? sql<SqlBool>`${column} is null` : sql<SqlBool>`${column} = ${last}`;
}

function isNotNull({ column, last }: KeptValue, met: Where): Where {
  return last === undefined ? met : sql<SqlBool>`(${met} and ${column} <> ${last})`;
}

/* ---- several values in JSON ---- */

/** A value of the list, and its types: SQLite compares numbers with texts, and has every number before every text. */
const ITEM = sql`item.value`;
const IS_TEXT = sql<SqlBool>`item.type = 'text'`;
const IS_NUMBER = sql<SqlBool>`item.type in ('integer', 'real')`;
/** Up to so many values are looked for in the text of the JSON before it is read. */
const MAX_LOOKED_FOR = 8;

function conditionOnList(kept: KeptList, condition: Condition): Where {
  const { filter, operator, operands } = condition;
  switch (operator) {
    case 'eq':
      return anyOf([
        ...valuesAmong(kept, operands),
        ...(operands.has('null') && filter.type !== 'number' && filter.type !== 'duration'
          ? [
              ...(kept.isEmptyWhenAbsent === true ? [] : [isAbsent(kept)]),
              someOf(kept, sql<SqlBool>`item.type = 'null'`, ['null']),
            ]
          : []),
      ]);
    case 'isnull': {
      const hasValue = someOf(kept, sql<SqlBool>`${ITEM} <> ''`, []);
      return eitherWay(sql<SqlBool>`not ${hasValue}`, operands);
    }
    case 'contains':
    case 'q': {
      const wanted = texts(operands);
      const parts = wanted.map(text => JSON.stringify(text).slice(1, -1));
      return someOf(kept, anyOf(wanted.map(text => holds(ITEM, text))), parts);
    }
    default: {
      const wanted =
        filter.type === 'grade'
          ? isOneOf(ITEM, gradesMeeting(condition))
          : within({ as: 'text', column: ITEM }, filter.type, operator, [...operands][0]);
      const typed = filter.type === 'number' || filter.type === 'duration' ? IS_NUMBER : IS_TEXT;
      return someOf(kept, sql<SqlBool>`${typed} and ${wanted}`, []);
    }
  }
}

function valuesAmong(kept: KeptList, operands: Operands): readonly Where[] {
  const wanted = texts(operands);
  const numbers = [...operands].filter(operand => typeof operand === 'number');
  const booleans = [...operands].filter(operand => typeof operand === 'boolean');
  const conditions: Where[] = [];
  if (wanted.length > 0) {
    const parts = wanted.length <= MAX_LOOKED_FOR ? wanted.map(text => JSON.stringify(text)) : [];
    conditions.push(someOf(kept, sql<SqlBool>`${IS_TEXT} and ${isOneOf(ITEM, wanted)}`, parts));
  }
  if (numbers.length > 0)
    conditions.push(someOf(kept, sql<SqlBool>`${IS_NUMBER} and ${isOneOf(ITEM, numbers)}`, []));
  for (const type of booleans.map(String))
    conditions.push(someOf(kept, sql<SqlBool>`item.type = ${type}`, [type]));
  return conditions;
}

/**
 * Does a value of the list meet the condition? Reading JSON is dear, so that the text is looked at first: for the list's key,
 * and for one of some parts that it must have.
 */
function someOf({ column, key }: KeptList, met: Where, parts: readonly string[]): Where {
  const each = key === undefined ? sql`json_each(${column})` : sql`json_each(${column}, ${pathOf(key)})`;
  const signs = [
    ...(key === undefined ? [] : [holds(column, `${JSON.stringify(key)}:`)]),
    ...(parts.length === 0 ? [] : [anyOf(parts.map(part => holds(column, part)))]),
  ];
  const exists = sql<SqlBool>`exists (select 1 from ${each} as item where ${met})`;
  // Without the `case`, SQLite is free to read the JSON first.
  if (signs.length === 0) return exists;
  return sql<SqlBool>`(case when ${sql.join(signs, sql` and `)} then ${exists} else 0 end)`;
}

function isAbsent({ column, key }: KeptList): Where {
  if (key === undefined) return sql<SqlBool>`${column} is null`;
  return sql<SqlBool>`(${column} is null or json_type(${column}, ${pathOf(key)}) is null)`;
}

function pathOf(key: string): string {
  return `$.${JSON.stringify(key)}`;
}

/* ---- common to both ---- */

function holds(column: Expression, part: string): Where {
  return sql<SqlBool>`instr(${column}, ${part}) > 0`;
}

/** The grades in the range: their order is stated once. */
function gradesMeeting(condition: Condition): readonly string[] {
  return GRADE_ORDER.filter(grade => meets(condition, [grade]));
}

function rankOf(column: Expression, ranks: readonly string[]): Expression {
  const cases = ranks.map((text, rank) => sql`when ${text} then ${rank}`);
  return sql`case ${column} ${sql.join(cases, sql` `)} end`;
}

/** `isnull=true` and `isnull=false`; any other word finds nothing. */
function eitherWay(isEmpty: Where, operands: Operands): Where {
  if (operands.has(true)) return isEmpty;
  return operands.has(false) ? sql<SqlBool>`not (${isEmpty})` : NEVER;
}

function texts(operands: Operands): readonly string[] {
  return [...operands].filter(operand => typeof operand === 'string');
}

const NEVER = sql<SqlBool>`1 = 0`;

function anyOf(conditions: readonly Where[]): Where {
  const [only] = conditions;
  if (only === undefined) return NEVER;
  return conditions.length === 1 ? only : sql<SqlBool>`(${sql.join([...conditions], sql` or `)})`;
}
