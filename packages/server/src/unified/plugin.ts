/**
 * The unified API as one Fastify plugin with an encapsulation of its own: its validation, its document and its hooks do not
 * reach other surfaces, nor theirs it.
 */
import type { FastifyPluginAsync } from 'fastify';
import { requireRouteAccess, routesAccessedBy } from '../http/route-access.ts';
import { addAuditRoutes } from './accounts/audit-routes.ts';
import { addGroupRoutes } from './accounts/group-routes.ts';
import { addLinkRoutes } from './accounts/link-routes.ts';
import { addMeRoutes } from './accounts/me-routes.ts';
import { addOwnTokenRoutes } from './accounts/own-token-routes.ts';
import { addPublicSessionRoutes, addSessionRoutes } from './accounts/session-routes.ts';
import { addTokenRoutes } from './accounts/token-routes.ts';
import { addUserRoutes } from './accounts/user-routes.ts';
import { type UnifiedApiOptions, UnifiedContext } from './context.ts';
import { addDataRoutes } from './data-routes.ts';
import { addConnectPage } from './document/connect-page.ts';
import { addDocumentRoute, describeRoutes } from './document/openapi.ts';
import { addReference } from './document/reference.ts';
import { ConnectionAccess } from './provisioning/connection-access.ts';
import { addConnectionRoutes, addInvitedRoutes } from './provisioning/connection-routes.ts';
import { addConnectorRoutes } from './provisioning/connector-routes.ts';
import { addInviteFormRoutes, addInviteRoutes } from './provisioning/invite-routes.ts';
import { addJobRoutes } from './provisioning/job-routes.ts';
import { addOrganizationRoutes } from './provisioning/organization-routes.ts';
import { addUpstreamTokenRoutes } from './provisioning/upstream-token-routes.ts';
import { zodValidator } from './validation.ts';

export type { UnifiedApiOptions } from './context.ts';

/** All routes of the unified API. */
export function unifiedApi(options: UnifiedApiOptions): FastifyPluginAsync {
  const context = new UnifiedContext(options);
  const access = new ConnectionAccess(context);
  return async app => {
    app.setValidatorCompiler(zodValidator);
    // Bodies are JSON; what Fastify would take for a string is 415 like any other type.
    app.removeContentTypeParser('text/plain');
    // Answers are text already; what is not is plain JSON.
    app.setSerializerCompiler(() => value => JSON.stringify(value));
    await describeRoutes(app, options.version);
    addDocumentRoute(app, options.baseUrl);
    const own = { title: 'Unified API', url: '/openapi.json' };
    addReference(app, [own, ...(options.otherDocuments ?? [])]);
    addConnectPage(app);
    await app.register(async open => {
      open.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store');
      });
      addInviteFormRoutes(open, context);
      addPublicSessionRoutes(open, context);
      addLinkRoutes(open, context);
      await open.register(async invited => {
        routesAccessedBy(invited, 'invitation');
        invited.addHook('onRequest', request => access.authenticate(request));
        addInvitedRoutes(invited, context, access);
      });
      await open.register(async behindToken => {
        behindToken.addHook('onRequest', (request, _reply, done) =>
          context.authenticationHook(request, done),
        );
        requireRouteAccess(behindToken, request => context.principalOf(request));
        await behindToken.register(async data => {
          routesAccessedBy(data, 'data.read');
          addDataRoutes(data, context);
        });
        addConnectorRoutes(behindToken);
        addOrganizationRoutes(behindToken, context);
        addGroupRoutes(behindToken, context);
        addSessionRoutes(behindToken, context);
        addMeRoutes(behindToken, context);
        addUserRoutes(behindToken, context);
        addTokenRoutes(behindToken, context);
        addOwnTokenRoutes(behindToken, context);
        addAuditRoutes(behindToken, context);
        addConnectionRoutes(behindToken, context, access);
        addUpstreamTokenRoutes(behindToken, context);
        addJobRoutes(behindToken, context);
        addInviteRoutes(behindToken, context, access);
      });
    });
  };
}
