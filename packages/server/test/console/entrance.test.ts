/** The way into the console in a real browser: set-up by the printed link, signing in and out, and where that leads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, seriousViolations, type WatchedPage } from './browser.ts';
import { ADMIN_EMAIL, ADMIN_NAME, ConsoleLab, keptBy, PASSWORD, secretOf } from './console-lab.ts';

let lab: ConsoleLab;
let admin: WatchedPage;
let link: string;

beforeAll(async () => {
  lab = await ConsoleLab.start();
  link = String(lab.hub.setupLink);
  admin = await lab.open();
});
afterAll(() => lab.close());

async function signIn({ page }: WatchedPage, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signOut({ page }: WatchedPage): Promise<void> {
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

describe('the first start', () => {
  it('leads every page to the set-up, which says how to get a link', async () => {
    const { page } = admin;
    await page.goto('/connections');
    await page.getByRole('heading', { name: 'Set up Sightline' }).waitFor();
    await page.getByText('sightline setup-link').first().waitFor();
    await keepScreenshot(page, 'set-up-without-link');
  });

  it('takes the secret of the printed link out of the address bar at once', async () => {
    const { page } = admin;
    lab.secrets.add(secretOf(link));
    await page.goto(link);
    await page.getByLabel('Your name').waitFor();
    expect(page.url()).toBe(`${lab.origin}/set-up`);
    expect(await keptBy(admin)).not.toContain(secretOf(link));
    await keepScreenshot(page, 'set-up');
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('refuses a weak password at its field and keeps the rest of the form', async () => {
    const { page } = admin;
    await page.getByLabel('Your name').fill(ADMIN_NAME);
    await page.getByLabel('E-mail address').fill(ADMIN_EMAIL);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('Password', { exact: true }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await page.getByLabel('Your name').inputValue()).toBe(ADMIN_NAME);
    await keepScreenshot(page, 'set-up-refused');
  });

  it('makes the first Admin, signed in, on the overview', async () => {
    const { page } = admin;
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).toBe(`${lab.origin}/`);
    expect(await page.getByText(`Hello, ${ADMIN_NAME}`).count()).toBe(1);
  });

  it('has killed the link', async () => {
    const other = await lab.open();
    await other.page.goto(link);
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const { request } = other.context;
    const body = { token: secretOf(link), email: 'eve@example.com', formal_name: 'Eve', password: PASSWORD };
    const answer = await request.post('/v1/set-up', { headers: { origin: lab.origin }, data: body });
    expect(answer.status()).toBe(404);
  });
});

describe('signing in', () => {
  it('says the same of a wrong password and of an unknown address', async () => {
    await signOut(admin);
    const { page } = admin;
    await signIn(admin, 'not the password');
    const said = page.getByRole('alert');
    await said.waitFor();
    const first = await said.textContent();
    await page.getByLabel('E-mail address').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => said.textContent()).toBe(first);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('nobody@example.com');
    await keepScreenshot(page, 'sign-in-refused');
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('opens the overview, and signing out closes every page', async () => {
    const { page } = admin;
    await signIn(admin);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await signOut(admin);
    await page.goto('/settings/organization/users');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('leads to the page that was asked for', async () => {
    const { page } = admin;
    expect(new URL(page.url()).searchParams.get('next')).toBe('/settings/organization/users');
    await signIn(admin);
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    expect(page.url()).toBe(`${lab.origin}/settings/organization/users`);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async next => {
      const { page, context } = admin;
      const visited: string[] = [];
      const visit = (request: { url: () => string }) => visited.push(request.url());
      context.on('request', visit);
      await context.clearCookies();
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
      await signIn(admin);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      // Also for somebody who is signed in already.
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      context.off('request', visit);
      expect(new Set(visited.map(url => new URL(url).origin))).toEqual(new Set([lab.origin]));
    },
  );

  it('has met no script error and nothing that the policy refuses, and keeps no secret', async () => {
    expect(lab.problems()).toEqual([]);
    expect(await lab.leaks(admin)).toEqual([]);
  });

  it('a secret that the browser keeps would be found, so that the test above can fail', async () => {
    await admin.page.evaluate(`localStorage.setItem('kept', ${JSON.stringify(PASSWORD)})`);
    expect(await lab.leaks(admin)).toHaveLength(1);
  });
});
