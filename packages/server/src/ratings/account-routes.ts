/** The account routes of Bitsight's wire together: who am I, which customer am I, its company API tokens, users and groups. */
import type { FastifyInstance } from 'fastify';
import { accessGroupRoutes } from './access-group-routes.ts';
import { acceptJsonOnly } from './json-bodies.ts';
import { type ProfileRoutesOptions, profileRoutes } from './profile-routes.ts';
import { type TokenRoutesOptions, tokenRoutes } from './token-routes.ts';
import { type UserRoutesOptions, userRoutes } from './user-routes.ts';

export interface AccountRoutesOptions extends ProfileRoutesOptions, TokenRoutesOptions, UserRoutesOptions {}

/** Registers the routes, relative to the surface's prefix. They expect `request.principal` from the authentication hook. */
export function accountRoutes(options: AccountRoutesOptions): (app: FastifyInstance) => Promise<void> {
  return async app => {
    // A scope of its own: the body parsers are for these routes alone.
    await app.register(async scope => {
      acceptJsonOnly(scope);
      profileRoutes(scope, options);
      tokenRoutes(scope, options);
      userRoutes(scope, options);
      accessGroupRoutes(scope, options);
    });
  };
}
