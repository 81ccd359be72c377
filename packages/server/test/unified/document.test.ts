import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, type Json } from '../support/json.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
let document: Json;
beforeAll(async () => {
  harness = await startHarness();
  document = (await harness.get('/openapi.json', { as: null })).json;
});
afterAll(() => harness.close());

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Pages and files: not part of the API. */
const NOT_API = [/^\/$/, /^\/openapi\.json$/, /^\/reference/, /^\/connect$/];

const members = (value: Json): [string, Json][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

function operations(): { path: string; method: string; operation: Json }[] {
  return members(at(document, 'paths')).flatMap(([path, item]) =>
    members(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Every `$ref` anywhere in a value. */
function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  return members(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

test('the document lists every route that is registered, and no other', () => {
  const registered = harness.routes
    .filter(route => !route.startsWith('HEAD '))
    .map(route => route.split(' '))
    .filter(([, path = '']) => !NOT_API.some(pattern => pattern.test(path)))
    .map(([method = '', path = '']) => `${method} ${path.replace(/:([a-z_]+)/g, '{$1}')}`);
  const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(described.sort()).toEqual([...new Set(registered)].sort());
  expect(described.length).toBeGreaterThan(20);
});

test('it has the structure of OpenAPI 3.1', () => {
  expect(at(document, 'openapi')).toMatch(/^3\.1\./);
  expect(at(document, 'info', 'title')).toBe('Sightline unified API');
  const tags = new Set((at(document, 'tags') as Json[]).map(tag => at(tag, 'name')));
  for (const { path, operation } of operations()) {
    expect(at(operation, 'summary'), path).toBeTypeOf('string');
    expect(tags.has(at(operation, 'tags', 0)), path).toBe(true);
    const parameters = (at(operation, 'parameters') ?? []) as Json[];
    const inPath = parameters
      .filter(parameter => at(parameter, 'in') === 'path')
      .map(parameter => at(parameter, 'name'));
    expect(inPath.sort(), path).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort());
    for (const parameter of parameters) {
      expect(['path', 'query', 'header']).toContain(at(parameter, 'in'));
      expect(members(at(parameter, 'schema')).length, `${path} ${at(parameter, 'name')}`).toBeGreaterThan(0);
    }
    const responses = members(at(operation, 'responses'));
    expect(
      responses.some(([status]) => status.startsWith('2')),
      path,
    ).toBe(true);
    for (const [status, response] of responses) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(at(response, 'description'), `${path} ${status}`).toBeTypeOf('string');
    }
  }
});

test('every reference resolves, and the models are components', () => {
  for (const reference of references(document)) {
    expect(reference).toMatch(/^#\/components\/schemas\//);
    expect(at(document, ...reference.slice(2).split('/')), reference).not.toBeNull();
  }
  for (const name of [
    'TprmCompany',
    'TprmFinding',
    'Resource',
    'VulnerabilityFinding',
    'Connection',
    'Job',
    'Problem',
  ]) {
    expect(at(document, 'components', 'schemas', name), name).not.toBeNull();
  }
  expect(members(at(document, 'components', 'securitySchemes')).map(([name]) => name)).toEqual([
    'basic',
    'bearer',
    'apiKey',
    'session',
    'invite',
  ]);
});

test('the filters of findings are parameters with descriptions', () => {
  const list = operations().find(({ path, method }) => path === '/v2/tprm/findings' && method === 'get');
  const names = (at(list?.operation, 'parameters') as Json[]).map(parameter => at(parameter, 'name'));
  for (const name of [
    'severity',
    'cve',
    'asset',
    'updated_since',
    'limit',
    'cursor',
    'sort',
    'format',
    'fields',
  ]) {
    expect(names).toContain(name);
  }
});

test('the reference needs no credentials and names no other origin', async () => {
  const page = await harness.get('/reference/', { as: null });
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/https?:\/\//);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*/);
  expect(page.text).toContain('"withDefaultFonts": false');
  const [, script = ''] = /<script src="([^"]+)"/.exec(page.text) ?? [];
  const bundle = await harness.get(new URL(script, 'https://x/reference/').pathname, { as: null });
  expect(bundle.status).toBe(200);
});

test('the curl example of an operation links to the token of the signed-in user', async () => {
  const { json } = await harness.get('/openapi.json', { as: null });
  const page = '/settings/account/user-preferences#user-api-token';
  const list = at(json, 'paths', '/v2/tprm/companies', 'get');
  expect(at(list, 'description')).toContain(`[api_token](${page})`);
  const source = String(at(list, 'x-codeSamples', 0, 'source'));
  expect(source).toMatch(
    /^# api_token: https:\/\/\S+#user-api-token\ncurl '\S+\/v2\/tprm\/companies' -u api_token:$/,
  );
  const sync = '/v1/provisioning/organizations/{organization_id}/connections/{connection_id}/sync';
  expect(at(json, 'paths', sync, 'post', 'x-codeSamples', 0, 'source')).toContain('--data @body.json');
  // What only a session opens has no token in it.
  for (const path of ['/v1/session', '/v1/me/password', '/v1/me/totp', '/v1/me/token']) {
    expect(at(json, 'paths', path, 'post', 'x-codeSamples'), path).toBeNull();
  }
});
