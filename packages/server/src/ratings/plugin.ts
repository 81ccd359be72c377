/**
 * The ratings API as one Fastify plugin: Bitsight's wire under each of its prefixes, from a source or, without one, account
 * routes alone. Facts: bitsight-api.md, 0 and 8 (roots and prefixes), 1.2 (errors); what else answers on the un-prefixed
 * paths belongs to the unified API (unified-api.md), so nothing but documented templates is registered there.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { requireRouteAccess, routesAccessedBy } from '../http/route-access.ts';
import { DOCUMENTED_PATHS, isRead } from './documented-paths.ts';
import { ENDPOINTS } from './endpoints/table.ts';
import { registerEndpoints } from './serving/endpoint-routes.ts';
import type { RatingsSource } from './source.ts';
import { answerErrorsAsDetail, notServedHere } from './wire-errors.ts';

export interface RatingsApiOptions {
  /** Where data comes from; null while the hub serves account routes alone. */
  readonly source: RatingsSource | null;
  /** Registers `users/current`, `customers/current` and `api-tokens` on an instance that already has the prefix. */
  readonly accountRoutes: (app: FastifyInstance) => Promise<void>;
  /** `https://host[:port]` as the caller sees this server; no slash at the end. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
  /** Answer `GET /` as Bitsight's root; by default where there is a source, because without one `/` is the console's. */
  readonly serveRoot?: boolean;
}

/** Every prefix under which the ratings API answers; the empty one is shared with the unified API. */
export const RATINGS_PREFIXES = ['/ratings', '', '/customer-api/ratings', '/customer-api'] as const;

const VERSION = 1;
const NAME = 'Sightline ratings API';
const DISCLAIMER =
  'This server speaks the protocol of the Bitsight API. It is not run by Bitsight, and its data is for the use of its operator alone.';

/** Makes the plugin. */
export function ratingsApi(options: RatingsApiOptions): FastifyPluginAsync {
  return async app => {
    for (const prefix of RATINGS_PREFIXES) {
      await app.register(async scope => registerSurface(scope, prefix, options), { prefix });
    }
  };
}

async function registerSurface(
  app: FastifyInstance,
  prefix: string,
  options: RatingsApiOptions,
): Promise<void> {
  answerErrorsAsDetail(app);
  requireRouteAccess(app, request => request.principal);
  await options.accountRoutes(app);
  routesAccessedBy(app, 'data.read');
  const { source, baseUrlOf } = options;
  if (source !== null) registerEndpoints(app, ENDPOINTS, { source, baseUrlOf });
  registerRoots(app, prefix, options);
  for (const { path, methods } of DOCUMENTED_PATHS) {
    for (const method of methods) {
      if (app.hasRoute({ method, url: `${prefix}${path}` })) continue;
      app.route({
        method,
        url: path,
        config: { access: isRead(method, path) ? 'data.read' : 'data.manage' },
        handler: async () => {
          throw notServedHere(method, path);
        },
      });
    }
  }
  // Not under the empty prefix: there every other path is someone else's.
  if (prefix !== '') {
    app.all('/*', async (_request: FastifyRequest, reply: FastifyReply) =>
      reply.code(404).send({ detail: 'Not found.' }),
    );
  }
}

function registerRoots(
  app: FastifyInstance,
  prefix: string,
  { source, baseUrlOf, serveRoot }: RatingsApiOptions,
): void {
  const root = async (request: FastifyRequest) => {
    const base = `${baseUrlOf(request)}${prefix}`;
    return { version: VERSION, name: NAME, resources: resourcesAt(base, source !== null) };
  };
  app.get('/v1', root);
  app.get('/v2', root);
  if (prefix !== '') app.get('/', root);
  else if (serveRoot ?? source !== null) {
    app.get('/', async request => ({ disclaimer: DISCLAIMER, ...(await root(request)) }));
  }
}

function resourcesAt(base: string, hasData: boolean) {
  const data = [
    { href: `${base}/v1/companies`, name: 'Companies' },
    { href: `${base}/v2/portfolio`, name: 'Portfolio' },
  ];
  const account = [
    { href: `${base}/v1/users/current`, name: 'Current user' },
    { href: `${base}/v1/customers/current`, name: 'Current customer' },
    { href: `${base}/v1/customers/current/api-tokens`, name: 'API tokens' },
  ];
  return hasData ? [...data, ...account] : account;
}
