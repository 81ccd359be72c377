import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../support/json.ts';
import { ADMIN_EMAIL, type Browser, codeAt, HubLab, PASSWORD } from './hub-lab.ts';

const HOUR = 3_600_000;
const WRONG = 'wrong horse battery';

let lab: HubLab;
let admin: Browser;
beforeAll(async () => {
  lab = await HubLab.start();
  admin = await lab.setUp();
});
afterAll(() => lab.close());
// Failures of one test must not slow the next one.
beforeEach(() => lab.clock.advance(20 * 60_000));

async function signedIn(): Promise<Browser> {
  const browser = lab.browser();
  expect((await browser.signIn()).status).toBe(200);
  return browser;
}

describe('signing in', () => {
  test('gives the cookie that browsers guard best, and tells who it is and what it may', async () => {
    const answer = await lab.browser().signIn(' ADA@Example.com ');
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-sightline-[0-9a-f]{12}=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json).toMatchObject({
      state: 'signed_in',
      smtp_configured: false,
      instance: { name: 'Sightline' },
      csrf_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      expires_at: new Date(lab.clock.now() + 12 * HOUR).toISOString(),
      confirmed_until: new Date(lab.clock.now() + 600_000).toISOString(),
      user: {
        email: ADMIN_EMAIL,
        role: 'customer_admin',
        role_name: 'Admin',
        group: { name: 'All Companies', all_companies: true },
        organization: { id: lab.hub.organizationId },
        mfa_enabled: false,
        permissions: expect.arrayContaining(['users.manage', 'audit.read']),
      },
    });
  });

  test('answers an unknown address and a wrong password alike, without a Basic challenge, and records them', async () => {
    const unknown = await lab.browser().signIn('nobody@example.com', PASSWORD);
    const wrong = await lab.browser().signIn(ADMIN_EMAIL, WRONG);
    expect([unknown.status, wrong.status]).toEqual([401, 401]);
    expect(unknown.text).toBe(wrong.text);
    for (const { headers } of [unknown, wrong, await lab.browser().me()]) {
      expect(headers['www-authenticate']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
    }
    await lab.hub.failures.stop();
    const { count } = await lab.hub.store.db
      .selectFrom('audit_log')
      .select(eb => eb.fn.sum<number>('count').as('count'))
      .where('action', '=', 'session.failed')
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(2);
  });

  test('is slowed after failures, and says for how long', async () => {
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await lab.browser().signIn('slow@example.com', WRONG));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await lab.browser().signIn()).status).toBe(200);
  });

  test('never takes up a cookie that was there before: the value is new, and the session from before has ended', async () => {
    const victim = lab.browser();
    victim.cookie = `${cookieName(admin)}=${'A'.repeat(43)}`;
    expect((await victim.me()).status).toBe(401);
    await victim.signIn();
    expect(victim.cookie).not.toContain('A'.repeat(43));

    const earlier = victim.cookie;
    await victim.signIn();
    const thief = lab.browser();
    thief.cookie = earlier;
    expect((await thief.me()).status).toBe(401);
    expect((await victim.me()).status).toBe(200);
  });

  test('needs our own origin, so that no other page signs anybody in', async () => {
    for (const origin of [
      null,
      'null',
      'https://evil.example',
      'http://127.0.0.1',
      `${lab.origin}.evil.example`,
    ]) {
      const answer = await lab.browser().call('POST', '/v1/session', {
        body: { email: ADMIN_EMAIL, password: PASSWORD },
        headers: { origin },
      });
      expect({ origin, status: answer.status }).toEqual({ origin, status: 403 });
      expect(at(answer.json, 'errors', 0, 'field')).toBe('csrf');
    }
  });
});

describe('a session', () => {
  test('ends when nobody uses it for an hour, and goes on while somebody does', async () => {
    const [idle, used] = [await signedIn(), await signedIn()];
    for (let minutes = 0; minutes < 75; minutes += 25) {
      lab.clock.advance(25 * 60_000);
      expect((await used.me()).status).toBe(200);
    }
    const answer = await idle.me();
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  test('ends after twelve hours however much it is used', async () => {
    const browser = await signedIn();
    for (let half = 1; half < 24; half += 1) {
      lab.clock.advance(HOUR / 2);
      expect({ half, status: (await browser.me()).status }).toEqual({ half, status: 200 });
    }
    lab.clock.advance(HOUR / 2);
    expect((await browser.me()).status).toBe(401);
    expect(at((await browser.call('GET', '/v1/session')).json, 'state')).toBe('signed_out');
  });

  test('reads without, and changes nothing without our origin and the CSRF token', async () => {
    const browser = await signedIn();
    const change = (headers: Record<string, string | null>) =>
      browser.call('PATCH', '/v1/me', { body: { friendly_name: 'Countess' }, headers });
    const other = await signedIn();
    const foreign: Record<string, string | null>[] = [
      { origin: 'https://evil.example' },
      { origin: null },
      { origin: 'null' },
      { 'x-csrf-token': null },
      { 'x-csrf-token': 'wrong' },
      { 'x-csrf-token': other.csrf },
    ];
    for (const headers of foreign) {
      const refused = await change(headers);
      expect({ headers, status: refused.status }).toEqual({ headers, status: 403 });
      expect(at(refused.json, 'errors', 0, 'field')).toBe('csrf');
    }
    expect(at((await browser.me()).json, 'friendly_name')).toBe('Ada');
    expect((await change({})).status).toBe(200);
    expect(at((await browser.me()).json, 'friendly_name')).toBe('Countess');
  });

  test('is known by this installation’s cookie alone, once', async () => {
    const browser = await signedIn();
    const value = browser.cookie?.split('=')[1] ?? '';
    const own = browser.cookie;
    for (const cookie of [
      `__Host-sightline-000000000000=${value}`,
      `sightline=${value}`,
      `${own}; ${own}x`,
      `${own}x`,
    ]) {
      browser.cookie = cookie;
      expect({ cookie, status: (await browser.me()).status }).toEqual({ cookie, status: 401 });
    }
    browser.cookie = `__Host-sightline-000000000000=${'B'.repeat(43)}; ${own}`;
    expect((await browser.me()).status).toBe(200);
  });

  test('does not open the ratings API, and a token does not open what is the person’s', async () => {
    const browser = await signedIn();
    const ratings = await browser.call('GET', '/ratings/v1/users/current');
    expect(ratings.status).toBe(401);
    expect(ratings.headers['www-authenticate']).toBe('Basic realm="bitsight"');
    expect((await browser.call('GET', '/v1/users/current')).status).toBe(401);

    const token = await adminToken();
    const asToken = lab.browser();
    const headers = { 'x-api-key': token };
    expect((await asToken.call('GET', '/v1/me', { headers })).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', '/v1/me/sessions'],
      ['PATCH', '/v1/me', { friendly_name: 'x' }],
      ['POST', '/v1/me/password', { current_password: PASSWORD, new_password: PASSWORD }],
      ['POST', '/v1/me/totp'],
      ['DELETE', '/v1/me/totp'],
      ['POST', '/v1/me/totp/verify', { code: '000000' }],
      ['POST', '/v1/me/recovery-codes'],
      ['DELETE', '/v1/me/sessions'],
      ['DELETE', '/v1/me/sessions/x'],
      ['POST', '/v1/session/confirm', { password: PASSWORD }],
    ] as const) {
      const answer = await asToken.call(method, path, { body, headers });
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 403 });
    }
    expect(at((await asToken.call('GET', '/v1/session', { headers })).json, 'state')).toBe('signed_out');
  });

  test('counts for nothing beside a token, right or wrong', async () => {
    const browser = await signedIn();
    const wrong = await browser.call('GET', '/v1/me', { headers: { 'x-api-key': `slu_${'0'.repeat(36)}` } });
    expect(wrong.status).toBe(401);
    // With a token no page of ours needs to have sent the request.
    const right = await browser.call('GET', '/v1/me', {
      headers: { authorization: `Bearer ${await adminToken()}`, origin: 'https://evil.example' },
    });
    expect(right.status).toBe(200);
  });

  test('is listed, and ended from another browser or by signing out', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const sessions = at((await here.call('GET', '/v1/me/sessions')).json, 'items');
    const listed = Array.isArray(sessions) ? sessions : [];
    expect(listed.filter(session => at(session, 'current') === true)).toHaveLength(1);
    const [first] = listed.filter(session => at(session, 'current') === false);
    expect(first).toMatchObject({ address: '127.0.0.1', last_seen_at: expect.any(String) });

    const theirs = at((await there.call('GET', '/v1/me/sessions')).json, 'items');
    const id = (Array.isArray(theirs) ? theirs : []).find(session => at(session, 'current') === true);
    expect((await here.call('DELETE', `/v1/me/sessions/${at(id, 'id')}`)).status).toBe(204);
    expect((await there.me()).status).toBe(401);
    expect((await here.call('DELETE', `/v1/me/sessions/${at(id, 'id')}`)).status).toBe(404);

    const cookie = here.cookie;
    expect((await here.call('DELETE', '/v1/session', { headers: { 'x-csrf-token': null } })).status).toBe(
      403,
    );
    expect((await here.call('DELETE', '/v1/session')).status).toBe(204);
    expect(here.cookie).toBeNull();
    here.cookie = cookie;
    expect((await here.me()).status).toBe(401);
    expect((await here.call('DELETE', '/v1/session')).status).toBe(204);
  });

  test('that was stolen is dead after a change of the password; the one that changed it goes on', async () => {
    const grace = await lab.person(await signedIn(), 'grace@example.com', 'customer_user');
    const thief = lab.browser();
    await thief.signIn('grace@example.com');
    const change = (current_password: string, new_password: string) =>
      grace.call('POST', '/v1/me/password', { body: { current_password, new_password } });
    const wrong = await change(WRONG, 'another horse battery');
    expect([wrong.status, at(wrong.json, 'errors', 0, 'field')]).toEqual([422, 'current_password']);
    const weak = await change(PASSWORD, 'grace@example.com');
    expect([weak.status, at(weak.json, 'errors', 0, 'field')]).toEqual([422, 'new_password']);
    expect((await thief.me()).status).toBe(200);
    expect((await change(PASSWORD, 'another horse battery')).status).toBe(204);
    expect((await thief.me()).status).toBe(401);
    expect((await grace.me()).status).toBe(200);
    expect((await lab.browser().signIn('grace@example.com')).status).toBe(401);
    expect((await lab.browser().signIn('grace@example.com', 'another horse battery')).status).toBe(200);
  });

  test('asks for the password again after ten minutes, and gets a new cookie for it', async () => {
    const browser = await signedIn();
    lab.clock.advance(11 * 60_000);
    const refused = await browser.call('POST', '/v1/me/totp');
    expect([refused.status, at(refused.json, 'errors', 0, 'field')]).toEqual([403, 'confirmation']);
    const before = browser.cookie;
    const wrong = await browser.call('POST', '/v1/session/confirm', { body: { password: WRONG } });
    expect(wrong.status).toBe(401);
    expect((await browser.call('POST', '/v1/session/confirm', { body: {} })).status).toBe(422);
    const confirmed = await browser.call('POST', '/v1/session/confirm', { body: { password: PASSWORD } });
    expect(confirmed.status).toBe(200);
    expect(at(confirmed.json, 'confirmed_until')).toBe(new Date(lab.clock.now() + 600_000).toISOString());
    expect(browser.cookie).not.toBe(before);
    const thief = lab.browser();
    thief.cookie = before;
    expect((await thief.me()).status).toBe(401);
    expect((await browser.call('POST', '/v1/me/totp')).status).toBe(200);
  });
});

describe('two-factor sign-in', () => {
  test('counts after its first code, takes no code twice, and each recovery code once', async () => {
    const email = 'totp@example.com';
    const person = await lab.person(await signedIn(), email, 'customer_user');
    const begun = await person.call('POST', '/v1/me/totp');
    const secret = String(at(begun.json, 'secret'));
    expect((await lab.browser().signIn(email)).status).toBe(200);
    expect((await person.call('POST', '/v1/me/totp/verify', { body: { code: '000000' } })).status).toBe(422);
    const first = codeAt(secret, lab.clock);
    const on = await person.call('POST', '/v1/me/totp/verify', { body: { code: first } });
    const codes = at(on.json, 'recovery_codes');
    expect(codes).toHaveLength(10);

    const missing = await lab.browser().signIn(email);
    expect([missing.status, at(missing.json, 'errors', 0, 'field')]).toEqual([401, 'code']);
    const wrongPassword = await lab.browser().signIn(email, WRONG);
    expect(at(wrongPassword.json, 'errors', 0, 'field')).toBeNull();
    expect((await lab.browser().signIn(email, PASSWORD, first)).status).toBe(401);

    lab.clock.advance(31_000);
    const next = codeAt(secret, lab.clock);
    const both = await Promise.all([1, 2].map(() => lab.browser().signIn(email, PASSWORD, next)));
    expect(both.map(answer => answer.status).sort()).toEqual([200, 401]);

    const recovery = String(at(codes, 0));
    expect((await lab.browser().signIn(email, PASSWORD, recovery.toUpperCase())).status).toBe(200);
    const again = await lab.browser().signIn(email, PASSWORD, recovery);
    expect([again.status, at(again.json, 'errors', 0, 'field')]).toEqual([401, 'code']);
    expect((await person.me()).json).toMatchObject({ mfa_enabled: true, recovery_codes_left: 9 });

    const replaced = await person.call('POST', '/v1/me/recovery-codes');
    lab.clock.advance(60_000);
    expect((await lab.browser().signIn(email, PASSWORD, String(at(codes, 1)))).status).toBe(401);
    lab.clock.advance(60_000);
    const fresh = String(at(replaced.json, 'recovery_codes', 0));
    expect((await lab.browser().signIn(email, PASSWORD, fresh)).status).toBe(200);

    expect((await person.call('DELETE', '/v1/me/totp')).status).toBe(204);
    expect((await lab.browser().signIn(email)).status).toBe(200);
  });
});

test('no password, cookie, secret or link is in the log or in the audit log', async () => {
  const logged = lab.logged();
  const audited = JSON.stringify(await lab.hub.store.db.selectFrom('audit_log').selectAll().execute());
  for (const secret of [PASSWORD, WRONG, 'another horse battery', admin.cookie?.split('=')[1] ?? '-']) {
    expect(logged).not.toContain(secret);
    expect(audited).not.toContain(secret);
    expect(lab.answers.filter(answer => answer.split('\n').slice(1).join().includes(secret))).toEqual([]);
  }
  expect(lab.answers.join('')).not.toContain('argon2');
});

function cookieName(browser: Browser): string {
  return browser.cookie?.split('=')[0] ?? '';
}

async function adminToken(): Promise<string> {
  const { store, authority } = lab.hub;
  const { id } = await store.db
    .selectFrom('users')
    .select('id')
    .where('email_key', '=', ADMIN_EMAIL)
    .executeTakeFirstOrThrow();
  const known = await authority.userTokens.valueAtStart(id);
  return known ?? store.write(transaction => authority.userTokens.replaceIn(transaction, id));
}
