/**
 * Random requests to an endpoint, made from its own row of the table: filters with values that rows have and odd ones, suffixes,
 * both spellings of names, sort keys, fields, pages, formats, options. Nothing here knows an endpoint by name.
 */
import fc from 'fast-check';
import type { Endpoint, Option } from '../../src/ratings/endpoints/endpoint.ts';
import { RATINGS_PREFIXES } from '../../src/ratings/plugin.ts';
import { gapsOf, usesGap } from '../../src/ratings/sources/passed/request.ts';
import { isJsonObject, type JsonObject } from '../../src/wire/json.ts';
import { parametersOf } from '../../src/wire/parameters.ts';
import { recordOf } from './contract-lab.ts';

export interface AskedRequest {
  readonly method: 'GET' | 'POST';
  /** With the query string of a GET. */
  readonly url: string;
  /** Of a POST. */
  readonly body: Readonly<Record<string, string>>;
}

/** What requests are made of. */
export interface Material {
  /** Rows that the endpoint, or another one about the same, shows. */
  readonly rows: readonly JsonObject[];
  /** Paths that its template stands for, of things that are there and of some that are not. */
  readonly paths: readonly string[];
  /** Guids of companies and folders. */
  readonly guids: readonly string[];
}

const ODD = [
  'null',
  'no-such-value',
  'true',
  'false',
  '0',
  '-1',
  '1e3',
  '2026-02-30',
  '2026-06-01',
  '%',
  "'",
  'é',
  ' ',
];
const KNOWN = [
  'spf',
  'open_ports',
  'patching_cadence',
  'A',
  'F',
  'N/A',
  'GOOD',
  'bad',
  'untiered',
  'severe',
  '5',
  '640',
];
const MAX_VALUES = 40;
type Pair = readonly [string, string];

/** Requests to the endpoint. */
export function requestsTo(endpoint: Endpoint, material: Material): fc.Arbitrary<AskedRequest> {
  const parameters = fc.array(parameterOf(endpoint, material), { maxLength: 5 });
  const required = fc.tuple(
    ...(endpoint.options ?? [])
      .filter(option => option.required === true)
      .map(option => optionPair(option, material)),
  );
  return fc
    .record({
      method: fc.constantFrom(...endpoint.methods),
      prefix: fc.constantFrom(...RATINGS_PREFIXES),
      path: fc.constantFrom(...material.paths),
      slash: fc.constantFrom('', '', '', '/'),
      required,
      parameters,
    })
    .map(({ method, prefix, path, slash, required: needed, parameters: more }) => {
      const pairs = [...needed, ...more];
      const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]));
      const at = `${prefix}${path}${slash}`;
      return method === 'GET'
        ? { method, url: `${at}?${query}`, body: {} }
        : { method, url: at, body: Object.fromEntries(pairs) };
    })
    .filter(({ url, body }) => !usesGap(parametersOf(url, body), gapsOf(endpoint)));
}

function parameterOf(endpoint: Endpoint, material: Material): fc.Arbitrary<Pair> {
  const { list, options = [] } = endpoint;
  const texts = textsIn(material.rows);
  const fields = fc
    .array(fc.constantFrom(...fieldNames(material.rows), 'no_such_field'), { minLength: 1, maxLength: 4 })
    .map(names => names.join(','));
  const common: [number, fc.Arbitrary<Pair>][] = [
    [1, pair('fields', fields)],
    [1, pair('exclude_fields', fields)],
    [1, pair('limit', fc.constantFrom('1', '2', '7', '100', '1000000000', '0', '-1', 'ten'))],
    [1, pair('offset', fc.constantFrom('0', '1', '5', '1000', '-1'))],
    [1, pair('format', fc.constantFrom('json', 'csv', 'xml', 'CSV', 'pdf', ''))],
    [1, pair('q', fc.constantFrom(...texts.map(text => text.slice(0, 5)), ...ODD))],
    [1, pair('no_such_parameter', fc.constantFrom(...ODD))],
  ];
  const chosen = [...common];
  if (options.length > 0)
    chosen.push([4, fc.constantFrom(...options).chain(option => optionPair(option, material))]);
  if (list !== undefined && list.filters.size > 0) {
    chosen.push([
      8,
      fc.constantFrom(...list.filters.keys()).chain(name => filterPair(endpoint, name, material)),
    ]);
  }
  if (list !== undefined && list.sorts.size > 0) {
    const key = fc.tuple(
      fc.constantFrom('', '-'),
      fc.constantFrom(...list.sorts.keys(), 'no_such_key'),
      spelling(),
    );
    const keys = fc.array(
      key.map(([way, name, spell]) => way + spell(name)),
      { minLength: 1, maxLength: 3 },
    );
    chosen.push([
      2,
      pair(
        'sort',
        keys.map(names => names.join(',')),
      ),
    ]);
  }
  const expands = list?.expands ?? [];
  if (expands.length > 0) chosen.push([1, pair('expand', fc.constantFrom(...expands))]);
  return fc.oneof(...chosen.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function filterPair({ list }: Endpoint, name: string, { rows, guids }: Material): fc.Arbitrary<Pair> {
  const filter = list?.filters.get(name);
  if (filter === undefined) throw new Error(`no filter ${name}`);
  const seen = new Set<string>();
  for (const row of rows) {
    for (const value of filter.read(recordOf(row))) if (value !== null) seen.add(String(value));
  }
  const plausible = [...seen].slice(0, MAX_VALUES);
  const value = fc.oneof(
    ...(plausible.length === 0 ? [] : [{ weight: 6, arbitrary: fc.constantFrom(...plausible) }]),
    {
      weight: 1,
      arbitrary: fc.constantFrom(...plausible.map(text => text.slice(0, 4).toUpperCase()), ...KNOWN),
    },
    { weight: 1, arbitrary: fc.constantFrom(...guids, ...ODD) },
  );
  const values = fc.oneof(
    { weight: 3, arbitrary: value },
    { weight: 1, arbitrary: fc.array(value, { minLength: 2, maxLength: 4 }).map(list => list.join(',')) },
  );
  const suffix = fc.constantFrom('', '', ...filter.suffixes.map(known => `_${known}`));
  return fc
    .tuple(spelling(), suffix, values)
    .map(([spell, ending, text]) => [`${spell(name)}${ending}`, text]);
}

function optionPair({ name, type, values }: Option, { rows, guids }: Material): fc.Arbitrary<Pair> {
  if (values !== undefined) return pair(name, fc.constantFrom(...values, values.join(','), 'no-such-value'));
  switch (type) {
    case 'day':
      return pair(
        name,
        fc.constantFrom('2026-06-01', '20260601', '2025-12-24', '2019-01-01', '2026-02-30', 'soon'),
      );
    case 'flag':
      return pair(name, fc.constantFrom('true', 'false', '1', '0', 'perhaps'));
    case 'whole':
    case 'number':
      return pair(name, fc.constantFrom('0', '1', '5', '2.5', '-1', 'ten'));
    default:
      return pair(
        name,
        fc.oneof(
          {
            weight: 3,
            arbitrary: fc.subarray([...guids], { minLength: 1, maxLength: 3 }).map(list => list.join(',')),
          },
          { weight: 1, arbitrary: fc.constantFrom(...textsIn(rows), ...KNOWN, ...ODD) },
        ),
      );
  }
}

function pair(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Pair> {
  return value.map((text): Pair => [name, text]);
}

function spelling(): fc.Arbitrary<(name: string) => string> {
  return fc.constantFrom(
    name => name,
    name => name.replaceAll('.', '__'),
  );
}

function fieldNames(rows: readonly JsonObject[]): readonly string[] {
  const names = new Set<string>();
  for (const row of rows.slice(0, 5)) collectNames(row, '', names);
  return [...names];
}

function collectNames(row: JsonObject, prefix: string, names: Set<string>): void {
  for (const [key, value] of Object.entries(row)) {
    names.add(`${prefix}${key}`);
    if (isJsonObject(value) && prefix.split('.').length < 3) collectNames(value, `${prefix}${key}.`, names);
  }
}

/** Some texts that rows have. */
function textsIn(rows: readonly JsonObject[]): readonly string[] {
  const texts = rows.flatMap(row => Object.values(row).filter(value => typeof value === 'string'));
  return [...new Set(texts)].filter(text => text.length < 60).slice(0, MAX_VALUES);
}
