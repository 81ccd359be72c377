/** Connections in a real browser: adding a sandbox, its syncs, its tokens on the other side, and the rotation of its own. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, seriousViolations, type WatchedPage } from './browser.ts';
import { ConsoleLab, UPSTREAM_TOKEN } from './console-lab.ts';

let lab: ConsoleLab;
let window: WatchedPage;
let page: Page;

beforeAll(async () => {
  lab = await ConsoleLab.start({ upstreamCompanies: 1 });
  window = await lab.setUp();
  page = window.page;
});
afterAll(() => lab.close());

/** The status of a call on the sandbox with this token. */
async function upstreamStatus(token: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${token}:`).toString('base64')}`;
  const url = `${lab.sandbox?.at.baseUrl}/ratings/v1/users/current`;
  return (await window.context.request.get(url, { headers: { authorization } })).status();
}

function upstreamRow(text: string) {
  return page
    .getByRole('table', { name: 'Company API tokens on Bitsight' })
    .getByRole('row')
    .filter({ hasText: text });
}

describe('connecting an account', () => {
  it('begins at an empty list', async () => {
    await page.goto('/connections');
    await page.getByText('No account is connected yet').waitFor();
    await keepScreenshot(page, 'connections-empty');
  });

  it('refuses an address that the operator has not allowed, at its field', async () => {
    await page.getByRole('button', { name: 'Add connection' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a Bitsight account' });
    await dialog.getByLabel('Bitsight company API token').fill(UPSTREAM_TOKEN);
    await dialog.getByLabel('Name').fill('Sandbox');
    await dialog.getByLabel('Address').fill('https://evil.example');
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await dialog.getByText('evil.example is not on the list of upstream hosts').waitFor();
    await dialog.getByLabel('Address').and(page.locator('[aria-invalid=true]')).waitFor();
    await keepScreenshot(page, 'connection-new');
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('opens the new connection, which is read at once', async () => {
    await page.getByLabel('Address').fill(String(lab.sandbox?.at.baseUrl));
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { name: 'Sandbox', level: 1 }).waitFor();
    const runs = page.getByRole('table', { name: 'Last sync runs' });
    await runs.getByText('Done', { exact: true }).waitFor({ timeout: 15_000 });
    expect(await page.content()).not.toContain(UPSTREAM_TOKEN);
  });

  it('is tested with one call', async () => {
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page
      .getByRole('article', { name: 'Message' })
      .filter({ hasText: /token|connection|works|valid/i })
      .first()
      .waitFor();
    await page.getByText('Healthy').waitFor();
    await keepScreenshot(page, 'connection', true);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is paused, renamed, and resumed', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Sandbox of the team');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'Sandbox of the team', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });
});

describe('tokens on the other side', () => {
  let made: string;

  it('are listed, the own one marked and without a way to revoke it', async () => {
    const own = upstreamRow('This connection');
    await own.waitFor();
    expect(await own.textContent()).toContain(UPSTREAM_TOKEN.slice(-4));
    expect(await own.getByRole('button').count()).toBe(0);
  });

  it('one is made and shown once', async () => {
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New token on Bitsight' });
    await dialog.getByLabel('Description').fill('Warehouse');
    await dialog.getByRole('button', { name: 'Generate' }).click();
    const value = page.getByRole('dialog').getByRole('status', { name: 'token', exact: true });
    await value.waitFor();
    made = String(await value.textContent());
    lab.secrets.add(made);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await upstreamRow('Warehouse').waitFor();
    expect(await upstreamStatus(made)).toBe(200);
    expect(await page.content()).not.toContain(made);
    await keepScreenshot(page, 'upstream-tokens');
  });

  it('one is revoked there after a question', async () => {
    await page.getByRole('button', { name: 'Revoke Warehouse' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke on Bitsight' }).click();
    await upstreamRow('Warehouse').waitFor({ state: 'detached' });
    expect(await upstreamStatus(made)).toBe(401);
  });

  it('the own one is rotated, and the account is read on with the new one', async () => {
    // The word about the last token stands where the button is.
    await page.reload();
    await page.getByText('It was never rotated.').waitFor();
    await page.getByRole('button', { name: 'Rotate token' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate token' }).click();
    await page.getByText('The last rotation is done').waitFor({ timeout: 15_000 });
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await keepScreenshot(page, 'rotation');
    expect(await upstreamStatus(UPSTREAM_TOKEN)).toBe(401);
    const done = page.getByRole('table', { name: 'Last sync runs' }).getByText('Done', { exact: true });
    const before = await done.count();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect.poll(() => done.count(), { timeout: 15_000 }).toBe(before + 1);
  });
});

describe('removing a connection', () => {
  it('needs its name typed', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const question = page.getByRole('alertdialog');
    const remove = question.getByRole('button', { name: 'Remove connection' });
    await keepScreenshot(page, 'connection-remove');
    expect(await remove.isDisabled()).toBe(true);
    await question.getByRole('textbox').fill('Sandbox of the team');
    await remove.click();
    await page.getByText('No account is connected yet').waitFor();
  });

  it('nothing is kept by the browser, and no page met a problem', async () => {
    expect(await lab.leaks(window)).toEqual([]);
    expect(lab.problems()).toEqual([]);
  });
});
