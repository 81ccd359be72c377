/**
 * The one way to the server: same origin, cookie, CSRF header, JSON, and every answer checked against its schema. A call that
 * needs a fresh confirmation of identity asks for it and is then repeated once; callers do not notice.
 */
import { ApiError, cancelledError, errorOfAnswer, notUnderstoodError, offlineError } from './api-error.ts';
import { z } from './zod.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type QueryValue = string | number | boolean | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

export interface CallOptions {
  body?: unknown;
  /** Null, undefined and empty values are left out. */
  query?: Query;
  signal?: AbortSignal;
  /** For calls that try credentials: their 401 is about what was typed, not about the session. */
  triesCredentials?: boolean;
}

export interface ClientParts {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  csrfToken: () => string | null;
  /** Reads the session again: after a 401, and when the CSRF token is of an older session. */
  refreshSession: () => Promise<void>;
  /** Asks the person for the password or a code; false when they gave up. */
  confirmIdentity: () => Promise<boolean>;
}

export interface Client {
  call: <Answer>(
    method: Method,
    path: string,
    answer: z.ZodMiniType<Answer>,
    options?: CallOptions,
  ) => Promise<Answer>;
}

/** The schema of an answer without a body. */
export const nothing = z.null();

export function createClient(parts: ClientParts): Client {
  return {
    async call(method, path, answer, options = {}) {
      const once = () => callOnce(parts, method, path, answer, options);
      try {
        return await once();
      } catch (error) {
        if (!(await isRemedied(parts, error, options))) throw error;
        return await once();
      }
    },
  };
}

/** Does what an error asks for; true when the call is worth one more try. */
async function isRemedied(parts: ClientParts, error: unknown, options: CallOptions): Promise<boolean> {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 401 && options.triesCredentials !== true) {
    await parts.refreshSession();
    return false;
  }
  if (error.status !== 403) return false;
  if (error.concerns('csrf')) {
    await parts.refreshSession();
    return true;
  }
  if (!error.concerns('confirmation')) return false;
  if (!(await parts.confirmIdentity())) throw cancelledError();
  return true;
}

async function callOnce<Answer>(
  parts: ClientParts,
  method: Method,
  path: string,
  answer: z.ZodMiniType<Answer>,
  options: CallOptions,
): Promise<Answer> {
  const response = await send(parts, method, path, options);
  const body = await bodyOf(response);
  if (!response.ok) throw errorOfAnswer(response.status, response.headers, body, new Date());
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw notUnderstoodError(response.status);
  return parsed.data;
}

async function send(
  parts: ClientParts,
  method: Method,
  path: string,
  { body, query, signal }: CallOptions,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  const csrf = parts.csrfToken();
  if (method !== 'GET' && csrf !== null) headers.set('x-csrf-token', csrf);
  if (body !== undefined) headers.set('content-type', 'application/json');
  try {
    return await parts.fetch(withQuery(path, query), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'include',
      mode: 'same-origin',
      cache: 'no-store',
      // A redirect would carry a secret elsewhere; the API has none.
      redirect: 'error',
      signal,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw offlineError();
  }
}

/** The body as JSON; null for none, and for what is no JSON, which the schema then refuses. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '');
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The path with its query; values that say nothing are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const said = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  );
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`;
}

/** A path with its parts encoded: `` path`/v1/me/sessions/${id}` ``. An id can then never become a path of its own. */
export function path(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return texts.reduce((whole, text, index) => {
    return `${whole}${encodeURIComponent(values[index - 1] ?? '')}${text}`;
  });
}
