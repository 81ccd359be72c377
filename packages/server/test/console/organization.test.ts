/** Users, groups and the audit log in a real browser, over companies that were read from a sandbox. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, seriousViolations, type WatchedPage } from './browser.ts';
import { ADMIN_NAME, ConsoleLab, PASSWORD, secretOf } from './console-lab.ts';

const GRACE = 'grace@example.com';
const FORMULA = '=HYPERLINK("https://evil.example")';

let lab: ConsoleLab;
let window: WatchedPage;
let page: Page;
/** Grace, once she has accepted the invitation. */
let grace: WatchedPage;

beforeAll(async () => {
  lab = await ConsoleLab.start({ upstreamCompanies: 4 });
  window = await lab.setUp();
  page = window.page;
  await lab.connect();
});
afterAll(() => lab.close());

function row(text: string): Locator {
  return page.getByRole('row').filter({ hasText: text });
}

async function choose(text: string, item: string): Promise<void> {
  await row(text).getByRole('button').click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function shownLink(): Promise<string> {
  const value = page.getByRole('dialog').getByRole('status', { name: 'link', exact: true });
  await value.waitFor();
  const link = String(await value.textContent());
  lab.secrets.add(secretOf(link));
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return link;
}

describe('groups', () => {
  it('one is made, and takes companies that were synced and guids that are pasted', async () => {
    await page.goto('/settings/organization/groups');
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('EMEA');
    await page.getByRole('button', { name: 'Make group' }).click();
    await page.getByRole('heading', { name: 'EMEA', level: 1 }).waitFor();
    const found = page.getByRole('button', { name: /^Add (?!guids)/ });
    await expect.poll(() => found.count()).toBe(4);
    await found.first().click();
    await page.getByLabel('Guids of companies').fill('a940bb61-33c4-42c9-9231-c8194c305db3, nonsense');
    await page.getByText('1 part is no guid').waitFor();
    await page.getByRole('button', { name: 'Add 1 guid' }).click();
    await page.getByText('2 changes to save').waitFor();
    await keepScreenshot(page, 'group-companies');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save companies' }).click();
    await page.getByRole('alert').filter({ hasText: 'a940bb61' }).waitFor();
    await keepScreenshot(page, 'group-companies-refused');
    await page.getByRole('button', { name: 'Remove a940bb61-33c4-42c9-9231-c8194c305db3' }).click();
    await page.getByRole('button', { name: 'Save companies' }).click();
    await page.getByText('Nothing to save').waitFor();
    await page.getByRole('link', { name: 'Groups' }).first().click();
    await row('EMEA').filter({ hasText: '1 company' }).waitFor();
    await keepScreenshot(page, 'groups');
  });
});

describe('users', () => {
  it('one is invited with a link that is shown once and activates in another browser', async () => {
    await page.goto('/settings/organization/users');
    await page.getByRole('button', { name: 'Invite user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite user' });
    await dialog.getByLabel('E-mail').fill(GRACE);
    await dialog.getByLabel('Name').fill(FORMULA);
    await dialog.getByLabel('Role').selectOption('customer_user');
    await dialog.getByLabel('Group').selectOption('EMEA');
    await keepScreenshot(page, 'invite-user');
    await dialog.getByRole('button', { name: 'Invite' }).click();
    await page.getByText(`Give this link to ${GRACE}`).waitFor();
    await keepScreenshot(page, 'invitation');
    const link = await shownLink();
    await row(GRACE).filter({ hasText: 'Invited' }).waitFor();
    grace = await lab.open();
    await grace.page.goto(link);
    await grace.page.getByText(GRACE).waitFor();
    expect(grace.page.url()).toBe(`${lab.origin}/activate`);
    await keepScreenshot(grace.page, 'activate');
    expect(await grace.page.getByLabel('Your name').inputValue()).toBe(FORMULA);
    await grace.page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await grace.page.getByRole('button', { name: 'Activate account' }).click();
    await grace.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('a changed role holds at the next look', async () => {
    await page.reload();
    await row(GRACE).filter({ hasText: 'Active' }).waitFor();
    await choose(GRACE, 'Edit');
    await page.getByRole('dialog').getByLabel('Role').selectOption('vrm_admin');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row(GRACE).filter({ hasText: 'VRM admin' }).waitFor();
    await keepScreenshot(page, 'users');
    expect(await seriousViolations(page)).toEqual([]);
    await grace.page.goto('/settings/account/user-preferences');
    await grace.page.getByRole('heading', { name: 'Company API Token' }).waitFor();
  });

  it('a reset link sets a new password', async () => {
    await choose(GRACE, 'Reset password');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make a link' }).click();
    const link = await shownLink();
    const other = await lab.open();
    await other.page.goto(link);
    await other.page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Set password' }).click();
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await grace.context.close();
    grace = other;
  });

  it('a deactivated one is signed out', async () => {
    await choose(GRACE, 'Deactivate');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Deactivate' }).click();
    await row(GRACE).filter({ hasText: 'Deactivated' }).waitFor();
    await grace.page.reload();
    await grace.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await choose(GRACE, 'Reactivate');
    await row(GRACE).filter({ hasText: 'Active' }).waitFor();
  });

  it('the last Admin stays', async () => {
    await choose(ADMIN_NAME, 'Deactivate');
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: 'Deactivate' }).click();
    await question.getByRole('alert').filter({ hasText: /last/i }).waitFor();
    await keepScreenshot(page, 'last-admin');
    await question.getByRole('button', { name: 'Cancel' }).click();
  });
});

describe('a group in use', () => {
  it('is deleted only with the word where its users go', async () => {
    await page.getByRole('link', { name: 'Groups' }).click();
    await choose('EMEA', 'Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete EMEA?' });
    await dialog.getByRole('button', { name: 'Delete group' }).click();
    await dialog.getByText('The group is in use').waitFor();
    await dialog.getByText(FORMULA).waitFor();
    await keepScreenshot(page, 'group-in-use');
    await dialog.getByLabel('Move them to').selectOption({ index: 1 });
    await dialog.getByRole('button', { name: 'Move and delete' }).click();
    await row('EMEA').waitFor({ state: 'detached' });
  });
});

describe('the audit log', () => {
  function event(action: string): Locator {
    return page.getByRole('list', { name: 'Events, newest first' }).getByRole('button', { name: action });
  }

  it('tells all of it, with what changed', async () => {
    await page.goto('/settings/organization/audit');
    await event('Group deleted').first().waitFor();
    for (const action of ['Group made', 'User deactivated', 'Signed in']) {
      expect(await event(action).count(), action).toBeGreaterThan(0);
    }
    await event('User deactivated').first().click();
    await page.getByRole('table', { name: 'What changed' }).waitFor();
    await keepScreenshot(page, 'audit');
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is filtered by action and person', async () => {
    await page.getByLabel('Action').selectOption({ label: 'Group deleted' });
    await expect.poll(() => event('').count()).toBe(1);
    await page.getByLabel('Who').fill('nobody of this name');
    await page.getByText('No event fits').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await event('Group made').first().waitFor();
  });

  it('is downloaded as CSV whose cells are no formulas, and as NDJSON', async () => {
    const csv = await downloaded('Export CSV');
    expect(csv.split('\n').length).toBeGreaterThan(10);
    // The cell begins with an apostrophe, which keeps spreadsheets from reading a formula.
    expect(csv).toContain(`'=HYPERLINK`);
    expect(csv).not.toMatch(/(^|,)"?=HYPERLINK/m);
    const lines = (await downloaded('Export NDJSON')).trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('mac');
  });

  async function downloaded(link: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: link }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  }

  it('nothing is kept by the browser, and no page met a problem', async () => {
    expect(lab.secrets.size).toBeGreaterThan(3);
    expect(await lab.leaks(window)).toEqual([]);
    expect(lab.problems()).toEqual([]);
  });
});
