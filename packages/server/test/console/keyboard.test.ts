/** The way from the set-up to a revoked token by keyboard alone, with the focus always in sight. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot } from './browser.ts';
import { ADMIN_EMAIL, ADMIN_NAME, ConsoleLab, PASSWORD } from './console-lab.ts';

const MAX_TABS = 60;

let lab: ConsoleLab;
let page: Page;

beforeAll(async () => {
  lab = await ConsoleLab.start();
  page = (await lab.open()).page;
});
afterAll(() => lab.close());

/** What has the focus, and whether one sees that it has. */
const FOCUS = `(() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
})()`;

async function hasFocus(target: Locator): Promise<boolean> {
  return (await target.count()) === 1 && (await target.evaluate(element => element.matches(':focus')));
}

/** Presses Tab until the target has the focus. Every stop on the way has to be one that is seen. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < MAX_TABS; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
    const isOnPage = await page.evaluate<boolean>('document.activeElement !== document.body');
    if (isOnPage && !(await page.evaluate<boolean>(FOCUS))) {
      const html = await page.evaluate<string>('document.activeElement.outerHTML.slice(0, 200)');
      throw new Error(`the focus is not seen on ${html}`);
    }
  }
  throw new Error(`${target} is not reached by ${MAX_TABS} tabs`);
}

async function type(label: string, text: string): Promise<void> {
  await tabTo(page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

async function press(name: string | RegExp, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page.getByRole('button', { name, exact: typeof name === 'string' }));
  await page.keyboard.press(key);
}

/** Walks an open menu down to its item. */
async function choose(item: string): Promise<void> {
  const target = page.getByRole('menuitem', { name: item });
  await target.waitFor();
  for (let presses = 0; presses < MAX_TABS && !(await hasFocus(target)); presses += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

describe('by keyboard alone', () => {
  it('the hub is set up', async () => {
    await page.goto(String(lab.hub.setupLink));
    await type('Your name', ADMIN_NAME);
    await type('E-mail address', ADMIN_EMAIL);
    await type('Password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    // Who reads by ear begins at the heading of the new page.
    expect(await hasFocus(page.getByRole('heading', { name: 'Overview' }))).toBe(true);
  });

  it('one signs out by the menu, and in again', async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await press(/account of/);
    await choose('Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await type('E-mail address', ADMIN_EMAIL);
    await type('Password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('the first stop of a page leads past the navigation', async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: /skip/i });
    expect(await hasFocus(skip)).toBe(true);
    await keepScreenshot(page, 'skip-link');
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.querySelector("main").contains(document.activeElement)')).toBe(true);
  });

  it('the user API token is made', async () => {
    await page.reload();
    await tabTo(page.getByRole('link', { name: 'Settings' }));
    await page.keyboard.press('Enter');
    await page.getByText('You have no user API token').waitFor();
    await press('Generate New Token', 'Space');
    const token = page.getByLabel('User API token', { exact: true });
    await expect.poll(() => token.textContent()).toMatch(/^slu_/);
    expect(await lab.ratingsStatus(String(await token.textContent()))).toBe(200);
    await tabTo(page.getByRole('tab', { name: 'curl' }));
    await keepScreenshot(page, 'focus-on-code');
    await page.keyboard.press('ArrowRight');
    await page.getByText('import requests').waitFor();
  });

  it('a dialog keeps the focus in it, and Escape gives it back', async () => {
    // A message lies over the page, and takes no key from the dialog.
    await press('Generate New Token');
    await page.getByRole('alertdialog').waitFor();
    for (let presses = 0; presses < 5; presses += 1) {
      await page.keyboard.press('Tab');
      expect(
        await page.evaluate('document.querySelector("[role=alertdialog]").contains(document.activeElement)'),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    const opener = page.getByRole('button', { name: 'Generate New Token' });
    await expect.poll(() => hasFocus(opener)).toBe(true);
  });

  it('a company API token is made, stored, and revoked', async () => {
    await press('New Token');
    await page.getByRole('dialog').waitFor();
    // The first field has the focus already.
    await expect.poll(() => hasFocus(page.getByLabel('Description'))).toBe(true);
    await page.keyboard.type('Ticket system');
    await tabTo(page.getByRole('switch', { name: 'Read-only' }));
    await page.keyboard.press('Space');
    await press('Generate');
    await page.getByText('It is shown only this once').waitFor();
    const token = String(await page.getByRole('dialog').getByRole('status').first().textContent());
    await press('I have stored it', 'Space');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
    expect(await lab.ratingsStatus(token)).toBe(200);
    await page.reload();
    const actions = page.getByRole('button', { name: 'Actions for Ticket system' });
    await press('Actions for Ticket system');
    await choose('Rotate');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(actions)).toBe(true);
    await page.keyboard.press('Enter');
    await choose('Revoke');
    await page.getByRole('alertdialog').waitFor();
    await press('Revoke token');
    await page.getByText('No company API token yet').waitFor();
    expect(await lab.ratingsStatus(token)).toBe(401);
    // The focus is not lost with the row.
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
  });

  it('no page met a problem', () => {
    expect(lab.problems()).toEqual([]);
  });
});
