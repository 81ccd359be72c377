import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { type ClientParts, createClient, nothing, path, withQuery } from './client.ts';
import { z } from './zod.ts';

const Answer = z.object({ name: z.string() });

interface Sent {
  path: string;
  init: RequestInit;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

const needsConfirmation = () =>
  json(403, { detail: 'Confirm.', errors: [{ field: 'confirmation', message: 'Confirm your identity.' }] });

/** A client over a list of answers, and what it did. */
function clientOf(answers: (() => Response)[], parts: Partial<ClientParts> = {}) {
  const sent: Sent[] = [];
  const events: string[] = [];
  const client = createClient({
    async fetch(at, init) {
      sent.push({ path: at, init });
      const answer = answers.shift();
      if (answer === undefined) throw new TypeError('Failed to fetch');
      return answer();
    },
    csrfToken: () => 'csrf-1',
    async refreshSession() {
      events.push('refresh');
    },
    async confirmIdentity() {
      events.push('confirm');
      return true;
    },
    ...parts,
  });
  return { client, sent, events };
}

test('an answer is parsed, and keys nobody knows are dropped', async () => {
  const { client } = clientOf([() => json(200, { name: 'a', other: 1 })]);
  expect(await client.call('GET', '/v1/x', Answer)).toEqual({ name: 'a' });
});

test('an unsafe call carries the CSRF token and JSON; a read carries no token', async () => {
  const { client, sent } = clientOf([() => json(200, { name: 'a' }), () => json(200, { name: 'a' })]);
  await client.call('POST', '/v1/x', Answer, { body: { a: 0 } });
  await client.call('GET', '/v1/x', Answer);
  const headers = sent.map(({ init }) => new Headers(init.headers).get('x-csrf-token'));
  expect(headers).toEqual(['csrf-1', null]);
  expect(sent[0]?.init.body).toBe('{"a":0}');
  expect(sent[0]?.init.credentials).toBe('include');
});

test('a call that needs confirmation asks once and is repeated', async () => {
  const { client, sent, events } = clientOf([needsConfirmation, () => json(200, { name: 'b' })]);
  expect(await client.call('POST', '/v1/x', Answer)).toEqual({ name: 'b' });
  expect(events).toEqual(['confirm']);
  expect(sent).toHaveLength(2);
});

test('a call is repeated once only', async () => {
  const { client, sent } = clientOf([needsConfirmation, needsConfirmation]);
  await expect(client.call('POST', '/v1/x', Answer)).rejects.toMatchObject({ status: 403 });
  expect(sent).toHaveLength(2);
});

test('giving up the confirmation cancels the call', async () => {
  const { client, sent } = clientOf([needsConfirmation], { confirmIdentity: async () => false });
  await expect(client.call('POST', '/v1/x', Answer)).rejects.toMatchObject({ kind: 'cancelled' });
  expect(sent).toHaveLength(1);
});

test('a 401 reads the session again, except where credentials are tried', async () => {
  const { client, events } = clientOf([() => json(401, {}), () => json(401, { detail: 'Wrong.' })]);
  await expect(client.call('GET', '/v1/x', Answer)).rejects.toThrow('You are signed out.');
  await expect(client.call('POST', '/v1/session', Answer, { triesCredentials: true })).rejects.toThrow(
    'Wrong.',
  );
  expect(events).toEqual(['refresh']);
});

test('an old CSRF token is replaced and the call repeated', async () => {
  const refused = () => json(403, { detail: 'No.', errors: [{ field: 'csrf', message: 'Old.' }] });
  const { client, events } = clientOf([refused, () => json(200, { name: 'c' })]);
  expect(await client.call('PATCH', '/v1/x', Answer)).toEqual({ name: 'c' });
  expect(events).toEqual(['refresh']);
});

test('an answer of another shape, or none at all, is an error with a sentence', async () => {
  const { client } = clientOf([
    () => json(200, { nome: 'x' }),
    () => new Response('<html>', { status: 200 }),
  ]);
  await expect(client.call('GET', '/v1/x', Answer)).rejects.toMatchObject({ kind: 'not_understood' });
  await expect(client.call('GET', '/v1/x', Answer)).rejects.toMatchObject({ kind: 'not_understood' });
  await expect(client.call('GET', '/v1/x', Answer)).rejects.toMatchObject({ kind: 'offline', status: 0 });
});

test('an empty answer is understood where none is expected', async () => {
  const { client } = clientOf([() => new Response(null, { status: 204 })]);
  expect(await client.call('DELETE', '/v1/x', nothing)).toBeNull();
});

test('a problem keeps its sentence and fields', async () => {
  const body = {
    title: 'Invalid',
    detail: 'Too weak.',
    errors: [{ field: 'password', message: 'Too short.' }],
  };
  const { client } = clientOf([() => json(422, body)]);
  const error = await client.call('POST', '/v1/x', Answer).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ message: 'Too weak.', status: 422, fields: body.errors });
});

test('values that say nothing are left out of a query, zero and false are kept', () => {
  expect(withQuery('/v1/x', { a: '', b: null, c: undefined })).toBe('/v1/x');
  expect(withQuery('/v1/x', { a: 0, b: false, c: 'a b&c' })).toBe('/v1/x?a=0&b=false&c=a+b%26c');
});

test('a value in a path cannot leave its segment', () => {
  expect(path`/v1/x/${'../y?z'}/w`).toBe('/v1/x/..%2Fy%3Fz/w');
});
