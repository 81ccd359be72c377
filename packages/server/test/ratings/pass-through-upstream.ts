/** Upstream accounts over HTTPS that answer what a test lays down: lists in pages, whole bodies, or any mistake. */
import { createServer } from 'node:https';
import { listen, throwawayCertificate } from '../connections/upstream.ts';
import type { Json } from '../support/json.ts';

/** Text in every failure's body: it must never reach a caller. */
export const UPSTREAM_WORDS = 'words-of-upstream <b>';

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly path: string;
  /** Of the query, or of the body. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the owner of one token reads, by path without the prefix. */
export interface Account {
  /** In pages: `count`, `links`, `results`. */
  readonly lists: Record<string, readonly Json[]>;
  /** As they are. */
  readonly bodies: Record<string, Json>;
  /** `summaries` of each page. */
  summaries?: Json;
}

export class PassThroughUpstream {
  readonly accounts = new Map<string, Account>();
  readonly requests: UpstreamRequest[] = [];
  /** Answers in place of the accounts; null lets them answer. */
  reply: (request: UpstreamRequest) => Reply | Promise<Reply> | null = () => null;
  readonly host: string;
  readonly ca: string;
  readonly close: () => Promise<void>;

  private constructor(host: string, ca: string, close: () => Promise<void>) {
    this.host = host;
    this.ca = ca;
    this.close = close;
  }

  static async start(): Promise<PassThroughUpstream> {
    const { ca, cert, key } = throwawayCertificate();
    let answer: (request: UpstreamRequest) => Promise<Reply> = async () => failure(500);
    const server = createServer({ cert, key }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = request.url ?? '';
      const basic = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
      const query = new URL(url, 'https://localhost');
      const text = Buffer.concat(chunks).toString();
      const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
      const {
        status,
        body: sent,
        headers,
      } = await answer({
        method: request.method ?? '',
        url,
        path: query.pathname.replace(/^\/ratings/, ''),
        parameters: {
          ...Object.fromEntries(query.searchParams),
          ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
        },
        token: basic.slice(0, basic.indexOf(':')),
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(sent);
    });
    const port = await listen(server);
    const upstream = new PassThroughUpstream(`localhost:${port}`, ca, async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    });
    answer = request => upstream.#answer(request);
    return upstream;
  }

  /** An account, known by its token. */
  account(token: string): Account {
    const known = this.accounts.get(token);
    if (known !== undefined) return known;
    const made: Account = { lists: {}, bodies: {} };
    this.accounts.set(token, made);
    return made;
  }

  async #answer(request: UpstreamRequest): Promise<Reply> {
    this.requests.push(request);
    const reply = await this.reply(request);
    if (reply !== null) return reply;
    const account = this.accounts.get(request.token);
    if (account === undefined) return failure(401);
    const body = account.bodies[request.path];
    if (body !== undefined) return ok(body);
    const rows = account.lists[request.path];
    return rows === undefined ? failure(404) : ok(this.page(request, rows, account.summaries));
  }

  /** The page of a list that a request asks for. */
  page({ path, parameters }: UpstreamRequest, rows: readonly Json[], summaries?: Json): Json {
    const limit = Number(parameters.limit ?? 100);
    const offset = Number(parameters.offset ?? 0);
    const next =
      offset + limit < rows.length ? `https://${this.host}/ratings${path}?offset=${offset + limit}` : null;
    return {
      links: { next, previous: null },
      next,
      count: rows.length,
      results: rows.slice(offset, offset + limit),
      ...(summaries === undefined ? {} : { summaries }),
    };
  }
}

export function ok(body: Json | string): Reply {
  return { status: 200, body: JSON.stringify(body) };
}

export function failure(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: JSON.stringify({ detail: UPSTREAM_WORDS }) };
}
