/**
 * Requests that no client should send, at random, on a real sandbox and a real hub: whatever comes, the answer has a documented
 * status and a form that clients can read, tells nothing of the program, and the server goes on. A failure prints its seed.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminTokenOf } from '../support/admin-token.ts';
import { basic } from '../support/https-client.ts';
import { type RandomRequest, randomBytes, randomRequest } from './fuzz-requests.ts';
import { GatewayLab } from './gateway-lab.ts';

const SECONDS_EACH = 4;
const PATIENCE_MS = 5_000;
/** bitsight-api.md, 3.3; 421 and 431 are this server's own (tokens.md, "HTTPS"). */
const DOCUMENTED = [200, 201, 202, 204, 303, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 431, 501];
/** What an answer has only when something inside has been turned out. */
const INSIDES =
  /\.[cm]?[tj]s:\d+:\d+|node:internal|node_modules|file:\/\/|SQLITE_|sqlite|TypeError|RangeError/;

let lab: GatewayLab;
let companies: readonly string[];
beforeAll(async () => {
  lab = await GatewayLab.start({ companies: 4, findingsPerCompany: 40, date: '2026-03-01', seed: 'fuzz' });
  companies = [...lab.sandbox.source.companyNames().keys()];
}, 60_000);
afterAll(() => lab.close());

/** The hub passes on to the sandbox what it does not have, so that a failure of either would show. */
describe.each(['sandbox', 'hub'] as const)('the %s', server => {
  let address: { readonly baseUrl: string; readonly ca: string };
  let token: string;
  let pool: Pool;
  beforeAll(async () => {
    const { baseUrl, caFile, dataDir } = { ...lab[server].at, dataDir: lab[server].dataDir };
    address = { baseUrl, ca: readFileSync(caFile ?? '', 'utf8') };
    token = server === 'sandbox' ? lab.sandbox.admin.userToken : await adminTokenOf(dataDir);
    pool = new Pool(baseUrl, {
      connections: 4,
      // Whatever the Host header of a request says.
      connect: { ca: address.ca, checkServerIdentity: () => undefined },
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
    });
  });
  afterAll(() => pool.destroy());

  async function send({ method, path, query, headers, body }: RandomRequest) {
    const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
    const answer = await pool.request({
      path: query === '' ? path : `${path}?${query}`,
      method,
      headers: {
        ...basic(token),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: hasBody ? body : null,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, type: String(answer.headers['content-type'] ?? ''), text };
  }

  test('answers whatever is asked with a documented status, in a form that can be read', async () => {
    await fc.assert(
      fc.asyncProperty(randomRequest(companies), async one => {
        const { status, type, text } = await send(one);
        expect(DOCUMENTED, text).toContain(status);
        expect(text).not.toMatch(INSIDES);
        expect(text).not.toContain(token);
        if (one.method === 'HEAD' || status === 204 || text === '') return;
        if (type.includes('json')) {
          const json: unknown = JSON.parse(text);
          if (status >= 400) expect(json).toHaveProperty('detail', expect.any(String));
        } else {
          expect(status).toBe(200);
          expect(type).toMatch(/^(text\/csv|application\/xml|text\/html);?/);
          if (type.includes('xml')) expect(XMLValidator.validate(text)).toBe(true);
        }
      }),
      { numRuns: 20_000, interruptAfterTimeLimit: SECONDS_EACH * 1000, markInterruptAsFailure: false },
    );
    await expectUp();
  }, 60_000);

  test('answers bytes that are hardly HTTP, or hangs up, and never at once with 500', async () => {
    await fc.assert(
      fc.asyncProperty(randomBytes(), async bytes => {
        const text = await exchange(bytes);
        for (const [, status] of text.matchAll(/^HTTP\/1\.1 (\d+)/gm))
          expect([...DOCUMENTED, 408, 100], text).toContain(Number(status));
        expect(text).not.toMatch(INSIDES);
      }),
      { numRuns: 150, interruptAfterTimeLimit: SECONDS_EACH * 1000, markInterruptAsFailure: false },
    );
    await expectUp();
  }, 60_000);

  /** Writes bytes, ends the sending half, and reads until the server hangs up. */
  function exchange(bytes: string): Promise<string> {
    const { hostname, port } = new URL(address.baseUrl);
    return new Promise((resolve, reject) => {
      let read = '';
      const socket = connect({
        host: hostname,
        port: Number(port),
        ca: address.ca,
        servername: '',
      });
      socket.setTimeout(PATIENCE_MS, () => {
        socket.destroy();
        reject(new Error(`the server neither answered nor hung up: ${read}`));
      });
      socket.on('data', chunk => {
        read += chunk.toString('latin1');
      });
      socket.on('error', () => resolve(read));
      socket.on('close', () => resolve(read));
      socket.end(Buffer.from(bytes, 'utf8'));
    });
  }

  async function expectUp(): Promise<void> {
    const plain = { method: 'GET', query: '', headers: {}, body: '' } as const;
    expect((await send({ ...plain, path: '/health' })).status).toBe(200);
    expect((await send({ ...plain, path: '/ratings/v1/users/current' })).status).toBe(200);
    const [guid] = companies;
    const findings = await send({ ...plain, path: `/ratings/v1/companies/${guid}/findings` });
    expect(findings.status).toBe(200);
  }
});
