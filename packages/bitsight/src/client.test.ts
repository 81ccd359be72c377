import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  all,
  clientOf,
  connectionReset,
  GUID,
  rejectionOf,
  reply,
  type Script,
  script,
  silence,
  TOKEN,
} from '../test/upstream.ts';
import {
  type AttemptEvent,
  BitsightArgumentError,
  BitsightClient,
  type BitsightClientOptions,
  BitsightMalformedError,
  BitsightTooLargeError,
} from './index.ts';
import { VERSION } from './version.ts';

const sent = async (call: (client: BitsightClient) => Promise<unknown>, answer: Response, options = {}) => {
  const upstream = script(answer);
  const value = await call(clientOf(upstream, options).client);
  const [request] = upstream.requests;
  return {
    value,
    line: `${request?.method} ${request?.url.replace('https://api.bitsighttech.com', '')}`,
    request,
  };
};

describe('each resource asks for its path', () => {
  const record = { guid: GUID, name: 'Saperix' };
  const portfolio = { my_company: { guid: GUID }, companies: [record], rating_date: '2026-01-01' };
  const token = { guid: GUID, token: '****a1b2', description: '' };

  it.each<[string, (client: BitsightClient) => Promise<unknown>, Response, unknown]>([
    ['GET /ratings/v1/users/current', client => client.users.current(), reply(200, record), record],
    [
      'GET /ratings/v1/users/current?fields=guid,email',
      client => client.users.current({ fields: ['guid', 'email'] }),
      reply(200, record),
      record,
    ],
    [
      'GET /ratings/v2/portfolio?rating_lte=600&is_self_published=false&q=&limit=500&offset=0',
      client =>
        all(client.portfolio.list({ rating_lte: 600, is_self_published: false, q: '', tier: undefined })),
      reply(200, { count: 1, results: [record], links: { next: null } }),
      [record],
    ],
    ['GET /ratings/v1/portfolio', client => client.portfolio.overview(), reply(200, portfolio), portfolio],
    ['GET /ratings/v1/companies', client => client.companies.list(), reply(200, portfolio), portfolio],
    [`GET /ratings/v1/companies/${GUID}`, client => client.companies.get(GUID), reply(200, record), record],
    [
      `GET /ratings/v1/companies/a%20b%3F?fields=industry_average`,
      client => client.companies.get('a b?', { fields: 'industry_average' }),
      reply(200, record),
      record,
    ],
    [
      `GET /ratings/v1/companies/${GUID}/findings?details.grade=BAD,WARN&limit=10&offset=30`,
      client =>
        all(client.findings.list(GUID, { limit: 10, 'details.grade': ['BAD', 'WARN'] }, { offset: 30 })),
      reply(200, { count: 31, results: [record], links: { next: null } }),
      [record],
    ],
    [
      'GET /ratings/v1/customers/current/api-tokens',
      client => client.apiTokens.list(),
      reply(200, [token]),
      [token],
    ],
    [
      'POST /ratings/v1/customers/current/api-tokens',
      client => client.apiTokens.create({ description: 'SIEM', group: 'All Companies' }),
      reply(201, token),
      token,
    ],
    [
      `DELETE /ratings/v1/customers/current/api-tokens/${GUID}`,
      client => client.apiTokens.revoke(GUID),
      reply(204),
      undefined,
    ],
  ])('%s', async (line, call, answer, value) => {
    expect(await sent(call, answer)).toMatchObject({ line, value });
  });

  it.each<[string, (client: BitsightClient) => Promise<unknown>, unknown]>([
    ['a user that is an array', client => client.users.current(), []],
    ['a portfolio without companies', client => client.companies.list(), { my_company: null }],
    ['companies that are no objects', client => client.companies.list(), { companies: [1] }],
    [
      'an own company that is a text',
      client => client.portfolio.overview(),
      { companies: [], my_company: 'x' },
    ],
    ['tokens that are an object', client => client.apiTokens.list(), { results: [] }],
    ['a token without guid', client => client.apiTokens.list(), [{ token: '***' }]],
    ['a new token without token', client => client.apiTokens.create({ description: 'x' }), { guid: GUID }],
    [
      'a new token whose value is masked',
      client => client.apiTokens.create({ description: 'x' }),
      { guid: GUID, token: '*****alb2' },
    ],
  ])('and refuses %s', async (_, call, body) => {
    expect(await rejectionOf(sent(call, reply(200, body)))).toBeInstanceOf(BitsightMalformedError);
  });

  it('sends a description and a group, or no group at all', async () => {
    const body = async (group: string | null | undefined) => {
      const call = (client: BitsightClient) => client.apiTokens.create({ description: 'SIEM', group });
      return (await sent(call, reply(201, token))).request?.init.body;
    };
    expect(await body('EU')).toBe('{"description":"SIEM","group":"EU"}');
    expect(await body(null)).toBe('{"description":"SIEM","group":null}');
    expect(await body(undefined)).toBe('{"description":"SIEM"}');
  });

  it.each(['', ' ', '.', '..', 'a/b', '../users', '\ud800'])('and refuses %j as a guid', async guid => {
    const upstream = script();
    const { client } = clientOf(upstream);
    expect(await rejectionOf(client.companies.get(guid))).toBeInstanceOf(BitsightArgumentError);
    expect(await rejectionOf(client.apiTokens.revoke(guid))).toBeInstanceOf(BitsightArgumentError);
    expect(() => client.findings.list(guid)).toThrow(BitsightArgumentError);
    expect(upstream.requests).toHaveLength(0);
  });

  it('and refuses an empty list and a NaN as a filter', async () => {
    const { client } = clientOf(script());
    expect(await rejectionOf(client.companies.get(GUID, { fields: [] }))).toBeInstanceOf(
      BitsightArgumentError,
    );
    const list = client.findings.list(GUID, { severity_gte: Number.NaN });
    expect(await rejectionOf(all(list))).toBeInstanceOf(BitsightArgumentError);
  });
});

describe('each request', () => {
  it('carries the token as a user name without a password, and says who asks', async () => {
    const { request } = await sent(client => client.users.current(), reply(200));
    expect(request?.init.headers).toEqual({
      Accept: 'application/json',
      Authorization: `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`,
      'User-Agent': `sightline-bitsight/${VERSION}`,
      'X-BITSIGHT-CALLING-PLATFORM-VERSION': `Sightline ${VERSION}`,
      'X-BITSIGHT-CONNECTOR-NAME-VERSION': `Sightline Bitsight connector ${VERSION}`,
    });
    expect(request?.init.body).toBeUndefined();
  });

  it('carries the names it is told to', async () => {
    const options = { userAgent: 'a/1', callingPlatformVersion: 'b 2', connectorNameVersion: 'c 3' };
    const { request } = await sent(client => client.users.current(), reply(200), options);
    expect(request?.init.headers).toMatchObject({
      'User-Agent': 'a/1',
      'X-BITSIGHT-CALLING-PLATFORM-VERSION': 'b 2',
      'X-BITSIGHT-CONNECTOR-NAME-VERSION': 'c 3',
    });
  });

  it('goes to the base URL with its path', async () => {
    for (const baseUrl of [
      'https://service.bitsighttech.com/customer-api',
      'https://service.bitsighttech.com/customer-api//',
    ]) {
      const { request } = await sent(client => client.users.current(), reply(200), { baseUrl });
      expect(request?.url).toBe('https://service.bitsighttech.com/customer-api/ratings/v1/users/current');
    }
  });

  it('calls fetch without this, as browsers insist', async () => {
    let self: unknown = 'not called';
    const fetch = async function (this: unknown) {
      self = this;
      return reply(200);
    };
    await clientOf({ fetch, requests: [] }).client.users.current();
    expect(self).toBeUndefined();
  });

  it('is told to the hooks, with its answer', async () => {
    const events: AttemptEvent[] = [];
    const upstream = script(reply(500), connectionReset(), reply(200));
    await clientOf(upstream, { onAttempt: event => events.push(event) }).client.users.current();
    expect(
      events.map(event => [event.type, event.attempt, event.type === 'response' ? event.status : null]),
    ).toEqual([
      ['request', 1, null],
      ['response', 1, 500],
      ['request', 2, null],
      ['request', 3, null],
      ['response', 3, 200],
    ]);
  });

  it('of one client waits for the others, 3 at a time unless told', async () => {
    let inFlight = 0;
    let most = 0;
    const fetch = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise(resolve => setImmediate(resolve));
      inFlight -= 1;
      return reply(200);
    };
    const { client } = clientOf({ fetch, requests: [] });
    await Promise.all(Array.from({ length: 10 }, () => client.users.current()));
    expect(most).toBe(3);
  });

  it('gives its turn back when a hook throws', async () => {
    const options = {
      maxConcurrent: 1,
      onAttempt: () => {
        throw new Error('hook');
      },
    };
    const { client } = clientOf(script(), options);
    expect(await rejectionOf(client.users.current())).toMatchObject({ message: 'hook' });
    expect(await rejectionOf(client.users.current())).toMatchObject({ message: 'hook' });
  });
});

describe('a body above maxBodyBytes is refused and cancelled', () => {
  const endless = (headers: Record<string, string> = {}) => {
    const seen = { cancelled: false };
    const stream = new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(1000)),
      cancel: () => {
        seen.cancelled = true;
      },
    });
    return { seen, response: new Response(stream, { headers }) };
  };

  it.each([
    ['by its declared length', { 'content-length': '5000' }],
    ['by counting', {}],
    ['by counting what it unpacks to', { 'content-length': '20', 'content-encoding': 'gzip' }],
  ])('%s', async (_, headers) => {
    const { seen, response } = endless(headers);
    const { client } = clientOf(script(response), { maxBodyBytes: 3000 });
    expect(await rejectionOf(client.users.current())).toBeInstanceOf(BitsightTooLargeError);
    expect(seen.cancelled).toBe(true);
  });

  it('and so is that of a redirect, and an endless error page', async () => {
    for (const status of [302, 500]) {
      const { seen, response } = endless();
      const redirect = new Response(response.body, { status });
      await rejectionOf(clientOf(script(redirect), { maxAttempts: 1 }).client.users.current());
      expect(seen.cancelled).toBe(true);
    }
  });
});

describe('an abort ends the call at once with its reason', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const reason = new Error('the user left');
  const aborting = async (
    upstream: Script,
    options: Partial<BitsightClientOptions>,
    when: Promise<unknown>,
  ) => {
    const abort = new AbortController();
    const call = rejectionOf(
      clientOf(upstream, options).client.users.current(undefined, { signal: abort.signal }),
    );
    await when;
    abort.abort(reason);
    return call;
  };

  it('before it begins, without a request', async () => {
    const upstream = script();
    const { client } = clientOf(upstream);
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(client.users.current(undefined, { signal }))).toBe(reason);
    expect(await rejectionOf(all(client.findings.list(GUID, {}, { signal })))).toBe(reason);
    expect(upstream.requests).toHaveLength(0);
  });

  it('while it waits for a turn', async () => {
    const upstream = script(silence, silence);
    const { client } = clientOf(upstream, { maxConcurrent: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const calls = [first, second].map(({ signal }) =>
      rejectionOf(client.users.current(undefined, { signal })),
    );
    second.abort(reason);
    expect(await calls[1]).toBe(reason);
    expect(upstream.requests).toHaveLength(1);
    first.abort(reason);
    await calls[0];
  });

  it('while the request is in flight, even with a fetch that does not listen', async () => {
    const { promise: when, resolve: begun } = Promise.withResolvers<void>();
    const deaf = () => {
      begun();
      return new Promise<never>(() => undefined);
    };
    expect(await aborting(script(deaf), {}, when)).toBe(reason);
  });

  it('while the body comes, and the body is let go of', async () => {
    const { promise: when, resolve: begun } = Promise.withResolvers<void>();
    let cancelled = false;
    const source = {
      pull: () => {
        begun();
        return new Promise<void>(() => undefined);
      },
      cancel: () => {
        cancelled = true;
      },
    };
    // Nothing is pulled before it is read: the abort then comes in the middle of the body.
    const stream = new ReadableStream(source, { highWaterMark: 0 });
    expect(await aborting(script(new Response(stream)), {}, when)).toBe(reason);
    expect(cancelled).toBe(true);
  });

  it('and a call that ended leaves nothing on a signal that lives on', async () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    const upstream = script(reply(429), connectionReset(), reply(200), reply(404));
    const { client } = clientOf(upstream, { requestsPerSecond: 5 });
    await client.users.current(undefined, { signal });
    await rejectionOf(client.users.current(undefined, { signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while it waits to try again, even with a clock that does not listen', async () => {
    const { promise: when, resolve: begun } = Promise.withResolvers<void>();
    const clock = {
      now: () => 0,
      sleep: () => {
        begun();
        return new Promise<void>(() => undefined);
      },
    };
    expect(await aborting(script(reply(429)), { clock }, when)).toBe(reason);
  });
});

describe('a client refuses', () => {
  it.each([
    ['plain HTTP', { baseUrl: 'http://api.bitsighttech.com' }, /https/],
    ['plain HTTP on loopback too', { baseUrl: 'http://127.0.0.1:8443' }, /https/],
    ['another scheme', { baseUrl: 'file:///etc' }, /https/],
    ['a base URL that is none', { baseUrl: 'api.bitsighttech.com' }, /address/],
    ['credentials in the base URL', { baseUrl: `https://${TOKEN}:@api.bitsighttech.com` }, /credentials/],
    ['a query in the base URL', { baseUrl: 'https://api.bitsighttech.com/?a=1' }, /query/],
    ['no token', { token: '' }, /missing/],
    ['a token with a line break', { token: `${TOKEN}\n` }, /character/],
    ['a token with a colon', { token: `${TOKEN}:x` }, /character/],
    ['a header with a line break', { userAgent: 'a\r\nb' }, /userAgent/],
    ['no attempts', { maxAttempts: 0 }, /maxAttempts/],
    ['nothing in flight', { maxConcurrent: 0 }, /maxConcurrent/],
    ['no requests per second', { requestsPerSecond: 0 }, /requestsPerSecond/],
    ['a time-out no timer can hold', { timeoutMs: 2 ** 31 }, /timeoutMs/],
    ['no time', { timeoutMs: Number.NaN }, /timeoutMs/],
  ])('%s, without quoting the token', (_, options, message) => {
    const make = () => new BitsightClient({ token: TOKEN, ...options });
    expect(make).toThrow(BitsightArgumentError);
    expect(make).toThrow(message);
    expect(make).not.toThrow(TOKEN);
  });
});

describe('the token is nowhere to be seen', () => {
  const encoded = Buffer.from(`${TOKEN}:`).toString('base64');
  const expectHidden = (value: unknown) => {
    const shown = [
      inspect(value, { depth: 12, showHidden: true, getters: true }),
      String(value),
      JSON.stringify(value),
    ];
    for (let error = value; error instanceof Error; error = error.cause) {
      shown.push(error.message, String(error.stack), JSON.stringify(Object.getOwnPropertyDescriptors(error)));
    }
    for (const text of shown) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(encoded.replace(/=+$/, ''));
    }
  };
  const blabbing = (text: string) =>
    Object.assign(
      new TypeError(text, { cause: Object.assign(new Error(`${text}!`), { headers: encoded }) }),
      {
        options: { Authorization: `Basic ${encoded}` },
      },
    );

  it('in the client, its resources and its lists', () => {
    const { client } = clientOf(script());
    for (const value of [client, client.users, client.apiTokens, client.findings.list(GUID)])
      expectHidden(value);
    expect(JSON.parse(JSON.stringify(client))).toMatchObject({ baseUrl: 'https://api.bitsighttech.com' });
  });

  it.each<[string, Parameters<typeof script>[0]]>([
    ['a 401 that quotes it', reply(401, { detail: `Bad token ${TOKEN} / ${encoded}` })],
    ['a 400 whose detail is an object', reply(400, { detail: { token: [TOKEN] } })],
    ['a 500 that is a page', new Response(`<html>${TOKEN}</html>`, { status: 500 })],
    ['a body that is not JSON', new Response(`${TOKEN} is not JSON`)],
    ['a next link', reply(200, { count: 2, results: [{}], links: { next: `https://${TOKEN}.test` } })],
    ['a fetch that quotes it', blabbing(`invalid header Basic ${encoded} of ${TOKEN}`)],
    ['a time-out', silence],
    ['a redirect', reply(302, {}, { location: `https://evil.test/?${TOKEN}` })],
  ])('in the error after %s', async (_, answer) => {
    const { client } = clientOf(script(answer), { maxAttempts: 1, timeoutMs: 5 });
    expectHidden(await rejectionOf(all(client.findings.list(GUID))));
  });

  it('nor the new token, when its answer is cut off', async () => {
    const answer = new Response(`{"guid": "${GUID}", "token": "${TOKEN}`, { status: 201 });
    const { client } = clientOf(script(answer), { token: 'another' });
    expectHidden(await rejectionOf(client.apiTokens.create({ description: 'x' })));
  });
});

describe('an error', () => {
  it('carries the request, the status and upstream’s words, cut at 500 characters', async () => {
    const { client } = clientOf(script(reply(400, { detail: 'no '.repeat(1000) })));
    const error = await rejectionOf(all(client.findings.list(GUID, { limit: 5, sort: 'first_seen' })));
    expect(error).toMatchObject({
      name: 'BitsightRequestError',
      status: 400,
      detail: 'no '.repeat(1000).slice(0, 500),
      request: {
        method: 'GET',
        path: `/ratings/v1/companies/${GUID}/findings?sort=first_seen&limit=5&offset=0`,
      },
    });
    expect(String(error)).toContain('Bitsight answered 400 to GET /ratings/v1/companies/');
    expect(error instanceof Error ? error.stack : '').toMatch(/^BitsightRequestError: /);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: 'BitsightRequestError', status: 400 });
  });
});

it('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(VERSION).toBe(version);
});
