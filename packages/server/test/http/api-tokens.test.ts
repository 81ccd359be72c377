/** tokens.md, "Wire contract", on the wire: every answer of the api-tokens routes, one test for each row. */
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { Principal, Role } from '../../src/access/principal.ts';
import { newTokenValue } from '../../src/access/token-format.ts';
import { makeToken } from '../access/lab.ts';
import { call } from './call.ts';
import { basic, type Installation, install } from './installation.ts';
import { get } from './raw.ts';

const TOKENS = '/ratings/v1/customers/current/api-tokens';
const REFUSED = { detail: 'You do not have permission to perform this action.' };

interface TokenOnWire {
  guid: string;
  description: string;
  token: string;
  created_date: string;
  creator_name: string;
  group: string;
  roles: { slug: string; display_name: string }[];
}

let at: Installation;
let admin: Principal;
beforeAll(async () => {
  at = await install();
  const principal = await at.authority.verify(at.admin.userToken);
  if (principal === null) throw new Error('the Admin has no live token');
  admin = principal;
});
afterAll(() => at.close());

async function create(body: unknown, token?: string): Promise<TokenOnWire> {
  const answer = await call(at, TOKENS, { method: 'POST', body, ...(token === undefined ? {} : { token }) });
  expect(answer.status, answer.text).toBe(201);
  return answer.json as TokenOnWire;
}

async function list(): Promise<TokenOnWire[]> {
  return (await call(at, TOKENS)).json as TokenOnWire[];
}

async function tokenOfRole(role: Role): Promise<string> {
  return (await makeToken(at.authority, admin, { description: `a ${role}`, role })).value;
}

describe('POST api-tokens', () => {
  it('answers 201 with the token object, its value in full', async () => {
    const made = await create({ description: '  SIEM  ', group: null });
    expect(made).toEqual({
      guid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      description: 'SIEM',
      token: expect.stringMatching(/^slc_[0-9A-Za-z]{36}$/),
      created_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      creator_name: 'Administrator',
      group: 'All Companies',
      roles: [{ slug: 'customer_admin', display_name: 'Admin' }],
    });
    const me = await call(at, '/v1/users/current', { token: made.token });
    expect(me.json).toMatchObject({ formal_name: 'SIEM', status: 'Activated', email: '' });
  });

  it('takes the fields inside data, and refuses them in both places', async () => {
    expect((await create({ data: { description: 'inside', group: 'All Companies' } })).description).toBe(
      'inside',
    );
    const both = await call(at, TOKENS, {
      method: 'POST',
      body: { description: 'a', data: { description: 'b' } },
    });
    expect(both.status).toBe(400);
    expect(both.text).toContain('data');
  });

  it.each([null, undefined, 'null', 'All Companies'])('takes group %j as the default group', async group => {
    expect((await create({ description: 'grouped', group })).group).toBe('All Companies');
  });

  it('gives a company token its creator’s role', async () => {
    const made = await create({ description: 'child' }, await tokenOfRole('vrm_admin'));
    expect(made.roles).toEqual([{ slug: 'vrm_admin', display_name: 'VRM admin' }]);
    expect(made.creator_name).toBe('a vrm_admin');
  });

  it.each([
    ['no description', {}, 'description'],
    ['a null description', { description: null }, 'description'],
    ['an empty description', { description: '' }, 'description'],
    ['a blank description', { description: ' \t ' }, 'description'],
    ['256 characters', { description: 'x'.repeat(256) }, 'description'],
    ['a control character', { description: 'a\u0000b' }, 'description'],
    ['a newline at the end', { description: 'a\n' }, 'description'],
    ['half a character', { description: 'a\ud800' }, 'description'],
    ['a description that is no text', { description: 7 }, 'description'],
    ['an unknown group', { description: 'a', group: 'EMEA' }, 'group'],
    ['a group that is no text', { description: 'a', group: 3 }, 'group'],
    ['data that is no object', { data: [] }, 'data'],
    [
      'a retrieval mail',
      { description: 'a', email: 'a@b.c', send_token_retrieval_email: true },
      'SMTP is not configured',
    ],
    [
      'a retrieval mail that is no boolean',
      { description: 'a', send_token_retrieval_email: 'yes' },
      'send_token_retrieval_email',
    ],
  ])('answers 400 that names the field for %s', async (_, body, named) => {
    const before = (await list()).length;
    const answer = await call(at, TOKENS, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.stringContaining(named) });
    expect(await list()).toHaveLength(before);
  });

  it('takes a description of 255 characters, counted as people count', async () => {
    expect((await create({ description: '🙂'.repeat(255) })).description).toHaveLength(510);
  });

  it.each([
    ['malformed JSON', '{"description": ', 'application/json'],
    ['a wrong content type', 'description=a', 'application/x-www-form-urlencoded'],
    ['a text', '{"description":"a"}', 'text/plain'],
    ['a list', '[]', 'application/json'],
  ])('answers 400 for %s', async (_, rawBody, type) => {
    const answer = await call(at, TOKENS, { method: 'POST', rawBody, headers: { 'content-type': type } });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: expect.any(String) });
  });

  it('makes fifty at once, all different, all listed', async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, n) => create({ description: `many ${n}` })),
    );
    expect(new Set(made.map(token => token.token)).size).toBe(50);
    const guids = new Set((await list()).map(token => token.guid));
    for (const token of made) expect(guids).toContain(token.guid);
  });
});

describe('GET api-tokens', () => {
  it('answers a bare array of live company tokens, masked, and never a user token', async () => {
    const made = await create({ description: 'listed' });
    const tokens = await list();
    expect(tokens.find(token => token.guid === made.guid)).toEqual({
      ...made,
      token: `*****${made.token.slice(-4)}`,
    });
    expect(tokens.every(token => /^\*{5}.{4}$/.test(token.token))).toBe(true);
    expect(tokens.some(token => token.guid === admin.tokenGuid)).toBe(false);
  });

  it('is the same with and without prefix, slash, doubled slash and by the organization’s guid', async () => {
    const guid = at.admin.organizationId;
    const paths = [
      '/v1/customers/current/api-tokens',
      `${TOKENS}/`,
      '/ratings/v1//customers/current/api-tokens',
      `/ratings/v1/customers/${guid}/api-tokens`,
    ];
    const expected = await list();
    for (const path of paths) expect((await call(at, path)).json, path).toEqual(expected);
  });

  it('answers CSV without formulas and XML without markup', async () => {
    await create({ description: '=HYPERLINK("http://evil")<b>&' });
    const csv = await call(at, `${TOKENS}?format=csv`);
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.text).toContain(`"'=HYPERLINK(""http://evil"")<b>&"`);
    expect(csv.text.split('\r\n')[0]).toBe('guid,description,token,created_date,creator_name,group,roles');
    const xml = await call(at, `${TOKENS}?format=xml`);
    expect(xml.headers['content-type']).toBe('application/xml; charset=utf-8');
    expect(xml.text).toContain('&lt;b&gt;&amp;</description>');
    const made = await call(at, `${TOKENS}?format=csv`, { method: 'POST', body: { description: 'as csv' } });
    expect(made.status).toBe(201);
    expect(made.text).toMatch(/as csv,slc_[0-9A-Za-z]{36},/);
  });

  it('answers 400 that names format for any other, on all three calls', async () => {
    const { guid } = await create({ description: 'format' });
    for (const [method, path] of [
      ['GET', TOKENS],
      ['POST', TOKENS],
      ['DELETE', `${TOKENS}/${guid}`],
    ] as const) {
      const answer = await call(at, `${path}?format=yaml`, {
        method,
        ...(method === 'POST' ? { body: { description: 'x' } } : {}),
      });
      expect(answer.status, method).toBe(400);
      expect(answer.text).toContain('format');
    }
    expect((await list()).some(token => token.guid === guid)).toBe(true);
  });
});

describe('DELETE api-tokens/{guid}', () => {
  it('answers 204 without a body, ends the token at once on a connection that is kept alive, and 404 the second time', async () => {
    const made = await create({ description: 'to be revoked' });
    expect((await call(at, '/v1/whoami', { token: made.token })).status).toBe(200);
    const deleted = await call(at, `${TOKENS}/${made.guid}?format=json`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
    });
    expect(deleted.status).toBe(204);
    expect(deleted.text).toBe('');
    expect((await call(at, '/v1/whoami', { token: made.token })).status).toBe(401);
    expect((await list()).some(token => token.guid === made.guid)).toBe(false);
    const again = await call(at, `${TOKENS}/${made.guid}`, { method: 'DELETE' });
    expect(again.status).toBe(404);
  });

  it('holds for the next request on the very same connection', async () => {
    const made = await create({ description: 'one connection' });
    let connections = 0;
    const client = new Client(at.at.baseUrl, { connect: { ca: at.ca } }).on('connect', () => {
      connections += 1;
    });
    const send = async (method: 'GET' | 'DELETE', path: string): Promise<number> => {
      const { statusCode, body } = await client.request({ method, path, headers: basic(made.token) });
      await body.dump();
      return statusCode;
    };
    expect(await send('GET', '/v1/whoami')).toBe(200);
    expect(await send('DELETE', `${TOKENS}/${made.guid}`)).toBe(204);
    expect(await send('GET', '/v1/whoami')).toBe(401);
    expect(connections).toBe(1);
    await client.close();
  });

  it('answers 404 for what is not a guid, for a user token, and for another organization’s', async () => {
    for (const guid of ['nothing', at.admin.organizationId, admin.tokenGuid]) {
      expect((await call(at, `${TOKENS}/${guid}`, { method: 'DELETE' })).status).toBe(404);
    }
    const other = '01a20000-0000-7000-8000-000000000000';
    for (const path of [`/v1/customers/${other}`, `/v1/customers/${other}/api-tokens`]) {
      expect((await call(at, path)).status).toBe(404);
    }
    expect(
      (await call(at, `/v1/customers/${other}/api-tokens/${admin.tokenGuid}`, { method: 'DELETE' })).status,
    ).toBe(404);
  });
});

describe('who may not', () => {
  it.each(['customer_group_admin', 'customer_portfolio_manager', 'customer_user'] as const)(
    'answers %s with 403 on all three calls',
    async role => {
      const token = await tokenOfRole(role);
      for (const [method, path] of [
        ['GET', TOKENS],
        ['POST', TOKENS],
        ['DELETE', `${TOKENS}/${admin.tokenGuid}`],
      ] as const) {
        const answer = await call(at, path, {
          token,
          method,
          ...(method === 'POST' ? { body: { description: 'x' } } : {}),
        });
        expect(answer.status).toBe(403);
        expect(answer.json).toEqual(REFUSED);
      }
      expect((await call(at, '/v1/users/current', { token })).status).toBe(200);
      expect((await call(at, '/v1/customers/current', { token })).status).toBe(200);
    },
  );
});

describe('credentials', () => {
  const encoded = (text: string | Buffer) => Buffer.from(text).toString('base64');
  const path = '/ratings/v1/users/current';

  it('are taken in every form that clients send', async () => {
    const token = at.admin.userToken;
    const forms: Record<string, string>[] = [
      { Authorization: `Basic ${encoded(`${token}:`)}` },
      { Authorization: `Basic ${encoded(`${token}:${token}`)}` },
      { Authorization: `Basic ${encoded(token)}` },
      { Authorization: `Basic ${encoded(`${token}:a:b`)}` },
      { authorization: `basic ${encoded(`${token}:`)}` },
      { Authorization: `Bearer ${token}` },
      { 'X-API-KEY': token },
      { Authorization: `Bearer ${token}`, 'X-API-KEY': 'something else' },
    ];
    for (const headers of forms)
      expect((await get(at, path, headers)).status, JSON.stringify(headers)).toBe(200);
  });

  it('that are missing, unknown, mistyped, revoked or malformed get one and the same 401', async () => {
    const token = at.admin.userToken;
    const gone = await create({ description: 'gone' });
    await at.authority.companyTokens.revoke(admin, admin.organizationId, gone.guid, NO_ORIGIN);
    const forms: Record<string, string>[] = [
      {},
      { Authorization: '' },
      { Authorization: 'Basic' },
      { Authorization: 'Basic ' },
      { Authorization: 'Basic !!!' },
      { Authorization: `Basic ${encoded(':')}` },
      { Authorization: `Basic ${encoded(`:${token}`)}` },
      { Authorization: `Basic ${encoded(`x${token}:`)}` },
      { Authorization: `Basic ${encoded(Buffer.from([0xff, 0xfe, ...Buffer.from(`${token}:`)]))}` },
      { Authorization: `Basic ${encoded(`${newTokenValue('company')}:`)}` },
      { Authorization: `Basic ${encoded(`${token.slice(0, -1)}_:`)}` },
      { Authorization: `Basic ${encoded(`${'p'.repeat(40)}:`)}` },
      { Authorization: `Basic ${encoded(`${gone.token}:`)}` },
      { Authorization: `Digest ${token}` },
      { Authorization: token },
      { Authorization: 'Bearer nothing', 'X-API-KEY': token },
      { 'X-API-KEY': '' },
      { 'X-API-KEY': `${token}, ${token}` },
    ];
    const answers = await Promise.all(forms.map(headers => get(at, path, headers)));
    expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([401]));
    expect(new Set(answers.map(answer => answer.body)).size).toBe(1);
    for (const { headers } of answers) expect(headers).toContain('www-authenticate: basic realm="bitsight"');
  });

  it('get no Basic challenge on the unified API', async () => {
    const answer = await call(at, '/v1/whoami', { token: null });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('in a URL are refused with 400 wherever they stand, recorded, and shown nowhere', async () => {
    const token = at.admin.userToken;
    const hidden = token.replace('_', '%5f');
    for (const url of [
      `${path}?key=${token}`,
      `/v1/${token}`,
      `${path}/${hidden}/x`,
      `${path}?a=b&c=Bearer%20${hidden}`,
      `/%zz${token}`,
    ]) {
      const answer = await get(at, url, { Authorization: `Bearer ${token}` });
      expect(answer.status, url).toBe(400);
      expect(answer.body).not.toContain(token.slice(4, 30));
      expect(answer.body).toContain('URL');
    }
    const mistyped = `${token.slice(0, 39)}${token.endsWith('0') ? '1' : '0'}`;
    expect((await get(at, `${path}?key=${mistyped}`, { Authorization: `Bearer ${token}` })).status).toBe(200);
    await expect.poll(() => at.logged().split('a token was sent in a URL').length).toBe(2);
    expect(at.logged()).toContain(admin.tokenGuid);
    expect(at.logged()).not.toContain(token.slice(4, 30));
  });
});

describe('users/current and customers/current', () => {
  it('have the documented shapes', async () => {
    const user = await call(at, '/v1/users/current');
    expect(user.headers['cache-control']).toBe('no-store');
    expect(user.json).toEqual({
      guid: at.admin.userId,
      email: 'admin@localhost',
      formal_name: 'Administrator',
      friendly_name: 'Administrator',
      is_active: true,
      joined_date: expect.stringMatching(/Z$/),
      last_login_date: null,
      phone_number: null,
      status: 'Activated',
      customer: {
        guid: at.admin.organizationId,
        name: 'Acme',
        type: 'Live',
        my_company_guid: 'my-company',
        my_company_subsidiaries: [],
      },
    });
    for (const customer of ['current', at.admin.organizationId]) {
      expect((await call(at, `/v1/customers/${customer}`)).json).toEqual({
        guid: at.admin.organizationId,
        name: 'Acme',
        is_active: true,
        date_joined: expect.stringMatching(/Z$/),
        last_modified: expect.stringMatching(/Z$/),
        customer_settings: { auto_approve_invited_users: false },
      });
    }
  });

  it('take fields and exclude_fields, dotted or not', async () => {
    expect((await call(at, '/v1/users/current?fields=guid,customer.name')).json).toEqual({
      guid: at.admin.userId,
      customer: { name: 'Acme' },
    });
    const rest = await call(
      at,
      '/v1/users/current?exclude_fields=email,customer.my_company_guid,customer__type',
    );
    expect(rest.text).not.toMatch(/email|my_company_guid|type/);
    expect(rest.json).toMatchObject({ guid: at.admin.userId, customer: { name: 'Acme' } });
  });
});
