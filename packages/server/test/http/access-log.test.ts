/** The access log over real HTTPS: who called what, with which program, and how it ended; whatever the surface, refused or not. */
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { newTokenValue } from '../../src/access/token-format.ts';
import { until } from '../support/processes.ts';
import { type CallOptions, call } from './call.ts';
import { type Installation, install } from './installation.ts';
import { get, inClear, overTls } from './raw.ts';

const Line = z.strictObject({
  level: z.literal('info'),
  time: z.iso.datetime(),
  msg: z.literal('request'),
  reqId: z.string().optional(),
  req: z.strictObject({
    method: z.string(),
    url: z.string(),
    ip: z.string(),
    client: z.string().optional(),
    platform: z.string().optional(),
    connector: z.string().optional(),
    customer: z.string().optional(),
  }),
  tokenGuid: z.string().nullable(),
  userId: z.string().nullable(),
  route: z.string().nullable(),
  status: z.int().nullable(),
  ms: z.number().nonnegative(),
  bytes: z.int().nonnegative(),
  cut: z.literal(true).optional(),
});
type Line = z.infer<typeof Line>;

let at: Installation;
beforeAll(async () => {
  at = await install();
});
afterAll(() => at.close());

/** The line of the request whose path holds the mark. */
function lineOf(mark: string): Promise<Line> {
  return until(`there is a line of ${mark}`, () => {
    const text = at
      .logged()
      .split('\n')
      .find(line => line.includes('"msg":"request"') && line.includes(mark));
    return text === undefined ? null : Line.parse(JSON.parse(text));
  });
}

async function lineAfter(path: string, options: CallOptions = {}): Promise<Line> {
  const mark = `mark=${crypto.randomUUID()}`;
  await call(at, `${path}?${mark}`, options);
  return lineOf(mark);
}

test('a line has token, user, programs, route, status, time and bytes', async () => {
  const line = await lineAfter('/ratings/v1/customers/current/api-tokens', {
    headers: {
      'user-agent': 'acme-siem/1.2',
      'x-bitsight-calling-platform-version': 'Acme SIEM 8.1',
      'x-bitsight-connector-name-version': 'Acme TA 2.0.1',
      'x-bitsight-customer': 'Acme, Inc.',
    },
  });
  const principal = await at.authority.verify(at.admin.userToken);
  expect(line).toMatchObject({
    req: {
      method: 'GET',
      ip: '127.0.0.1',
      client: 'acme-siem/1.2',
      platform: 'Acme SIEM 8.1',
      connector: 'Acme TA 2.0.1',
      customer: 'Acme, Inc.',
    },
    tokenGuid: principal?.tokenGuid,
    userId: at.admin.userId,
    route: '/ratings/v1/customers/:customer/api-tokens',
    status: 200,
  });
  expect(line.bytes).toBeGreaterThan(100);
  expect(line).not.toHaveProperty('cut');
});

test('the misspelt header of a widespread connector is read where the right one is not sent', async () => {
  const misspelt = { 'x-bitsight-calling-platform_version': 'XSOAR 6.10' };
  expect((await lineAfter('/health', { headers: misspelt })).req.platform).toBe('XSOAR 6.10');
  const both = { ...misspelt, 'x-bitsight-calling-platform-version': 'right' };
  expect((await lineAfter('/health', { headers: both })).req.platform).toBe('right');
});

test('every surface is in it: the unified API has the same line', async () => {
  expect(await lineAfter('/v1/whoami')).toMatchObject({
    userId: at.admin.userId,
    route: '/v1/whoami',
    status: 200,
  });
});

test('a company token is told by its guid and its own user', async () => {
  const principal = await at.authority.verify(at.admin.userToken);
  if (principal === null) throw new Error('the Admin has no live token');
  const made = await at.authority.companyTokens.create(
    principal,
    principal.organizationId,
    { description: 'reads', role: 'customer_user' },
    NO_ORIGIN,
  );
  const company = await at.authority.verify(made.value);
  const line = await lineAfter('/ratings/v1/users/current', { token: made.value });
  expect(line).toMatchObject({ tokenGuid: company?.tokenGuid, userId: company?.userId, status: 200 });
  expect(line.userId).not.toBe(at.admin.userId);
  // Refused for what it may not, it is still known who was refused.
  const refused = await lineAfter('/ratings/v1/customers/current/api-tokens', { token: made.value });
  expect(refused).toMatchObject({ tokenGuid: company?.tokenGuid, status: 403 });
});

describe('what is refused is in it too', () => {
  test.each([
    ['no token', '/ratings/v1/users/current', { token: null }, 401, '/ratings/v1/users/current'],
    ['a wrong token', '/v1/whoami', { token: 'w'.repeat(40) }, 401, '/v1/whoami'],
    ['a path that is not there', '/no/such/path', {}, 404, null],
    ['a body that is none', '/v1/echo', { method: 'POST', rawBody: '{' }, 415, '/v1/echo'],
    ['an error of ours', '/v1/fail', {}, 500, '/v1/fail'],
  ] as const)('%s', async (_what, path, options, status, route) => {
    const line = await lineAfter(path, options);
    expect(line).toMatchObject({ status, route });
    if (status === 401) expect(line).toMatchObject({ tokenGuid: null, userId: null });
  });

  test('another host, and a token in the URL', async () => {
    await get(at, '/health?mark=other-host', { Host: 'elsewhere.example' });
    expect(await lineOf('mark=other-host')).toMatchObject({ status: 421, route: '/health' });
    await get(at, `/health?mark=in-url&key=${newTokenValue('company')}`);
    expect(await lineOf('mark=in-url')).toMatchObject({ status: 400, tokenGuid: null });
  });

  test('a path that cannot be decoded, which no hook sees', async () => {
    await get(at, '/%zz/undecodable', { 'User-Agent': 'odd/1' });
    expect(await lineOf('odd/1')).toMatchObject({ status: 400, route: null, req: { method: 'GET' } });
  });

  test.each([
    ['the plain port', () => at.at.httpUrl],
    ['the TLS port', () => at.at.baseUrl],
  ])('plain HTTP on %s', async (name, url) => {
    const mark = name.replaceAll(' ', '-');
    await inClear(
      url(),
      `GET /ratings/v1/users/current?mark=${mark} HTTP/1.1\r\nUser-Agent: clear/1\r\n\r\n`,
    );
    expect(await lineOf(`mark=${mark}`)).toMatchObject({
      req: { method: 'GET', ip: '127.0.0.1', client: 'clear/1' },
      status: 403,
      route: null,
      tokenGuid: null,
    });
  });
});

describe('what a caller says of itself', () => {
  const host = () => new URL(at.at.baseUrl).host;

  test('is cut to a length and has no control characters', async () => {
    const head = `GET /health?mark=control HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n`;
    const odd = `User-Agent: a\tb\u0085c\u009bd ${'long '.repeat(200)}\r\n\r\n`;
    await overTls(at, Buffer.from(head + odd, 'latin1'));
    const { client = '' } = (await lineOf('mark=control')).req;
    expect(client).toMatch(/^a b c d long long/);
    expect(client).toHaveLength(200);
  });

  test('shows no token, ours or like one of theirs, wherever it stands', async () => {
    const ours = newTokenValue('company');
    const theirs = 'b17516477ff46bfbd0fc8e6bfd8bbbd0c9f1a2b3';
    const padding = 'p '.repeat(90);
    await lineAfter('/health', {
      headers: {
        'user-agent': `curl ${ours} ${theirs}`,
        'x-bitsight-calling-platform-version': `${padding}${theirs}`,
        'x-bitsight-connector-name-version': Buffer.from(`${theirs}:`).toString('base64'),
        'x-bitsight-customer': `key=${theirs};`,
      },
    });
    const logged = at.logged();
    for (const secret of [
      ours.slice(4, 24),
      theirs.slice(0, 12),
      Buffer.from(theirs).toString('base64').slice(0, 12),
    ])
      expect(logged).not.toContain(secret);
    expect(logged).toContain('curl [redacted] [redacted]');
  });
});

test('a caller that leaves in the middle of an answer is in it, with what it got', async () => {
  const asked = Promise.withResolvers<void>();
  const endless = await install({
    surfaces: async app => {
      app.get('/endless', async (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-length': '4096' });
        reply.raw.write('x'.repeat(2048), () => asked.resolve());
      });
    },
  });
  try {
    const leave = new AbortController();
    const { agent: dispatcher, at } = endless;
    const answer = await request(`${at.baseUrl}/endless?mark=left`, { dispatcher, signal: leave.signal });
    await asked.promise;
    leave.abort();
    await expect(answer.body.text()).rejects.toThrow();
    const text = await until('it is over', () => endless.logged().match(/^.*mark=left.*$/m)?.[0] ?? null);
    const line = Line.parse(JSON.parse(text));
    expect(line).toMatchObject({ status: 200, cut: true, route: '/endless' });
    expect(line.bytes).toBeGreaterThan(2048);
  } finally {
    await endless.close();
  }
});
