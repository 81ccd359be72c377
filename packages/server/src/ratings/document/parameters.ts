/**
 * The parameters of an endpoint as the document shows them: filters in each of their forms, options, and what every list takes.
 * All of it is read from the endpoint's row of the table, which is what the server itself reads.
 */
import type { Filter, FilterType, Suffix } from '../../wire/filters.ts';
import type { JsonObject } from '../../wire/json.ts';
import { DEFAULT_LIMIT, type ListSchema } from '../../wire/list-query.ts';
import type { SortKey } from '../../wire/sorting.ts';
import type { Endpoint, Option } from '../endpoints/endpoint.ts';
import { FORMATS } from '../formats.ts';

/** A parameter, in the query string or in the body of a POST. */
export interface DescribedParameter {
  readonly name: string;
  readonly about: string;
  /** JSON Schema of the value, or of each value of a list. */
  readonly schema: JsonObject;
  /** Several values, separated by commas; in a body an array. */
  readonly isList: boolean;
  readonly isRequired: boolean;
}

const FILTER_SCHEMAS: Readonly<Record<FilterType, JsonObject>> = {
  text: { type: 'string' },
  date: { type: 'string', format: 'date' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  grade: { type: 'string' },
  duration: { type: 'number' },
};

const OPTION_SCHEMAS: Readonly<Record<Option['type'], JsonObject>> = {
  text: { type: 'string' },
  texts: { type: 'string' },
  day: { type: 'string', format: 'date' },
  whole: { type: 'integer', minimum: 0 },
  number: { type: 'number' },
  flag: { type: 'boolean' },
};

/** What a form of a filter keeps, after the filter's name. */
const SUFFIX_WORDS: Readonly<Record<Suffix, string>> = {
  lt: 'is less than this',
  lte: 'is this or less',
  gt: 'is more than this',
  gte: 'is this or more',
  contains: 'contains one of these texts',
  q: 'contains one of these texts',
  isnull: 'is empty (`true`) or not (`false`)',
};
const DATE_WORDS: Partial<Record<Suffix, string>> = {
  lt: 'is before this day',
  lte: 'is this day or before',
  gt: 'is after this day',
  gte: 'is this day or after',
};

/** Every query parameter of an endpoint; the names are those that the server reads first, aliases are told in words. */
export function parametersOf(endpoint: Endpoint): readonly DescribedParameter[] {
  const { list, options = [] } = endpoint;
  return [
    ...options.map(describedOption),
    ...(list === undefined ? [] : [...filterParameters(list), ...listParameters(list, isPaged(endpoint))]),
    ...fieldParameters(),
    formatParameter(endpoint.shape === 'csv' ? 'csv' : 'json'),
  ];
}

/** An option, or a field of a body that is written like one. */
export function describedOption(option: Option): DescribedParameter {
  const { name, type, about, values, default: fallback, required = false } = option;
  const isList = type === 'texts';
  const schema = {
    ...OPTION_SCHEMAS[type],
    ...(values === undefined ? {} : { enum: values }),
    ...(fallback === undefined || isList ? {} : { default: fallback }),
  };
  return { name, about, schema, isList, isRequired: required };
}

/** Is the list sent in pages? */
export function isPaged({ shape }: Endpoint): boolean {
  return shape === 'page' || shape === 'wrapped';
}

function filterParameters({ filters }: ListSchema): readonly DescribedParameter[] {
  const known = [...new Set(filters.values())];
  return known.flatMap(filter => [equality(filter), ...filter.suffixes.map(suffix => form(filter, suffix))]);
}

function equality(filter: Filter): DescribedParameter {
  const { name, type, aliases = [], excludes = false } = filter;
  const kept = excludes ? 'Leaves out rows' : 'Rows';
  const also = aliases.length === 0 ? '' : ` Also as ${aliases.map(alias => `\`${alias}\``).join(', ')}.`;
  return {
    name,
    about: `${kept} whose \`${name.replace(/^exclude_/, '')}\` is one of these.${also}`,
    schema: FILTER_SCHEMAS[type],
    isList: true,
    isRequired: false,
  };
}

function form({ name, type }: Filter, suffix: Suffix): DescribedParameter {
  const words = (type === 'date' ? DATE_WORDS[suffix] : undefined) ?? SUFFIX_WORDS[suffix];
  const isText = suffix === 'contains' || suffix === 'q';
  return {
    name: `${name}_${suffix}`,
    about: `Rows whose \`${name}\` ${words}.`,
    schema: suffix === 'isnull' ? { type: 'boolean' } : isText ? { type: 'string' } : FILTER_SCHEMAS[type],
    isList: isText,
    isRequired: false,
  };
}

function listParameters(list: ListSchema, paged: boolean): readonly DescribedParameter[] {
  const { searched, expands = [] } = list;
  return [
    ...(searched({}).length === 0
      ? []
      : [single('q', 'Rows that have this text in them.', { type: 'string' })]),
    ...(list.sorts.size === 0 ? [] : [sortParameter(list)]),
    ...(expands.length === 0
      ? []
      : [
          several('expand', 'Adds to each row what it does not show by itself.', {
            type: 'string',
            enum: expands,
          }),
        ]),
    ...(paged ? pageParameters(list.defaultLimit ?? DEFAULT_LIMIT) : []),
  ];
}

function pageParameters(limit: number): readonly DescribedParameter[] {
  return [
    single('limit', 'Rows of the page: any number from 1.', { type: 'integer', minimum: 1, default: limit }),
    single('offset', 'Rows before the page.', { type: 'integer', minimum: 0, default: 0 }),
  ];
}

function sortParameter({ sorts, defaultOrder }: ListSchema): DescribedParameter {
  const order = defaultOrder.map(keyText).join(',');
  const otherwise = order === '' ? '' : ` Ties, and lists without it, are in the order \`${order}\`.`;
  const keys = [...sorts.keys()].flatMap(name => [name, `-${name}`]);
  return several('sort', `Orders the rows; \`-\` reverses a key.${otherwise}`, {
    type: 'string',
    enum: keys,
  });
}

function keyText({ field, descending }: SortKey): string {
  return `${descending ? '-' : ''}${field.name}`;
}

function fieldParameters(): readonly DescribedParameter[] {
  const schema = { type: 'string' };
  return [
    several('fields', 'Keeps these fields alone; dots lead into nested ones.', schema),
    several('exclude_fields', 'Leaves these fields out.', schema),
  ];
}

function formatParameter(otherwise: string): DescribedParameter {
  const about = 'Form of the answer. `Accept` and `X-Bitsight-Accept` ask for XML too.';
  return single('format', about, { type: 'string', enum: [...FORMATS], default: otherwise });
}

function single(name: string, about: string, schema: JsonObject): DescribedParameter {
  return { name, about, schema, isList: false, isRequired: false };
}

function several(name: string, about: string, schema: JsonObject): DescribedParameter {
  return { name, about, schema, isList: true, isRequired: false };
}
