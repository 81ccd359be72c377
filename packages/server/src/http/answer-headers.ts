/**
 * Headers that every answer carries. An API shows nothing in a browser, so its policy allows nothing; a page that does (the
 * reference, the console) sets its own `content-security-policy` on its reply.
 */
import { isIP } from 'node:net';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const ONE_YEAR_S = 31_536_000;

/** Registers the headers; first of all plugins, so that errors have them too. */
export async function addAnswerHeaders(
  app: FastifyInstance,
  options: { strictTransport: boolean },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // Sent below, for helmet would send it for localhost as well.
    strictTransportSecurity: false,
  });
  // What is not said to be public is not kept by anybody; a page or a file that may be says so on its reply.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  if (!options.strictTransport) return;
  // tokens.md, "HTTPS": only with the operator's certificate, and never for localhost or an address, which others share.
  app.addHook('onRequest', (request, reply, done) => {
    const name = request.hostname;
    if (name !== 'localhost' && !name.startsWith('[') && isIP(name) === 0) {
      reply.header('strict-transport-security', `max-age=${ONE_YEAR_S}`);
    }
    done();
  });
}
