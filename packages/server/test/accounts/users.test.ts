import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at, type Json } from '../support/json.ts';
import { ADMIN_EMAIL, type Browser, codeAt, HubLab, PASSWORD, secretOf } from './hub-lab.ts';

let lab: HubLab;
let admin: Browser;
let users: string;
let count = 0;
beforeAll(async () => {
  lab = await HubLab.start();
  await lab.setUp();
  users = `${lab.organization}/users`;
});
afterAll(() => lab.close());
beforeEach(async () => {
  lab.clock.advance(20 * 60_000);
  admin = lab.browser();
  expect((await admin.signIn()).status).toBe(200);
});

function freshEmail(): string {
  count += 1;
  return `person-${count}@example.com`;
}

async function guidOf(email: string): Promise<string> {
  const page = await admin.call('GET', `${users}?q=${encodeURIComponent(email)}`);
  return String(at(page.json, 'items', 0, 'guid'));
}

async function makeGroup(name: string): Promise<void> {
  const made = await admin.call('POST', `${lab.organization}/groups`, { body: { name } });
  expect(made.status).toBe(201);
}

async function userTokenOf(guid: string): Promise<string> {
  const { store, authority } = lab.hub;
  return store.write(transaction => authority.userTokens.replaceIn(transaction, guid));
}

describe('an invitation', () => {
  test('is a link shown once, with which the person sets a password and is signed in', async () => {
    const email = freshEmail();
    const body = { email, formal_name: 'Grace', role: 'customer_portfolio_manager' };
    const invited = await admin.call('POST', users, { body });
    expect(invited.status).toBe(201);
    expect(invited.headers['cache-control']).toBe('no-store');
    expect(invited.json).toMatchObject({
      user: { email, status: 'Created', role_name: 'Portfolio Manager', group: { name: 'All Companies' } },
      invitation: { mailed: false, url: expect.stringMatching(/\/activate#[A-Za-z0-9_-]{43}$/) },
    });
    expect((await lab.browser().signIn(email)).status).toBe(401);
    const token = secretOf(String(at(invited.json, 'invitation', 'url')));
    const browser = lab.browser();
    expect((await browser.call('POST', '/v1/links/describe', { body: { token } })).json).toMatchObject({
      kind: 'activation',
      email,
      formal_name: 'Grace',
    });
    const weak = await browser.call('POST', '/v1/links/redeem', { body: { token, password: email } });
    expect([weak.status, at(weak.json, 'errors', 0, 'field')]).toEqual([422, 'password']);
    const redeemed = await browser.call('POST', '/v1/links/redeem', {
      body: { token, password: PASSWORD, formal_name: 'Grace Hopper' },
    });
    expect(redeemed.json).toMatchObject({ state: 'signed_in', user: { formal_name: 'Grace Hopper' } });
    expect((await browser.me()).status).toBe(200);
    const again = await browser.call('POST', '/v1/links/redeem', { body: { token, password: PASSWORD } });
    expect(again.status).toBe(404);
  });

  test('works for seven days, and not after a newer one', async () => {
    const email = freshEmail();
    const invited = await admin.call('POST', users, {
      body: { email, formal_name: 'x', role: 'customer_user' },
    });
    const guid = String(at(invited.json, 'user', 'guid'));
    const first = secretOf(String(at(invited.json, 'invitation', 'url')));
    const again = await admin.call('POST', `${users}/${guid}/invitation`);
    const second = secretOf(String(at(again.json, 'url')));
    const redeem = (token: string) =>
      lab.browser().call('POST', '/v1/links/redeem', { body: { token, password: PASSWORD } });
    expect((await redeem(first)).status).toBe(404);
    lab.clock.advance(7 * 24 * 3_600_000);
    expect((await redeem(second)).status).toBe(404);
  });

  test('is refused for an address that has an account, whatever its capitals', async () => {
    const body = { email: ADMIN_EMAIL.toUpperCase(), formal_name: 'x', role: 'customer_user' };
    const refused = await admin.call('POST', users, { body });
    expect([refused.status, at(refused.json, 'errors', 0, 'field')]).toEqual([409, 'email']);
    const wrong = await admin.call('POST', users, { body: { ...body, email: 'no address' } });
    expect([wrong.status, at(wrong.json, 'errors', 0, 'field')]).toEqual([422, 'email']);
  });
});

describe('a person who', () => {
  test('is deactivated is out at once, with the own token, and comes back with the same password', async () => {
    const email = freshEmail();
    const person = await lab.person(admin, email, 'customer_user');
    const guid = await guidOf(email);
    const headers = { 'x-api-key': await userTokenOf(guid) };
    const asToken = () => lab.browser().call('GET', '/v1/me', { headers });
    expect([(await person.me()).status, (await asToken()).status]).toEqual([200, 200]);
    const patch = (body: Json) => admin.call('PATCH', `${users}/${guid}`, { body });
    expect(at((await patch({ status: 'Deactivated' })).json, 'status')).toBe('Deactivated');
    expect([(await person.me()).status, (await asToken()).status]).toEqual([401, 401]);
    expect((await lab.browser().signIn(email)).status).toBe(401);
    expect((await admin.call('POST', `${users}/${guid}/password-reset`)).status).toBe(409);
    expect(at((await patch({ status: 'Activated' })).json, 'status')).toBe('Activated');
    expect((await lab.browser().signIn(email)).status).toBe(200);
    expect([(await person.me()).status, (await asToken()).status]).toEqual([401, 401]);
  });

  test('is deleted is gone, and leaves the address free and the row for the audit log', async () => {
    const email = freshEmail();
    const person = await lab.person(admin, email, 'customer_user');
    const guid = await guidOf(email);
    expect((await admin.call('DELETE', `${users}/${guid}`)).status).toBe(204);
    expect((await person.me()).status).toBe(401);
    expect((await admin.call('GET', `${users}/${guid}`)).status).toBe(404);
    expect((await admin.call('DELETE', `${users}/${guid}`)).status).toBe(404);
    const row = await lab.hub.store.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', guid)
      .executeTakeFirst();
    expect(row).toMatchObject({ status: 'Deleted', email_key: null, password_hash: null });
    await lab.person(admin, email, 'customer_user');
  });

  test('forgot the password sets another by a link, which ends every session; with a lost device that is switched off', async () => {
    const email = freshEmail();
    const person = await lab.person(admin, email, 'customer_user');
    const guid = await guidOf(email);
    const secret = String(at((await person.call('POST', '/v1/me/totp')).json, 'secret'));
    await person.call('POST', '/v1/me/totp/verify', { body: { code: codeAt(secret, lab.clock) } });

    const issued = await admin.call('POST', `${users}/${guid}/password-reset`);
    const token = secretOf(String(at(issued.json, 'url')));
    const browser = lab.browser();
    const password = 'another horse battery';
    const redeemed = await browser.call('POST', '/v1/links/redeem', { body: { token, password } });
    expect(redeemed.json).toMatchObject({ state: 'signed_out', user: null });
    expect(browser.cookie).toBeNull();
    expect((await person.me()).status).toBe(401);
    expect(at((await browser.signIn(email, password)).json, 'errors', 0, 'field')).toBe('code');

    expect((await admin.call('POST', `${users}/${guid}/reset-mfa`)).status).toBe(204);
    expect((await browser.signIn(email, password)).status).toBe(200);
    lab.clock.advance(11 * 60_000);
    for (const call of ['password-reset', 'reset-mfa']) {
      const refused = await admin.call('POST', `${users}/${guid}/${call}`);
      expect([refused.status, at(refused.json, 'errors', 0, 'field')]).toEqual([403, 'confirmation']);
    }
  });

  test('is demoted may do less at once, and the tokens made before are marked for review', async () => {
    const email = freshEmail();
    const person = await lab.person(admin, email, 'vrm_admin');
    const guid = await guidOf(email);
    const principal = await lab.hub.accounts.sessions.verify(person.cookie?.split('=')[1] ?? '');
    if (principal === null) throw new Error('the person is not signed in');
    const origin = { address: null, client: null };
    const made = [];
    for (const role of ['vrm_admin', 'customer_user'] as const) {
      const asked = { description: role, role };
      made.push(
        await lab.hub.authority.companyTokens.create(principal, principal.organizationId, asked, origin),
      );
    }
    await admin.call('PATCH', `${users}/${guid}`, { body: { role: 'customer_user' } });
    const rows = await lab.hub.store.db
      .selectFrom('api_tokens')
      .select(['description', 'needs_review', 'revoked_at'])
      .where('creator_user_id', '=', guid)
      .where('kind', '=', 'company')
      .orderBy('id')
      .execute();
    // A User gives no role at all, not even its own.
    expect(rows).toEqual([
      { description: 'vrm_admin', needs_review: 1, revoked_at: null },
      { description: 'customer_user', needs_review: 1, revoked_at: null },
    ]);
    const audited = await lab.hub.store.db
      .selectFrom('audit_log')
      .select('target_name')
      .where('action', '=', 'token.marked_for_review')
      .execute();
    expect(audited.map(row => row.target_name)).toEqual(['vrm_admin', 'customer_user']);
    expect(made).toHaveLength(2);
    expect((await person.call('GET', users)).status).toBe(403);
    expect(at((await person.me()).json, 'role')).toBe('customer_user');
  });
});

describe('the last Admin', () => {
  test('cannot be deactivated, deleted, demoted or put behind a wall', async () => {
    await makeGroup('Walled');
    const guid = await guidOf(ADMIN_EMAIL);
    for (const body of [{ status: 'Deactivated' }, { role: 'customer_user' }, { group: 'Walled' }]) {
      const refused = await admin.call('PATCH', `${users}/${guid}`, { body });
      expect({ body, status: refused.status }).toEqual({ body, status: 409 });
    }
    expect((await admin.call('DELETE', `${users}/${guid}`)).status).toBe(409);
    // Neither an Admin who has not accepted yet nor a company token is another one.
    const body = { email: freshEmail(), formal_name: 'x', role: 'customer_admin' };
    await admin.call('POST', users, { body });
    expect((await admin.call('DELETE', `${users}/${guid}`)).status).toBe(409);
    expect((await admin.me()).status).toBe(200);
  });

  test('is left when two demote one another at once', async () => {
    const email = freshEmail();
    const other = await lab.person(admin, email, 'customer_admin');
    const [first, second] = [await guidOf(ADMIN_EMAIL), await guidOf(email)];
    const body = { role: 'customer_user' };
    const answers = await Promise.all([
      admin.call('PATCH', `${users}/${second}`, { body }),
      other.call('PATCH', `${users}/${first}`, { body }),
    ]);
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1);
    const admins = await lab.hub.store.db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'customer_admin')
      .where('status', '=', 'Activated')
      .execute();
    expect(admins).toHaveLength(1);
    // Whoever is left gives the others their roles back.
    const left = admins[0]?.id === first ? admin : other;
    await left.call('PATCH', `${users}/${first}`, { body: { role: 'customer_admin' } });
    await admin.call('PATCH', `${users}/${second}`, { body });
  });
});

describe('a Group admin', () => {
  test('sees and invites into the own group alone, and changes nobody above or beyond it', async () => {
    await makeGroup('EMEA');
    const leader = await lab.person(admin, freshEmail(), 'customer_group_admin', 'EMEA');
    const inside = freshEmail();
    await lab.person(admin, inside, 'customer_user', 'EMEA');
    const boss = freshEmail();
    await lab.person(admin, boss, 'customer_admin', 'EMEA');
    const [insideGuid, bossGuid, outsideGuid] = [
      await guidOf(inside),
      await guidOf(boss),
      await guidOf(ADMIN_EMAIL),
    ];
    const page = await leader.call('GET', users);
    expect(page.text).toContain(insideGuid);
    expect(page.text).not.toContain(outsideGuid);

    const invite = (body: Record<string, Json>) =>
      leader.call('POST', users, { body: { email: freshEmail(), formal_name: 'x', ...body } });
    const own = await invite({ role: 'customer_user' });
    expect(at(own.json, 'user', 'group', 'name')).toBe('EMEA');
    const walled = await invite({ role: 'customer_user', group: 'All Companies' });
    const unknown = await invite({ role: 'customer_user', group: 'No such group' });
    expect([walled.status, walled.text]).toEqual([422, unknown.text]);
    expect((await invite({ role: 'customer_admin' })).status).toBe(422);
    expect((await invite({ role: 'vrm_admin' })).status).toBe(422);

    for (const [method, call] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/password-reset'],
      ['POST', '/reset-mfa'],
    ] as const) {
      const body = method === 'PATCH' ? { formal_name: 'x' } : undefined;
      const on = (guid: string) => leader.call(method, `${users}/${guid}${call}`, { body });
      expect({ method, call, status: (await on(bossGuid)).status }).toEqual({ method, call, status: 403 });
      expect({ method, call, status: (await on(outsideGuid)).status }).toEqual({ method, call, status: 404 });
    }
    const patch = (body: Json) => leader.call('PATCH', `${users}/${insideGuid}`, { body });
    expect((await patch({ role: 'customer_admin' })).status).toBe(422);
    expect((await patch({ group: 'All Companies' })).status).toBe(422);
    expect((await patch({ role: 'customer_portfolio_manager' })).status).toBe(200);
  });
});

test('the list is filtered and paged, and a cursor is good for its own filters alone', async () => {
  for (let n = 0; n < 3; n += 1) await lab.person(admin, freshEmail(), 'vrm_admin');
  const filter = 'role=vrm_admin&status=Activated';
  const guids: Json[] = [];
  let cursor: Json = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${String(cursor)}`;
    const page: Json = (await admin.call('GET', `${users}?${filter}&limit=2${more}`)).json;
    guids.push(at(page, 'items', 0, 'guid'), at(page, 'items', 1, 'guid'));
    cursor = at(page, 'next_cursor');
    if (cursor !== null) {
      const other = await admin.call('GET', `${users}?role=customer_user&cursor=${String(cursor)}`);
      expect(other.status).toBe(422);
    }
  } while (cursor !== null);
  const found = guids.filter(guid => guid !== null);
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBe(3);
  const none = await admin.call('GET', `${users}?q=${encodeURIComponent('%')}`);
  expect(at(none.json, 'items')).toEqual([]);
  expect((await admin.call('GET', `${users}?role=king`)).status).toBe(422);
  const records = await admin.call('GET', `${users}?is_company_api_token=true`);
  const record = String(at(records.json, 'items', 0, 'guid'));
  expect((await admin.call('DELETE', `${users}/${record}`)).status).toBe(409);
});
