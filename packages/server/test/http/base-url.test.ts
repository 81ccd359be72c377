/** The configured base URL: its host is one we answer for and one that the local certificate is good for. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { namesOf } from '../../src/http/local-authority.ts';
import { type Installation, install } from './installation.ts';
import { get, inClear } from './raw.ts';

let at: Installation;
afterEach(() => at.close());

const status = async (Host: string) => (await get(at, '/health', { Host })).status;

describe('the base URL', () => {
  it('makes its host ours with any port when it names none, and puts it into the certificate', async () => {
    at = await install({ baseUrl: 'https://hub.example.com' });
    expect(await status('hub.example.com')).toBe(200);
    expect(await status('hub.example.com:9000')).toBe(200);
    expect(await status('www.hub.example.com')).toBe(421);
    expect(await status(new URL(at.at.baseUrl).host)).toBe(200);
    const leaf = new X509Certificate(readFileSync(join(at.dataDir, 'tls', 'server.pem')));
    expect(namesOf(leaf)).toContain('hub.example.com');
    expect(at.at.baseUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it('makes its host ours with its port alone when it names one', async () => {
    at = await install({ baseUrl: 'https://hub.example.com:9443' });
    expect(await status('hub.example.com:9443')).toBe(200);
    expect(await status('hub.example.com')).toBe(421);
  });

  it('may be an address of IPv6', async () => {
    at = await install({ baseUrl: 'https://[2001:db8::1]' });
    expect(await status('[2001:DB8:0::1]')).toBe(200);
    const leaf = new X509Certificate(readFileSync(join(at.dataDir, 'tls', 'server.pem')));
    expect(namesOf(leaf)).toContain('2001:db8::1');
  });
});

describe('the plain port', () => {
  it.each([
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nExpect: the unexpected\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    'PROPFIND /%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  ])('answers %j with 403 in JSON', async request => {
    at = await install();
    for (const url of [at.at.httpUrl, at.at.baseUrl]) {
      const answer = await inClear(url, request);
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toEqual({ detail: expect.stringContaining('HTTPS is required') });
    }
  });
});
