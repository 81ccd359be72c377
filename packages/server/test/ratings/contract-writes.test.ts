/** Every endpoint of the table of writes: what its body may hold, who may send it, and what is not there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/ids.ts';
import type { BodyField, WriteEndpoint } from '../../src/ratings/endpoints/write-endpoint.ts';
import { WRITE_ENDPOINTS } from '../../src/ratings/endpoints/write-table.ts';
import type { JsonObject, JsonValue } from '../../src/wire/json.ts';
import { type AccountLab, startAccountLab } from './account-lab.ts';

let lab: AccountLab;
beforeAll(async () => {
  lab = await startAccountLab();
});
afterAll(() => lab.close());

const WITH_BODY = WRITE_ENDPOINTS.filter(({ method, body }) => method !== 'DELETE' && body.length > 0);

/** A value that the field takes. */
function sampleOf(field: BodyField): JsonValue {
  switch (field.type) {
    case 'whole':
      return field.range?.[0] ?? 1;
    case 'flag':
      return true;
    case 'guids':
      return [lab.source.ownCompany()];
    case 'object':
      return bodyOf(field.fields ?? []);
    default:
      return field.values?.[0] ?? (/guid/.test(field.name) ? lab.source.ownCompany() : 'A text');
  }
}

/** The least that the fields need. */
function bodyOf(fields: readonly BodyField[]): JsonObject {
  const needed = fields.filter(field => field.required === true);
  return Object.fromEntries(needed.map(field => [field.name, sampleOf(field)]));
}

/** Values that the field does not take. */
function wrongOf({ type, values, filled, maxLength, range }: BodyField): JsonValue[] {
  switch (type) {
    case 'whole':
      return ['1', 1.5, (range?.[1] ?? Number.MAX_SAFE_INTEGER) + 1];
    case 'flag':
      return ['maybe', 1];
    case 'guids':
      return ['x', [1], ['']];
    case 'object':
      return ['x', [1]];
    default:
      return [
        1,
        ['x'],
        'a\u0000b',
        ...(values === undefined ? [] : ['no such value']),
        ...(filled === true ? [' '] : []),
        ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
      ];
  }
}

function urlOf({ path, options = [] }: WriteEndpoint): string {
  const query = new URLSearchParams();
  for (const { name } of options) query.set(name, /company/.test(name) ? lab.source.ownCompany() : newId());
  return `/ratings${path.replaceAll(/:\w+/g, newId())}?${query}`;
}

const call = (endpoint: WriteEndpoint, body: unknown, token?: string) =>
  lab.call(endpoint.method, urlOf(endpoint), { body, ...(token === undefined ? {} : { token }) });

describe.each(WITH_BODY)('$name', endpoint => {
  const { body, envelope } = endpoint;

  test('what a field does not take is 400 and named, at the top level and inside the envelope', async () => {
    for (const field of body)
      for (const wrong of wrongOf(field)) {
        const fields = { ...bodyOf(body), [field.name]: wrong };
        const bodies = [fields, ...(envelope === undefined ? [] : [{ [envelope.name]: fields }])];
        for (const sent of bodies) {
          const answer = await call(endpoint, sent);
          expect(answer.status, `${JSON.stringify(sent).slice(0, 200)}: ${answer.text}`).toBe(400);
          expect(answer.json).toEqual({ detail: expect.stringContaining(field.name) });
        }
      }
  });

  test('without a field that is required it is 400 and named', async () => {
    for (const { name } of body.filter(field => field.required === true)) {
      const { [name]: _, ...rest } = bodyOf(body);
      const answer = await call(endpoint, rest);
      expect(answer.status, answer.text).toBe(400);
      expect(answer.json).toEqual({ detail: expect.stringContaining(name) });
    }
  });

  test('a body that is no object is 400', async () => {
    for (const sent of [[], 'text', 1])
      expect(await call(endpoint, sent)).toMatchObject({ status: 400, json: { detail: expect.any(String) } });
  });
});

describe.each(WRITE_ENDPOINTS)('$name', endpoint => {
  test('is for roles that may manage data', async () => {
    const token = await lab.token('All Companies', 'customer_user');
    const answer = await call(endpoint, bodyOf(endpoint.body), token);
    expect(answer).toMatchObject({
      status: 403,
      json: { detail: expect.any(String) },
    });
  });

  test('what its path names must be there', async () => {
    if (!endpoint.path.includes(':')) return;
    const least = bodyOf(endpoint.body);
    const bodies = [least, ...endpoint.body.map(field => ({ ...least, [field.name]: sampleOf(field) }))];
    const statuses = await Promise.all(bodies.map(async sent => (await call(endpoint, sent)).status));
    // Some say too little or what is not possible here; none finds anything to change.
    expect([400, 403, 404]).toEqual(expect.arrayContaining([...new Set(statuses)]));
    expect(statuses.some(status => status !== 400)).toBe(true);
  });

  test('a parameter that is required is 400 without it, and named', async () => {
    for (const { name } of endpoint.options?.filter(option => option.required === true) ?? []) {
      const url = new URL(urlOf(endpoint), lab.baseUrl);
      url.searchParams.delete(name);
      const answer = await lab.call(endpoint.method, `${url.pathname}${url.search}`, {
        body: bodyOf(endpoint.body),
      });
      expect(answer).toMatchObject({ status: 400, json: { detail: expect.stringContaining(name) } });
    }
  });
});
