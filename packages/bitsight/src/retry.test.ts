import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  all,
  clientOf,
  connectionReset,
  GUID,
  rejectionOf,
  reply,
  script,
  silence,
  webPage,
} from '../test/upstream.ts';
import {
  BitsightAuthenticationError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightNotFoundError,
  BitsightRateLimitError,
  BitsightRequestError,
  BitsightServerError,
  BitsightShortPageError,
  BitsightTimeoutError,
  BitsightTooLargeError,
  RETRY_RULES,
  type RetryEvent,
} from './index.ts';
import { retryDelayMs } from './retry.ts';

const user = { guid: GUID };
const cutOff = () => new Response('{"guid": "a940', { status: 200 });
const brokenBody = () =>
  new Response(
    new ReadableStream({
      start: controller => controller.enqueue(new TextEncoder().encode('{"guid"')),
      pull: controller => controller.error(new TypeError('terminated')),
    }),
  );

describe('a GET is sent again', () => {
  const table: [string, Answer, string, number | null][] = [
    ['after a 429', reply(429), 'rate_limited', 60_000],
    ['after a 202, which is an answer being prepared', reply(202), 'queued', null],
    ['after a 500', reply(500), 'server_error', null],
    ['after a 503 with Retry-After', reply(503, {}, { 'retry-after': '7' }), 'server_error', 7000],
    ['after a 524 of Cloudflare', webPage(524), 'server_error', null],
    ['after a 403 that is a web page', webPage(403), 'web_page', null],
    [
      'after a 403 in Cloudflare’s short form',
      new Response('error code: 1020', { status: 403 }),
      'web_page',
      null,
    ],
    ['after a connection reset', connectionReset(), 'network', null],
    ['after a body that broke off', brokenBody(), 'network', null],
    ['after a body that is not JSON', cutOff(), 'unreadable_body', null],
    ['after a success that is a web page', webPage(200), 'unreadable_body', null],
    ['after an empty body', new Response('', { status: 200 }), 'unreadable_body', null],
  ];
  it.each(table)('%s', async (_, answer, reason, delayMs) => {
    const upstream = script(answer, reply(200, user));
    const retries: RetryEvent[] = [];
    const { client, clock } = clientOf(upstream, { onRetry: event => retries.push(event) });
    expect(await client.users.current()).toEqual(user);
    expect(retries).toMatchObject([{ type: 'retry', reason, attempt: 1, path: '/ratings/v1/users/current' }]);
    // The base is 1 s, the first ceiling 2 s, and the injected random is a half.
    expect(clock.sleptMs).toEqual([delayMs ?? 1500]);
  });

  it('after a time-out', async () => {
    const upstream = script(silence, reply(200, user));
    const retries: RetryEvent[] = [];
    const { client } = clientOf(upstream, { onRetry: event => retries.push(event), timeoutMs: 1 });
    expect(await client.users.current(undefined, { timeoutMs: 5 })).toEqual(user);
    expect(retries).toMatchObject([{ reason: 'timeout', status: null }]);
  });

  it('no more often than maxAttempts, 8 unless told', async () => {
    const upstream = script(...Array.from({ length: 20 }, () => reply(500, { detail: 'oh' })));
    const { client } = clientOf(upstream);
    const error = await rejectionOf(client.users.current());
    expect(error).toBeInstanceOf(BitsightServerError);
    expect(error).toMatchObject({ status: 500, detail: 'oh', attempts: 8, mayHaveBeenProcessed: false });
    expect(upstream.requests).toHaveLength(8);
    await rejectionOf(client.users.current(undefined, { maxAttempts: 1 }));
    expect(upstream.requests).toHaveLength(9);
  });
});

describe('a GET is not sent again', () => {
  const table: [string, () => Answer, new (...never: never[]) => Error][] = [
    ['after a 400', () => reply(400), BitsightRequestError],
    ['after a 401', () => reply(401), BitsightAuthenticationError],
    [
      'after a 403 in JSON',
      () => reply(403, { detail: 'You do not have permission.' }),
      BitsightForbiddenError,
    ],
    ['after a 403 without a body', () => new Response(null, { status: 403 }), BitsightForbiddenError],
    ['after a 404', () => reply(404), BitsightNotFoundError],
    ['after a 409', () => reply(409), BitsightRequestError],
    ['after a 413', () => reply(413), BitsightTooLargeError],
    ['after a 422', () => reply(422), BitsightRequestError],
    ['after a 501', () => reply(501), BitsightServerError],
    ['after a redirect 301', () => reply(301, {}, { location: 'https://evil.test' }), BitsightRequestError],
    ['after a redirect 303', () => reply(303, {}, { location: '/elsewhere' }), BitsightRequestError],
    ['after JSON of another shape', () => reply(200, ['a']), BitsightMalformedError],
  ];
  it.each(table)('%s', async (_, answer, type) => {
    const upstream = script(answer());
    const { client, clock } = clientOf(upstream);
    const error = await rejectionOf(client.users.current());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ name: type.name, attempts: 1, request: { method: 'GET' } });
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]?.init.redirect).toBe('manual');
    expect(clock.sleptMs).toEqual([]);
  });
});

describe('when attempts run out, the error says what the last one met', () => {
  const table: [string, () => Answer, new (...never: never[]) => Error][] = [
    ['a rate limit', () => reply(429, {}, { 'retry-after': '3' }), BitsightRateLimitError],
    ['an answer still being prepared', () => reply(202), BitsightServerError],
    // Not Forbidden: a sync would take that for a company that left the portfolio.
    ['a proxy that blocks with 403', () => webPage(403), BitsightServerError],
    ['a reset', connectionReset, BitsightNetworkError],
    ['a body cut off', cutOff, BitsightMalformedError],
    ['a time-out', () => silence, BitsightTimeoutError],
  ];
  it.each(table)('%s', async (_, answer, type) => {
    const { client } = clientOf(script(answer(), answer(), answer()), { maxAttempts: 3, timeoutMs: 5 });
    const error = await rejectionOf(client.users.current());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ name: type.name, attempts: 3 });
  });

  it('a rate limit carries what Retry-After asked for', async () => {
    const { client } = clientOf(script(reply(429, {}, { 'retry-after': '3' })), { maxAttempts: 1 });
    expect(await rejectionOf(client.users.current())).toMatchObject({ retryAfterMs: 3000 });
  });

  it('a reset carries the platform’s code, and a time-out is a network error', async () => {
    const { client } = clientOf(script(connectionReset(), silence), { maxAttempts: 1, timeoutMs: 5 });
    expect(await rejectionOf(client.users.current())).toMatchObject({ code: 'ECONNRESET' });
    expect(await rejectionOf(client.users.current())).toBeInstanceOf(BitsightNetworkError);
  });
});

describe('Retry-After', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['a size of days', '864000', 864_000_000],
    ['a date', new Date(Date.UTC(2026, 0, 1, 0, 10)).toUTCString(), 600_000],
    ['a date in the past: no less than the base', 'Thu, 01 Jan 2015 00:00:00 GMT', 1000],
    ['zero: no less than the base', '0', 1000],
    ['nonsense: one minute', 'soon', 60_000],
  ])('of a 429 is honoured: %s', async (_, value, delayMs) => {
    const upstream = script(reply(429, {}, { 'retry-after': value }), reply(200, user));
    const { client, clock } = clientOf(upstream);
    await client.users.current();
    expect(clock.sleptMs).toEqual([delayMs]);
  });
});

describe('creating a token is sent again', () => {
  const token = { guid: GUID, token: 'new-token' };

  it('after a 429, for then nothing was done', async () => {
    const upstream = script(reply(429), reply(201, token));
    const { client } = clientOf(upstream);
    expect(await client.apiTokens.create({ description: 'SIEM' })).toEqual(token);
    expect(upstream.requests.map(({ init }) => init.body)).toEqual(Array(2).fill('{"description":"SIEM"}'));
  });

  it.each<[string, Answer]>([
    ['a time-out', silence],
    ['a reset', connectionReset()],
    ['a 500', reply(500)],
    ['a 503', reply(503, {}, { 'retry-after': '1' })],
    ['a 202', reply(202)],
    ['a web page', webPage(403)],
    ['a body cut off', new Response('{"token": "new-tok', { status: 201 })],
    ['a body of another shape', reply(201, {})],
  ])('but never after %s, and the error says that there may be a token', async (_, answer) => {
    const upstream = script(answer);
    const { client } = clientOf(upstream, { timeoutMs: 5 });
    const error = await rejectionOf(client.apiTokens.create({ description: 'SIEM' }));
    expect(upstream.requests).toHaveLength(1);
    expect(error).toMatchObject({ mayHaveBeenProcessed: true, attempts: 1 });
  });

  it('and a refusal leaves no doubt', async () => {
    const { client } = clientOf(script(reply(403)));
    const error = await rejectionOf(client.apiTokens.create({ description: 'SIEM' }));
    expect(error).toMatchObject({ mayHaveBeenProcessed: false });
  });
});

describe('revoking a token', () => {
  it.each<[string, Answer]>([
    ['a reset', connectionReset()],
    ['a time-out', silence],
    ['a 502', webPage(502)],
  ])('is done when a 404 follows %s', async (_, answer) => {
    const upstream = script(answer, reply(404));
    const { client } = clientOf(upstream, { timeoutMs: 5 });
    await client.apiTokens.revoke(GUID);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
  });

  it('is an error when the 404 comes first, or after a 429', async () => {
    const { client } = clientOf(script(reply(404), reply(429), reply(404)));
    expect(await rejectionOf(client.apiTokens.revoke(GUID))).toBeInstanceOf(BitsightNotFoundError);
    expect(await rejectionOf(client.apiTokens.revoke(GUID))).toBeInstanceOf(BitsightNotFoundError);
  });

  it('is not done by a proxy’s 404 page', async () => {
    const { client } = clientOf(script(connectionReset(), webPage(404), reply(403)));
    expect(await rejectionOf(client.apiTokens.revoke(GUID))).toBeInstanceOf(BitsightForbiddenError);
  });

  it('is done by a 204', async () => {
    const { client } = clientOf(script(reply(204)));
    expect(await client.apiTokens.revoke(GUID)).toBeUndefined();
  });
});

describe('a short page', () => {
  const short = () => reply(200, { count: 3, results: [{ id: 0 }], links: { next: null } });

  it('is asked for again, and used when it is whole', async () => {
    const whole = reply(200, { count: 3, results: [{ id: 0 }, { id: 1 }, { id: 2 }], links: { next: null } });
    const retries: RetryEvent[] = [];
    const { client } = clientOf(script(short(), whole), { onRetry: event => retries.push(event) });
    const pages = await all(client.findings.list(GUID).pages());
    expect(pages.map(page => page.items.length)).toEqual([3]);
    expect(retries).toMatchObject([{ reason: 'short_page' }]);
  });

  it('is an error in the end, and says which rows are missing', async () => {
    const { client } = clientOf(script(short(), short()), { maxAttempts: 2 });
    const error = await rejectionOf(all(client.findings.list(GUID)));
    expect(error).toBeInstanceOf(BitsightShortPageError);
    expect(error).toMatchObject({ offset: 0, expected: 3, received: 1, count: 3, attempts: 2 });
  });
});

describe('the back-off', () => {
  const failure = { kind: 'network', code: null, cause: '' } as const;
  const rule = RETRY_RULES.find(({ reason }) => reason === 'network');
  const delays = (random: number) =>
    [1, 2, 3, 4, 5, 6, 7].map(attempt => {
      if (rule === undefined) throw new Error('no such rule');
      return retryDelayMs(rule, failure, attempt, { baseMs: 1000, maxMs: 60_000 }, () => random);
    });

  it('doubles its ceiling up to the longest wait', () => {
    expect(delays(1)).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is never below its base', () => {
    expect(delays(0)).toEqual(Array(7).fill(1000));
  });
});

describe('the rule', () => {
  it('is shown in the README, row by row', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const rule of RETRY_RULES) {
      expect(readme).toContain(`| ${rule.when} | ${rule.repeats} | ${rule.wait} | ${rule.because} |`);
    }
  });

  it('has a test for each reason', () => {
    const source = readFileSync(new URL(import.meta.url), 'utf8');
    for (const { reason } of RETRY_RULES) expect(source).toContain(`'${reason}'`);
  });
});
