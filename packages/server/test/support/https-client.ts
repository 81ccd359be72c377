/** Requests over HTTPS to a server whose local authority is trusted, and everything it answered. */
import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, request } from 'undici';

export interface Answer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  text: string;
  /** Null for an answer that is not JSON. */
  json: unknown;
}

export interface CallOptions {
  method?: Dispatcher.HttpMethod;
  /** Sent as X-API-KEY; the client's own token unless given, null for none. */
  token?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is. */
  text?: string;
}

export class HttpsClient {
  readonly #agent: Agent;
  readonly #token: string | null;
  readonly baseUrl: string;
  /** Head and body of every answer. */
  readonly answers: string[] = [];

  constructor(at: { base_url: string; ca_file: string | null }, token: string | null) {
    this.baseUrl = at.base_url;
    this.#token = token;
    this.#agent = new Agent({
      connect: at.ca_file === null ? {} : { ca: readFileSync(at.ca_file, 'utf8') },
    });
  }

  async call(path: string, options: CallOptions = {}): Promise<Answer> {
    const token = options.token === undefined ? this.#token : options.token;
    const hasBody = options.body !== undefined || options.text !== undefined;
    const answer = await request(`${this.baseUrl}${path}`, {
      dispatcher: this.#agent,
      method: options.method ?? 'GET',
      headers: {
        ...(token === null ? {} : { 'x-api-key': token }),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      body: options.text ?? (options.body === undefined ? null : JSON.stringify(options.body)),
    });
    const { statusCode: status, headers } = answer;
    const text = await answer.body.text();
    this.answers.push(`${JSON.stringify(headers)}\n${text}`);
    const isJson = /[/+]json(;|$)/.test(String(headers['content-type'] ?? ''));
    return { status, headers, text, json: isJson ? JSON.parse(text) : null };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** HTTP Basic as Bitsight documents it: the token as user name, an empty password. */
export function basic(token: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` };
}
