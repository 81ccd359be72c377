/**
 * Every documented parameter of every endpoint, in each of its forms, made from the table: what a list shows of its rows is the
 * model that its filters and sort keys are held to.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint, Option } from '../../src/ratings/endpoints/endpoint.ts';
import type { Filter } from '../../src/wire/filters.ts';
import { meetsAll } from '../../src/wire/filters.ts';
import type { JsonObject, JsonScalar } from '../../src/wire/json.ts';
import { compareScalars, type SortField } from '../../src/wire/sorting.ts';
import { at } from '../support/json.ts';
import {
  ANSWERED,
  type Answer,
  ContractLab,
  hasRows,
  isPaged,
  NOTHING,
  payloadOf,
  queryOf,
  recordOf,
  rowsOf,
  SERVED,
  wholeOf,
} from './contract-lab.ts';

let lab: ContractLab;
beforeAll(async () => {
  lab = await ContractLab.start();
});
afterAll(() => lab.close());

type Parameters = Readonly<Record<string, string>>;

const LISTS = SERVED.flatMap(endpoint =>
  endpoint.list === undefined ? [] : [{ ...endpoint, list: endpoint.list }],
);
const FILTERS = LISTS.flatMap(endpoint =>
  [...new Set(endpoint.list.filters.values())].map(filter => ({ endpoint, filter, name: filter.name })),
);
const SORTS = LISTS.filter(hasRows).flatMap(endpoint =>
  [...endpoint.list.sorts.values()].map(field => ({ endpoint, field, name: field.name })),
);
const OPTIONS = SERVED.flatMap(endpoint =>
  (endpoint.options ?? []).map(option => ({ endpoint, option, name: option.name })),
);

const ask = (endpoint: Endpoint, parameters: Parameters): Promise<Answer> =>
  lab.ask(endpoint, { parameters: { ...wholeOf(endpoint), ...parameters } });

async function expectRefused(endpoint: Endpoint, name: string, value: string): Promise<void> {
  const answer = await ask(endpoint, { [name]: value });
  expect(answer.status, `${name}=${value}: ${answer.text}`).toBe(400);
  expect(Object.keys(answer.json as object)).toEqual(['detail']);
  expect(at(answer.json, 'detail')).toContain(name);
}

/** What the rows show of a filter; empty where they do not show it, as what a folder holds. */
function shown(rows: readonly JsonObject[], { read }: Filter): JsonScalar[] {
  // A row that says nothing has a value for some filters: `No Status`, `untiered`.
  const unsaid = read(recordOf({}));
  return rows
    .flatMap(row => read(recordOf(row)))
    .filter(value => !unsaid.includes(value) && value !== '' && !String(value).includes(','));
}

/** Are the rows figures about what is filtered, as counts of findings by month? Then no filter is about them. */
function isSummed(endpoint: Endpoint, rows: readonly JsonObject[]): boolean {
  const filters = [...(endpoint.list?.filters.values() ?? [])];
  return !isPaged(endpoint) && filters.every(filter => shown(rows, filter).length === 0);
}

/** What tells a row from others: its plain fields. Some of the nested ones are filled in only when they are asked for. */
function identityOf(row: JsonObject): string {
  return JSON.stringify(Object.entries(row).filter(([, value]) => typeof value !== 'object'));
}

/** The rows that a request finds, held to those that the rows of the whole list say it must. */
async function expectFound(endpoint: Endpoint, all: readonly JsonObject[], parameters: Parameters) {
  const { conditions } = queryOf(endpoint, parameters);
  const wanted = all.filter(row => meetsAll(conditions, recordOf(row)));
  const answer = await ask(endpoint, parameters);
  expect(answer.status, answer.text).toBe(200);
  expect(rowsOf(endpoint, answer).map(identityOf), JSON.stringify(parameters)).toEqual(
    wanted.map(identityOf),
  );
  if (isPaged(endpoint)) expect(at(answer.json, 'count')).toBe(wanted.length);
  return wanted;
}

describe.each(FILTERS)('$endpoint.name: $name', ({ endpoint, filter }) => {
  const { name, type, suffixes, aliases = [], excludes = false } = filter;
  const isRead = type === 'date' || type === 'number' || type === 'duration';
  /** Values that nothing has. */
  const nothing = type === 'date' ? '1901-01-01' : isRead ? '-123456789' : NOTHING;

  test('a value that nothing has finds nothing', async () => {
    const answer = await ask(endpoint, { [name]: nothing });
    expect(answer.status, answer.text).toBe(200);
    if (!hasRows(endpoint)) return;
    const all = await lab.all(endpoint);
    const found = rowsOf(endpoint, answer);
    if (isSummed(endpoint, all)) {
      for (const { count } of found) expect(count).toBe(0);
      return;
    }
    expect(found).toEqual(excludes ? all : []);
    if (isPaged(endpoint) && !excludes) expect(at(answer.json, 'count')).toBe(0);
  });

  test('finds the rows that have a value, in each form, by each name', async () => {
    if (!hasRows(endpoint)) {
      expect((await ask(endpoint, { [name]: nothing })).status).toBe(200);
      return;
    }
    const all = await lab.all(endpoint);
    const values = shown(all, filter).sort((left, right) => compareScalars(left, right, false));
    const middle = values[Math.floor(values.length / 2)];
    if (middle === undefined) return;
    const value = String(middle);
    const found = await expectFound(endpoint, all, { [name]: value });
    if (!excludes) expect(found.length).toBeGreaterThan(0);
    await expectFound(endpoint, all, { [name]: value.toUpperCase() });
    await expectFound(endpoint, all, { [name]: `${value}, ${values[0]},${nothing}` });
    for (const other of [...aliases, name.replaceAll('.', '__')])
      await expectFound(endpoint, all, { [other]: value });
    for (const suffix of suffixes) {
      const operand = suffix === 'isnull' ? 'false' : suffix === 'q' ? value.slice(1, 4) : value;
      await expectFound(endpoint, all, { [`${name}_${suffix}`]: operand });
      const nested = `${name.replaceAll('.', '__')}_${suffix}`;
      await expectFound(endpoint, all, { [nested]: operand });
      if (suffix === 'isnull') await expectFound(endpoint, all, { [`${name}_isnull`]: 'true' });
    }
  });

  test('what cannot be read is 400 and named; an empty value asks nothing', async () => {
    expect(payloadOf(await ask(endpoint, { [name]: '' }))).toEqual(payloadOf(await ask(endpoint, {})));
    if (!isRead) return;
    const wrong = type === 'date' ? ['2026-02-30', '31/01/2026', 'today'] : ['high', '1e3', '0x10'];
    const ranges = suffixes.filter(suffix => suffix !== 'isnull').map(suffix => `${name}_${suffix}`);
    for (const form of [name, name.replaceAll('.', '__'), ...ranges])
      for (const value of wrong) await expectRefused(endpoint, form, value);
  });
});

describe.each(SORTS)('$endpoint.name sorted by $name', ({ endpoint, field }) => {
  test.each(['', '-'])('"%s": rows are in order, empty values last', async direction => {
    const all = await lab.all(endpoint);
    const rows = await lab.all(endpoint, { sort: `${direction}${field.name}` });
    expect(rows.map(textOf).sort()).toEqual(all.map(textOf).sort());
    if (!all.some(row => keyOf(row, field) !== null)) return;
    for (const [index, row] of rows.slice(1).entries()) {
      const before = keyOf(rows[index] ?? {}, field);
      expect(compareScalars(before, keyOf(row, field), direction === '-')).toBeLessThanOrEqual(0);
    }
  });
});

function keyOf(row: JsonObject, { read }: SortField): JsonScalar {
  return read(recordOf(row));
}

/** A row as text that does not change from one answer to the next. */
function textOf(row: JsonObject): string {
  return JSON.stringify(row);
}

describe.each(LISTS)('$name', endpoint => {
  const { list } = endpoint;

  test('q finds rows by a text that they show, and nothing by one that none has', async () => {
    if (!hasRows(endpoint)) return;
    const all = await lab.all(endpoint);
    if (isSummed(endpoint, all)) return;
    const none = rowsOf(endpoint, await ask(endpoint, { q: NOTHING }));
    if (list.searched({}).length === 0) {
      expect(none).toEqual(all);
      return;
    }
    expect(none).toEqual([]);
    const texts = all
      .flatMap(row => list.searched(recordOf(row)))
      .filter(text => text !== null && text !== '');
    const [text] = texts;
    if (text === undefined || text === null) return;
    const q = text.slice(0, 12).toUpperCase();
    const wanted = all.filter(row =>
      list.searched(recordOf(row)).some(one => one?.toUpperCase().includes(q.trim()) === true),
    );
    expect(rowsOf(endpoint, await ask(endpoint, { q })).map(identityOf)).toEqual(wanted.map(identityOf));
  });

  test('expand adds to rows, and changes neither which there are nor their order', async () => {
    const plain = await ask(endpoint, {});
    for (const expand of [NOTHING, ...(list.expands ?? []), (list.expands ?? []).join(',')]) {
      const expanded = await ask(endpoint, { expand });
      expect(expanded.status, expand).toBe(200);
      expect(rowsOf(endpoint, expanded)).toHaveLength(rowsOf(endpoint, plain).length);
      expect(at(expanded.json, 'count')).toEqual(at(plain.json, 'count'));
    }
  });

  test('an unknown sort key is passed over, the first mention of a key counts', async () => {
    const plain = payloadOf(await ask(endpoint, {}));
    expect(payloadOf(await ask(endpoint, { sort: 'no_such' }))).toMatchObject(withoutQuery(plain));
    const [key] = [...list.sorts.keys()];
    if (key === undefined) return;
    const twice = payloadOf(await ask(endpoint, { sort: `-${key},${key}` }));
    expect(withoutQuery(twice)).toEqual(withoutQuery(payloadOf(await ask(endpoint, { sort: `-${key}` }))));
  });
});

/** A wrapped list repeats what was asked. */
function withoutQuery(payload: unknown): object {
  const { query, ...rest } = payload as { query?: unknown };
  return Array.isArray(payload) ? payload : rest;
}

describe.each(ANSWERED)('fields of $name', endpoint => {
  test('fields keeps those alone and adds none, exclude_fields leaves them out', async () => {
    const whole = await wholes({});
    const [first, second] = Object.keys(whole[0] ?? {});
    if (first === undefined) return;
    const names = [second, first].filter(name => name !== undefined);
    const kept = await wholes({ fields: [...names, 'no_such'].join(',') });
    expect(kept).toEqual(whole.map(row => picked(row, name => names.includes(name))));
    const left = await wholes({ exclude_fields: first });
    expect(left).toEqual(whole.map(row => picked(row, name => name !== first)));
    expect(await wholes({ fields: names.join(','), exclude_fields: first })).toEqual(
      whole.map(row => picked(row, name => name === second)),
    );
  });

  async function wholes(parameters: Parameters): Promise<readonly JsonObject[]> {
    const answer = await ask(endpoint, parameters);
    expect(answer.status, answer.text).toBe(200);
    if (hasRows(endpoint)) return rowsOf(endpoint, answer);
    const { json } = answer;
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? [json] : [];
  }
});

function picked(row: JsonObject, isKept: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => isKept(name)));
}

describe.each(OPTIONS)('$endpoint.name: option $name', ({ endpoint, option }) => {
  const { name, type, values, required = false } = option;
  const { statuses = [200] } = endpoint;

  test('every documented value is accepted, in any case', async () => {
    for (const value of values ?? [lab.valueOf(option)])
      for (const spelled of [
        value,
        ...(values === undefined ? [] : [value.toUpperCase(), value.toLowerCase()]),
      ]) {
        const answer = await ask(endpoint, { [name]: spelled });
        expect(statuses, `${name}=${spelled}: ${answer.text}`).toContain(answer.status);
      }
    if (type === 'flag')
      for (const value of ['true', 'false', 'TRUE', '0', '1'])
        expect(statuses).toContain((await ask(endpoint, { [name]: value })).status);
  });

  test('what cannot be read is 400 and named', async () => {
    for (const value of unreadable(option)) await expectRefused(endpoint, name, value);
    if (required) await expectRefused(endpoint, name, '');
    else expect(payloadOf(await ask(endpoint, { [name]: '' }))).toEqual(payloadOf(await ask(endpoint, {})));
  });

  test('a default is what is answered without it', async () => {
    if (option.default === undefined) return;
    const said = await ask(endpoint, { [name]: String(option.default) });
    expect(payloadOf(said)).toEqual(payloadOf(await ask(endpoint, {})));
  });
});

function unreadable({ type, values }: Option): string[] {
  if (values !== undefined) return [NOTHING];
  switch (type) {
    case 'day':
      return ['2026-02-30', 'today'];
    case 'whole':
      return ['-1', '1.5', 'x'];
    case 'number':
      return ['x', '1e3'];
    case 'flag':
      return ['maybe'];
    default:
      return [];
  }
}
