/**
 * Every route says who may call it: the name of an action, `public`, or `invitation` for calls that an onboarding link opens
 * too. A route that says nothing does not start, and one hook asks the table of roles before the handler runs.
 */
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { type Action, requirePermission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';

/** `invitation`: the route's own code tells an invitation from a token, and asks for the token's permission itself. */
export type RouteAccess = Action | 'public' | 'invitation';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; see {@link requireRouteAccess}. */
    access?: RouteAccess;
  }
}

/**
 * Adds the hook to an instance; call it after the hook that authenticates. Routes added before or outside are not covered.
 * Throws at start for a route without an access.
 */
export function requireRouteAccess(
  app: FastifyInstance,
  principalOf: (request: FastifyRequest) => Principal,
): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', route => void routes.push(route));
  // Not while the route is added: a default of an inner instance (`routesAccessedBy`) is given after this hook has run.
  app.addHook('onReady', async () => {
    const silent = routes.find(route => route.config?.access === undefined);
    if (silent === undefined) return;
    throw new Error(`${String(silent.method)} ${silent.url} does not say who may call it (config.access).`);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      const { access } = request.routeOptions.config;
      if (access !== undefined && access !== 'public' && access !== 'invitation') {
        requirePermission(principalOf(request), access);
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Gives one access to every route that is added to the instance from here on and does not name its own. */
export function routesAccessedBy(app: FastifyInstance, access: RouteAccess): void {
  app.addHook('onRoute', route => {
    route.config = { access, ...route.config };
  });
}
