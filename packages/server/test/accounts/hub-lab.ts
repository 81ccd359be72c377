/** A whole hub in the test's own process, on free ports and a clock that the test moves, and browsers that sign in to it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { Agent, type Dispatcher, request } from 'undici';
import { type Hub, startHub } from '../../src/app.ts';
import { readHubSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { at, type Json } from '../support/json.ts';
import { ManualClock } from '../support/manual-clock.ts';

export const PASSWORD = 'correct horse battery';
export const ADMIN_EMAIL = 'ada@example.com';

export interface Answer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  text: string;
  // Answers are JSON of many shapes; tests read them freely.
  json: Json;
}
export class HubLab {
  readonly hub: Hub;
  readonly clock: ManualClock;
  /** Every answer so far, head and body. */
  readonly answers: string[] = [];
  readonly #folder: string;
  readonly #lines: string[];
  readonly #agent: Agent;

  private constructor(hub: Hub, clock: ManualClock, folder: string, lines: string[]) {
    this.hub = hub;
    this.clock = clock;
    this.#folder = folder;
    this.#lines = lines;
    this.#agent = new Agent({ connect: { ca: readFileSync(hub.at.caFile ?? '', 'utf8') } });
  }

  static async start(flags: Readonly<Record<string, unknown>> = {}): Promise<HubLab> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-accounts-'));
    // Begins now, or the certificate would not be good yet.
    const clock = new ManualClock(new Date().toISOString());
    const lines: string[] = [];
    const logger = createLogger({ level: 'debug', destination: { write: line => void lines.push(line) } });
    const settings = readHubSettings({ flags: { port: 0, httpPort: 0, ...flags }, env: {} });
    const hub = await startHub({ ...settings, dataDir: folder }, { logger, clock });
    return new HubLab(hub, clock, folder, lines);
  }

  get origin(): string {
    return this.hub.at.baseUrl;
  }

  get organization(): string {
    return `/v1/provisioning/organizations/${this.hub.organizationId}`;
  }

  logged(): string {
    return this.#lines.join('');
  }

  browser(): Browser {
    return new Browser(this);
  }

  /** The first Admin, signed in. */
  async setUp(): Promise<Browser> {
    const browser = this.browser();
    const made = await browser.call('POST', '/v1/set-up', {
      body: {
        token: secretOf(this.hub.setupLink),
        email: ADMIN_EMAIL,
        formal_name: 'Ada',
        password: PASSWORD,
      },
    });
    if (made.status !== 201) throw new Error(`the set-up was answered ${made.status}: ${made.text}`);
    return browser;
  }

  /** A person who has accepted the invitation, signed in. */
  async person(admin: Browser, email: string, role: string, group?: string): Promise<Browser> {
    const body = { email, formal_name: email, role, group: group ?? null };
    const invited = await admin.call('POST', `${this.organization}/users`, { body });
    if (invited.status !== 201) throw new Error(`inviting was answered ${invited.status}: ${invited.text}`);
    const browser = this.browser();
    const token = secretOf(String(at(invited.json, 'invitation', 'url')));
    await browser.call('POST', '/v1/links/redeem', { body: { token, password: PASSWORD } });
    return browser;
  }

  async send(method: string, path: string, headers: Record<string, string>, text: string | null) {
    const answer = await request(`${this.origin}${path}`, {
      dispatcher: this.#agent,
      method: method as Dispatcher.HttpMethod,
      headers,
      body: text,
    });
    const body = await answer.body.text();
    this.answers.push(`${JSON.stringify(answer.headers)}\n${body}`);
    const isJson = /[/+]json(;|$)/.test(String(answer.headers['content-type'] ?? '')) && body !== '';
    const json: Json = isJson ? JSON.parse(body) : null;
    return { status: answer.statusCode, headers: answer.headers, text: body, json };
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await this.hub.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What a page of the console would send: its cookie, its origin, its CSRF token. */
export class Browser {
  readonly #lab: HubLab;
  cookie: string | null = null;
  csrf: string | null = null;

  constructor(lab: HubLab) {
    this.#lab = lab;
  }

  /** `headers` replace those of the browser; null leaves one out. */
  async call(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string | null> } = {},
  ): Promise<Answer> {
    const headers: Record<string, string | null> = {
      cookie: this.cookie,
      origin: method === 'GET' ? null : this.#lab.origin,
      'x-csrf-token': method === 'GET' ? null : this.csrf,
      'content-type': options.body === undefined ? null : 'application/json',
      ...options.headers,
    };
    const sent = Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    );
    const text = options.body === undefined ? null : JSON.stringify(options.body);
    const answer = await this.#lab.send(method, path, sent, text);
    const given = [answer.headers['set-cookie'] ?? []].flat()[0];
    if (given !== undefined) this.cookie = given.includes('Max-Age=0') ? null : (given.split(';')[0] ?? null);
    const csrf = at(answer.json, 'csrf_token');
    if (typeof csrf === 'string') this.csrf = csrf;
    return answer;
  }

  signIn(email = ADMIN_EMAIL, password = PASSWORD, code?: string): Promise<Answer> {
    return this.call('POST', '/v1/session', {
      body: { email, password, ...(code === undefined ? {} : { code }) },
    });
  }

  me(): Promise<Answer> {
    return this.call('GET', '/v1/me');
  }
}

/** The secret in the fragment of a one-time link. */
export function secretOf(link: string | null): string {
  return new URL(link ?? '').hash.slice(1);
}

/** The code of an authenticator app at that moment. */
export function codeAt(secret: string, clock: ManualClock): string {
  return generateSync({ secret, epoch: Math.floor(clock.now() / 1000) });
}
