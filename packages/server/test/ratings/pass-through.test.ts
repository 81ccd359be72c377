/** What goes on to an upstream account and what comes back, by the rules of the table; walls have tests of their own. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sealCredentials } from '../../src/connections/credentials.ts';
import { at, type Json } from '../support/json.ts';
import { uuid } from '../unified/seed.ts';
import { type Answer, PassThroughLab } from './pass-through-lab.ts';
import { ROWS } from './pass-through-rows.ts';
import { failure, ok, PassThroughUpstream, UPSTREAM_WORDS } from './pass-through-upstream.ts';

const TOKEN = 'upstream-token-0123456789-0123456789-012';
const OTHER_TOKEN = 'upstream-other-0123456789-0123456789-012';
const [A, B, C, STRANGE] = ['a', 'b', 'c', 'strange'].map(uuid) as [string, string, string, string];

let upstream: PassThroughUpstream;
let lab: PassThroughLab;
let connection: string;
beforeAll(async () => {
  upstream = await PassThroughUpstream.start();
  const bounds = { maxRows: 3_000, maxPages: 20, maxCharacters: 500_000 };
  lab = await PassThroughLab.start({ upstream, endpoints: ROWS, bounds });
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});
beforeEach(async () => {
  upstream.accounts.clear();
  upstream.requests.length = 0;
  upstream.reply = () => null;
  await lab.clear();
  connection = await lab.connect(TOKEN, [A, B]);
});

const DENIED = { detail: 'You do not have permission to perform this action.' };

function alert(index: number, company: string): Json {
  return { guid: index, company_guid: company, company_name: `name of ${company}`, alert_date: '2026-01-02' };
}
function alerts(count: number): Json[] {
  return Array.from({ length: count }, (_, index) => alert(index, [A, B, STRANGE][index % 3] ?? A));
}
function guidsOf({ json }: Answer): Json[] {
  const rows = at(json, 'results');
  return Array.isArray(rows) ? rows.map(row => at(row, 'guid')) : [];
}
function asked(): string[] {
  return upstream.requests.map(({ method, url }) => `${method} ${url}`);
}

describe('what is sent on', () => {
  test('is what the table knows, under its canonical name, to a path made of the template', async () => {
    upstream.account(TOKEN).lists['/v2/alerts'] = alerts(3);
    const query =
      'severity=WARN&details__grade=BAD&alert_date_gte=2026-01-01&sort=-alert_date,nonsense&q=acme&expand=DETAILS,secrets' +
      '&since=20260131&unknown=1&severity_gte=3&token=x&format=json&limit=2&offset=1&fields=guid';
    const answer = await lab.call(`/v2/alerts/?${query}`);
    expect(answer.status).toBe(200);
    expect(asked()).toEqual([
      'GET /ratings/v2/alerts?severity=WARN&details.grade=BAD&alert_date_gte=2026-01-01&sort=-alert_date&q=acme' +
        '&expand=details&since=2026-01-31&fields=guid&limit=2&offset=1',
    ]);
  });

  test('a POST is the POST that asks the same, page by page', async () => {
    upstream.account(TOKEN).lists['/v2/alerts'] = alerts(1500);
    const payload = { severity: 'WARN', company_guid: [A, B], limit: 1200, secret: 1 };
    const answer = await lab.call('/v2/alerts', { method: 'POST', payload });
    expect([answer.status, at(answer.json, 'count'), guidsOf(answer).length]).toEqual([200, 1500, 1200]);
    expect(upstream.requests.map(({ method, url, parameters }) => [method, url, parameters])).toEqual([
      [
        'POST',
        '/ratings/v2/alerts',
        { severity: 'WARN', company_guid: `${A},${B}`, limit: '600', offset: '0' },
      ],
      [
        'POST',
        '/ratings/v2/alerts',
        { severity: 'WARN', company_guid: `${A},${B}`, limit: '600', offset: '600' },
      ],
    ]);
  });

  test.each([
    ['..%2f..%2fv1%2fusers'],
    ['%2e%2e'],
    ['a%2Fb'],
    ['a%5Cb'],
    ['a%00b'],
    ['a;b'],
    ['a.b'],
    ['%252e%252e%252f'],
    ['x'.repeat(65)],
    ['a%20b'],
  ])('a path with %s in it goes nowhere', async hostile => {
    upstream.reply = () => ok({ secret: true });
    // A client may resolve dots before it sends them; then there is no such route.
    const forbidden = hostile === '%2e%2e' ? 404 : 403;
    expect((await lab.call(`/v1/companies/${hostile}/assets`)).status).toBe(forbidden);
    expect((await lab.call(`/v2/threats/t/companies/${hostile}/evidence`)).status).toBe(forbidden);
    expect((await lab.call(`/v2/threats/${hostile}/companies/${A}/evidence`)).status).toBe(404);
    expect((await lab.call(`/v1/alerts/${hostile}/1`)).status).toBe(404);
    expect((await lab.call(`/v1/alerts/percent/${hostile}`)).status).toBe(404);
    expect(upstream.requests).toEqual([]);
  });

  test('a company is asked about as upstream spells it, and only if the store has it', async () => {
    upstream.account(TOKEN).lists[`/v1/companies/${A}/assets`] = [{ name: 'x' }];
    expect((await lab.call(`/v1/companies/${A.toUpperCase()}/assets`)).status).toBe(200);
    expect(upstream.requests[0]?.path).toBe(`/v1/companies/${A}/assets`);
    for (const guid of [STRANGE, C, 'no-guid']) {
      const answer = await lab.call(`/v1/companies/${guid}/assets`);
      expect([answer.status, answer.json]).toEqual([403, DENIED]);
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test('a role that is too low is refused before anyone is asked', async () => {
    upstream.account(TOKEN).lists[`/v1/companies/${A}/providers`] = [];
    const path = `/v1/companies/${A}/providers`;
    for (const role of ['customer_user', 'customer_portfolio_manager'] as const) {
      const answer = await lab.call(path, { as: PassThroughLab.everyone(role) });
      expect([answer.status, answer.json]).toEqual([403, DENIED]);
    }
    expect(upstream.requests).toEqual([]);
    for (const role of ['customer_group_admin', 'vrm_admin', 'customer_admin'] as const)
      expect((await lab.call(path, { as: PassThroughLab.everyone(role) })).status).toBe(200);
  });
});

describe('lists', () => {
  test('are paged with our own links, by slices that upstream takes, and every row keeps its text', async () => {
    const rows = alerts(2500);
    upstream.account(TOKEN).lists['/v2/alerts'] = rows;
    upstream.account(TOKEN).summaries = { total: 2500 };
    const answer = await lab.call('/v2/alerts?limit=1000000&severity=WARN');
    expect(at(answer.json, 'results')).toEqual(rows);
    expect(at(answer.json, 'summaries')).toEqual({ total: 2500 });
    expect(
      upstream.requests.map(({ parameters }) => Number(parameters.limit)).every(limit => limit <= 1000),
    ).toBe(true);

    const page = await lab.call('/v2/alerts?limit=2&offset=4&severity=WARN');
    expect(at(page.json, 'count')).toBe(2500);
    expect(at(page.json, 'links')).toEqual({
      next: 'https://sightline.example/v2/alerts?severity=WARN&limit=2&offset=6',
      previous: 'https://sightline.example/v2/alerts?severity=WARN&limit=2&offset=2',
    });
    expect(page.text).not.toContain(upstream.host);
    expect(guidsOf(await lab.call('/v2/alerts?offset=2499'))).toEqual([2499]);
    expect(guidsOf(await lab.call('/v2/alerts?offset=2500'))).toEqual([]);
  });

  test('numbers keep their digits', async () => {
    const text = '{"count":1,"results":[{"guid":12345678901234567890,"score":1.50,"company_guid":"x"}]}';
    upstream.reply = () => ({ status: 200, body: text });
    expect((await lab.call('/v2/alerts')).text).toContain('{"guid":12345678901234567890,"score":1.50,');
  });

  test('that come in smaller pages than asked for are read on', async () => {
    const rows = alerts(250);
    upstream.reply = request =>
      ok(upstream.page({ ...request, parameters: { ...request.parameters, limit: '100' } }, rows));
    const answer = await lab.call('/v2/alerts?limit=1000');
    expect(at(answer.json, 'results')).toEqual(rows);
  });

  test('that upstream does not page are paged here', async () => {
    const rows = alerts(1200);
    upstream.reply = () => ok({ count: rows.length, results: rows });
    expect(guidsOf(await lab.call('/v2/alerts?limit=2&offset=3'))).toEqual([3, 4]);
    expect(guidsOf(await lab.call('/v2/alerts?limit=5000'))).toHaveLength(1200);
    expect(guidsOf(await lab.call('/v2/alerts?offset=1199'))).toEqual([1199]);
    expect(guidsOf(await lab.call('/v2/alerts?offset=1200'))).toEqual([]);
    const walled = await lab.walled([A]);
    expect(at((await lab.call('/v2/alerts?limit=1', { as: walled })).json, 'count')).toBe(400);
    expect(upstream.requests).toHaveLength(5);
  });

  test('a page that comes short is asked for once more, and then is no answer', async () => {
    const rows = alerts(30);
    let short = 1;
    upstream.reply = () => ok({ count: 30, results: short-- > 0 ? rows.slice(0, 10) : rows });
    expect(guidsOf(await lab.call('/v2/alerts'))).toHaveLength(30);
    upstream.reply = () => ok({ count: 30, results: rows.slice(0, 10) });
    const answer = await lab.call('/v2/alerts?severity=WARN');
    expect([answer.status, at(answer.json, 'detail')]).toEqual([
      502,
      'Bitsight sent fewer rows than it promised. Try again later.',
    ]);
    expect(upstream.requests).toHaveLength(4);
  });

  test('that shrink or grow while they are read never promise more rows than they have', async () => {
    for (const step of [-3, 3]) {
      let length = 1500;
      upstream.reply = request => {
        const page = upstream.page(request, alerts(length));
        length += step;
        return ok(page);
      };
      const answer = await lab.call(`/v2/alerts?limit=5000&severity=${step}`);
      expect(answer.status).toBe(200);
      expect(guidsOf(answer)).toHaveLength(Number(at(answer.json, 'count')));
    }
  });

  test('that are too long are refused with what to do', async () => {
    upstream.account(TOKEN).lists['/v2/alerts'] = alerts(3001);
    const answer = await lab.call('/v2/alerts?limit=10000');
    expect(answer.status).toBe(413);
    expect(at(answer.json, 'detail')).toMatch(/too large .* Ask for less/);
    expect((await lab.call('/v2/alerts?limit=3000')).status).toBe(200);
    const walled = await lab.walled([A]);
    expect((await lab.call('/v2/alerts?limit=1', { as: walled })).status).toBe(413);
    upstream.account(TOKEN).lists['/v2/alerts'] = [{ guid: 1, company_guid: A, text: 'x'.repeat(500_000) }];
    expect((await lab.call('/v2/alerts?severity=WARN')).status).toBe(413);
    // Rows of 3,000 in pages of 100 are more pages than are read.
    upstream.reply = request =>
      ok(upstream.page({ ...request, parameters: { ...request.parameters, limit: '100' } }, alerts(2900)));
    expect((await lab.call('/v2/alerts?limit=2900&severity=CRITICAL')).status).toBe(413);
  });

  test('are rendered here as CSV and XML', async () => {
    upstream.account(TOKEN).lists['/v2/alerts'] = [{ guid: 1, company_guid: A }];
    const csv = await lab.call('/v2/alerts?format=csv');
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    expect(csv.text).toBe(`guid,company_guid\r\n1,${A}\r\n`);
    expect((await lab.call('/v2/alerts?format=xml')).text).toContain(`<company_guid>${A}</company_guid>`);
    expect(upstream.requests.every(({ url }) => !url.includes('format'))).toBe(true);
  });
});

describe('other shapes', () => {
  test('arrays, framed lists and bodies come as they are, without what leads back to upstream', async () => {
    const { bodies } = upstream.account(TOKEN);
    bodies['/v1/portfolio/breaches'] = [{ guid: 1, affected_portfolio_company: { guid: STRANGE } }];
    bodies['/v1/companies'] = {
      created: '2026-01-01',
      companies: [{ guid: A }],
      my_company: { guid: A },
      links: {},
    };
    bodies['/v1/alerts/types'] = ['PERCENT_CHANGE', 'RISK_CATEGORY'];
    bodies[`/v1/companies/${A}/observations`] = {
      cursor: { next: 'abc', next_url: `https://${upstream.host}/ratings/v1/x?cursor=abc` },
      next: `https://${upstream.host}/next`,
      data: [{ observation_id: 'o' }],
    };
    expect((await lab.call('/v1/portfolio/breaches')).json).toEqual(bodies['/v1/portfolio/breaches']);
    expect((await lab.call('/v1/companies')).json).toEqual({
      created: '2026-01-01',
      companies: [{ guid: A }],
      my_company: { guid: A },
    });
    expect((await lab.call('/v1/alerts/types')).json).toEqual(bodies['/v1/alerts/types']);
    const observations = await lab.call(`/v1/companies/${A}/observations?cursor=xyz`);
    expect(observations.json).toEqual({ cursor: { next: 'abc' }, data: [{ observation_id: 'o' }] });
    expect(asked().at(-1)).toBe(`GET /ratings/v1/companies/${A}/observations?cursor=xyz`);
  });

  test('a download is text of a company’s own, and has one format', async () => {
    const csv = 'Date,"SPF grade"\r\n2026-01-01,A\r\n';
    upstream.reply = ({ parameters }) => ({ status: 200, body: parameters.format === 'csv' ? csv : '{}' });
    const path = `/v1/companies/${A}/reports/ratings-history`;
    const answer = await lab.call(`${path}?async=true`);
    expect(asked()).toEqual([`GET /ratings${path}?format=csv`]);
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      200,
      'text/csv; charset=utf-8',
      csv,
    ]);
    expect((await lab.call(`${path}?format=json`)).status).toBe(400);
    expect((await lab.call(`/v1/companies/${C}/reports/ratings-history`)).status).toBe(403);
  });

  test('an answer in another shape than the table says is 502', async () => {
    const { bodies } = upstream.account(TOKEN);
    bodies['/v1/portfolio/breaches'] = { results: [] };
    bodies['/v1/companies'] = { items: [] };
    bodies['/v2/alerts'] = [];
    for (const path of ['/v1/portfolio/breaches', '/v1/companies', '/v2/alerts'])
      expect((await lab.call(path)).status).toBe(502);
  });
});

describe('several connections', () => {
  beforeEach(async () => {
    await lab.connect(OTHER_TOKEN, [B, C]);
    upstream.account(TOKEN).lists['/v2/alerts'] = [alert(1, A), alert(2, B)];
    upstream.account(OTHER_TOKEN).lists['/v2/alerts'] = [alert(2, B), alert(3, C)];
  });

  test('are one list, in the order they were made, a row that both have being one', async () => {
    const answer = await lab.call('/v2/alerts');
    expect([at(answer.json, 'count'), guidsOf(answer)]).toEqual([3, [1, 2, 3]]);
    expect(guidsOf(await lab.call('/v2/alerts?sort=-guid'))).toEqual([3, 2, 1]);
    expect(guidsOf(await lab.call('/v2/alerts?limit=1&offset=2'))).toEqual([3]);
  });

  test('X-CONNECTION-ID names one, and none that is another’s', async () => {
    const headers = { 'x-connection-id': connection };
    expect(guidsOf(await lab.call('/v2/alerts', { headers }))).toEqual([1, 2]);
    const unknown = { 'x-connection-id': '0198a000-0000-7000-8000-00000000ffff' };
    expect((await lab.call('/v2/alerts', { headers: unknown })).status).toBe(404);
    expect((await lab.call(`/v1/companies/${C}/assets`, { headers })).status).toBe(403);
  });

  test('a company is asked about where its record is newest', async () => {
    for (const token of [TOKEN, OTHER_TOKEN])
      upstream.account(token).lists[`/v1/companies/${B}/assets`] = [{ name: token }];
    const nameOf = async () => at((await lab.call(`/v1/companies/${B}/assets`)).json, 'results', 0, 'name');
    expect(await nameOf()).toBe(OTHER_TOKEN);
    await lab.store.db
      .updateTable('company_sync')
      .set({ last_synced_at: 99 })
      .where('connection_id', '=', connection)
      .execute();
    expect(await nameOf()).toBe(TOKEN);
  });

  test('one that is paused is not asked, and what it alone has says so', async () => {
    upstream.account(TOKEN).lists[`/v1/companies/${A}/assets`] = [];
    await lab.store.db
      .updateTable('connections')
      .set({ state: 'PAUSED' })
      .where('id', '=', connection)
      .execute();
    expect(guidsOf(await lab.call('/v2/alerts'))).toEqual([2, 3]);
    const answer = await lab.call(`/v1/companies/${A}/assets`);
    expect(answer.status).toBe(503);
    expect(at(answer.json, 'detail')).toMatch(/is paused or has no credentials/);
  });

  test('one that fails fails the whole: no list is passed off as complete', async () => {
    upstream.reply = ({ token }) => (token === OTHER_TOKEN ? failure(403) : null);
    expect((await lab.call('/v2/alerts')).status).toBe(403);
  });

  test('bodies that are objects have to be the same; lists are put together', async () => {
    upstream.account(TOKEN).bodies['/v1/alerts/types'] = ['A', 'B'];
    upstream.account(OTHER_TOKEN).bodies['/v1/alerts/types'] = ['B', 'C'];
    expect((await lab.call('/v1/alerts/types')).json).toEqual(['A', 'B', 'C']);
    upstream.account(TOKEN).bodies['/v1/alerts/percent/1'] = { a: 1 };
    upstream.account(OTHER_TOKEN).bodies['/v1/alerts/percent/1'] = { a: 1 };
    expect((await lab.call('/v1/alerts/percent/1')).json).toEqual({ a: 1 });
    upstream.account(OTHER_TOKEN).bodies['/v1/alerts/percent/2'] = { a: 2 };
    upstream.account(TOKEN).bodies['/v1/alerts/percent/2'] = { a: 1 };
    const answer = await lab.call('/v1/alerts/percent/2');
    expect([answer.status, at(answer.json, 'detail')]).toEqual([
      400,
      expect.stringContaining('X-CONNECTION-ID'),
    ]);
  });
});

describe('when upstream fails', () => {
  const page = { 'content-type': 'text/html' };
  test.each([
    [
      401,
      {},
      502,
      "The connection's token was refused by Bitsight. An Admin gives the connection a valid one.",
    ],
    [403, {}, 403, 'You do not have permission to perform this action.'],
    [403, page, 502, 'Bitsight answered with an error of its own (403).'],
    [404, {}, 404, 'Not found.'],
    [413, {}, 413, expect.stringContaining('too large')],
    [400, {}, 400, 'Bitsight did not accept the parameters of this request.'],
    [422, {}, 400, 'Bitsight did not accept the parameters of this request.'],
    [302, { location: 'https://elsewhere.example/' }, 502, expect.any(String)],
    [500, {}, 502, 'Bitsight answered with an error of its own (500).'],
    [501, {}, 501, 'The upstream account does not serve this.'],
    [503, {}, 502, 'Bitsight answered with an error of its own (503).'],
    [504, {}, 504, expect.stringContaining('did not answer in time')],
    [524, {}, 504, expect.stringContaining('did not answer in time')],
    [202, {}, 503, expect.stringContaining('still preparing')],
  ] as const)(
    'with %i %j the caller is told %i in words of our own',
    async (status, headers, told, detail) => {
      upstream.reply = () => failure(status, headers);
      const paths = ['/v2/alerts', '/v1/alerts/types', `/v1/companies/${A}/reports/ratings-history`];
      for (const path of paths) {
        const answer = await lab.call(path);
        expect([answer.status, at(answer.json, 'detail')]).toEqual([told, detail]);
        for (const secret of [UPSTREAM_WORDS, TOKEN, upstream.host, '/ratings/'])
          expect(answer.text + JSON.stringify(answer.headers)).not.toContain(secret);
      }
      expect(upstream.requests.every(({ path }) => paths.includes(path))).toBe(true);
    },
  );

  test('429 always says when to come back', async () => {
    for (const [headers, after] of [
      [{ 'retry-after': '7' }, '7'],
      [{ 'retry-after': '0' }, '1'],
      [{}, '60'],
    ] as const) {
      upstream.reply = () => failure(429, headers);
      const answer = await lab.call('/v1/alerts/types');
      expect([answer.status, answer.headers['retry-after']]).toEqual([429, after]);
    }
  });

  test('what is no JSON, cut off, or another protocol is 502', async () => {
    for (const body of ['', '<html>Attention Required! | Cloudflare</html>', '{"a":', 'null and more']) {
      upstream.reply = () => ({ status: 200, body });
      expect((await lab.call('/v1/alerts/types')).status).toBe(502);
    }
  });

  test('a next link to another host is not followed and no answer', async () => {
    upstream.reply = () => ok({ count: 2, results: [{}], links: { next: 'https://elsewhere.example/x' } });
    expect((await lab.call('/v2/alerts')).status).toBe(502);
  });

  test('one that says nothing is 504 when the time is up', async () => {
    const impatient = await PassThroughLab.start({ upstream, endpoints: ROWS, pace: { wholeReadMs: 100 } });
    await impatient.connect(TOKEN, [A]);
    upstream.reply = () => new Promise(() => {});
    for (const path of ['/v1/alerts/types', '/v2/alerts'])
      expect((await impatient.call(path)).status).toBe(504);
    await impatient.close();
  });

  test('a hub that closes ends what is under way', async () => {
    const asked = new Promise<void>(resolve => {
      upstream.reply = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const closing = await PassThroughLab.start({ upstream, endpoints: ROWS });
    await closing.connect(TOKEN, [A]);
    const calling = closing.call('/v1/alerts/types');
    await asked;
    closing.gateway.close();
    expect((await calling).status).toBe(503);
    await closing.close();
  });
});

describe('a connection that cannot be read', () => {
  test.each([
    ['there is none', { state: 'DELETED' }, /no connection yet/],
    ['it is paused', { state: 'PAUSED' }, /is paused/],
    ['it has no credentials', { state: 'PENDING', sealed_credentials: null }, /has no credentials/],
    ['its host left the list', { options: '{"base_url":"https://elsewhere.example"}' }, /--upstream-host/],
  ] as const)('because %s is 503 with what to do', async (_, change, words) => {
    await lab.store.db.updateTable('connections').set(change).where('id', '=', connection).execute();
    const answer = await lab.call('/v2/alerts');
    expect([answer.status, at(answer.json, 'detail')]).toEqual([503, expect.stringMatching(words)]);
    expect(upstream.requests).toEqual([]);
  });

  test('new credentials count from the next request on', async () => {
    upstream.account(TOKEN).bodies['/v1/alerts/types'] = ['old'];
    expect((await lab.call('/v1/alerts/types')).json).toEqual(['old']);
    upstream.account(OTHER_TOKEN).bodies['/v1/alerts/types'] = ['new'];
    await lab.store.db
      .updateTable('connections')
      .set({
        sealed_credentials: sealCredentials(lab.vault, connection, { username: OTHER_TOKEN }),
        updated_at: 2,
      })
      .where('id', '=', connection)
      .execute();
    expect((await lab.call('/v1/alerts/types')).json).toEqual(['new']);
    expect(upstream.requests.map(({ token }) => token)).toEqual([TOKEN, OTHER_TOKEN]);
  });
});

describe('what was read lately', () => {
  test('is not read again for a minute, and requests of the same moment share one', async () => {
    upstream.account(TOKEN).lists['/v2/alerts'] = alerts(3);
    await Promise.all([1, 2, 3].map(() => lab.call('/v2/alerts?severity=WARN&q=x')));
    await lab.call('/v2/alerts?q=x&severity=WARN');
    expect(upstream.requests).toHaveLength(1);
    await lab.call('/v2/alerts?q=y&severity=WARN');
    expect(upstream.requests).toHaveLength(2);
    lab.clock.advance(60_001);
    await lab.call('/v2/alerts?q=x&severity=WARN');
    expect(upstream.requests).toHaveLength(3);
  });

  test('is not kept when it failed', async () => {
    upstream.reply = () => failure(404);
    await lab.call('/v1/alerts/types');
    upstream.reply = () => ok([]);
    expect((await lab.call('/v1/alerts/types')).status).toBe(200);
  });

  test('is answered to nobody whose connection was paused meanwhile', async () => {
    upstream.account(TOKEN).bodies['/v1/alerts/types'] = [];
    expect((await lab.call('/v1/alerts/types')).status).toBe(200);
    await lab.store.db.updateTable('connections').set({ state: 'PAUSED' }).execute();
    expect((await lab.call('/v1/alerts/types')).status).toBe(503);
  });
});
