/**
 * How often each endpoint was called since the start or the last reset, so that a test can tell what its client did: by method,
 * template without the prefix, and status. Bounded by the routes there are.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, isoSeconds } from '../../clock.ts';

export interface RequestCount {
  readonly method: string;
  /** As `/v1/companies/:guid`, whatever the prefix; null for a path that no route has. */
  readonly path: string | null;
  /** Null for a request that was left without an answer. */
  readonly status: number | null;
  readonly count: number;
}

export interface RequestCountsOptions {
  readonly clock: Clock;
  /** Prefixes that are left out of a template. */
  readonly prefixes: readonly string[];
  /** Paths below this one are not counted. */
  readonly except: string;
}

export class RequestCounts {
  readonly #clock: Clock;
  readonly #prefixes: readonly string[];
  readonly #except: string;
  readonly #counts = new Map<string, RequestCount>();
  #since: number;

  constructor({ clock, prefixes, except }: RequestCountsOptions) {
    this.#clock = clock;
    // The longest first: one is the beginning of another.
    this.#prefixes = prefixes.toSorted((left, right) => right.length - left.length);
    this.#except = except;
    this.#since = clock.now();
  }

  /** Counts every request of an instance and of all below it. */
  watch(app: FastifyInstance): void {
    const counted = new WeakSet<FastifyRequest>();
    // While it is sent, so that whoever has an answer finds it counted.
    app.addHook('onSend', async (request, reply) => {
      counted.add(request);
      this.#count(request, reply.statusCode);
    });
    // Those of which nothing is sent by the usual way, or nothing at all.
    app.addHook('onRequest', async (request, reply) => {
      reply.raw.once('close', () => {
        if (!counted.has(request)) this.#count(request, statusOf(reply));
      });
    });
  }

  /** The counts, in the order of paths, methods and statuses. */
  list(): { readonly since: string; readonly total: number; readonly requests: readonly RequestCount[] } {
    const requests = [...this.#counts.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, count]) => count);
    const total = requests.reduce((sum, { count }) => sum + count, 0);
    return { since: isoSeconds(this.#since), total, requests };
  }

  reset(): void {
    this.#counts.clear();
    this.#since = this.#clock.now();
  }

  #count({ method, routeOptions }: FastifyRequest, status: number | null): void {
    const url = routeOptions.url ?? null;
    if (url?.startsWith(this.#except) === true) return;
    const path = url === null ? null : this.#template(url);
    const key = JSON.stringify([path, method, status]);
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { method, path, status, count });
  }

  /** A template without its prefix; null for the one that takes whatever no other does. */
  #template(url: string): string | null {
    const prefix =
      this.#prefixes.find(candidate => url === candidate || url.startsWith(`${candidate}/`)) ?? '';
    const path = url.slice(prefix.length);
    if (path === '/*') return null;
    return path === '' ? '/' : path;
  }
}

function statusOf({ raw }: FastifyReply): number | null {
  return raw.headersSent ? raw.statusCode : null;
}
