/**
 * The browsable reference at `/reference`: Scalar's page, served from its package. Fonts, proxy and telemetry of its maker are
 * off, and the policy sent with the page lets nothing be fetched from anywhere but this server.
 */
import apiReference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

const PATH = '/reference';

/** Scripts and styles that Scalar puts into its page cannot be told by hash: they are made in the browser. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** One document of the page. */
export interface ReferenceDocument {
  /** What it is called where one is chosen. */
  readonly title: string;
  /** On this server. */
  readonly url: string;
}

/** Registers the page over some documents; the first is shown first. It needs no credentials. */
export async function addReference(
  app: FastifyInstance,
  documents: readonly ReferenceDocument[],
): Promise<void> {
  await app.register(async page => {
    page.addHook('onSend', async (_request, reply) => {
      reply.headers({
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      });
    });
    await page.register(apiReference, {
      routePrefix: PATH,
      configuration: {
        sources: [...documents],
        pageTitle: 'Sightline API reference',
        withDefaultFonts: false,
        telemetry: false,
        proxyUrl: '',
        hideClientButton: true,
        agent: { disabled: true },
        mcp: { disabled: true },
        showDeveloperTools: 'never',
        persistAuth: false,
      },
    });
  });
}
