/**
 * An access control group is a wall, on every endpoint of the table: what a principal does not see stands nowhere in an answer,
 * whatever the format, the parameters or the path.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { at } from '../support/json.ts';
import { ANSWERED, type Answer, type Asked, ContractLab, isPaged, rowsOf, wholeOf } from './contract-lab.ts';
import { principalOf } from './serve.ts';

const NOT_PERMITTED = { detail: 'You do not have permission to perform this action.' };

let lab: ContractLab;
/** Guids, names and domains by guid. */
let marks: Map<string, readonly string[]>;
beforeAll(async () => {
  lab = await ContractLab.start();
  const { json } = await lab.send('/v2/portfolio?limit=1000');
  const rows = at(json, 'results');
  marks = new Map(
    (Array.isArray(rows) ? rows : []).map(row => [
      String(at(row, 'guid')),
      ['guid', 'name', 'primary_domain'].map(name => String(at(row, name))),
    ]),
  );
});
afterEach(() => {
  lab.principal = principalOf();
});
afterAll(() => lab.close());

/** Companies of a group, some with the own company among them and some without. */
const GROUPS: readonly (readonly [string, (guids: readonly string[]) => readonly string[]])[] = [
  ['the own company and another', guids => guids.slice(0, 2)],
  ['other companies', guids => guids.slice(3, 6)],
  ['none', () => []],
];

function foreign(seen: readonly string[]): string[] {
  return [...marks].flatMap(([guid, texts]) => (seen.includes(guid) ? [] : texts));
}

/** What of the unseen stands in an answer, but for the links of a page, which repeat the request. */
function leaks({ text, json }: Answer, unseen: readonly string[]): string[] {
  const shown = JSON.stringify(json, (key, value) =>
    ['links', 'next', 'query'].includes(key) ? null : value,
  );
  const searched = json === null ? text : shown;
  return unseen.filter(mark => searched.includes(mark));
}

/** Does the path name a company? */
const COMPANY_IN_PATH = /\/companies\/:/;

/** Parameters that hold guids of companies. */
function guidParameters({ list, options = [] }: Endpoint): string[] {
  const filters = [...(list?.filters.keys() ?? [])];
  return [...filters, ...options.map(option => option.name)].filter(name => /guid|compan/.test(name));
}

describe.each(ANSWERED)('$name', endpoint => {
  test.each(GROUPS)('shows a group of %s those alone', async (_, pick) => {
    const seen = pick(lab.companies);
    const unseen = foreign(seen);
    expect(unseen.length).toBeGreaterThan(0);
    const path = await lab.pathOf(endpoint.path, seen[0] ?? lab.companies[0] ?? '');
    const expands = endpoint.list?.expands ?? [];
    lab.principal = lab.walled(seen);
    const asks: Asked[] = [
      { parameters: wholeOf(endpoint) },
      { parameters: { format: 'csv', limit: '1000' } },
      { parameters: { format: 'xml', limit: '1000' } },
      ...(expands.length === 0 ? [] : [{ parameters: { ...wholeOf(endpoint), expand: expands.join(',') } }]),
      ...guidParameters(endpoint).map(name => ({ parameters: { [name]: unseen[0] ?? '' } })),
    ];
    for (const asked of asks) {
      const answer = await lab.ask(endpoint, { ...asked, path });
      expect([200, 400, 403, 404], answer.text).toContain(answer.status);
      // An answer may repeat a guid that the caller named, and say no more of it.
      const said = JSON.stringify({ ...lab.required(endpoint), ...asked.parameters });
      const secrets = unseen.filter(mark => !said.includes(mark));
      expect(leaks(answer, secrets), said).toEqual([]);
    }
    const [plain = {}] = asks;
    const answer = await lab.ask(endpoint, { ...plain, path });
    if (isPaged(endpoint) && answer.status === 200)
      expect(rowsOf(endpoint, answer)).toHaveLength(Number(at(answer.json, 'count')));
  });

  test('a company outside of the group is 403 in the path, as one that does not exist', async () => {
    if (!COMPANY_IN_PATH.test(endpoint.path)) return;
    const outside = await lab.pathOf(endpoint.path, lab.companies[3] ?? '');
    const nowhere = await lab.pathOf(endpoint.path, '00000000-0000-4000-8000-000000000000');
    lab.principal = lab.walled(lab.companies.slice(0, 2));
    for (const path of [outside, nowhere])
      for (const method of endpoint.methods)
        expect(await lab.ask(endpoint, { path, method })).toMatchObject({ status: 403, json: NOT_PERMITTED });
  });
});

test('the marks that are looked for stand in the answers of who may see them', async () => {
  const { text } = await lab.send('/v2/portfolio?limit=1000');
  for (const texts of marks.values()) for (const mark of texts) expect(text).toContain(mark);
  expect(marks.size).toBe(lab.companies.length);
});
