/** Every fault kind as a client sees it on the wire. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type FaultKind, FaultMix, parseFaults } from '../../src/ratings/faults.ts';
import { type Served, serve, smallWorld, stillClock } from './serve.ts';

const source = smallWorld();
const path = `/ratings/v1/companies/${source.summary().company_guid}/findings`;

async function under(
  kind: FaultKind,
  run: (served: Served) => Promise<void>,
  clock = stillClock,
): Promise<void> {
  const mix = new FaultMix('s', { faults: parseFaults([`${kind}:1`]), retryAfterSeconds: 7 });
  const served = await serve(source, { faults: { mix, clock } });
  try {
    await run(served);
  } finally {
    await served.close();
  }
}

describe('answers', () => {
  test.each([
    ['429', 429, 'application/json', '7'],
    ['429-bare', 429, 'application/json', null],
    ['202', 202, 'application/json', null],
    ['500', 500, 'application/json', null],
    ['502', 502, 'text/html', null],
    ['504', 504, 'application/json', null],
    ['524', 524, 'text/html', null],
    ['html403', 403, 'text/html', null],
  ] as const)('%s', async (kind, status, type, retryAfter) => {
    await under(kind, async ({ baseUrl }) => {
      const response = await fetch(`${baseUrl}${path}`);
      const text = await response.text();
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toContain(type);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      if (type === 'application/json') expect(JSON.parse(text)).toEqual({ detail: expect.any(String) });
      else expect(text).toContain('<html>');
    });
  });
});

test('reset breaks the connection in the middle of the answer', async () => {
  await under('reset', async ({ baseUrl }) => {
    await expect(fetch(`${baseUrl}${path}`).then(response => response.text())).rejects.toThrow();
  });
});

test('truncate ends before the announced length', async () => {
  await under('truncate', async ({ baseUrl }) => {
    const { host, hostname, port } = new URL(baseUrl);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`GET ${path}?limit=20 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      });
      let text = '';
      socket.on('data', chunk => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const announced = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(head).toContain('200 OK');
    expect(body.length).toBeGreaterThan(0);
    expect(body.length).toBeLessThan(announced);
    await expect(fetch(`${baseUrl}${path}`).then(response => response.text())).rejects.toThrow();
  });
});

test('short promises more rows than it sends, and leads nowhere', async () => {
  await under('short', async ({ baseUrl }) => {
    const body = JSON.parse(await (await fetch(`${baseUrl}${path}?limit=20`)).text());
    expect(body.count).toBeGreaterThan(20);
    expect(body.results).toHaveLength(10);
    expect([body.next, body.links.next]).toEqual([null, null]);
  });
});

test('slow comes whole, in pieces with waits of less than a second in all', async () => {
  const waits: number[] = [];
  const clock = {
    ...stillClock,
    sleep: async (ms = 0) => {
      waits.push(ms);
    },
  };
  await under(
    'slow',
    async ({ baseUrl }) => {
      const response = await fetch(`${baseUrl}${path}?limit=20`);
      expect(JSON.parse(await response.text())).toMatchObject({ count: expect.any(Number) });
    },
    clock,
  );
  expect(waits.length).toBeGreaterThan(3);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(1000);
});

test('stall says nothing until the client gives up', async () => {
  const abandoned = Promise.withResolvers<void>();
  const stalled = Promise.withResolvers<void>();
  const clock = {
    now: stillClock.now,
    sleep: (_ms?: number, signal?: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        stalled.resolve();
        signal?.addEventListener('abort', () => {
          abandoned.resolve();
          reject(signal.reason);
        });
      }),
  };
  await under(
    'stall',
    async ({ baseUrl }) => {
      const giveUp = new AbortController();
      const answer = fetch(`${baseUrl}${path}`, { signal: giveUp.signal });
      await stalled.promise;
      giveUp.abort();
      await expect(answer).rejects.toThrow();
      // Resolves when the server notices; were it not to, the test would run out of time.
      await abandoned.promise;
    },
    clock,
  );
});

test('account routes and roots are spared', async () => {
  await under('500', async ({ baseUrl }) => {
    for (const spared of ['/', '/ratings', '/ratings/v1', '/v1/users/current']) {
      expect((await fetch(`${baseUrl}${spared}`)).status, spared).toBe(200);
    }
    expect((await fetch(`${baseUrl}/v1/companies`)).status).toBe(500);
  });
});
