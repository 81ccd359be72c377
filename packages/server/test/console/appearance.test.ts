/**
 * Every page as it looks: in light and dark without serious violations of WCAG, without words of the policy, and no wider than
 * a small phone. The pictures are kept for the eye.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keepScreenshot, seriousViolations, type WatchedPage } from './browser.ts';
import { ConsoleLab } from './console-lab.ts';

const PHONE_WIDTH = 360;
const Made = z.looseObject({ guid: z.string() });

let lab: ConsoleLab;
let stranger: WatchedPage | undefined;
let admin: WatchedPage | undefined;

/** The pages that somebody signed in opens, by the names of their pictures. */
const PAGES = [
  ...(['overview', 'preferences', 'profile', 'password', 'two-factor', 'sessions'] as const),
  ...(['users', 'groups', 'group', 'audit', 'connections', 'connection', 'not-found'] as const),
] as const;
let paths: Record<(typeof PAGES)[number], string>;

const OPEN_PAGES = {
  'sign-in': '/sign-in',
  'reset-password': '/reset-password',
  'dead-link': '/activate#nonsense',
  'retrieve-token': '/retrieve-token#user_guid=0&auth_token=0',
} as const;

beforeAll(async () => {
  lab = await ConsoleLab.start({ upstreamCompanies: 2 });
  await lab.setUp();
  const [connection] = await Promise.all([lab.connect(), fill()]);
  const group = Made.parse(
    await lab.asAdmin('POST', `${lab.organization}/groups`, { name: 'Suppliers of the north' }),
  );
  paths = {
    overview: '/',
    preferences: '/settings/account/user-preferences',
    profile: '/settings/account/profile',
    password: '/settings/account/password',
    'two-factor': '/settings/account/two-factor',
    sessions: '/settings/account/sessions',
    users: '/settings/organization/users',
    groups: '/settings/organization/groups',
    group: `/settings/organization/groups/${group.guid}`,
    audit: '/settings/organization/audit',
    connections: '/connections',
    connection: `/connections/${connection}`,
    'not-found': '/settings/nowhere',
  };
});
afterAll(() => lab.close());

/** Rows for the lists: an empty table hides what is wrong with a full one. */
async function fill(): Promise<void> {
  await lab.asAdmin('POST', '/v1/me/token', {});
  const token = {
    description: 'Integration of the security operations centre, team Lisbon',
    role: 'customer_user',
  };
  await lab.asAdmin('POST', `${lab.organization}/tokens`, { ...token, scopes: ['read_only'] });
  await lab.asAdmin('POST', `${lab.organization}/tokens`, {
    ...{ description: 'Warehouse', role: 'customer_group_admin' },
    expires_at: new Date(lab.clock.now() + 5 * 86_400_000).toISOString(),
  });
  await lab.asAdmin('POST', `${lab.organization}/users`, {
    ...{ email: 'a-very-long-address-of-a-person@department.company.example', role: 'vrm_admin' },
    formal_name: 'Maria Antonieta Portocarrero-Wolfeschlegelstein',
  });
}

/** Opens the page and waits until nothing of it is still being read. */
async function settle({ page }: Pick<WatchedPage, 'page'>, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  await expect.poll(() => page.locator('[aria-busy=true], .animate-pulse').count()).toBe(0);
}

/** The page in light, in dark, and on a phone; gives what is wrong with it. */
async function look(window: WatchedPage, name: string, path: string): Promise<string[]> {
  const { page } = window;
  const wrong: string[] = [];
  await settle(window, path);
  wrong.push(...(await seriousViolations(page)));
  await keepScreenshot(page, `${name}-light`, true);
  await page.emulateMedia({ colorScheme: 'dark' });
  // Only colours differ from the light page.
  wrong.push(...(await seriousViolations(page, ['color-contrast'])).map(violation => `dark: ${violation}`));
  await keepScreenshot(page, `${name}-dark`, true);
  await page.setViewportSize({ width: PHONE_WIDTH, height: 740 });
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  if (width > PHONE_WIDTH) wrong.push(`${width} pixels wide on a phone`);
  await page.emulateMedia({ colorScheme: 'light' });
  await keepScreenshot(page, `${name}-phone`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
  return wrong;
}

describe('in light, in dark, and on a phone', () => {
  it.each(Object.entries(OPEN_PAGES))('the page %s is fit for everybody', async (name, path) => {
    stranger ??= await lab.open();
    expect(await look(stranger, name, path)).toEqual([]);
  });

  it.each(PAGES)('the page %s is fit for everybody', async name => {
    admin ??= await lab.signedIn();
    expect(await look(admin, name, paths[name])).toEqual([]);
  });

  it('the settings show on a phone which page is open', async () => {
    const { page, context } = await lab.signedIn(undefined, { width: PHONE_WIDTH });
    await settle({ page }, paths.audit);
    const entry = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Audit log' });
    const end = async () => {
      const box = await entry.boundingBox();
      return box === null ? null : box.x + box.width;
    };
    await expect.poll(end).toBeLessThanOrEqual(PHONE_WIDTH);
    await context.close();
  });

  it('the menu leads on', async () => {
    const { page, context } = await lab.signedIn(undefined, { width: PHONE_WIDTH });
    await page.goto('/');
    await page.getByRole('button', { name: 'Menu' }).click();
    await keepScreenshot(page, 'phone-menu');
    await page.getByRole('menuitem', { name: 'Connections' }).click();
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
    await context.close();
  });
});

describe('the theme', () => {
  it('that was chosen stays after a reload and wins over the system', async () => {
    const { page, context } = await lab.signedIn();
    await page.goto('/');
    const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const light = await ground();
    await page.getByRole('button', { name: /account of/ }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await keepScreenshot(page, 'user-menu-dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await ground()).toBe(dark);
    await context.close();
  });
});

describe('the browser', () => {
  it('has refused nothing and met no script error', () => {
    expect(lab.problems()).toEqual([]);
  });

  it('tells of what the policy refuses, so that the test above can fail', async () => {
    const { page, problems, context } = await lab.open();
    await page.goto('/sign-in');
    await page.evaluate(
      'document.head.append(Object.assign(document.createElement("script"), { textContent: "1" }))',
    );
    await expect.poll(() => problems.join()).toContain('Content Security Policy');
    problems.length = 0;
    await context.close();
  });
});
