/** One request to an installation with its own trust and kept-alive connections. */
import { type Dispatcher, request } from 'undici';
import { basic, type Installation } from './installation.ts';

export interface Answer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  text: string;
  json: unknown;
}

export interface CallOptions {
  method?: Dispatcher.HttpMethod;
  /** The Admin's user token unless given; null for none. */
  token?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  rawBody?: string;
}

export async function call(at: Installation, path: string, options: CallOptions = {}): Promise<Answer> {
  const token = options.token === undefined ? at.admin.userToken : options.token;
  const body = options.rawBody ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const {
    statusCode,
    headers,
    body: stream,
  } = await request(`${at.at.baseUrl}${path}`, {
    dispatcher: at.agent,
    method: options.method ?? 'GET',
    headers: {
      ...(token === null ? {} : basic(token)),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body,
  });
  const text = await stream.text();
  return {
    status: statusCode,
    headers,
    text,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
  };
}
