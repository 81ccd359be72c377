/** The frame around every surface: HTTPS alone, whose host, whose proxy, how errors look, and how it opens and closes. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpServerOptions } from '../../src/http/server.ts';
import { call } from './call.ts';
import { basic, type Installation, install } from './installation.ts';
import { get, inClear, overTls } from './raw.ts';

let at: Installation;
beforeAll(async () => {
  at = await install();
});
afterAll(() => at.close());

const host = () => new URL(at.at.baseUrl).host;
const HTTPS_REQUIRED = { detail: expect.stringContaining('HTTPS is required') };

async function withInstallation(
  overrides: Partial<HttpServerOptions>,
  use: (other: Installation) => Promise<void>,
): Promise<void> {
  const other = await install(overrides);
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

describe('plain HTTP', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/health'],
    ['DELETE', '/ratings/v1/customers/current/api-tokens/x'],
    ['PUT', '/no/such/path'],
    ['OPTIONS', '*'],
  ])('gets 403 for %s %s, in JSON, never a redirect, and the connection is closed', async (method, path) => {
    const answer = await inClear(at.at.httpUrl, `${method} ${path} HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual(HTTPS_REQUIRED);
    expect(answer.headers).toContain('connection: close');
    expect(answer.headers).not.toContain('location:');
  });

  it('does not process anything, and warns of the token that was sent by its guid', async () => {
    const token = at.admin.userToken;
    const body = '{"description":"in clear"}';
    const request =
      `POST /ratings/v1/customers/current/api-tokens HTTP/1.1\r\nHost: ${host()}\r\nX-API-KEY: ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nX-Forwarded-Proto: https\r\n\r\n${body}`;
    for (const url of [at.at.httpUrl, at.at.baseUrl]) expect((await inClear(url, request)).status).toBe(403);
    const principal = await at.authority.verify(token);
    if (principal === null) throw new Error('the Admin has no live token');
    expect(await at.authority.companyTokens.list(principal)).toEqual([]);
    // The second one within a minute is counted, and says nothing.
    await expect.poll(() => at.logged().split('a token was sent over plain HTTP').length).toBe(2);
    expect(at.logged()).toContain(principal.tokenGuid);
    expect(at.logged()).not.toContain(token);
  });

  it('sent to the TLS port is refused in words', async () => {
    const answer = await inClear(at.at.baseUrl, `GET /health HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual(HTTPS_REQUIRED);
  });

  it('does not invite the body of a request it refuses', async () => {
    const request = `POST / HTTP/1.1\r\nHost: ${host()}\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`;
    const answer = await inClear(at.at.httpUrl, request);
    expect(answer.status).toBe(403);
    expect(answer.count).toBe(1);
  });
});

describe('a trusted proxy', () => {
  const forwarded = (other: Installation, headers: string) =>
    inClear(
      other.at.httpUrl,
      `POST /v1/echo HTTP/1.1\r\nHost: ${new URL(other.at.baseUrl).host}\r\nX-API-KEY: ${other.admin.userToken}\r\n` +
        `Content-Type: application/json\r\nContent-Length: 7\r\nConnection: close\r\n${headers}\r\n{"a":1}`,
    );

  it('that says HTTPS is answered, and its client’s address is believed', async () => {
    await withInstallation({ trustedProxies: ['10.0.0.0/8', '127.0.0.1'] }, async other => {
      const answer = await forwarded(other, 'X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.9\r\n');
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toEqual({ body: { a: 1 }, ip: '203.0.113.9', protocol: 'https' });
      for (const headers of ['', 'X-Forwarded-Proto: http\r\n', 'X-Forwarded-Proto: https, http\r\n']) {
        expect((await forwarded(other, headers)).status).toBe(403);
      }
      expect(
        (await forwarded(other, 'X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n')).status,
      ).toBe(421);
    });
  });

  it('is not just anybody: other peers are refused, and what they forward is ignored', async () => {
    await withInstallation({ trustedProxies: ['10.0.0.0/8', '::1'] }, async other => {
      expect((await forwarded(other, 'X-Forwarded-Proto: https\r\n')).status).toBe(403);
      const answer = await call(other, '/v1/echo', {
        method: 'POST',
        body: {},
        headers: {
          'x-forwarded-for': '203.0.113.9',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': 'evil.example',
        },
      });
      expect(answer.json).toEqual({ body: {}, ip: '127.0.0.1', protocol: 'https' });
    });
  });
});

describe('the host of a request', () => {
  it('is ours by every name of the certificate with our port, and by no other', async () => {
    const { port } = new URL(at.at.baseUrl);
    for (const ours of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '[0:0:0:0:0:0:0:1]']) {
      expect((await get(at, '/health', { Host: `${ours}:${port}` })).status, ours).toBe(200);
    }
    for (const other of [
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      'localhost:1',
      `localhost.evil:${port}`,
      `x@localhost:${port}`,
      '',
    ]) {
      const answer = await get(at, '/health', { Host: other });
      expect(answer.status, other).toBe(421);
      expect(JSON.parse(answer.body)).toMatchObject({
        status: 421,
        detail: expect.stringContaining('--allowed-host'),
      });
    }
  });

  it('is ours when it is allowed, with any port unless one is named', async () => {
    await withInstallation({ allowedHosts: ['hub.example.com', 'other.example.com:8443'] }, async other => {
      const status = async (name: string) => (await get(other, '/health', { Host: name })).status;
      expect(await status('hub.example.com')).toBe(200);
      expect(await status('Hub.example.com:9999')).toBe(200);
      expect(await status('other.example.com:8443')).toBe(200);
      expect(await status('third.example.com')).toBe(421);
    });
    await expect(install({ allowedHosts: ['http://x'] })).rejects.toThrow(/--allowed-host/);
  });
});

describe('limits', () => {
  it('a 10 MB Authorization header is 431, and the server goes on', async () => {
    const answer = await overTls(
      at,
      `GET /health HTTP/1.1\r\nHost: ${host()}\r\nAuthorization: Basic ${'A'.repeat(10_000_000)}\r\n\r\n`,
    );
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body)).toEqual({ detail: expect.stringContaining('16 KiB') });
    expect((await get(at, '/health')).status).toBe(200);
  });

  it('what is no HTTP is 400, and TLS below 1.2 gets no connection', async () => {
    expect((await overTls(at, 'hello\r\n\r\n')).status).toBe(400);
    const { hostname, port } = new URL(at.at.baseUrl);
    const refused = await new Promise<string>(resolve => {
      const socket = connectTls({
        host: hostname,
        port: Number(port),
        ca: at.ca,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'ALL@SECLEVEL=0',
      });
      socket.on('secureConnect', () => resolve('connected'));
      socket.on('error', () => resolve('refused'));
    });
    expect(refused).toBe('refused');
  });
});

describe('errors on the unified API', () => {
  it('are problem documents, with the fields where there are some', async () => {
    const cases = [
      { path: '/nothing', status: 404 },
      { path: '/v1/%zz', status: 400 },
      { path: '/v1/echo', rawBody: '{"a":', type: 'application/json', status: 400 },
      { path: '/v1/echo', rawBody: 'a=1', type: 'text/csv', status: 415 },
      { path: '/v1/echo', rawBody: `"${'a'.repeat(1_048_576)}"`, type: 'application/json', status: 413 },
      { path: '/v1/checked', rawBody: '{}', type: 'application/json', status: 422 },
    ];
    for (const { path, status, rawBody, type } of cases) {
      const answer = await call(
        at,
        path,
        rawBody === undefined ? {} : { method: 'POST', rawBody, headers: { 'content-type': type } },
      );
      expect(answer.status, path).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json).toMatchObject({
        type: 'about:blank',
        title: expect.any(String),
        status,
        detail: expect.any(String),
      });
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    const invalid = await call(at, '/v1/checked', { method: 'POST', body: { name: [] } });
    expect(invalid.json).toMatchObject({ errors: [{ field: 'name', message: expect.any(String) }] });
  });

  it('that nobody caused have an id that the log has too, and tell nothing', async () => {
    const answer = await call(at, '/v1/fail');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('fire');
    const { error_id } = answer.json as { error_id: string };
    expect(at.logged()).toContain(error_id);
    expect(at.logged()).toContain('the disk is on fire');
  });
});

describe('answers', () => {
  it('allow a browser nothing, and are not kept when they needed a token', async () => {
    const { headers } = await call(at, '/v1/whoami');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('say without a token whether the server lives and is ready', async () => {
    expect((await call(at, '/health', { token: null })).json).toEqual({ status: 'ok' });
    expect((await call(at, '/ready', { token: null })).json).toEqual({ status: 'ready' });
  });
});

describe('opening and closing', () => {
  it('names the port and its setting when it is taken', async () => {
    const taken = Number(new URL(at.at.baseUrl).port);
    await expect(install({ port: taken })).rejects.toThrow(new RegExp(`Port ${taken}.*--port`));
    await expect(install({ httpPort: taken })).rejects.toThrow(new RegExp(`Port ${taken}.*--http-port`));
  });

  it('refuses proxies that are no addresses', async () => {
    await expect(install({ trustedProxies: ['proxy.example'] })).rejects.toThrow(
      /--trusted-proxy proxy.example/,
    );
  });

  it('ends idle connections, also one that never sent a byte, well before its time is up', async () => {
    const other = await install();
    await call(other, '/health');
    const { hostname, port } = new URL(other.at.baseUrl);
    const silent = connect({ host: hostname, port: Number(port) });
    await new Promise(resolve => silent.once('connect', resolve));
    const closed = new Promise(resolve => silent.once('close', resolve));
    const started = performance.now();
    await other.close();
    expect(performance.now() - started).toBeLessThan(3_000);
    await closed;
  });

  it('answers what is under way before it closes', async () => {
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const other = await install({
      surfaces: async app => {
        app.get('/slow', async () => {
          entered.resolve();
          await release.promise;
          return { done: true };
        });
      },
    });
    const answer = call(other, '/slow');
    await entered.promise;
    const closing = other.server.close();
    release.resolve();
    expect((await answer).json).toEqual({ done: true });
    await closing;
    await other.close();
  });

  it('takes a token from the header that comes first in the order of the documentation', async () => {
    const headers = { ...basic('x'.repeat(40)), 'x-api-key': at.admin.userToken };
    expect((await call(at, '/v1/whoami', { token: null, headers })).status).toBe(401);
  });
});
