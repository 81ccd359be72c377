/** The section "User API Token" in a real browser: making, revealing and copying the token, and the password asked for before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, type WatchedPage } from './browser.ts';
import { ADMIN_EMAIL, ConsoleLab, PASSWORD } from './console-lab.ts';

const PREFERENCES = '/settings/account/user-preferences';
const TOKEN = /^slu_\w{36}$/;
const PAST_CONFIRMATION_MS = 11 * 60_000;

let lab: ConsoleLab;
let window: WatchedPage;

beforeAll(async () => {
  lab = await ConsoleLab.start();
  window = await lab.setUp();
  await window.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: lab.origin });
  await window.page.goto(PREFERENCES);
});
afterAll(() => lab.close());

function shownToken() {
  // By its label and not its role: a dialog over it hides it from roles, not from the eye.
  return window.page.getByLabel('User API token', { exact: true });
}

async function tokenOnPage(): Promise<string> {
  await expect.poll(() => shownToken().textContent()).toMatch(TOKEN);
  const token = String(await shownToken().textContent());
  lab.secrets.add(token);
  return token;
}

async function confirmIdentity(password: string): Promise<void> {
  const dialog = window.page.getByRole('dialog', { name: 'Confirm it is you' });
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
}

describe('the user API token', () => {
  let first: string;

  it('is made by one press, and opens the ratings API as curl sends it', async () => {
    const { page } = window;
    await page.getByText('You have no user API token').waitFor();
    await keepScreenshot(page, 'user-preferences-empty');
    await page.getByRole('button', { name: 'Generate New Token' }).click();
    first = await tokenOnPage();
    expect(await lab.ratingsStatus(first)).toBe(200);
  });

  it('is masked when it is hidden and when the page is opened again', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Hide' }).click();
    const masked = `*****${first.slice(-4)}`;
    expect(await shownToken().textContent()).toBe(masked);
    await page.reload();
    await expect.poll(() => shownToken().textContent()).toBe(masked);
    expect(await page.content()).not.toContain(first);
  });

  it('is revealed to its owner again, and stands in the samples while it is shown', async () => {
    const { page } = window;
    const panel = page.getByRole('tabpanel');
    expect(await panel.textContent()).toBe(`curl ${lab.origin}/ratings/v1/users/current -u api_token:`);
    await page.getByRole('button', { name: 'Reveal' }).click();
    expect(await tokenOnPage()).toBe(first);
    await expect
      .poll(() => panel.textContent())
      .toBe(`curl ${lab.origin}/ratings/v1/users/current -u ${first}:`);
    await keepScreenshot(page, 'user-token-revealed');
    await page.getByRole('tab', { name: 'Python' }).click();
    await expect.poll(() => panel.textContent()).toContain(`auth=(api_token, '')`);
    expect(await panel.textContent()).toContain(first);
    await page.getByRole('tab', { name: 'TypeScript' }).click();
    await expect.poll(() => panel.textContent()).toContain(`btoa(apiToken + ':')`);
    expect(await panel.textContent()).toContain(first);
  });

  it('is copied without being shown', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(first);
    expect(await shownToken().textContent()).not.toContain(first);
  });

  it('is replaced only after a question, and the old one is dead at once', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Generate New Token' }).click();
    const question = page.getByRole('alertdialog', { name: 'Generate a new token?' });
    await question.getByText('Your present token stops working at once.').waitFor();
    await keepScreenshot(page, 'user-token-replace');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await lab.ratingsStatus(first)).toBe(200);
    await page.getByRole('button', { name: 'Generate New Token' }).click();
    await question.getByRole('button', { name: 'Generate New Token' }).click();
    await question.waitFor({ state: 'detached' });
    const second = await tokenOnPage();
    expect(second).not.toBe(first);
    expect(await lab.ratingsStatus(first)).toBe(401);
    expect(await lab.ratingsStatus(second)).toBe(200);
  });
});

describe('ten minutes after the password was given', () => {
  it('a reveal asks for it again, refuses a wrong one, and then shows the token', async () => {
    const { page } = window;
    await page.reload();
    lab.clock.aheadMs += PAST_CONFIRMATION_MS;
    await page.getByRole('button', { name: 'Reveal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.waitFor();
    await keepScreenshot(page, 'confirm-identity');
    await confirmIdentity('not the password');
    await dialog.getByRole('alert').waitFor();
    expect(await shownToken().textContent()).toMatch(/^\*{5}/);
    await confirmIdentity(PASSWORD);
    await tokenOnPage();
    await dialog.waitFor({ state: 'detached' });
  });

  it('giving the question up shows nothing and says nothing', async () => {
    const { page } = window;
    await page.reload();
    lab.clock.aheadMs += PAST_CONFIRMATION_MS;
    await page.getByRole('button', { name: 'Reveal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await shownToken().textContent()).toMatch(/^\*{5}/);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Reveal', disabled: false }).waitFor();
  });
});

describe('#user-api-token', () => {
  it('leads a person who is signed out to the section, by way of the sign-in', async () => {
    const other = await lab.open({ width: 700 });
    await other.page.goto(`${PREFERENCES}#user-api-token`);
    await other.page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
    await other.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.locator('#user-api-token:focus').waitFor();
    expect(new URL(other.page.url()).pathname).toBe(PREFERENCES);
    await other.context.close();
  });

  it('a role that makes no company tokens sees the own token alone', async () => {
    const email = await lab.person('grace@example.com', 'customer_user');
    const { page, context } = await lab.signedIn(email);
    await page.goto(PREFERENCES);
    await page.getByText('You have no user API token').waitFor();
    expect(await page.getByRole('heading', { name: 'Company API Token' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await page.goto('/settings/organization/users');
    await page.getByText('Your role does not open this page').waitFor();
    await keepScreenshot(page, 'no-access');
    await context.close();
  });

  it('nothing is kept by the browser, and no page met a problem', async () => {
    expect(lab.secrets.size).toBeGreaterThan(2);
    expect(await lab.leaks(window)).toEqual([]);
    expect(lab.problems()).toEqual([]);
  });
});
