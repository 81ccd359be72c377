/**
 * A real browser for the tests of the console: Chromium out of its npm package, with the libraries it needs beside it, so that
 * nothing has to be installed on the machine. Screenshots are kept in `test-artifacts/console`.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const ARTIFACTS = fileURLToPath(new URL('../../../../test-artifacts/console/', import.meta.url));
/** Not the package's own arguments: those switch off the web's security, which is what is under test. */
const ARGUMENTS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'];
/** How the package is told that the system's libraries are not there. */
const BARE_SYSTEM = { AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };

/** Starts the browser. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, libraries } = await unpackBrowser();
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: { ...definedOnly(process.env), LD_LIBRARY_PATH: libraries },
  });
}

/** The package changes this process's environment for the browser; it is put back, for other programs are started too. */
async function unpackBrowser(): Promise<{ executablePath: string; libraries: string }> {
  const before = { ...process.env };
  Object.assign(process.env, BARE_SYSTEM);
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    return { executablePath, libraries: process.env.LD_LIBRARY_PATH ?? '' };
  } finally {
    for (const name of ['AWS_LAMBDA_JS_RUNTIME', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A page, and everything in it that a user must not meet: script errors, refused resources, words of the policy. */
export interface WatchedPage {
  context: BrowserContext;
  page: Page;
  problems: string[];
  /** The address of every request, without what a link carries behind the #: that is never sent. */
  requested: string[];
}

export interface WindowOptions {
  colorScheme?: 'light' | 'dark';
  width?: number;
}

/** Longer than any page takes, and shorter than a test may. */
const PATIENCE_MS = 8_000;

/** A window of its own, with its own cookies. Our certificate is of the installation's own authority. */
export async function openWindow(
  browser: Browser,
  options: WindowOptions & { baseURL: string },
): Promise<WatchedPage> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: options.baseURL,
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
    viewport: { width: options.width ?? 1280, height: 800 },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const requested: string[] = [];
  context.on('request', request => void requested.push(request.url().split('#')[0] ?? ''));
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(`script error: ${error.message}`));
  page.on('console', message => {
    // A refused call is reported by the browser itself; what the page makes of it is tested on the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      problems.push(`console: ${message.text()}`);
    }
  });
  return { context, page, problems, requested };
}

/** Keeps a picture of the page: what the window shows, or the whole page from its top. */
export async function keepScreenshot(page: Page, name: string, isWhole = false): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage: isWhole });
}

/** Serious and critical violations of WCAG that axe finds on the page as it is, one line each; of all rules or of some. */
export async function seriousViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy allows no other script than its own.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const options = JSON.stringify({
    resultTypes: ['violations'],
    ...(rules === undefined ? {} : { runOnly: rules }),
  });
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return results.violations
    .filter(violation => violation.impact === 'serious' || violation.impact === 'critical')
    .map(
      violation =>
        `${violation.id}: ${violation.help} (${violation.nodes.map(node => node.target.join(' ')).join('; ')})`,
    );
}
