/** Every endpoint of the table, asked in the ways that hold for all: shapes, pages, formats, prefixes, slashes. */
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENTED_PATHS, type DocumentedPath } from '../../src/ratings/documented-paths.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { UPSTREAM_ONLY_ENDPOINTS } from '../../src/ratings/endpoints/upstream-only.ts';
import { RATINGS_PREFIXES } from '../../src/ratings/plugin.ts';
import type { JsonObject } from '../../src/wire/json.ts';
import { at } from '../support/json.ts';
import {
  ANSWERED,
  type Asked,
  ContractLab,
  EVERYTHING,
  hasRows,
  isPaged,
  payloadOf,
  rowsOf,
  SERVED,
} from './contract-lab.ts';

let lab: ContractLab;
beforeAll(async () => {
  lab = await ContractLab.start();
});
afterAll(() => lab.close());

test('the sandbox serves every endpoint of the table but those that only upstream has', () => {
  expect(ENDPOINTS.filter(endpoint => !SERVED.includes(endpoint))).toEqual(UPSTREAM_ONLY_ENDPOINTS);
  for (const { hub } of UPSTREAM_ONLY_ENDPOINTS) expect(hub.from).toBe('upstream');
});

test('names tell endpoints apart, and paths with methods too', () => {
  const names = ENDPOINTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const calls = ENDPOINTS.flatMap(({ path, alsoAt = [], methods }) =>
    [path, ...alsoAt].flatMap(one => methods.map(method => `${method} ${one}`)),
  );
  expect(new Set(calls).size).toBe(calls.length);
});

describe.each(ANSWERED)('$name', endpoint => {
  test('answers in its shape', async () => {
    const answer = await lab.ask(endpoint);
    expect(answer.status, answer.text).toBe(200);
    if (endpoint.shape === 'csv') {
      expect(answer.type).toContain('text/csv');
      return;
    }
    expect(answer.type).toContain('application/json');
    const { json } = answer;
    switch (endpoint.shape) {
      case 'page':
        expect(Object.keys(json as object)).toEqual(
          expect.arrayContaining(['links', 'next', 'count', 'results']),
        );
        expect(at(json, 'links', 'next')).toBe(at(json, 'next'));
        expect(at(json, 'links', 'previous')).toBe(null);
        break;
      case 'wrapped':
        expect(at(json, 'query')).toMatchObject({ limit: expect.any(Number), offset: 0 });
        break;
      case 'array':
        expect(json).toBeInstanceOf(Array);
        break;
      case 'framed':
        expect(at(json, endpoint.rowsKey ?? '')).toBeInstanceOf(Array);
        break;
      default:
        expect(json).toBeTypeOf('object');
    }
    if (isPaged(endpoint)) {
      const count = Number(at(json, 'count'));
      const limit = endpoint.list?.defaultLimit ?? 100;
      expect(rowsOf(endpoint, answer)).toHaveLength(Math.min(limit, count));
    }
  });

  test('has something to show', async () => {
    // What callers write is not there before they have.
    if (endpoint.hub.from === 'local') return;
    if (hasRows(endpoint)) expect((await lab.all(endpoint)).length).toBeGreaterThan(0);
    else expect((await lab.ask(endpoint)).text).not.toMatch(/^(\{\}|\[\]|null)$/);
  });

  test('answers alike under every prefix, with slashes at the end and doubled', async () => {
    const plain = await lab.ask(endpoint);
    const path = await lab.pathOf(endpoint.path);
    const others = await Promise.all([
      ...RATINGS_PREFIXES.map(prefix => lab.ask(endpoint, { prefix })),
      lab.ask(endpoint, { path: `${path}/` }),
      lab.ask(endpoint, { path: path.replace(/^(\/v\d)\//, '$1//') }),
      lab.ask(endpoint, { path: path.replace(/\/(?=[^/]*$)/, '///'), prefix: '//ratings' }),
    ]);
    for (const other of others) {
      expect(other.status).toBe(200);
      expect(payloadOf(other)).toEqual(payloadOf(plain));
    }
    for (const also of endpoint.alsoAt ?? [])
      expect(payloadOf(await lab.ask(endpoint, { path: await lab.pathOf(also) }))).toEqual(payloadOf(plain));
  });

  test('is CSV and XML on request, and no other format', async () => {
    const rows = hasRows(endpoint) ? await lab.all(endpoint, { limit: '7' }) : null;
    const csv = await lab.ask(endpoint, { parameters: { format: 'csv', limit: '7' } });
    expect(csv.status, csv.text).toBe(200);
    expect(csv.type).toContain('text/csv');
    const heads = rows?.length === 0 ? 0 : 1;
    if (rows !== null) expect(recordsOf(csv.text)).toHaveLength(rows.length + heads);
    const { row = 'result' } = endpoint.names ?? {};
    const inXml: Asked[] = [
      { parameters: { format: 'xml', limit: '7' } },
      { parameters: { limit: '7' }, headers: { accept: 'application/xml' } },
      { parameters: { limit: '7' }, headers: { 'x-bitsight-accept': 'application/xml' } },
    ];
    for (const asked of inXml) {
      const xml = await lab.ask(endpoint, asked);
      expect(xml.status).toBe(200);
      expect(xml.type).toContain('application/xml');
      expect(XMLValidator.validate(xml.text)).toBe(true);
      if (rows !== null) expect(xml.text.split(`<${row}>`).length - 1).toBeGreaterThanOrEqual(rows.length);
    }
    expect((await lab.ask(endpoint, { parameters: { format: 'JSON' } })).type).toContain('json');
    const refused = await lab.ask(endpoint, { parameters: { format: 'pdf' } });
    expect(refused).toMatchObject({ status: 400, json: { detail: expect.stringContaining('format') } });
  });

  test.each([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', 'x'],
    ['limit', '1.5'],
    ['offset', '-1'],
    ['offset', 'x'],
  ])('%s=%s is 400 and named', async (name, value) => {
    const answer = await lab.ask(endpoint, { parameters: { [name]: value } });
    expect(answer.status, answer.text).toBe(400);
    expect(Object.keys(answer.json as object)).toEqual(['detail']);
    expect(at(answer.json, 'detail')).toContain(name);
  });

  test('an unknown parameter is passed over', async () => {
    const answer = await lab.ask(endpoint, { parameters: { no_such_parameter: '1' } });
    expect(payloadOf(answer)).toEqual(payloadOf(await lab.ask(endpoint)));
  });

  test('the POST twin answers as GET', async () => {
    if (!endpoint.methods.includes('POST') || !endpoint.methods.includes('GET')) return;
    const parameters = { limit: '3', offset: '1', fields: 'guid,name,risk_vector' };
    const got = await lab.ask(endpoint, { parameters, method: 'GET' });
    expect(payloadOf(await lab.ask(endpoint, { parameters, method: 'POST' }))).toEqual(payloadOf(got));
    const empty = await lab.send(`/ratings${await lab.pathOf(endpoint.path)}`, { method: 'POST' });
    expect(payloadOf(empty)).toEqual(payloadOf(await lab.ask(endpoint, { method: 'GET' })));
  });

  test('what is not a method of it is not there', async () => {
    const path = await lab.pathOf(endpoint.path);
    const methods = (['DELETE', 'PUT'] as const).filter(method => !isDocumented(method, path));
    for (const method of methods)
      expect(await lab.send(`/ratings${path}`, { method })).toMatchObject({
        status: 404,
        json: { detail: 'Not found.' },
      });
  });
});

describe.each(ANSWERED.filter(isPaged))('pages of $name', endpoint => {
  test('any limit is honoured, and an offset beyond the end is an empty page', async () => {
    const whole = await lab.ask(endpoint, { parameters: { limit: EVERYTHING } });
    const count = Number(at(whole.json, 'count'));
    expect(rowsOf(endpoint, whole)).toHaveLength(count);
    const beyond = await lab.ask(endpoint, { parameters: { offset: String(count + 3) } });
    expect(beyond.json).toMatchObject({ count, results: [] });
    if (endpoint.shape === 'page') expect(at(beyond.json, 'next')).toBe(null);
  });

  test('every way through the pages gives the same rows, as many as count says', async () => {
    const rows = await lab.all(endpoint);
    const limit = Math.max(1, Math.ceil(rows.length / 4));
    expect(await byOffset(limit)).toEqual(rows);
    if (endpoint.shape !== 'page') return;
    expect(await byLinks(limit, ['links', 'next'])).toEqual(rows);
    expect(await byLinks(limit, ['next'])).toEqual(rows);
  });

  test('of a duplicated parameter the last one wins', async () => {
    const path = `/ratings${await lab.pathOf(endpoint.path)}`;
    const required = new URLSearchParams(lab.required(endpoint));
    const two = await lab.send(`${path}?${required}&limit=no&offset=1&limit=2&offset=0`);
    expect(rowsOf(endpoint, two)).toEqual((await lab.all(endpoint)).slice(0, 2));
    expect((await lab.send(`${path}?${required}&limit=2&limit=no`)).status).toBe(400);
  });

  async function byOffset(limit: number): Promise<JsonObject[]> {
    const rows: JsonObject[] = [];
    for (let count = 1; rows.length < count; ) {
      const parameters = { limit: String(limit), offset: String(rows.length) };
      const page = await lab.ask(endpoint, { parameters });
      count = Number(at(page.json, 'count'));
      const found = rowsOf(endpoint, page);
      if (found.length === 0) break;
      rows.push(...found);
    }
    return rows;
  }

  async function byLinks(limit: number, way: readonly string[]): Promise<JsonObject[]> {
    const rows: JsonObject[] = [];
    let page = await lab.ask(endpoint, { parameters: { limit: String(limit) }, method: 'GET' });
    for (;;) {
      rows.push(...rowsOf(endpoint, page));
      const next = at(page.json, ...way);
      if (typeof next !== 'string') return rows;
      expect(next.startsWith(`${lab.baseUrl}/ratings/`)).toBe(true);
      page = await lab.send(next.slice(lab.baseUrl.length));
    }
  }
});

describe('what is not served', () => {
  const served = new Set(SERVED.flatMap(({ path, methods }) => methods.map(method => `${method} ${path}`)));
  const missing = DOCUMENTED_PATHS.flatMap(({ path, methods }) =>
    methods.map(method => ({ method, path })),
  ).filter(({ method, path }) => !served.has(`${method} ${path}`));

  test('a documented path answers, and with 501 it names itself', async () => {
    for (const { method, path } of missing) {
      const url = path.replaceAll(/:\w+/g, lab.companies[0] ?? '');
      const { status, json } = await lab.send(`/ratings${url}`, { method });
      expect([200, 201, 204, 400, 403, 404, 501], `${method} ${path}`).toContain(status);
      if (status === 501) expect(at(json, 'detail')).toContain(`${method} ${path}`);
    }
  });

  test('any other path is 404 under a prefix', async () => {
    for (const prefix of RATINGS_PREFIXES.filter(one => one !== ''))
      for (const path of ['/v1/no-such', '/v3/portfolio', '/v2/companies', '/v1/companies/a/b/c/d'])
        expect(await lab.send(`${prefix}${path}`)).toMatchObject({
          status: 404,
          json: { detail: 'Not found.' },
        });
  });
});

/** Is there a documented path with that method, under whatever name? */
function isDocumented(method: DocumentedPath['methods'][number], path: string): boolean {
  return DOCUMENTED_PATHS.some(
    documented =>
      documented.methods.includes(method) &&
      new RegExp(`^${documented.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
  );
}

/** The records of a CSV text, the header among them; breaks inside quotes end none. */
function recordsOf(text: string): string[] {
  return text.match(/(?:"(?:[^"]|"")*"|[^"\r\n])+/g) ?? [];
}
