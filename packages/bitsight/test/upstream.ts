/**
 * Stand-ins for the world outside the client: a clock that never waits, a `fetch` that answers from a script, and
 * a client made of both. Facts about the wire come from the code under test, not from here.
 */
import type { Clock, Fetch, FetchRequest, FetchResponse } from '../src/index.ts';
import { BitsightClient, type BitsightClientOptions } from '../src/index.ts';

export const TOKEN = 'tkn0123456789abcdefghijklmnopqrstuvwxyzA';
export const GUID = 'a940bb61-33c4-42c9-9231-c8194c305db3';

/** Sleeping is instant and moves the time on. */
export class InstantClock implements Clock {
  readonly sleptMs: number[] = [];
  nowMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleptMs.push(ms);
    this.nowMs += ms;
  }
}

export type Answer = FetchResponse | Error | ((init: FetchRequest) => Promise<FetchResponse>);

export interface Script {
  fetch: Fetch;
  requests: { method: string; url: string; init: FetchRequest }[];
}

/** Answers one by one; past the end of the script a 418, which is never retried. */
export function script(...answers: Answer[]): Script {
  const requests: Script['requests'] = [];
  return {
    requests,
    fetch: async (url, init) => {
      const answer = answers[requests.length];
      requests.push({ method: init.method, url, init });
      if (answer === undefined) return reply(418, { detail: 'past the end of the script' });
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(init) : answer;
    },
  };
}

export function reply(status: number, body: unknown = {}, headers: Record<string, string> = {}): Response {
  const noBody = status === 204 || status === 205 || status === 304;
  return new Response(noBody ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export function webPage(status: number, headers: Record<string, string> = {}): Response {
  return new Response('<!DOCTYPE html><html><title>Attention Required! | Cloudflare</title></html>', {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
  });
}

export function connectionReset(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }) });
}

/** Never answers, and ends only with its signal. */
export function silence(init: FetchRequest): Promise<FetchResponse> {
  return new Promise((_, reject) => {
    init.signal.addEventListener('abort', () => reject(init.signal.reason), { once: true });
  });
}

export function clientOf(upstream: Script, options: Partial<BitsightClientOptions> = {}) {
  const clock = new InstantClock();
  const client = new BitsightClient({
    token: TOKEN,
    fetch: upstream.fetch,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { client, clock };
}

/** What a promise rejected with; fails when it did not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (thrown: unknown) => thrown,
  );
}

/** All of an async iterable. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
