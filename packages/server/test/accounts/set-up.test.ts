import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_ORIGIN, SYSTEM } from '../../src/access/audit/audit-event.ts';
import { at } from '../support/json.ts';
import { ADMIN_EMAIL, HubLab, PASSWORD, secretOf } from './hub-lab.ts';

let lab: HubLab;
beforeEach(async () => {
  lab = await HubLab.start();
});
afterEach(() => lab.close());

const newLink = () => lab.hub.accounts.setUp.newLink(SYSTEM, NO_ORIGIN);

function complete(link: string | null, email = ADMIN_EMAIL) {
  const body = { token: secretOf(link), email, formal_name: 'Ada', password: PASSWORD };
  return lab.browser().call('POST', '/v1/set-up', { body: { ...body, organization_name: 'Acme' } });
}

test('a new hub has an organization, a group, nobody in it, and one link that makes the first Admin', async () => {
  const { db } = lab.hub.store;
  expect(await db.selectFrom('users').selectAll().execute()).toEqual([]);
  expect(await db.selectFrom('access_groups').select('name').execute()).toEqual([{ name: 'All Companies' }]);
  const browser = lab.browser();
  expect((await browser.call('GET', '/v1/session')).json).toMatchObject({
    state: 'set_up_required',
    user: null,
    csrf_token: null,
  });
  const token = secretOf(lab.hub.setupLink);
  expect((await browser.call('POST', '/v1/links/describe', { body: { token } })).json).toEqual({
    kind: 'set_up',
    email: null,
    formal_name: null,
    organization_name: 'Sightline',
  });
  const made = await complete(lab.hub.setupLink);
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    state: 'signed_in',
    user: { role: 'customer_admin', organization: { name: 'Acme' } },
  });
  expect((await complete(lab.hub.setupLink, 'eve@example.com')).status).toBe(404);
  expect((await browser.call('POST', '/v1/links/describe', { body: { token } })).status).toBe(404);
  expect(at((await browser.call('GET', '/v1/session')).json, 'state')).toBe('signed_out');
  expect(await newLink()).toBeNull();
});

test('two who use the link at once are one Admin', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c'].map(name => complete(lab.hub.setupLink, `${name}@example.com`)),
  );
  expect(answers.map(answer => answer.status).sort()).toEqual([201, 404, 404]);
  expect(await lab.hub.store.db.selectFrom('users').select('id').execute()).toHaveLength(1);
});

test('a link is over after an hour, and dead once there is a newer one', async () => {
  const second = await newLink();
  expect((await complete(lab.hub.setupLink)).status).toBe(404);
  lab.clock.advance(3_600_000);
  expect((await complete(second)).status).toBe(404);
  const third = await newLink();
  lab.clock.advance(3_599_999);
  expect((await complete(third)).status).toBe(201);
});

test('a link that was made before an Admin could sign in is dead from then on', async () => {
  await lab.setUp();
  const { store } = lab.hub;
  await store.db.updateTable('one_time_links').set({ used_at: null }).execute();
  expect((await complete(lab.hub.setupLink)).status).toBe(404);
  await store.db.updateTable('users').set({ status: 'Deactivated' }).execute();
  expect((await complete(lab.hub.setupLink, 'eve@example.com')).status).toBe(201);
});

test('a weak password, a bad address or another page’s request leaves the link as it was', async () => {
  const token = secretOf(lab.hub.setupLink);
  const good = { token, email: ADMIN_EMAIL, formal_name: 'Ada', password: PASSWORD };
  for (const [field, value] of [
    ['password', 'too short'],
    ['email', 'nobody'],
    ['formal_name', ' '],
  ] as const) {
    const refused = await lab.browser().call('POST', '/v1/set-up', { body: { ...good, [field]: value } });
    expect([field, refused.status, at(refused.json, 'errors', 0, 'field')]).toEqual([field, 422, field]);
  }
  const headers = { origin: 'https://evil.example' };
  expect((await lab.browser().call('POST', '/v1/set-up', { body: good, headers })).status).toBe(403);
  expect((await lab.browser().call('POST', '/v1/set-up', { body: good })).status).toBe(201);
});
