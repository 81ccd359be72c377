/** The pages of one's own account in a real browser: profile, password, sessions and two-factor. */
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, type WatchedPage } from './browser.ts';
import { ADMIN_EMAIL, ConsoleLab, PASSWORD } from './console-lab.ts';

const NEW_PASSWORD = 'staple battery horse correct';
const CODE_STEP_MS = 30_000;

let lab: ConsoleLab;
let window: WatchedPage;

beforeAll(async () => {
  lab = await ConsoleLab.start();
  window = await lab.setUp();
  lab.secrets.add(NEW_PASSWORD);
});
afterAll(() => lab.close());

async function signInByHand({ page }: WatchedPage, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('the profile', () => {
  it('shows a saved name everywhere at once', async () => {
    const { page } = window;
    await page.goto('/settings/account/profile');
    await page.getByLabel('Full name').fill('Augusta Ada King');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Profile saved').first().waitFor();
    await page.getByLabel('What we call you').fill('Ada');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: /account of Ada$/ }).waitFor();
    await page.getByText('Analytical Engines').waitFor();
    await keepScreenshot(page, 'profile');
    await page.reload();
    await expect.poll(() => page.getByLabel('Full name').inputValue()).toBe('Augusta Ada King');
  });
});

describe('the sessions', () => {
  it('list this browser and another, and end the other', async () => {
    const other = await lab.signedIn();
    await other.page.goto('/settings/account/sessions');
    await other.page.getByText('This one').waitFor();
    const { page } = window;
    await page.goto('/settings/account/sessions');
    const rows = page.getByRole('row').filter({ hasText: '127.0.0.1' });
    await expect.poll(() => rows.count()).toBe(2);
    await keepScreenshot(page, 'sessions');
    await rows.getByRole('button', { name: /^End the session of/ }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await other.page.getByRole('link', { name: 'Profile' }).click();
    await other.page.reload();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context.close();
  });
});

describe('the password', () => {
  it('is not changed without the one of now', async () => {
    const { page } = window;
    await page.goto('/settings/account/password');
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByLabel('Current password').and(page.locator('[aria-invalid=true]')).waitFor();
    await keepScreenshot(page, 'password-refused');
  });

  it('ends every other session when it is changed, and not this one', async () => {
    const other = await lab.signedIn();
    await other.page.goto('/settings/account/profile');
    await other.page.getByLabel('Full name').waitFor();
    const { page } = window;
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed').first().waitFor();
    expect(await page.getByLabel('Current password').inputValue()).toBe('');
    // The other learns of it by what it does next, and is led back to where it was.
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(other.page.url()).searchParams.get('next')).toBe('/settings/account/profile');
    await signInByHand(other, PASSWORD);
    await other.page.getByRole('alert').waitFor();
    await signInByHand(other, NEW_PASSWORD);
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await other.context.close();
    await page.reload();
    await page.getByLabel('Current password').waitFor();
  });
});

describe('two-factor', () => {
  let secret: string;
  let recoveryCodes: string[];

  /** The code of the next half minute: a code is taken once. */
  function nextCode(): string {
    lab.clock.aheadMs += CODE_STEP_MS;
    return generateSync({ secret, epoch: Math.floor(lab.clock.now() / 1000) });
  }

  it('is switched on with a code of the key that is shown, and gives recovery codes once', async () => {
    const { page } = window;
    await page.goto('/settings/account/two-factor');
    await page.getByRole('button', { name: 'Set up two-factor' }).click();
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    secret = String(await page.locator('code').first().textContent()).replaceAll(' ', '');
    lab.secrets.add(secret);
    await keepScreenshot(page, 'two-factor-begin');
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByLabel('Code', { exact: true }).and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByLabel('Code', { exact: true }).fill(nextCode());
    await page.getByRole('button', { name: 'Switch on' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your recovery codes' });
    await dialog.waitFor();
    recoveryCodes = await dialog.getByRole('listitem').allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    for (const code of recoveryCodes) lab.secrets.add(code);
    await keepScreenshot(page, 'recovery-codes');
    await dialog.getByRole('button', { name: 'I have stored them' }).click();
    await page.getByText('You have 10 codes left.').waitFor();
    await keepScreenshot(page, 'two-factor-on');
    for (const code of recoveryCodes) expect(await page.content()).not.toContain(code);
  });

  it('asks for a code after the password, and takes a right one once', async () => {
    const other = await lab.open();
    await signInByHand(other, NEW_PASSWORD);
    await other.page.getByRole('heading', { name: 'Two-factor code' }).waitFor();
    await keepScreenshot(other.page, 'sign-in-code');
    await other.page.getByLabel('Code').fill('000000');
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByLabel('Code').and(other.page.locator('[aria-invalid=true]')).waitFor();
    await other.page.getByLabel('Code').fill(nextCode());
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await other.context.close();
  });

  it('lets a recovery code in, once', async () => {
    const [code = ''] = recoveryCodes;
    const other = await lab.open();
    await signInByHand(other, NEW_PASSWORD);
    await other.page.getByLabel('Code').fill(code);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await other.page.goto('/settings/account/two-factor');
    await other.page.getByText('You have 9 codes left.').waitFor();
    await other.context.clearCookies();
    await signInByHand(other, NEW_PASSWORD);
    await other.page.getByLabel('Code').fill(code);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByLabel('Code').and(other.page.locator('[aria-invalid=true]')).waitFor();
    await other.context.close();
  });

  it('is switched off after a question', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Set up two-factor' }).waitFor();
    const other = await lab.open();
    await signInByHand(other, NEW_PASSWORD);
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await other.context.close();
  });

  it('nothing is kept by the browser, and no page met a problem', async () => {
    expect(lab.secrets.size).toBeGreaterThan(12);
    expect(await lab.leaks(window)).toEqual([]);
    expect(lab.problems()).toEqual([]);
  });
});
