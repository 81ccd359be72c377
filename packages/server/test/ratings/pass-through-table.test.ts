/** The endpoint table, held to what a pass-through must never do: a row that forgets a guid or opens an account route fails here. */
import { describe, expect, test } from 'vitest';
import type { Endpoint, PassThrough } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { gapsOf, pathNamesOf } from '../../src/ratings/sources/passed/request.ts';

/** What tells of people, tokens, groups and whose account it is. */
const ACCOUNT_ROUTE = /\/(users|customers|api-tokens|access-groups|contacts)(\/|$)/;
/** A parameter that holds guids of companies, by its name. */
const NAMES_COMPANIES = /^(?=.*compan(y|ies))(?=.*guid)|^(company|companies)$/;

function ruleOf({ hub }: Endpoint): PassThrough | null {
  return hub.from === 'local' ? null : (hub.passThrough ?? null);
}

const PASSED = ENDPOINTS.flatMap(endpoint => {
  const rule = ruleOf(endpoint);
  return rule === null ? [] : [{ endpoint, rule, name: endpoint.name }];
});

/** Every parameter that can be sent on, by its name without a suffix. */
function parametersOf(endpoint: Endpoint): readonly string[] {
  return [
    ...(endpoint.list?.filters.keys() ?? []),
    ...(endpoint.options ?? []).map(({ name }) => name),
    ...gapsOf(endpoint).map(({ parameter }) => parameter),
  ];
}

test('there is something to pass on', () => {
  expect(PASSED.length).toBeGreaterThan(40);
});

test('no row of the table is an account route', () => {
  for (const { path, alsoAt = [] } of ENDPOINTS)
    for (const one of [path, ...alsoAt]) expect(one).not.toMatch(ACCOUNT_ROUTE);
});

describe.each(PASSED)('$name', ({ endpoint, rule }) => {
  const pathNames = pathNamesOf(endpoint.path);

  test('checks every company that its path names', () => {
    const ofCompany = pathNames.filter(
      name => name === 'company' || endpoint.path.startsWith(`/v1/companies/:${name}`),
    );
    expect(rule.pathGuids).toEqual(expect.arrayContaining([...ofCompany]));
    expect(pathNames).toEqual(expect.arrayContaining([...rule.pathGuids]));
  });

  test('checks every company that its parameters name, and names none that it does not have', () => {
    const names = parametersOf(endpoint);
    const ofCompany = names.filter(name => NAMES_COMPANIES.test(name));
    expect(rule.parameterGuids).toEqual(expect.arrayContaining([...ofCompany]));
    expect(names).toEqual(expect.arrayContaining([...rule.parameterGuids]));
    // A part of a guid would ask about companies that nobody can look up.
    for (const name of rule.parameterGuids)
      expect(endpoint.list?.filters.get(name)?.suffixes ?? []).toEqual([]);
  });

  test('is read: by GET, or by a POST that asks the same', () => {
    expect(endpoint.methods.every(method => method === 'GET' || method === 'POST')).toBe(true);
  });

  test('says where its rows are, in the shape that it has', () => {
    const { rows } = rule;
    if (rows?.company === 'path') expect(rule.pathGuids.length).toBeGreaterThan(0);
    if (rows === null || rows.company === 'path') return;
    if (endpoint.shape === 'page' || endpoint.shape === 'wrapped') expect(rows.at).toBe('results');
    if (endpoint.shape === 'array') expect(rows.at).toBe('');
    if (endpoint.shape === 'framed') expect(rows.at).toBe(endpoint.rowsKey);
    // Nothing can be left out of a download.
    expect(endpoint.shape).not.toBe('csv');
  });
});
