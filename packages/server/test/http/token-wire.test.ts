/** tokens.md, "Wire contract", on the wire: mailed tokens, formats, recorded use, exposure, guessing, and hostile headers. */
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { Principal } from '../../src/access/principal.ts';
import { newTokenValue } from '../../src/access/token-format.ts';
import { makeToken } from '../access/lab.ts';
import { TestMailer } from '../support/accounts.ts';
import { call } from './call.ts';
import { type Installation, install } from './installation.ts';
import { get, inClear } from './raw.ts';

const TOKENS = '/ratings/v1/customers/current/api-tokens';
const RETRIEVE = '/v1/api-tokens/retrieve';
const NO_LINK = { detail: 'This link is not valid, or was used already. Ask for a new token.' };
const KEYS = ['guid', 'description', 'token', 'created_date', 'creator_name', 'group', 'roles'];

const mailer = new TestMailer(true);
let at: Installation;
let admin: Principal;
beforeAll(async () => {
  at = await install({}, { mailer });
  const principal = await at.authority.verify(at.admin.userToken);
  if (principal === null) throw new Error('the Admin has no live token');
  admin = principal;
});
afterAll(() => at.close());

const post = (path: string, body: unknown, token?: string | null) =>
  call(at, path, { method: 'POST', body, ...(token === undefined ? {} : { token }) });

function linkInMail() {
  const link = /#(\S+)$/m.exec(mailer.mails.at(-1)?.text ?? '');
  const parameters = new URLSearchParams(link?.[1] ?? '');
  return { user_guid: parameters.get('user_guid'), auth_token: parameters.get('auth_token') };
}

async function mailed(fields: object = {}) {
  const answer = await post(TOKENS, {
    description: 'by mail',
    email: 'ada@example.com',
    send_token_retrieval_email: true,
    ...fields,
  });
  return { answer, link: linkInMail() };
}

describe('a mailed token', () => {
  it('is answered masked, with the documented keys alone, and fetched once without credentials', async () => {
    const { answer, link } = await mailed();
    expect(answer.status, answer.text).toBe(201);
    expect(Object.keys(Object(answer.json))).toEqual(KEYS);
    expect(answer.json).toMatchObject({ token: expect.stringMatching(/^\*{5}.{4}$/) });
    for (const prefix of ['/ratings', '']) {
      const wrong = await post(`${prefix}${RETRIEVE}`, { ...link, email: 'eve@example.com' }, null);
      expect([wrong.status, wrong.json]).toEqual([404, NO_LINK]);
    }
    const fetched = await post(RETRIEVE, { ...link, email: 'ada@example.com' }, null);
    expect(fetched.status).toBe(200);
    expect(fetched.headers['cache-control']).toBe('no-store');
    const { token } = Object(fetched.json);
    expect(fetched.json).toEqual({ token: expect.stringMatching(/^slc_[0-9A-Za-z]{36}$/) });
    expect((await call(at, '/v1/whoami', { token })).status).toBe(200);
    const again = await post(`${RETRIEVE}/`, { ...link, email: 'ada@example.com' }, null);
    expect([again.status, again.json]).toEqual([404, NO_LINK]);
  });

  it('is the same 404 for a body without the fields, and 400 for one that is no JSON', async () => {
    for (const body of [{}, { email: 1, user_guid: [], auth_token: null }, []]) {
      const answer = await post(RETRIEVE, body, null);
      expect([answer.status, answer.json]).toEqual([404, NO_LINK]);
    }
    const text = await call(at, RETRIEVE, {
      method: 'POST',
      token: null,
      rawBody: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(text.status).toBe(400);
  });

  it.each([
    [{ email: undefined }, 'email'],
    [{ email: 'nobody' }, 'email'],
    [{ email: 'a@example.com\nBcc: b@example.com' }, 'email'],
    [{ email: ['a@example.com'] }, 'email'],
    [{ description: '' }, 'description'],
    [{ send_token_retrieval_email: 'maybe' }, 'send_token_retrieval_email'],
  ])('with %j is 400 that names %s, and no mail goes', async (fields, named) => {
    const before = mailer.mails.length;
    const { answer } = await mailed(fields);
    expect([answer.status, Object.keys(Object(answer.json))]).toEqual([400, ['detail']]);
    expect(answer.text).toContain(named);
    expect(mailer.mails).toHaveLength(before);
  });

  it('is not made when the mail server is down', async () => {
    const before = await at.authority.companyTokens.list(admin);
    mailer.isFailing = true;
    const { answer } = await mailed();
    mailer.isFailing = false;
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await at.authority.companyTokens.list(admin)).toEqual(before);
  });
});

/** Cells of a CSV text as RFC 4180 has them. */
function parseCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter(row => row.length > 1);
}

describe('the three formats', () => {
  it('say the same of any description, and no CSV cell begins as a formula', async () => {
    const texts = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map(text => `${text}.`)
      .filter(text => text === text.trim() && !/\p{Cc}/u.test(text));
    const formulas = fc.constantFrom('=1+1', '+1', '-1', '@x', '＝1', '<b>&amp;"\'');
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, formulas), async description => {
        const { token } = await makeToken(at.authority, admin, { description });
        const [json, csv, xml] = await Promise.all([
          call(at, TOKENS),
          call(at, `${TOKENS}?format=csv`),
          call(at, `${TOKENS}?format=xml`),
        ]);
        const inJson = (json.json as { guid: string; description: string }[]).find(
          row => row.guid === token.guid,
        );
        expect(inJson?.description).toBe(description);
        const [head = [], ...rows] = parseCsv(csv.text);
        expect(head).toEqual(KEYS);
        const inCsv = rows.find(row => row[0] === token.guid)?.[1] ?? '';
        expect(inCsv.replace(/^'/, '')).toBe(description.replace(/^'/, ''));
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        const parsed = new XMLParser({ trimValues: false, parseTagValue: false }).parse(xml.text);
        const inXml = [parsed.api_tokens.api_token].flat().find(row => row.guid === token.guid);
        expect(inXml.description).toBe(description);
        await at.authority.companyTokens.revoke(admin, admin.organizationId, token.guid, NO_ORIGIN);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a token with an expiry', () => {
  it('shows only the documented keys here, and is the one 401 when it is over', async () => {
    const expiresAt = Date.now() + 800;
    const made = await makeToken(at.authority, admin, { description: 'short', expiresAt });
    const rows = (await call(at, TOKENS)).json as object[];
    for (const row of rows) expect(Object.keys(row)).toEqual(KEYS);
    expect((await call(at, '/v1/whoami', { token: made.value })).status).toBe(200);
    const unknown = await call(at, '/ratings/v1/users/current', { token: newTokenValue('company') });
    await expect
      .poll(async () => (await call(at, '/ratings/v1/users/current', { token: made.value })).text, {
        timeout: 4_000,
        interval: 50,
      })
      .toBe(unknown.text);
    expect(JSON.stringify((await call(at, TOKENS)).json)).not.toContain(made.token.guid);
  });
});

describe('the use of a token', () => {
  it('is counted on both surfaces for accepted requests alone, with address and client', async () => {
    const { token, value } = await makeToken(at.authority, admin, {
      description: 'used',
      role: 'customer_user',
    });
    const headers = { 'user-agent': `probe/1 ${'x'.repeat(300)}` };
    await call(at, '/v1/whoami', { token: value, headers });
    await call(at, '/ratings/v1/users/current', { token: value, headers });
    // Accepted as a token, though not permitted: it was used.
    expect((await call(at, TOKENS, { token: value, headers })).status).toBe(403);
    await call(at, '/v1/whoami', { token: newTokenValue('company'), headers });
    await at.services.tokens.usage.flush();
    const view = await at.authority.companyTokens.get(admin, admin.organizationId, token.guid);
    expect(view).toMatchObject({
      requestCount: 3,
      lastUsedAddress: '127.0.0.1',
      lastUsedClient: headers['user-agent'].slice(0, 200),
    });
  });
});

describe('hostile credentials', () => {
  it('of ten megabytes are refused without harm', async () => {
    const huge = Buffer.alloc(10 * 1_048_576, 'a').toString('base64');
    const answer = await get(at, '/ratings/v1/users/current', { Authorization: `Basic ${huge}` });
    // Nothing at all where the connection was reset under the client that still wrote.
    expect([431, 0]).toContain(answer.status);
    expect((await call(at, '/v1/whoami')).status).toBe(200);
  });
});

describe('guessing', () => {
  it('is answered 429 with Retry-After after sixty failures, and slows no valid token', async () => {
    const own = await install();
    const statuses: number[] = [];
    for (let n = 0; n < 62; n += 1) {
      statuses.push((await call(own, '/ratings/v1/users/current', { token: newTokenValue('user') })).status);
    }
    expect(statuses).toEqual([...Array(60).fill(401), 429, 429]);
    const limited = await call(own, '/v1/whoami', { token: 'x' });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call(own, '/v1/whoami')).status).toBe(200);
    // Without credentials nothing is guessed.
    expect((await call(own, '/v1/whoami', { token: null })).status).toBe(401);
    await own.close();
  });
});

describe('an exposed token', () => {
  it('is revoked at once where that is the setting, over plain HTTP and in a URL', async () => {
    const own = await install({}, { revokeExposed: true });
    const owner = await own.authority.verify(own.admin.userToken);
    if (owner === null) throw new Error('the Admin has no live token');
    const { host } = new URL(own.at.httpUrl);
    for (const expose of [
      (token: string) => get(own, `/v1/whoami?token=${token}`, {}),
      (token: string) =>
        inClear(own.at.httpUrl, `GET / HTTP/1.1\r\nHost: ${host}\r\nX-API-KEY: ${token}\r\n\r\n`),
    ]) {
      const { value } = await makeToken(own.authority, owner, { description: 'leaked' });
      expect((await call(own, '/v1/whoami', { token: value })).status).toBe(200);
      await expose(value);
      await expect.poll(async () => (await call(own, '/v1/whoami', { token: value })).status).toBe(401);
    }
    const rows = await own.store.db
      .selectFrom('audit_log')
      .select(['action', 'after'])
      .where('action', '=', 'token.exposed')
      .execute();
    expect(rows.map(row => row.after)).toEqual(['{"where":"url"}', '{"where":"plain_http"}']);
    await own.close();
  });
});
