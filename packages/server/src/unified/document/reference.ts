/**
 * The browsable reference at `/reference`: Scalar's page, served from its package. Fonts, proxy and telemetry of its maker are
 * off, and the policy sent with the page lets nothing be fetched from anywhere but this server.
 */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

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

const HEADERS = Object.freeze({
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
});

/** One document of the page. */
export interface ReferenceDocument {
  /** What it is called where one is chosen. */
  readonly title: string;
  /** On this server. */
  readonly url: string;
}

/**
 * Registers the page over some documents; the first is shown first. It needs no credentials. Its script is large and few ever
 * look at it, so it is loaded when somebody does.
 */
export function addReference(app: FastifyInstance, documents: readonly ReferenceDocument[]): void {
  let page: Promise<FastifyInstance> | null = null;
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    page ??= loadedPage(documents);
    const { statusCode, headers, rawPayload } = await (await page).inject(request.raw.url ?? PATH);
    if (statusCode === 404) {
      reply.callNotFound();
      return reply;
    }
    const { location, 'content-type': type } = headers;
    if (location !== undefined) reply.header('location', location);
    return reply
      .code(statusCode)
      .headers(HEADERS)
      .type(String(type ?? 'text/plain'))
      .send(rawPayload);
  };
  app.get(PATH, { schema: { hide: true } }, answer);
  app.get(`${PATH}/*`, { schema: { hide: true } }, answer);
}

/** A server of its own for the page, which listens nowhere. */
async function loadedPage(documents: readonly ReferenceDocument[]): Promise<FastifyInstance> {
  const { default: apiReference } = await import('@scalar/fastify-api-reference');
  const page = Fastify();
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
  return page;
}
