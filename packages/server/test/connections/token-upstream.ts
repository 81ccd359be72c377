/**
 * A stand-in for Bitsight that has tokens: accounts whose tokens list, make and revoke one another over HTTPS, and a fault
 * for each account at one request, before it is carried out or after. The wire is that of tokens.md, "Wire contract".
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { listen, throwawayCertificate } from './upstream.ts';

export interface AccountToken {
  guid: string;
  value: string;
  description: string;
  group: string;
}

/** What is done instead of the right answer. `silence` never answers; `page` is a web page with status 200. */
export type Misbehaviour = number | 'silence' | 'reset' | 'page' | 'masked';

export interface Fault {
  /** Number of the request of this account that is met, from 0. */
  at: number;
  when: 'before' | 'after';
  how: Misbehaviour;
  /** It is met by every later request of the same kind, too. */
  stays: boolean;
}

/** Text in every refusal's body: it must never reach a caller. */
export const REFUSAL_WORDS = 'refused-in-the-words-of-upstream';
const NO_PERMISSION = 403;

let made = 0;

export class TokenAccount {
  readonly tokens: AccountToken[] = [];
  /** `GET users/current` and the like, with the number of the asking token. */
  readonly requests: string[] = [];
  customerGuid = randomUUID();
  companies = 3;
  fault: Fault | null = null;
  #faultyKind: string | null = null;
  /** Called when a fault is met. */
  onFault: () => void = () => {};
  /** Awaited before the request of this number is answered. */
  beforeAnswer: (number: number) => Promise<void> = async () => {};
  /** May change what the tokens made from now on are. */
  onCreate: (token: AccountToken) => void = () => {};
  /** Tokens that see this many companies instead. */
  readonly seen = new Map<string, number>();
  /** Tokens that belong to another customer, by their value. */
  readonly strangers = new Set<string>();

  add(description: string, more: Partial<AccountToken> = {}): AccountToken {
    made += 1;
    const value = `upstream-token-${randomUUID().replaceAll('-', '').slice(0, 12)}-${String(made).padStart(4, '0')}`;
    const token = { guid: randomUUID(), value, description, group: 'All Companies', ...more };
    this.tokens.push(token);
    this.onCreate(token);
    return token;
  }

  isLive(value: string): boolean {
    return this.tokens.some(token => token.value === value);
  }

  /** The fault that this request meets, if any. */
  meets(kind: string): Fault | null {
    const { fault } = this;
    const number = this.requests.length;
    this.requests.push(kind);
    if (fault === null) return null;
    const isMet = number === fault.at || (fault.stays && number > fault.at && kind === this.#faultyKind);
    if (number === fault.at) this.#faultyKind = kind;
    return isMet ? fault : null;
  }
}

export interface TokenUpstream {
  url: string;
  host: string;
  ca: string;
  account(): TokenAccount;
  close(): Promise<void>;
}

export async function startTokenUpstream(): Promise<TokenUpstream> {
  const { ca, cert, key } = throwawayCertificate();
  const accounts: TokenAccount[] = [];
  /** Which account a token was of, dead or not: a fault is met by refused requests, too. */
  const owners = new Map<string, TokenAccount>();
  const server = createServer({ cert, key }, (request, response) => void answer(request, response));
  const port = await listen(server);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const basic = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
    const value = basic.slice(0, basic.indexOf(':'));
    const body = await text(request);
    for (const account of accounts) for (const token of account.tokens) owners.set(token.value, account);
    const account = owners.get(value);
    if (account === undefined) return reply(response, 401, { detail: REFUSAL_WORDS });
    const path = new URL(request.url ?? '', 'https://x').pathname.replace('/ratings', '');
    const fault = account.meets(`${request.method} ${path.replace(/api-tokens\/.*/, 'api-tokens/guid')}`);
    if (fault !== null) account.onFault();
    await account.beforeAnswer(account.requests.length - 1);
    if (fault?.when === 'before') return misbehave(response, fault.how);
    const [status, result] = carryOut(account, value, `${request.method} ${path}`, body);
    if (fault === null) return reply(response, status, result);
    return misbehave(response, fault.how, result);
  }

  return {
    url: `https://localhost:${port}`,
    host: `localhost:${port}`,
    ca,
    account: () => {
      const account = new TokenAccount();
      accounts.push(account);
      return account;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function carryOut(account: TokenAccount, value: string, line: string, body: string): [number, unknown] {
  const own = account.tokens.find(token => token.value === value);
  if (own === undefined) return [401, { detail: REFUSAL_WORDS }];
  if (line === 'GET /v1/users/current') {
    const guid = account.strangers.has(value) ? 'another-customer' : account.customerGuid;
    return [200, { guid: own.guid, formal_name: own.description, customer: { guid } }];
  }
  if (line === 'GET /v2/portfolio') {
    const count = account.seen.get(value) ?? account.companies;
    if (count < 0) return [NO_PERMISSION, { detail: REFUSAL_WORDS }];
    return [200, { links: { next: null }, count, results: count > 0 ? [{ guid: 'c' }] : [] }];
  }
  if (line === 'GET /v1/customers/current/api-tokens') return [200, account.tokens.map(masked)];
  if (line === 'POST /v1/customers/current/api-tokens') {
    const { description, group } = JSON.parse(body);
    const token = account.add(description, { group: group ?? 'All Companies' });
    return [201, { ...masked(token), token: token.value }];
  }
  const guid = line.slice(line.lastIndexOf('/') + 1);
  const at = account.tokens.findIndex(token => token.guid === guid);
  if (at < 0) return [404, { detail: REFUSAL_WORDS }];
  account.tokens.splice(at, 1);
  return [204, null];
}

function masked(token: AccountToken): Record<string, unknown> {
  const { guid, description, group, value } = token;
  return {
    ...{ guid, description, group, token: `${'*'.repeat(36)}${value.slice(-4)}` },
    created_date: '2026-03-01T12:00:00Z',
    creator_name: 'Ada',
    roles: [{ slug: 'customer_admin', display_name: 'Admin' }],
  };
}

function misbehave(response: ServerResponse, how: Misbehaviour, result?: unknown): void {
  if (how === 'silence') return;
  if (how === 'reset') {
    response.socket?.destroy();
    return;
  }
  if (how === 'page') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><html>hello</html>');
    return;
  }
  if (how === 'masked') {
    const record = typeof result === 'object' && result !== null ? result : {};
    reply(response, 201, { guid: 'x', ...record, token: '*****alb2' });
    return;
  }
  reply(response, how, { detail: REFUSAL_WORDS }, how === 429 ? { 'retry-after': '60' } : {});
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}
