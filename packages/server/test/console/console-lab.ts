/**
 * A whole hub in the test's own process with the console as it is built, a browser, and, when it is asked for, a sandbox that
 * the hub may read. People are made over the API, so that a test clicks only through what it is about.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { APIResponse, Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { type Hub, type Sandbox, startHub, startSandbox } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readHubSettings, readSandboxSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { until } from '../support/processes.ts';
import { launchBrowser, openWindow, type WatchedPage, type WindowOptions } from './browser.ts';

export const ADMIN_EMAIL = 'ada@example.com';
export const ADMIN_NAME = 'Ada Lovelace';
export const PASSWORD = 'correct horse battery';

/** The company token of the sandbox that the hub is given. */
export const UPSTREAM_TOKEN = 'upstream-company-token-of-the-sandbox-40';

const INDEX = fileURLToPath(new URL('../../../console/dist/index.html', import.meta.url));

/** Time as it is, and as far ahead of it as a test wants. */
class AheadClock implements Clock {
  aheadMs = 0;
  now(): number {
    return Date.now() + this.aheadMs;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}

export interface LabOptions {
  /** Starts a sandbox with so many companies, whose host the hub may read. */
  upstreamCompanies?: number;
  /** Port of a mail server on this machine; without one, links are shown to the Admin. */
  mailPort?: number;
}

const Session = z.looseObject({ csrf_token: z.string().nullable() });
const Invited = z.looseObject({ invitation: z.looseObject({ url: z.string() }) });
const Connected = z.looseObject({ id: z.string(), last_synced_at: z.string().nullable() });

export class ConsoleLab {
  readonly hub: Hub;
  readonly sandbox: Sandbox | null;
  readonly clock: AheadClock;
  readonly browser: Browser;
  /** Every secret that a page was given: none may be kept by the browser. */
  readonly secrets = new Set<string>([PASSWORD, UPSTREAM_TOKEN]);
  readonly #folder: string;
  readonly #windows: WatchedPage[] = [];
  /** As tests open it most, the Admin's own window that calls of the lab go through. */
  #admin: WatchedPage | null = null;

  private constructor(parts: {
    hub: Hub;
    sandbox: Sandbox | null;
    clock: AheadClock;
    browser: Browser;
    folder: string;
  }) {
    this.hub = parts.hub;
    this.sandbox = parts.sandbox;
    this.clock = parts.clock;
    this.browser = parts.browser;
    this.#folder = parts.folder;
  }

  static async start({ upstreamCompanies, mailPort }: LabOptions = {}): Promise<ConsoleLab> {
    if (!existsSync(INDEX)) {
      throw new Error('The console is not built: run `npm run build -w @sightline/console`.');
    }
    const folder = mkdtempSync(join(tmpdir(), 'sightline-console-'));
    const around = { logger: createLogger({ level: 'silent' }) };
    const browser = await launchBrowser();
    const sandbox =
      upstreamCompanies === undefined
        ? null
        : await startSandbox(
            { ...sandboxSettings(upstreamCompanies), dataDir: join(folder, 'sandbox') },
            around,
          );
    const clock = new AheadClock();
    const settings = readHubSettings({
      flags: {
        ...{ port: 0, httpPort: 0, logLevel: 'silent' },
        ...(mailPort === undefined ? {} : { smtpUrl: `smtp://127.0.0.1:${mailPort}` }),
        ...(sandbox === null
          ? {}
          : {
              upstreamHost: [new URL(sandbox.at.baseUrl).host],
              upstreamCa: String(sandbox.at.caFile),
            }),
      },
      env: {},
    });
    const hub = await startHub({ ...settings, dataDir: join(folder, 'hub') }, { ...around, clock });
    return new ConsoleLab({ hub, sandbox, clock, browser, folder });
  }

  get origin(): string {
    return this.hub.at.baseUrl;
  }

  get organization(): string {
    return `/v1/provisioning/organizations/${this.hub.organizationId}`;
  }

  /** A window of its own, signed out. */
  async open(options: WindowOptions = {}): Promise<WatchedPage> {
    const window = await openWindow(this.browser, { ...options, baseURL: this.origin });
    this.#windows.push(window);
    return window;
  }

  /** A window in which this person is signed in, its page not yet opened. */
  async signedIn(email = ADMIN_EMAIL, options: WindowOptions = {}): Promise<WatchedPage> {
    const window = await this.open(options);
    await this.#ok(await this.#send(window.page, 'POST', '/v1/session', { email, password: PASSWORD }));
    return window;
  }

  /** Makes the first Admin and gives the window they are signed in in. */
  async setUp(): Promise<WatchedPage> {
    const window = await this.open();
    const body = {
      ...{ token: secretOf(this.hub.setupLink), email: ADMIN_EMAIL },
      ...{ formal_name: ADMIN_NAME, password: PASSWORD, organization_name: 'Analytical Engines' },
    };
    await this.#ok(await this.#send(window.page, 'POST', '/v1/set-up', body));
    this.#admin = window;
    return window;
  }

  /** A person who has accepted an invitation. Gives the e-mail address. */
  async person(email: string, role: string, group?: string): Promise<string> {
    const body = { email, formal_name: email.split('@')[0], role, group: group ?? null };
    const invited = Invited.parse(await this.asAdmin('POST', `${this.organization}/users`, body));
    const redeemed = { token: secretOf(invited.invitation.url), password: PASSWORD };
    const { page, context } = await this.open();
    await this.#ok(await this.#send(page, 'POST', '/v1/links/redeem', redeemed));
    await context.close();
    return email;
  }

  /** Connects the sandbox and waits until it was read once. */
  async connect(): Promise<string> {
    const { sandbox } = this;
    if (sandbox === null) throw new Error('this lab has no sandbox');
    const { id } = Connected.parse(
      await this.asAdmin('POST', `${this.organization}/connections`, {
        vendor: 'BIT_SIGHT',
        credentials: { username: UPSTREAM_TOKEN },
        options: { base_url: sandbox.at.baseUrl },
      }),
    );
    await until('the sandbox was read', async () => {
      const connection = await this.asAdmin('GET', `${this.organization}/connections/${id}`);
      return Connected.parse(connection).last_synced_at ?? null;
    });
    return id;
  }

  /** One call of the unified API in the Admin's session. Gives the body of a good answer. */
  async asAdmin(method: string, path: string, body?: object): Promise<unknown> {
    if (this.#admin === null) throw new Error('nobody has set the hub up yet');
    return this.#ok(await this.#send(this.#admin.page, method, path, body));
  }

  /** The status of a call on the ratings API with this token, as `curl -u token:` makes it. */
  async ratingsStatus(token: string, path = '/ratings/v1/users/current'): Promise<number> {
    const { context } = await this.open();
    const authorization = `Basic ${Buffer.from(`${token}:`).toString('base64')}`;
    const answer = await context.request.get(path, { headers: { authorization } });
    await context.close();
    return answer.status();
  }

  /** What pages met that no page may meet, of every window so far. */
  problems(): string[] {
    return this.#windows.flatMap(window => window.problems);
  }

  /** Where a secret of the test was found in what the browser keeps for this window, or in an address that was asked for. */
  async leaks(window: WatchedPage): Promise<string[]> {
    const places = [await keptBy(window), ...this.#windows.flatMap(({ requested }) => requested)];
    return places.filter(place => [...this.secrets].some(secret => place.includes(secret)));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.hub.close();
    await this.sandbox?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #send(page: Page, method: string, path: string, body?: object): Promise<APIResponse> {
    const { request } = page.context();
    const session = Session.parse(await (await request.get('/v1/session')).json());
    const headers: Record<string, string> = { origin: this.origin };
    if (session.csrf_token !== null) headers['x-csrf-token'] = session.csrf_token;
    return request.fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { data: body }),
    });
  }

  async #ok(answer: APIResponse): Promise<unknown> {
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${answer.url()} was answered ${answer.status()}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

function sandboxSettings(companies: number) {
  return readSandboxSettings({
    flags: { port: 0, httpPort: 0, companies, findingsPerCompany: 2, token: UPSTREAM_TOKEN },
    env: {},
  });
}

/** The secret in the fragment of a one-time link. */
export function secretOf(link: string | null): string {
  return new URL(link ?? '').hash.slice(1);
}

/** Read in the page: what a script of ours could have left there, and the address. */
const KEPT_IN_PAGE = `(async () => JSON.stringify([
  { ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys(),
  window.name, document.cookie, history.state, location.href,
]))()`;

/** Everything that the browser keeps for our origin, and the address bar, in one text. */
export async function keptBy({ page, context }: WatchedPage): Promise<string> {
  const { origins } = await context.storageState({ indexedDB: true });
  return `${JSON.stringify(origins)}\n${await page.evaluate<string>(KEPT_IN_PAGE)}`;
}
