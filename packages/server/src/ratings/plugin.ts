/**
 * The ratings API as one Fastify plugin: Bitsight's wire under each of its prefixes, from a source or, without one, account
 * routes alone. Facts: bitsight-api.md, 0 and 8 (roots and prefixes), 1.2 (errors); what else answers on the un-prefixed
 * paths belongs to the unified API (unified-api.md), so nothing but documented templates is registered there.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { requireRouteAccess, routesAccessedBy } from '../http/route-access.ts';
import { VERSION as PROGRAM_VERSION } from '../version.ts';
import { documentRoute } from './document/route.ts';
import { DOCUMENTED_PATHS, isRead } from './documented-paths.ts';
import { ENDPOINTS } from './endpoints/table.ts';
import { WRITE_ENDPOINTS } from './endpoints/write-table.ts';
import { acceptJsonOnly } from './json-bodies.ts';
import { registerEndpoints } from './serving/endpoint-routes.ts';
import { registerWrites } from './serving/write-routes.ts';
import type { RatingsSource } from './source.ts';
import { answerErrorsAsDetail, notServedHere } from './wire-errors.ts';
import type { Writes } from './writes.ts';

export interface RatingsApiOptions {
  /** Where data comes from; null while the hub serves account routes alone. */
  readonly source: RatingsSource | null;
  /** What changes data, by the names of the table of writes; none while nothing is kept. */
  readonly writes?: Writes;
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
  acceptJsonOnly(app);
  requireRouteAccess(app, request => request.principal);
  await options.accountRoutes(app);
  routesAccessedBy(app, 'data.read');
  const { source, writes = {}, baseUrlOf } = options;
  if (source !== null) registerEndpoints(app, ENDPOINTS, { source, baseUrlOf });
  registerWrites(app, WRITE_ENDPOINTS, { writes, baseUrlOf });
  registerRoots(app, prefix, options);
  // Once: un-prefixed, the path is the unified API's.
  if (prefix === RATINGS_PREFIXES[0]) {
    documentRoute(app, {
      endpoints: ENDPOINTS.filter(endpoint => source?.serves(endpoint) === true),
      writes: WRITE_ENDPOINTS.filter(({ name }) => Object.hasOwn(writes, name)),
      version: PROGRAM_VERSION,
      prefixes: RATINGS_PREFIXES,
    });
  }
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
  const resources = [...ACCOUNT_RESOURCES, ...(source === null ? [] : dataResources(source))].sort();
  const root = async (request: FastifyRequest) => {
    const base = `${baseUrlOf(request)}${prefix}`;
    return {
      version: VERSION,
      name: NAME,
      resources: resources.map(path => ({ href: `${base}${path}`, name: resourceName(path) })),
    };
  };
  app.get('/v1', root);
  app.get('/v2', root);
  if (prefix !== '') app.get('/', root);
  else if (serveRoot ?? source !== null) {
    app.get('/', async request => ({ disclaimer: DISCLAIMER, ...(await root(request)) }));
  }
}

const ACCOUNT_RESOURCES = ['/v1/users/current', '/v1/customers/current', '/v1/customers/current/api-tokens'];

/** What can be asked for without knowing a guid. */
function dataResources(source: RatingsSource): readonly string[] {
  return [
    ...new Set(
      ENDPOINTS.filter(
        endpoint =>
          source.serves(endpoint) && endpoint.methods.includes('GET') && !endpoint.path.includes(':'),
      ).map(({ path }) => path),
    ),
  ];
}

/** `/v1/portfolio/risk-vectors/grades` is `Portfolio risk vectors grades`. */
function resourceName(path: string): string {
  const words = path.split('/').slice(2).join(' ').replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
