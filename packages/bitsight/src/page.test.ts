import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  all,
  clientOf,
  connectionReset,
  GUID,
  rejectionOf,
  reply,
  script,
  webPage,
} from '../test/upstream.ts';
import { BitsightArgumentError, BitsightError, BitsightMalformedError, type FetchResponse } from './index.ts';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
const link = (offset: number) =>
  `https://api.bitsighttech.com/ratings/v1/x/findings?limit=2&offset=${offset}`;

interface Row {
  name: string;
  pages: unknown[];
  ids: number[];
  /** Offsets asked for. */
  asked: number[];
  offset?: number;
  error?: string;
}

describe('pages in, ids and requests out (limit 2)', () => {
  const table: Row[] = [
    { name: 'an empty list', pages: [{ count: 0, results: [] }], ids: [], asked: [0] },
    {
      name: 'count 0 is the end, whatever the link says',
      pages: [{ count: 0, results: [], links: { next: link(2) } }],
      ids: [],
      asked: [0],
    },
    {
      name: 'one page',
      pages: [{ count: 1, results: rows(0, 1), links: { next: null } }],
      ids: [0],
      asked: [0],
    },
    {
      name: 'several pages by links.next',
      pages: [
        { count: 3, results: rows(0, 2), links: { next: link(2), previous: null } },
        { count: 3, results: rows(2, 3), links: { next: null, previous: link(0) } },
      ],
      ids: [0, 1, 2],
      asked: [0, 2],
    },
    {
      name: 'several pages by a top-level next',
      pages: [
        { count: 3, results: rows(0, 2), next: link(2) },
        { count: 3, results: rows(2, 3), next: null },
      ],
      ids: [0, 1, 2],
      asked: [0, 2],
    },
    {
      name: 'several pages without any link, by count',
      pages: [
        { count: 4, results: rows(0, 2) },
        { count: 4, results: rows(2, 4) },
      ],
      ids: [0, 1, 2, 3],
      asked: [0, 2],
    },
    {
      name: 'a relative link',
      pages: [
        { count: 3, results: rows(0, 2), links: { next: '/ratings/v1/x?offset=2' } },
        { count: 3, results: rows(2, 3), links: { next: '' } },
      ],
      ids: [0, 1, 2],
      asked: [0, 2],
    },
    {
      name: 'a page smaller than asked that has a link: on from what came',
      pages: [
        { count: 3, results: rows(0, 1), links: { next: link(2) } },
        { count: 3, results: rows(1, 3), links: { next: null } },
      ],
      ids: [0, 1, 2],
      asked: [0, 1],
    },
    {
      name: 'a link that names another offset: ours counts',
      pages: [
        { count: 3, results: rows(0, 2), links: { next: link(99) } },
        { count: 3, results: rows(2, 3), links: { next: null } },
      ],
      ids: [0, 1, 2],
      asked: [0, 2],
    },
    {
      name: 'a list that grows while it is read',
      pages: [
        { count: 2, results: rows(0, 2), links: { next: link(2) } },
        { count: 3, results: rows(2, 3), links: { next: null } },
      ],
      ids: [0, 1, 2],
      asked: [0, 2],
    },
    {
      name: 'a list that shrinks while it is read',
      pages: [
        { count: 3, results: rows(0, 2), links: { next: link(2) } },
        { count: 2, results: [], links: { next: null } },
      ],
      ids: [0, 1],
      asked: [0, 2],
    },
    {
      name: 'a resumed list',
      pages: [{ count: 3, results: rows(2, 3), links: { next: null } }],
      ids: [2],
      asked: [2],
      offset: 2,
    },
    {
      name: 'fewer rows than promised and no link, then all of them',
      pages: [
        { count: 2, results: rows(0, 1), links: { next: null } },
        { count: 2, results: rows(0, 2), links: { next: null } },
      ],
      ids: [0, 1],
      asked: [0, 0],
    },
    {
      name: 'no rows though there is a link, to the end',
      pages: Array(8).fill({ count: 4, results: [], links: { next: link(2) } }),
      ids: [],
      asked: Array(8).fill(0),
      error: 'BitsightShortPageError',
    },
    {
      name: 'an empty page before the count is reached, to the end',
      pages: [
        { count: 4, results: rows(0, 2), links: { next: link(2) } },
        ...Array(8).fill({ count: 4, results: [], links: { next: null } }),
      ],
      ids: [0, 1],
      asked: [0, ...Array(8).fill(2)],
      error: 'BitsightShortPageError',
    },
    ...[
      'https://evil.test/x',
      'http://api.bitsighttech.com/x',
      'https://api.bitsighttech.com:8443/x',
      '//evil.test',
    ].map(
      (next): Row => ({
        name: `a next link to ${next}, in links`,
        pages: [{ count: 4, results: rows(0, 2), links: { next } }],
        ids: [],
        asked: [0],
        error: 'BitsightMalformedError',
      }),
    ),
    {
      name: 'a next link to another host, at the top',
      pages: [{ count: 4, results: rows(0, 2), links: { next: link(2) }, next: 'https://evil.test/x' }],
      ids: [],
      asked: [0],
      error: 'BitsightMalformedError',
    },
    ...[
      [],
      'text',
      { results: [] },
      { count: -1, results: [] },
      { count: '3', results: [] },
      { count: 1.5, results: [] },
      { count: 1, results: {} },
      { count: 1, results: [1] },
      { count: 1, results: [null] },
      { count: 1, results: [{}], links: [] },
      { count: 1, results: [{}], links: { next: 7 } },
      { count: 1, results: [{}], links: { next: 'https://' } },
    ].map(
      (page): Row => ({
        name: `an envelope that is not one: ${JSON.stringify(page)}`,
        pages: [page],
        ids: [],
        asked: [0],
        error: 'BitsightMalformedError',
      }),
    ),
  ];

  it.each(table)('$name', async ({ pages, ids, asked, offset, error }) => {
    const upstream = script(...pages.map(page => reply(200, page)));
    const { client } = clientOf(upstream);
    const list = client.findings.list(GUID, { limit: 2, sort: 'first_seen' }, { offset });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const item of list) seen.push(item.id);
    })();
    if (error === undefined) await reading;
    else expect(await rejectionOf(reading)).toMatchObject({ name: error });
    expect(seen).toEqual(ids);
    const url = (at: number) =>
      `https://api.bitsighttech.com/ratings/v1/companies/${GUID}/findings?sort=first_seen&limit=2&offset=${at}`;
    expect(upstream.requests.map(request => request.url)).toEqual(asked.map(url));
  });
});

describe('a list', () => {
  it('gives pages with their place, and resumes from any of them', async () => {
    const answers = () => [
      reply(200, {
        count: 3,
        results: rows(0, 2),
        links: { next: link(2) },
        summaries: { 'my-company': GUID },
      }),
      reply(200, { count: 3, results: rows(2, 3), links: { next: null } }),
    ];
    const { client } = clientOf(script(...answers(), ...answers().slice(1)));
    const pages = await all(client.portfolio.list({ limit: 2 }).pages());
    expect(pages).toEqual([
      {
        items: rows(0, 2),
        count: 3,
        offset: 0,
        limit: 2,
        next: { offset: 2, limit: 2 },
        summaries: { 'my-company': GUID },
        itemTexts: expect.any(Function),
      },
      {
        items: rows(2, 3),
        count: 3,
        offset: 2,
        limit: 2,
        next: null,
        summaries: null,
        itemTexts: expect.any(Function),
      },
    ]);
    expect(pages.flatMap(page => page.itemTexts())).toEqual(rows(0, 3).map(row => JSON.stringify(row)));
    const offset = pages[0]?.next?.offset;
    expect(await all(client.portfolio.list({ limit: 2 }, { offset }))).toEqual(rows(2, 3));
  });

  it('makes no request before it is read, and no more than the reader wants', async () => {
    const upstream = script(reply(200, { count: 3, results: rows(0, 2), links: { next: link(2) } }));
    const list = clientOf(upstream).client.findings.list(GUID, { limit: 2 });
    expect(upstream.requests).toHaveLength(0);
    for await (const item of list) {
      expect(item).toEqual({ id: 0 });
      break;
    }
    expect(upstream.requests).toHaveLength(1);
  });

  it('may be one page of 100,000 rows', async () => {
    const upstream = script(reply(200, { count: 100_000, results: rows(0, 100_000), links: { next: null } }));
    const { client } = clientOf(upstream);
    expect(await all(client.findings.list(GUID, { limit: 100_000 }))).toHaveLength(100_000);
  });

  it('always sends a limit', async () => {
    const upstream = script(reply(200, { count: 0, results: [] }), reply(200, { count: 0, results: [] }));
    const { client } = clientOf(upstream);
    await all(client.findings.list(GUID));
    await all(client.portfolio.list());
    expect(upstream.requests.map(({ url }) => new URL(url).search)).toEqual([
      '?limit=1000&offset=0',
      '?limit=500&offset=0',
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', limit => {
    expect(() => clientOf(script()).client.findings.list(GUID, { limit })).toThrow(BitsightArgumentError);
  });

  it('refuses a negative offset, and an offset among the filters', () => {
    const { client } = clientOf(script());
    expect(() => client.findings.list(GUID, {}, { offset: -1 })).toThrow(BitsightArgumentError);
    const filters: Record<string, number> = { offset: 5 };
    expect(() => client.findings.list(GUID, filters)).toThrow(BitsightArgumentError);
  });

  it('with a foreign next link fails at once', async () => {
    const upstream = script(
      reply(200, { count: 4, results: rows(0, 2), links: { next: 'https://evil.test' } }),
    );
    const error = await rejectionOf(all(clientOf(upstream).client.findings.list(GUID, { limit: 2 })));
    expect(error).toBeInstanceOf(BitsightMalformedError);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('any mix of good, short, small and failed pages', () => {
  type Fault = 'whole' | 'small' | 'short' | 'empty' | 'reset' | '429' | '500' | '202' | 'page' | 'cut';
  const faults = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Fault>('whole') },
      fc.constantFrom<Fault>('small', 'short', 'empty', 'reset', '429', '500', '202', 'page', 'cut'),
    ),
    { maxLength: 60 },
  );

  it('gives every id once and in order, or throws: never loses, never repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 8 }),
        faults,
        fc.constantFrom('links', 'top', 'none'),
        async (count, limit, maxAttempts, plan, linked) => {
          let sent = 0;
          const fetch = async (url: string): Promise<FetchResponse> => {
            const offset = Number(new URL(url).searchParams.get('offset'));
            const fault = plan[sent] ?? 'whole';
            sent += 1;
            const end = Math.min(count, offset + limit);
            const page = (until: number, isLinked: boolean) => {
              const next = isLinked ? link(until) : null;
              const results = rows(offset, Math.max(offset, until));
              return reply(200, { count, results, ...(linked === 'top' ? { next } : { links: { next } }) });
            };
            switch (fault) {
              case 'whole':
                return page(end, linked !== 'none' && end < count);
              // Capped by the server: honest only with a link.
              case 'small':
                return end - offset > 1 ? page(end - 1, true) : page(end, end < count);
              case 'short':
                return page(end - 1, false);
              case 'empty':
                return page(offset, end > offset);
              case 'reset':
                throw connectionReset();
              case '429':
                return reply(429);
              case '500':
                return reply(500);
              case '202':
                return reply(202);
              case 'page':
                return webPage(403);
              case 'cut':
                return new Response('{"count": 3, "results": [{', { status: 200 });
            }
          };
          const { client } = clientOf({ fetch, requests: [] }, { maxAttempts });
          const seen: unknown[] = [];
          try {
            for await (const item of client.findings.list(GUID, { limit })) seen.push(item.id);
          } catch (error) {
            expect(error).toBeInstanceOf(BitsightError);
            expect(seen).toEqual(rows(0, seen.length).map(({ id }) => id));
            return;
          }
          expect(seen).toEqual(rows(0, count).map(({ id }) => id));
        },
      ),
      { numRuns: 400 },
    );
  });
});
