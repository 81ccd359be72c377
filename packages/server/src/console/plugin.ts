/**
 * Serves the web console: the built files of `@sightline/console`, and its one page for every path of its own. The policy sent
 * with the page lets nothing be loaded from, sent to or framed by another origin, and runs no inline script.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { routesAccessedBy } from '../http/route-access.ts';

/** The paths that the console's router knows; any other is not the console's. */
export const CONSOLE_PATHS = [
  '/',
  '/sign-in',
  '/set-up',
  '/activate',
  '/reset-password',
  '/retrieve-token',
  '/connections',
  '/connections/*',
  '/settings',
  '/settings/*',
] as const;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  // The page names its scripts by their hash: an old page would ask for scripts that are gone.
  'cache-control': 'no-cache',
});

const NOT_BUILT = `<!doctype html><html lang="en"><title>Sightline</title>
<h1>The console is not built</h1><p>Build it with <code>npm run build -w @sightline/console</code> and load this page again.</p></html>`;

export interface ConsoleOptions {
  /** Folder of the built files; the one of the installed package unless given. */
  readonly folder?: string;
}

/** The console's one page and its files. */
export class ConsolePages {
  readonly #folder: string;
  readonly #isBuilt: boolean;
  readonly #html: Buffer | string;

  constructor(options: ConsoleOptions = {}) {
    this.#folder = options.folder ?? join(packageFolder(), 'dist');
    const page = join(this.#folder, 'index.html');
    this.#isBuilt = existsSync(page);
    this.#html = this.#isBuilt ? readFileSync(page) : NOT_BUILT;
  }

  /** All routes of the console. They need no credentials: the files are the same for everyone. */
  routes(): FastifyPluginAsync {
    return async app => {
      routesAccessedBy(app, 'public');
      if (this.#isBuilt) await addFiles(app, this.#folder);
      for (const path of CONSOLE_PATHS) app.get(path, (_request, reply) => this.#send(reply, 200));
    };
  }

  /** Answers a browser that was led to a path which nothing has, with the console's own page for that; false for any other. */
  answerUnknown(request: FastifyRequest, reply: FastifyReply): boolean {
    const isBrowser = request.headers.accept?.startsWith('text/html') === true;
    if (!this.#isBuilt || request.method !== 'GET' || !isBrowser) return false;
    this.#send(reply, 404);
    return true;
  }

  #send(reply: FastifyReply, status: number): FastifyReply {
    return reply
      .code(this.#isBuilt ? status : 503)
      .headers(PAGE_HEADERS)
      .send(this.#html);
  }
}

/** Files whose names hold their hash may be kept for good; the few others are asked for again. */
async function addFiles(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    // One route for each file: what is no file of the console stays a path of the other surfaces.
    wildcard: false,
    globIgnore: ['index.html'],
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/');
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

function packageFolder(): string {
  return fileURLToPath(new URL('.', import.meta.resolve('@sightline/console/package.json')));
}
