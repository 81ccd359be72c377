/** Links by mail: invitations, resets, and the request of somebody who forgot the password. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureOwnerOrganization } from '../../src/access/accounts/set-up.ts';
import { operatorOf } from '../../src/access/operator.ts';
import type { Principal } from '../../src/access/principal.ts';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { type TestAccounts, TestMailer, testAccounts } from '../support/accounts.ts';
import { AccessLab } from './lab.ts';

const ORIGIN = { address: '192.0.2.1', client: 'test' };
const PASSWORD = 'correct horse battery';
const EMAIL = 'grace@example.com';

let lab: AccessLab;
let store: Store;
let services: TestAccounts;
let operator: Principal;
const mailer = new TestMailer(true);
beforeEach(async () => {
  lab = new AccessLab();
  ({ store } = await lab.node());
  mailer.mails.length = 0;
  mailer.isFailing = false;
  services = testAccounts({ store, vault: lab.vault, clock: lab.clock, mailer });
  await ensureOwnerOrganization({ store, clock: lab.clock, newId, organizationName: 'Acme\nInc' });
  operator = await operatorOf(store);
});
afterEach(() => lab.close());

function invite() {
  const asked = { email: EMAIL, formalName: 'Grace', role: 'customer_user' } as const;
  return services.accounts.users.invite(operator, operator.organizationId, asked, ORIGIN);
}

function secretIn(text: string | undefined): string {
  return (
    /https:\/\/sightline\.example\/(?:activate|reset-password)#([A-Za-z0-9_-]{43})\n/.exec(text ?? '')?.[1] ??
    ''
  );
}

async function accept(): Promise<void> {
  await invite();
  const token = secretIn(mailer.mails.pop()?.text);
  await services.accounts.recovery.redeem({ token, password: PASSWORD }, ORIGIN);
}

test('an invitation that was mailed is not shown to the Admin too', async () => {
  const { invitation } = await invite();
  expect(invitation).toMatchObject({ url: null, mailed: true });
  expect(mailer.mails).toMatchObject([{ to: EMAIL, subject: 'Your Sightline account' }]);
  const [mail] = mailer.mails;
  expect(mail?.text).toContain('Hello Grace,');
  expect(mail?.text).toContain('invited to Sightline by Acme Inc');
  const opened = await services.accounts.recovery.redeem(
    { token: secretIn(mail?.text), password: PASSWORD },
    ORIGIN,
  );
  expect(opened).not.toBeNull();
});

test('when the mail server refuses, the Admin gets the link to pass on', async () => {
  mailer.isFailing = true;
  const { invitation } = await invite();
  expect(invitation).toMatchObject({ mailed: false, url: expect.stringContaining('/activate#') });
});

test('whoever forgot the password gets a link by mail, and nobody learns whether there is an account', async () => {
  await accept();
  const { recovery } = services.accounts;
  for (const email of ['nobody@example.com', 'GRACE@example.com '])
    await recovery.requestReset(email, ORIGIN)();
  expect(mailer.mails).toMatchObject([{ to: EMAIL, subject: 'A new password for Sightline' }]);
  const token = secretIn(mailer.mails[0]?.text);
  expect(await recovery.redeem({ token, password: 'another horse battery' }, ORIGIN)).not.toBeNull();
  await expect(recovery.redeem({ token, password: PASSWORD }, ORIGIN)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('requests for mails are limited: nobody’s mailbox is filled', async () => {
  await accept();
  const { recovery } = services.accounts;
  for (let n = 0; n < 5; n += 1) await recovery.requestReset(EMAIL, ORIGIN)();
  expect(() => recovery.requestReset(EMAIL, ORIGIN)).toThrow(
    expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }),
  );
});

test('who is not active, or is of a deleted organization, gets no mail and cannot use one from before', async () => {
  await accept();
  const { recovery } = services.accounts;
  await recovery.requestReset(EMAIL, ORIGIN)();
  const token = secretIn(mailer.mails.pop()?.text);
  await store.db.updateTable('organizations').set({ deleted_at: 1 }).execute();
  await recovery.requestReset(EMAIL, ORIGIN)();
  expect(mailer.mails).toEqual([]);
  await expect(recovery.redeem({ token, password: PASSWORD }, ORIGIN)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a link made for a lower role is dead once the person has another', async () => {
  const { user } = await invite();
  const token = secretIn(mailer.mails.pop()?.text);
  const { users, recovery } = services.accounts;
  await users.update(operator, operator.organizationId, user.guid, { role: 'customer_admin' }, ORIGIN);
  await expect(recovery.redeem({ token, password: PASSWORD }, ORIGIN)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('the operator needs no user, and is recorded as the operator', async () => {
  expect(await store.db.selectFrom('users').selectAll().execute()).toEqual([]);
  await invite();
  const [event] = await store.db.selectFrom('audit_log').selectAll().execute();
  expect(event).toMatchObject({ action: 'user.invited', actor_kind: 'operator', actor_id: 'operator' });
});
