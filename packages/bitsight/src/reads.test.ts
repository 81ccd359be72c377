import { describe, expect, it } from 'vitest';
import { clientOf, GUID, rejectionOf, reply, script } from '../test/upstream.ts';
import { BitsightArgumentError, BitsightMalformedError, BitsightServerError } from './index.ts';

const ASSETS = ['v1', 'companies', GUID, 'assets'];

describe('a read by its path', () => {
  it('gives whatever JSON the answer is', async () => {
    for (const body of [[1, 2], { a: null }, 'text', null]) {
      const upstream = script(reply(200, body));
      expect(await clientOf(upstream).client.reads.json({ segments: ASSETS, query: { q: 'a b' } })).toEqual(
        body,
      );
      expect(upstream.requests[0]?.url).toMatch(
        new RegExp(`/ratings/v1/companies/${GUID}/assets\\?q=a\\+b$`),
      );
    }
  });

  it.each([['..'], ['a/b'], [''], ['.'], ['\ud800']])(
    'refuses the segment %j without a request',
    async segment => {
      const upstream = script();
      const { reads } = clientOf(upstream).client;
      const request = { segments: ['v1', 'companies', segment] };
      expect(await rejectionOf(reads.json(request))).toBeInstanceOf(BitsightArgumentError);
      expect(await rejectionOf(reads.text(request))).toBeInstanceOf(BitsightArgumentError);
      expect(() => reads.list({ ...request, limit: 10 })).toThrow(BitsightArgumentError);
      expect(await rejectionOf(reads.json({ segments: [] }))).toBeInstanceOf(BitsightArgumentError);
      expect(upstream.requests).toHaveLength(0);
    },
  );

  it('encodes what a path or a query could be mistaken for', async () => {
    const upstream = script(reply(200, {}));
    await clientOf(upstream).client.reads.json({ segments: ['v1', 'a?b#c%2f..;d'] });
    expect(new URL(upstream.requests[0]?.url ?? '').pathname).toBe('/ratings/v1/a%3Fb%23c%252f..%3Bd');
  });

  it('sends a body as the POST that asks the same, and repeats it as it would a GET', async () => {
    const upstream = script(reply(500, {}), reply(200, { results: [] }));
    const body = { guid: [GUID] };
    const { reads } = clientOf(upstream).client;
    expect(await reads.json({ segments: ['v2', 'portfolio'], body })).toEqual({ results: [] });
    expect(upstream.requests.map(({ init }) => [init.method, init.body])).toEqual([
      ['POST', JSON.stringify(body)],
      ['POST', JSON.stringify(body)],
    ]);
  });

  it('that fails leaves nothing in doubt', async () => {
    const upstream = script(reply(500, {}));
    const { reads } = clientOf(upstream, { maxAttempts: 1 }).client;
    const error = await rejectionOf(reads.json({ segments: ['v2', 'portfolio'], body: {} }));
    expect(error).toBeInstanceOf(BitsightServerError);
    expect(error).toMatchObject({ mayHaveBeenProcessed: false });
  });
});

describe('a download', () => {
  it('is text as it came, unless it is a web page', async () => {
    const upstream = script(
      new Response('Date,Rating\r\n2026-01-01,700\r\n'),
      new Response('<html>no</html>'),
    );
    const { reads } = clientOf(upstream, { maxAttempts: 1 }).client;
    const request = {
      segments: ['v1', 'companies', GUID, 'reports', 'ratings-history'],
      query: { format: 'csv' },
    };
    expect(await reads.text(request)).toBe('Date,Rating\r\n2026-01-01,700\r\n');
    expect(await rejectionOf(reads.text(request))).toBeInstanceOf(BitsightMalformedError);
  });
});

describe('a list by its path', () => {
  it('is read page by page from an offset', async () => {
    const page = (rows: number, next: string | null) =>
      reply(200, { links: { next }, count: 5, results: Array.from({ length: rows }, () => ({})) });
    const upstream = script(
      page(2, 'https://api.bitsighttech.com/ratings/v2/alerts?offset=3'),
      page(2, null),
    );
    const list = clientOf(upstream).client.reads.list(
      { segments: ['v2', 'alerts'], query: { severity: 'WARN' }, limit: 2 },
      { offset: 1 },
    );
    const pages = [];
    for await (const { items, count } of list.pages()) pages.push([items.length, count]);
    expect(pages).toEqual([
      [2, 5],
      [2, 5],
    ]);
    expect(upstream.requests.map(({ url }) => new URL(url).search)).toEqual([
      '?severity=WARN&limit=2&offset=1',
      '?severity=WARN&limit=2&offset=3',
    ]);
  });

  it('is asked for by POST where its parameters do not fit a path', async () => {
    const upstream = script(reply(500, {}), reply(200, { count: 1, results: [{}] }));
    const request = { segments: ['v2', 'portfolio'], query: { guid: [GUID] }, limit: 2, inBody: true };
    for await (const page of clientOf(upstream).client.reads.list(request).pages())
      expect(page.count).toBe(1);
    expect(upstream.requests.map(({ method, init }) => [method, init.body])).toEqual(
      [0, 0].map(() => ['POST', JSON.stringify({ guid: [GUID], limit: 2, offset: 0 })]),
    );
  });
});
