/** The pages that links in mails lead to, in a real browser, with mails that a real mail server has received. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSmtpServer, type TestSmtpServer } from '../mail/smtp-server.ts';
import { until } from '../support/processes.ts';
import { keepScreenshot, seriousViolations, type WatchedPage } from './browser.ts';
import { ADMIN_EMAIL, ConsoleLab, PASSWORD } from './console-lab.ts';

const NEW_PASSWORD = 'staple battery horse correct';

let smtp: TestSmtpServer;
let lab: ConsoleLab;
let window: WatchedPage;

beforeAll(async () => {
  smtp = await startSmtpServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  lab = await ConsoleLab.start({ mailPort: smtp.port });
  window = await lab.setUp();
  lab.secrets.add(NEW_PASSWORD);
});
afterAll(async () => {
  await lab.close();
  await smtp.close();
});

/** The link to `path` in a mail to this person. */
async function linkTo(receiver: string, path: string): Promise<string> {
  const link = await until(`a mail to ${receiver} leads to ${path}`, () => {
    const mail = smtp.received.findLast(({ to, text }) => to.includes(receiver) && text.includes(path));
    // As mails write long lines and equals signs.
    const text = mail?.text.replace(/=\r?\n/g, '').replaceAll('=3D', '=');
    return /https:\/\/\S+#\S+/.exec(text ?? '')?.[0] ?? null;
  });
  const secret = new URL(link).hash.slice(1);
  lab.secrets.add(new URLSearchParams(secret).get('auth_token') ?? secret);
  return link;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

it('an invitation is mailed, and its link shown to nobody', async () => {
  const { page } = window;
  await page.goto('/settings/organization/users');
  await press(page, 'Invite user');
  await page.getByRole('dialog').getByLabel('E-mail').fill('grace@example.com');
  await page.getByRole('dialog').getByLabel('Name').fill('Grace Hopper');
  await press(page, 'Invite');
  await page.getByText('Invitation mailed to grace@example.com').first().waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  const grace = await lab.open();
  await grace.page.goto(await linkTo('grace@example.com', '/activate'));
  await grace.page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await press(grace.page, 'Activate account');
  await grace.page.getByRole('heading', { name: 'Overview' }).waitFor();
  await grace.context.close();
});

it('a forgotten password is set anew by a mailed link, which works once', async () => {
  const { page, context } = await lab.open();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  // The page before has a field of the same name.
  await page.getByRole('button', { name: 'Send link' }).waitFor();
  await page.getByLabel('E-mail address').fill('nobody@example.com');
  await press(page, 'Send link');
  const said = page.getByRole('status').filter({ hasText: 'Look at your inbox' });
  await said.waitFor();
  // The same is said of an address that nobody has.
  await page.reload();
  await page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
  await press(page, 'Send link');
  await said.waitFor();
  await keepScreenshot(page, 'reset-password-sent');
  const link = await linkTo(ADMIN_EMAIL, '/reset-password');
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await keepScreenshot(page, 'reset-password-new');
  await press(page, 'Set password');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await context.clearCookies();
  await page.goto('/sign-in');
  await page.goto(link);
  await page.getByText('This link does not work').waitFor();
  // Whoever was signed in with the old password is not any more.
  await window.page.reload();
  await window.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await context.close();
});

it('a company API token is mailed as a link, and shown once to who knows the address', async () => {
  const { page } = window;
  await page.goto('/sign-in?next=/settings/account/user-preferences');
  await page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
  await press(page, 'Sign in');
  await press(page, 'New Token');
  await page.getByLabel('Description').fill('Partner');
  await page.getByLabel('Mail a one-time link to').fill('partner@example.net');
  await press(page, 'Generate');
  await page.getByText('a one-time link mailed to partner@example.net').first().waitFor();
  expect(await page.getByText('It is shown only this once').count()).toBe(0);

  const partner = await lab.open();
  const link = await linkTo('partner@example.net', '/retrieve-token');
  await partner.page.goto(link);
  await partner.page.getByLabel('E-mail address').fill('eve@example.net');
  await press(partner.page, 'Show token');
  await partner.page.getByRole('alert').waitFor();
  await partner.page.getByLabel('E-mail address').fill('partner@example.net');
  await press(partner.page, 'Show token');
  await partner.page.getByText('Store it now').waitFor();
  const token = String(await partner.page.getByLabel('API token', { exact: true }).textContent());
  lab.secrets.add(token);
  expect(await lab.ratingsStatus(token)).toBe(200);
  await keepScreenshot(partner.page, 'retrieve-token-shown');
  expect(await seriousViolations(partner.page)).toEqual([]);
  expect(partner.page.url()).toBe(`${lab.origin}/retrieve-token`);

  await partner.page.goto('/sign-in');
  await partner.page.goto(link);
  await partner.page.getByLabel('E-mail address').fill('partner@example.net');
  await press(partner.page, 'Show token');
  await partner.page.getByRole('alert').waitFor();
  await keepScreenshot(partner.page, 'retrieve-token-used');
  expect(await lab.leaks(partner)).toEqual([]);
});

it('nothing is kept by the browser, and no page met a problem', async () => {
  expect(lab.secrets.size).toBeGreaterThan(5);
  expect(await lab.leaks(window)).toEqual([]);
  expect(lab.problems()).toEqual([]);
});
