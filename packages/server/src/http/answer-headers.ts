/**
 * Headers that every answer carries. An API shows nothing in a browser, so its policy allows nothing; a page that does (the
 * reference, the console) sets its own `content-security-policy` on its reply.
 */

import { IncomingMessage, ServerResponse } from 'node:http';
import { isIP, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

const ONE_YEAR_S = 31_536_000;

/** Registers the headers; first of all plugins, so that errors have them too. */
export function addAnswerHeaders(app: FastifyInstance, options: { strictTransport: boolean }): void {
  const fixed = Object.freeze(fixedHeaders());
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(fixed);
    done();
  });
  if (!options.strictTransport) return;
  // tokens.md, "HTTPS": only with the operator's certificate, and never for localhost or an address, which others share.
  app.addHook('onRequest', (request, reply, done) => {
    const name = request.hostname.toLowerCase();
    const isOwnMachine = name === 'localhost' || name.endsWith('.localhost');
    if (!isOwnMachine && !name.startsWith('[') && isIP(name) === 0) {
      reply.header('strict-transport-security', `max-age=${ONE_YEAR_S}`);
    }
    done();
  });
}

/**
 * What helmet would set on each answer, asked for once: the values never change, and twelve middlewares a request cost more than
 * all our own checks together.
 */
function fixedHeaders(): Record<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const middleware = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // Sent above, for helmet would send it for localhost as well.
    strictTransportSecurity: false,
  });
  middleware(request, response, () => {});
  const headers = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
  // What is not said to be public is not kept by anybody; a page or a file that may be says so on its reply.
  return { ...Object.fromEntries(headers), 'cache-control': 'no-store' };
}
