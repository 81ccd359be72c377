/** Every route of a running server, as Fastify registers them, and a plausible request for each. */
import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { RouteAccess } from '../../src/http/route-access.ts';
import { newId } from '../../src/ids.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

export interface Route {
  method: Method;
  path: string;
  access: RouteAccess | null;
}

/** Calls that say more than their route's action: the handler asks for this one too. */
const ASKS_FOR: Readonly<Record<string, RouteAccess>> = {
  'DELETE /v1/provisioning/organizations/:organization_id': 'organizations.provision',
};
/** What a call to the route asks of its caller. */
export const actionOf = (route: Route): RouteAccess | null =>
  ASKS_FOR[`${route.method} ${route.path}`] ?? route.access;

/** Bodies that would change something if they were let in. Any other call that takes a body gets an empty object. */
export function bodyOf({ method, path }: Route): unknown {
  const name = `n${newId()}`;
  const bodies: Record<string, unknown> = {
    'POST groups': { name },
    'POST users': { email: `${name}@example.com`, formal_name: name, role: 'customer_user' },
    'POST tokens': { description: name },
    'POST api-tokens': { description: name },
    'POST access-groups': { name },
    'POST organizations': { name },
    'POST folders': { name },
    'POST tiers': { name: name.slice(0, 30) },
    'PATCH :guid': { custom_id: name },
    'POST connections': { vendor: 'BIT_SIGHT' },
    'PATCH :connection_id': { identifier: name },
    'POST query': { guid: [] },
  };
  return method === 'GET' || method === 'DELETE'
    ? undefined
    : (bodies[`${method} ${path.split('/').at(-1)}`] ?? {});
}

/** Starts a server and listens to Fastify for every route that it registers. */
export async function collecting<T>(start: () => Promise<T>): Promise<{ server: T; routes: Route[] }> {
  const found: RouteOptions[] = [];
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', route => void found.push(route));
  };
  diagnostics.subscribe('fastify.initialization', listen);
  try {
    const server = await start();
    const routes = found.flatMap(({ method, url, config }) =>
      METHODS.filter(known => [method].flat().includes(known)).map(known => ({
        method: known,
        path: url === '' ? '/' : url,
        access: config?.access ?? null,
      })),
    );
    const unique = new Map(routes.map(route => [`${route.method} ${route.path}`, route]));
    return { server, routes: [...unique.values()] };
  } finally {
    diagnostics.unsubscribe('fastify.initialization', listen);
  }
}
