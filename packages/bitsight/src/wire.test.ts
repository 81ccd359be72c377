/**
 * The client against a real server on loopback: what resets, cut bodies and silence look like through a real fetch.
 * The client itself refuses plain HTTP; here the injected fetch maps its HTTPS address to the server's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { all, clientOf, GUID, rejectionOf, type Script } from '../test/upstream.ts';
import {
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightRequestError,
  BitsightTimeoutError,
  type RetryEvent,
} from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that handles request after request; the last handler stays. */
async function serverOf(...handlers: Handler[]): Promise<Script> {
  const requests: Script['requests'] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length) - 1];
    handler?.(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    requests,
    fetch: (url, init) => {
      requests.push({ method: init.method, url, init });
      return globalThis.fetch(url.replace('https://api.bitsighttech.com', origin), init);
    },
  };
}

const user = { guid: GUID, email: 'é@example.test' };
const answers: Handler = (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(user));
};
const resets: Handler = request => request.socket.resetAndDestroy();
const stops: Handler = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"guid"');
};
const cutsLength: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"guid": 1}', () => response.destroy());
};
const cutsChunks: Handler = (_, response) => {
  response.write('{"guid": "a', () => response.destroy());
};
const cutsZip: Handler = (_, response) => {
  response.writeHead(200, { 'content-encoding': 'gzip' });
  response.end(gzipSync(JSON.stringify({ ...user, padding: 'x'.repeat(1000) })).subarray(0, 30));
};
const says =
  (text: string): Handler =>
  (_, response) =>
    response.end(text);
const silent: Handler = () => undefined;

describe('over a real connection', () => {
  it.each<[string, Handler, string[]]>([
    ['a reset', resets, ['network']],
    ['a body shorter than its Content-Length', cutsLength, ['network']],
    ['a chunked body that breaks off', cutsChunks, ['network']],
    ['a packed body that breaks off', cutsZip, ['network', 'unreadable_body']],
    ['JSON that stops in the middle', says('{"guid": "a'), ['unreadable_body']],
    ['silence before the answer', silent, ['timeout']],
    ['silence in the body', stops, ['timeout']],
  ])('%s is tried again, and the next answer used', async (_, handler, reasons) => {
    const retries: RetryEvent[] = [];
    const upstream = await serverOf(handler, answers);
    // Short only where silence is what is tested: a busy machine must not look like a silent server.
    const timeoutMs = reasons.includes('timeout') ? 250 : 20_000;
    const { client } = clientOf(upstream, { timeoutMs, onRetry: event => retries.push(event) });
    expect(await client.users.current()).toEqual(user);
    expect(reasons).toContain(retries[0]?.reason);
  });

  it.each<[string, Handler, new (...never: never[]) => Error]>([
    ['resets', resets, BitsightNetworkError],
    ['cut bodies', cutsLength, BitsightNetworkError],
    ['half JSON', says('{'), BitsightMalformedError],
    ['silence', silent, BitsightTimeoutError],
  ])('nothing but %s becomes a typed error', async (_, handler, type) => {
    const timeoutMs = handler === silent ? 50 : 20_000;
    const { client } = clientOf(await serverOf(handler), { timeoutMs, maxAttempts: 3 });
    const error = await rejectionOf(client.users.current());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ attempts: 3 });
  });

  it('a refused connection is a network error with its code', async () => {
    const upstream = await serverOf(answers);
    for (const close of closers.splice(0)) await close();
    const { client } = clientOf(upstream, { maxAttempts: 2 });
    expect(await rejectionOf(client.users.current())).toMatchObject({
      name: 'BitsightNetworkError',
      code: 'ECONNREFUSED',
    });
  });

  it('a redirect is not followed', async () => {
    const seen: (string | undefined)[] = [];
    const upstream = await serverOf((request, response) => {
      seen.push(request.url);
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    expect(await rejectionOf(clientOf(upstream).client.users.current())).toBeInstanceOf(BitsightRequestError);
    expect(seen).toEqual(['/ratings/v1/users/current']);
  });

  it('an abort closes the connection', async () => {
    const abort = new AbortController();
    const closed = Promise.withResolvers<void>();
    const upstream = await serverOf(request => {
      request.socket.on('close', () => closed.resolve());
      abort.abort('enough');
    });
    const call = clientOf(upstream).client.users.current(undefined, { signal: abort.signal });
    expect(await rejectionOf(call)).toBe('enough');
    await closed.promise;
  });

  it('a packed list of several pages arrives whole', async () => {
    const rows = Array.from({ length: 2500 }, (_, id) => ({ id, text: 'ü'.repeat(50) }));
    const upstream = await serverOf((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'https://api.bitsighttech.com');
      const offset = Number(searchParams.get('offset'));
      const end = offset + Number(searchParams.get('limit'));
      const next = end < rows.length ? `https://api.bitsighttech.com/x?limit=1000&offset=${end}` : null;
      response.setHeader('content-encoding', 'gzip');
      const page = { count: rows.length, results: rows.slice(offset, end), links: { next, previous: null } };
      response.end(gzipSync(JSON.stringify(page)));
    });
    expect(await all(clientOf(upstream).client.findings.list(GUID))).toEqual(rows);
    expect(upstream.requests).toHaveLength(3);
  });
});
