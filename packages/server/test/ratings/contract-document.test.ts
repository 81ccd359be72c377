/** The OpenAPI document of the ratings API, on a real sandbox: valid, complete, and nothing in it that is not served. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from '@scalar/openapi-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/app.ts';
import { readSandboxSettings } from '../../src/config.ts';
import { newId } from '../../src/ids.ts';
import { createLogger } from '../../src/log.ts';
import { collecting, type Route } from '../access/all-routes.ts';
import { HttpsClient } from '../support/https-client.ts';
import { at, type Json } from '../support/json.ts';
import { SERVED } from './contract-lab.ts';

const DOCUMENT = '/ratings/openapi.json';
/** The document itself, the roots, which list what there is, and the answer to everything else. */
const NO_RESOURCE = /^\/ratings\/(openapi\.json|v[12]|\*)?$/;

let folder: string;
let sandbox: Sandbox;
let client: HttpsClient;
let routes: readonly Route[];
let document: Json;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-document-'));
  const flags = {
    port: 0,
    httpPort: 0,
    companies: 3,
    findingsPerCompany: 5,
    date: '2026-03-01',
    seed: 'doc',
  };
  const settings = readSandboxSettings({ flags, env: {} });
  const started = await collecting(() =>
    startSandbox({ ...settings, dataDir: folder }, { logger: createLogger({ level: 'silent' }) }),
  );
  sandbox = started.server;
  const { baseUrl, caFile } = sandbox.at;
  client = new HttpsClient({ base_url: baseUrl, ca_file: caFile }, sandbox.admin.userToken);
  routes = started.routes.filter(({ path }) => path.startsWith('/ratings/') && !NO_RESOURCE.test(path));
  document = (await client.call(DOCUMENT, { token: null })).json as Json;
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** `GET /v1/x/{}`: an operation without the names of its path parameters. */
const keyOf = (method: string, path: string) =>
  `${method.toUpperCase()} ${path.replaceAll(/:\w+|\{\w+\}/g, '{}')}`;

function operations(): Map<string, Json> {
  const paths = Object.entries(at(document, 'paths') ?? {});
  return new Map(
    paths.flatMap(([path, methods]) =>
      Object.entries((methods as Json) ?? {}).map(([method, operation]) => [
        keyOf(method, path),
        operation as Json,
      ]),
    ),
  );
}

function parametersOf(method: string, path: string): string[] {
  const parameters = at(operations().get(keyOf(method, path)), 'parameters');
  return Array.isArray(parameters) ? parameters.map(parameter => String(at(parameter, 'name'))) : [];
}

test('it needs no credentials and is valid OpenAPI 3.1', async () => {
  expect(at(document, 'openapi')).toBe('3.1.0');
  const { valid, errors } = await validate(JSON.stringify(document));
  expect(errors).toEqual([]);
  expect(valid).toBe(true);
});

test('the validator would find a mistake', async () => {
  const broken = JSON.stringify(document).replace('"in":"query"', '"in":"nowhere"');
  expect((await validate(broken)).valid).toBe(false);
});

test('it is of the ratings API alone: under other prefixes the path is nobody’s or someone else’s', async () => {
  for (const path of ['/openapi.json', '/customer-api/openapi.json', '/customer-api/ratings/openapi.json'])
    expect((await client.call(path)).status, path).toBe(404);
});

test('the reference shows it', async () => {
  const page = await client.call('/reference/', { token: null });
  expect(page.status).toBe(200);
  expect(page.text).toContain(DOCUMENT);
});

test('every endpoint of the table is described, at each of its paths and for each of its methods', () => {
  const described = operations();
  for (const { path, alsoAt = [], methods } of SERVED)
    for (const at of [path, ...alsoAt])
      for (const method of methods) expect(described.has(keyOf(method, at)), `${method} ${at}`).toBe(true);
});

test('what is described is served, and what is registered and not described answers 501', async () => {
  const described = operations();
  const registered = new Set(routes.map(({ method, path }) => keyOf(method, path.slice('/ratings'.length))));
  expect([...described.keys()].filter(key => !registered.has(key))).toEqual([]);
  for (const { method, path } of routes) {
    const key = keyOf(method, path.slice('/ratings'.length));
    if (described.has(key)) continue;
    const { status, text } = await client.call(path.replaceAll(/:\w+/g, newId()), { method });
    expect(status, `${key}: ${text}`).toBe(501);
  }
});

test('every operation has a name of its own, words, and the errors in the one shape', () => {
  const ids = new Set<string>();
  for (const [key, operation] of operations()) {
    const id = String(at(operation, 'operationId'));
    expect(ids.has(id), id).toBe(false);
    ids.add(id);
    expect(at(operation, 'summary'), key).toMatch(/^[A-Z].*\.$/);
    for (const status of ['400', '401', '403', '429', 'default']) {
      expect(
        at(operation, 'responses', status, 'content', 'application/json', 'schema', '$ref'),
        `${key} ${status}`,
      ).toBe('#/components/schemas/Error');
    }
  }
});

test('parameters are described once each, and with words', () => {
  for (const [key, operation] of operations()) {
    const parameters = at(operation, 'parameters');
    const described = Array.isArray(parameters) ? parameters : [];
    const names = described.map(parameter => `${at(parameter, 'in')} ${at(parameter, 'name')}`);
    expect(new Set(names).size, key).toBe(names.length);
    for (const parameter of described) expect(at(parameter, 'description'), key).toMatch(/\S/);
  }
});

test('every filter of the table is a parameter in each of its forms', () => {
  for (const { path, methods, list, options = [] } of SERVED) {
    if (!methods.includes('GET')) continue;
    const names = parametersOf('GET', path);
    for (const { name } of options) expect(names, path).toContain(name);
    for (const { name, suffixes } of list?.filters.values() ?? [])
      for (const form of [name, ...suffixes.map(suffix => `${name}_${suffix}`)])
        expect(names, path).toContain(form);
    for (const name of ['fields', 'exclude_fields', 'format']) expect(names, path).toContain(name);
  }
  const findings = parametersOf('GET', '/v1/companies/:guid/findings');
  for (const name of ['limit', 'offset', 'sort', 'q', 'expand', 'details.grade_lt', 'severity_gte'])
    expect(findings).toContain(name);
});
