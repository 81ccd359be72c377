/**
 * Tokens on Bitsight, managed with a connection's own token, and the rotation of that one (tokens.md, "Upstream tokens"). A
 * new token's value is answered once, and stored nowhere.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConnectionPath } from '../../connections/rotation.ts';
import { RotationStatus } from '../../connections/rotation-view.ts';
import { UpstreamToken } from '../../connections/upstream-tokens-view.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { ConnectionParams } from './job-routes.ts';
import { reachableOrganization } from './reach.ts';

type OfConnection = { Params: z.infer<typeof ConnectionParams> };

const CONNECTION = '/v1/provisioning/organizations/:organization_id/connections/:connection_id';

const TokenParams = ConnectionParams.extend({
  guid: z.guid('Give the guid, as Bitsight lists it.').meta({ description: 'Guid of the token on Bitsight' }),
});

/** Bitsight takes 255 characters and no control characters. */
const NewUpstreamTokenBody = z
  .strictObject({
    description: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^\P{Cc}*$/u, 'Control characters are not accepted.')
      .meta({ description: 'What the token is for' }),
    group: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .nullish()
      .meta({ description: 'Name of an access control group on Bitsight; its default group by default' }),
  })
  .meta({ id: 'NewUpstreamToken', description: 'What a token on Bitsight is made of' });
type NewUpstreamTokenBody = z.infer<typeof NewUpstreamTokenBody>;

/** Registers the routes. `app` authenticates. */
export function addUpstreamTokenRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addList(app, context);
  addCreate(app, context);
  addRevoke(app, context);
  addRotate(app, context);
  addRotation(app, context);
}

function addList(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Connections',
      'List tokens on Bitsight',
      'The company API tokens of the connected account, masked. The connection’s own is marked.',
    ),
    params: ConnectionParams,
    response: {
      200: z.object({ items: z.array(UpstreamToken) }),
      ...errorResponses(401, 403, 404, 409, 503),
    },
  };
  app.get<OfConnection>(
    `${CONNECTION}/upstream-tokens`,
    { schema, config: { access: 'upstream_tokens.read' } },
    async request => {
      const path = await pathOf(context, request);
      return { items: await context.options.upstreamTokens.list(context.principalOf(request), path) };
    },
  );
}

function addCreate(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Connections',
      'Make a token on Bitsight',
      'The value is in this answer and nowhere else. When Bitsight fails in the midst, the error says what it lists.',
    ),
    params: ConnectionParams,
    body: NewUpstreamTokenBody,
    response: { 201: UpstreamToken, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.post<OfConnection & { Body: NewUpstreamTokenBody }>(
    `${CONNECTION}/upstream-tokens`,
    { schema, config: { access: 'upstream_tokens.manage' } },
    async (request, reply) => {
      const path = await pathOf(context, request);
      await context.requireConfirmed(request);
      const { description, group } = request.body;
      const { token, value } = await context.options.upstreamTokens.create(
        context.principalOf(request),
        path,
        { description, group: group ?? null },
        originOf(request),
      );
      return reply.code(201).send({ ...token, token: value });
    },
  );
}

function addRevoke(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Connections',
      'Revoke a token on Bitsight',
      'It stops working there at once. The connection’s own is refused (409): rotate it instead.',
    ),
    params: TokenParams,
    response: { 204: z.null(), ...errorResponses(401, 403, 404, 409, 422, 503) },
  };
  app.delete<{ Params: z.infer<typeof TokenParams> }>(
    `${CONNECTION}/upstream-tokens/:guid`,
    { schema, config: { access: 'upstream_tokens.manage' } },
    async (request, reply) => {
      const path = await pathOf(context, request);
      const principal = context.principalOf(request);
      await context.options.upstreamTokens.revoke(principal, path, request.params.guid, originOf(request));
      return reply.code(204).send();
    },
  );
}

function addRotate(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Connections',
      'Rotate the own token',
      'Makes a new token on Bitsight, tests it, switches to it and revokes the old one. A failure at any step leaves a working token in place and says what is left over; state running waits for a sync run before the old one is revoked.',
    ),
    params: ConnectionParams,
    response: { 200: RotationStatus, ...errorResponses(401, 403, 404, 409, 503) },
  };
  app.post<OfConnection>(
    `${CONNECTION}/rotate`,
    { schema, config: { access: 'upstream_tokens.manage' } },
    async request => {
      const path = await pathOf(context, request);
      await context.requireConfirmed(request);
      return context.options.rotations.rotate(context.principalOf(request), path, originOf(request));
    },
  );
}

function addRotation(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Connections',
      'Get the last rotation',
      'Where it is or how it ended, and what it left over on Bitsight; state none before the first.',
    ),
    params: ConnectionParams,
    response: { 200: RotationStatus, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<OfConnection>(
    `${CONNECTION}/rotation`,
    { schema, config: { access: 'upstream_tokens.read' } },
    async request => {
      const path = await pathOf(context, request);
      return context.options.rotations.status(context.principalOf(request), path);
    },
  );
}

/** The connection asked for, in an organization that the caller may reach. Throws CallerError NOT_FOUND. */
async function pathOf(
  context: UnifiedContext,
  request: FastifyRequest<OfConnection>,
): Promise<ConnectionPath> {
  const { organization_id: organizationId, connection_id: connectionId } = request.params;
  await reachableOrganization(context.db, context.principalOf(request), organizationId);
  return { organizationId, connectionId };
}
