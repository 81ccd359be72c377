/** Company and user tokens on the unified API of a whole hub, by session and by token. Source: tokens.md, "Kinds" and "Roles". */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SMTP_PASSWORD, SMTP_USER, startSmtpServer } from '../mail/smtp-server.ts';
import { at } from '../support/json.ts';
import { type Answer, type Browser, HubLab, PASSWORD } from './hub-lab.ts';

const MINUTE = 60_000;

let lab: HubLab;
let admin: Browser;
let TOKENS: string;
beforeAll(async () => {
  lab = await HubLab.start();
  admin = await lab.setUp();
  TOKENS = `${lab.organization}/tokens`;
});
afterAll(() => lab.close());
beforeEach(async () => {
  await admin.call('POST', '/v1/session/confirm', { body: { password: PASSWORD } });
});

async function make(body: object, by: Browser = admin): Promise<Answer> {
  return by.call('POST', TOKENS, { body });
}

async function made(body: object): Promise<{ guid: string; value: string; answer: Answer }> {
  const answer = await make(body);
  expect(answer.status, answer.text).toBe(201);
  return { guid: String(at(answer.json, 'guid')), value: String(at(answer.json, 'token')), answer };
}

/** A call with a token and no cookie. */
function withToken(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = { 'x-api-key': token };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return lab.send(method, path, headers, body === undefined ? null : JSON.stringify(body));
}

describe('a company token', () => {
  it('is made with the least role, shown once, and never cached', async () => {
    const { answer, guid, value } = await made({ description: '  SIEM ' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json).toEqual({
      guid,
      user_guid: expect.any(String),
      description: 'SIEM',
      token: expect.stringMatching(/^slc_/),
      created_at: expect.stringMatching(/Z$/),
      creator_name: 'Ada',
      group: { guid: expect.any(String), name: 'All Companies' },
      role: 'customer_user',
      role_name: 'User',
      scopes: [],
      expires_at: null,
      last_used_at: null,
      last_used_address: null,
      last_used_client: null,
      request_count: 0,
      needs_review: false,
      replaced_by: null,
    });
    const masked = { ...Object(answer.json), token: `*****${value.slice(-4)}` };
    expect((await admin.call('GET', `${TOKENS}/${guid}`)).json).toEqual(masked);
    const listed = await admin.call('GET', `${TOKENS}?limit=100`);
    expect(at(listed.json, 'items')).toContainEqual(masked);
    expect(listed.text).not.toContain(value);
    expect((await withToken(value, 'GET', '/v1/me')).status).toBe(200);
    expect((await withToken(value, 'GET', TOKENS)).status).toBe(403);
  });

  it('is listed page by page, forwards and backwards, each once', async () => {
    for (const description of ['p1', 'p2', 'p3', 'p4', 'p5']) await made({ description });
    const all = at((await admin.call('GET', `${TOKENS}?limit=100`)).json, 'items');
    const guids = Array.isArray(all) ? all.map(item => at(item, 'guid')) : [];
    const forward: unknown[] = [];
    let cursor: string | null = '';
    let previous: string | null = null;
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { json } = await admin.call('GET', `${TOKENS}?limit=2${query}`);
      const items = at(json, 'items');
      if (Array.isArray(items)) forward.push(...items.map(item => at(item, 'guid')));
      cursor = at(json, 'next_cursor') as string | null;
      previous = at(json, 'previous_cursor') as string | null;
    }
    expect(forward).toEqual(guids);
    const { json } = await admin.call('GET', `${TOKENS}?limit=100&cursor=${previous}`);
    const items = at(json, 'items');
    const before = Array.isArray(items) ? items.map(item => at(item, 'guid')) : [];
    expect(before).toEqual(guids.slice(0, before.length));
    expect(before.length).toBeGreaterThan(2);
  });

  it.each([
    [{}, 'description'],
    [{ description: ' ' }, 'description'],
    [{ description: 'a\u0007' }, 'description'],
    [{ description: 'x', group: 'Nowhere' }, 'group'],
    [{ description: 'x', role: 'root' }, 'role'],
    [{ description: 'x', scopes: ['root'] }, 'scopes.0'],
    [{ description: 'x', expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
    [{ description: 'x', expires_at: 'tomorrow' }, 'expires_at'],
    [{ description: 'x', send_token_retrieval_email: true }, 'email'],
    [{ description: 'x', token: 'mine' }, 'token'],
  ])('with %j is 422 that names %s', async (body, field) => {
    const answer = await make(body);
    expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, field]);
  });

  it('is changed, and its new name holds for who it is', async () => {
    const { guid, value } = await made({ description: 'before' });
    const expiresAt = new Date(lab.clock.now() + 5 * MINUTE).toISOString();
    const patched = await admin.call('PATCH', `${TOKENS}/${guid}`, {
      body: { description: 'after', expires_at: expiresAt },
    });
    expect(patched.json).toMatchObject({ description: 'after', expires_at: expiresAt });
    expect(at((await withToken(value, 'GET', '/v1/me')).json, 'formal_name')).toBe('after');
    const back = await admin.call('PATCH', `${TOKENS}/${guid}`, { body: { expires_at: null } });
    expect(back.json).toMatchObject({ description: 'after', expires_at: null });
    const role = await admin.call('PATCH', `${TOKENS}/${guid}`, { body: { role: 'customer_admin' } });
    expect([role.status, at(role.json, 'errors', 0, 'field')]).toEqual([422, 'role']);
  });

  it('is replaced with an overlap, and revoked once', async () => {
    const { guid, value } = await made({ description: 'rotated', scopes: ['read_only'], role: 'vrm_admin' });
    const rotated = await admin.call('POST', `${TOKENS}/${guid}/rotate`, { body: { overlap_secs: 60 } });
    expect(rotated.status, rotated.text).toBe(201);
    const next = String(at(rotated.json, 'token'));
    expect(rotated.json).toMatchObject({ scopes: ['read_only'], role: 'vrm_admin', expires_at: null });
    expect((await admin.call('GET', `${TOKENS}/${guid}`)).json).toMatchObject({
      replaced_by: at(rotated.json, 'guid'),
      expires_at: new Date(lab.clock.now() + MINUTE).toISOString(),
    });
    for (const token of [value, next]) expect((await withToken(token, 'GET', '/v1/me')).status).toBe(200);
    expect((await withToken(next, 'DELETE', `${TOKENS}/${guid}`)).status).toBe(403);
    lab.clock.advance(MINUTE);
    expect((await withToken(value, 'GET', '/v1/me')).status).toBe(401);
    const path = `${TOKENS}/${String(at(rotated.json, 'guid'))}`;
    expect((await admin.call('DELETE', path)).status).toBe(204);
    expect((await admin.call('DELETE', path)).status).toBe(404);
    expect((await withToken(next, 'GET', '/v1/me')).status).toBe(401);
    for (const overlap_secs of [-1, 604_801, 1.5, '1']) {
      const answer = await admin.call('POST', `${path}/rotate`, { body: { overlap_secs } });
      expect(answer.status).toBe(422);
    }
  });

  it('of an Admin is out of a VRM admin’s hands, but for revoking', async () => {
    const vrm = await made({ description: 'vrm', role: 'vrm_admin' });
    const above = await made({ description: 'above', role: 'customer_admin' });
    const rotated = await withToken(vrm.value, 'POST', `${TOKENS}/${above.guid}/rotate`, {});
    expect(rotated.status).toBe(403);
    const raised = await withToken(vrm.value, 'POST', TOKENS, { description: 'x', role: 'customer_admin' });
    expect([raised.status, at(raised.json, 'errors', 0, 'field')]).toEqual([422, 'role']);
    expect((await withToken(vrm.value, 'DELETE', `${TOKENS}/${above.guid}`)).status).toBe(204);
  });

  it('of a group makes tokens of that group alone, and knows no other group', async () => {
    const body = { name: 'EMEA', companies: [] };
    expect((await admin.call('POST', `${lab.organization}/groups`, { body })).status).toBe(201);
    const walled = await made({ description: 'walled', group: 'EMEA', role: 'customer_admin' });
    const groups = await withToken(walled.value, 'GET', `${lab.organization}/token-groups`);
    expect(at(groups.json, 'items')).toEqual([{ guid: expect.any(String), name: 'EMEA' }]);
    const all = at((await admin.call('GET', `${lab.organization}/token-groups`)).json, 'items');
    expect(Array.isArray(all) && all.map(group => at(group, 'name'))).toEqual(['All Companies', 'EMEA']);
    const child = await withToken(walled.value, 'POST', TOKENS, { description: 'child' });
    expect(at(child.json, 'group', 'name')).toBe('EMEA');
    for (const group of ['All Companies', 'Nowhere']) {
      const answer = await withToken(walled.value, 'POST', TOKENS, { description: 'x', group });
      expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([422, 'group']);
    }
    const outside = await made({ description: 'outside' });
    for (const [method, path, sent] of [
      ['GET', `${TOKENS}/${outside.guid}`, undefined],
      ['PATCH', `${TOKENS}/${outside.guid}`, { description: 'mine' }],
      ['POST', `${TOKENS}/${outside.guid}/rotate`, {}],
      ['DELETE', `${TOKENS}/${outside.guid}`, undefined],
    ] as const) {
      expect((await withToken(walled.value, method, path, sent)).status, `${method} ${path}`).toBe(404);
    }
    const listed = await withToken(walled.value, 'GET', `${TOKENS}?limit=100`);
    expect(listed.text).not.toContain('All Companies');
  });

  it('of another organization is nobody’s here', async () => {
    const elsewhere = '/v1/provisioning/organizations/01a20000-0000-7000-8000-000000000000';
    const { guid } = await made({ description: 'here' });
    for (const path of [`${elsewhere}/tokens`, `${elsewhere}/tokens/${guid}`, `${elsewhere}/token-groups`]) {
      expect((await admin.call('GET', path)).status).toBe(404);
    }
    expect((await admin.call('DELETE', `${elsewhere}/tokens/${guid}`)).status).toBe(404);
  });

  it('is marked for review when its creator is demoted, and goes on until an Admin has looked', async () => {
    const bob = await lab.person(admin, 'bob@example.com', 'vrm_admin');
    const token = await make({ description: 'Bob’s', role: 'vrm_admin' }, bob);
    const guid = String(at(token.json, 'guid'));
    const bobGuid = String(at((await bob.me()).json, 'guid'));
    const body = { role: 'customer_user' };
    expect((await admin.call('PATCH', `${lab.organization}/users/${bobGuid}`, { body })).status).toBe(200);
    expect(at((await admin.call('GET', `${TOKENS}/${guid}`)).json, 'needs_review')).toBe(true);
    expect((await withToken(String(at(token.json, 'token')), 'GET', TOKENS)).status).toBe(200);
    const reviewed = await admin.call('PATCH', `${TOKENS}/${guid}`, { body: { reviewed: true } });
    expect(at(reviewed.json, 'needs_review')).toBe(false);
  });
});

describe('a mailed company token', () => {
  it('goes by SMTP as a link that works once, and the answer holds no value', async () => {
    const smtp = await startSmtpServer();
    const folder = mkdtempSync(join(tmpdir(), 'sightline-smtp-ca-'));
    writeFileSync(join(folder, 'ca.crt'), smtp.ca);
    const credentials = `${encodeURIComponent(SMTP_USER)}:${encodeURIComponent(SMTP_PASSWORD)}`;
    const hub = await HubLab.start({
      smtpUrl: `smtp://${credentials}@localhost:${smtp.port}`,
      smtpCa: join(folder, 'ca.crt'),
      smtpFrom: 'Sightline <sightline@example.com>',
    });
    try {
      const owner = await hub.setUp();
      const asked = { description: 'mailed', email: 'eve@example.org', send_token_retrieval_email: true };
      const answer = await owner.call('POST', `${hub.organization}/tokens`, { body: asked });
      expect(answer.status, answer.text).toBe(201);
      expect(at(answer.json, 'token')).toMatch(/^\*{5}.{4}$/);
      const mail = smtp.received.at(-1);
      expect(mail).toMatchObject({
        to: ['eve@example.org'],
        isEncrypted: true,
        from: 'sightline@example.com',
      });
      const text = (mail?.text ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=');
      expect(text).toContain(`${hub.origin}/retrieve-token#`);
      const link = new URLSearchParams(/#(\S+)/.exec(text)?.[1] ?? '');
      const { user_guid, auth_token } = Object.fromEntries(link);
      const body = JSON.stringify({ email: 'eve@example.org', user_guid, auth_token });
      const json = { 'content-type': 'application/json' };
      const fetched = await hub.send('POST', '/v1/api-tokens/retrieve', json, body);
      expect(fetched.status, fetched.text).toBe(200);
      const key = { 'x-api-key': String(at(fetched.json, 'token')) };
      expect((await hub.send('GET', '/v1/me', key, null)).status).toBe(200);
      expect((await hub.send('POST', '/v1/api-tokens/retrieve', json, body)).status).toBe(404);
      expect(hub.logged()).not.toContain(auth_token);
    } finally {
      await hub.close();
      await smtp.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is 400 where there is no mail server', async () => {
    const body = { description: 'x', email: 'eve@example.org', send_token_retrieval_email: true };
    const answer = await make(body);
    expect([answer.status, at(answer.json, 'errors', 0, 'field')]).toEqual([
      400,
      'send_token_retrieval_email',
    ]);
  });
});

describe('the password again', () => {
  it('is asked for ten minutes after it was given, by session for making, replacing and showing, never by token', async () => {
    const { guid } = await made({ description: 'old' });
    const key = await made({ description: 'key', role: 'customer_admin' });
    lab.clock.advance(10 * MINUTE + 1);
    for (const [method, path, body] of [
      ['POST', TOKENS, { description: 'x' }],
      ['POST', `${TOKENS}/${guid}/rotate`, {}],
      ['POST', '/v1/me/token', undefined],
      ['POST', '/v1/me/token/reveal', undefined],
    ] as const) {
      const answer = await admin.call(method, path, body === undefined ? {} : { body });
      expect([answer.status, at(answer.json, 'errors', 0, 'field')], path).toEqual([403, 'confirmation']);
    }
    expect((await admin.call('GET', '/v1/me/token')).status).toBe(200);
    expect((await admin.call('PATCH', `${TOKENS}/${guid}`, { body: { description: 'y' } })).status).toBe(200);
    expect((await withToken(key.value, 'POST', TOKENS, { description: 'by token' })).status).toBe(201);
  });
});

describe('a user token', () => {
  it('is made, shown again and again, described masked, and replaced', async () => {
    expect((await admin.call('GET', '/v1/me/token')).json).toEqual({ token: null });
    expect((await admin.call('POST', '/v1/me/token/reveal')).status).toBe(404);
    const first = await admin.call('POST', '/v1/me/token');
    expect(first.status, first.text).toBe(201);
    const value = String(at(first.json, 'token'));
    for (let n = 0; n < 2; n += 1) {
      const shown = await admin.call('POST', '/v1/me/token/reveal');
      expect([shown.json, shown.headers['cache-control']]).toEqual([{ token: value }, 'no-store']);
    }
    expect(at((await withToken(value, 'GET', '/v1/me')).json, 'role')).toBe('customer_admin');
    expect((await admin.call('GET', '/v1/me/token')).json).toEqual({
      token: {
        guid: at(first.json, 'guid'),
        masked: `*****${value.slice(-4)}`,
        created_at: at(first.json, 'created_at'),
        last_used_at: null,
        last_used_address: null,
        last_used_client: null,
        request_count: 0,
      },
    });
    const second = await admin.call('POST', '/v1/me/token');
    expect((await withToken(value, 'GET', '/v1/me')).status).toBe(401);
    expect((await withToken(String(at(second.json, 'token')), 'GET', '/v1/me')).status).toBe(200);
  });

  it('is nothing that a token can ask for', async () => {
    const key = await made({ description: 'key', role: 'customer_admin' });
    for (const [method, path] of [
      ['GET', '/v1/me/token'],
      ['POST', '/v1/me/token'],
      ['POST', '/v1/me/token/reveal'],
    ] as const) {
      expect((await withToken(key.value, method, path)).status).toBe(403);
    }
  });

  it('ends with its person', async () => {
    const carol = await lab.person(admin, 'carol@example.com', 'customer_user');
    const value = String(at((await carol.call('POST', '/v1/me/token')).json, 'token'));
    const guid = String(at((await carol.me()).json, 'guid'));
    expect((await withToken(value, 'GET', '/v1/me')).status).toBe(200);
    const body = { status: 'Deactivated' };
    expect((await admin.call('PATCH', `${lab.organization}/users/${guid}`, { body })).status).toBe(200);
    expect((await withToken(value, 'GET', '/v1/me')).status).toBe(401);
  });
});
