/** Connections of an organization: making, showing, changing, testing and deleting them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Changer } from '../../access/audit/audit-event.ts';
import { Connection } from '../../connections/connection-view.ts';
import { readOptions } from '../../connections/options.ts';
import { CallerError } from '../../errors.ts';
import { originOf } from '../../http/origin.ts';
import type { ConnectionInvitesTable } from '../../store/schema.ts';
import { changerOf, type UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { type ConnectionAccess, noConnection } from './connection-access.ts';
import {
  ConnectionPatch,
  credentialsRefused,
  invitedCredentials,
  NewConnectionBody,
} from './connection-bodies.ts';
import { consumeInvite, inviteRefused } from './invites.ts';
import { ConnectionParams } from './job-routes.ts';
import { OrganizationParams } from './organization-routes.ts';
import { PagedQuery, pagedAnswer, pageOf } from './paged.ts';
import { reachableOrganization } from './reach.ts';

type InOrganization = { Params: z.infer<typeof OrganizationParams> };
type OfConnection = { Params: z.infer<typeof ConnectionParams> };

const CONNECTIONS = '/v1/provisioning/organizations/:organization_id/connections';
const CONNECTION = `${CONNECTIONS}/:connection_id`;

const TestAnswer = z
  .object({
    is_valid: z.boolean().meta({ description: 'Whether the vendor accepted the credentials' }),
    message: z.string().meta({ description: 'What happened, in our words' }),
  })
  .meta({ id: 'ConnectionTest', description: 'Outcome of a test' });

/** Routes that only a token opens. `app` authenticates. */
export function addConnectionRoutes(
  app: FastifyInstance,
  context: UnifiedContext,
  access: ConnectionAccess,
): void {
  const { connections } = context.options;
  const listSchema = {
    ...operation(
      'Connections',
      'List connections',
      'In the order they were made; deleted ones are left out.',
    ),
    params: OrganizationParams,
    querystring: PagedQuery,
    response: { 200: pagedAnswer(Connection), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<InOrganization & { Querystring: PagedQuery }>(
    CONNECTIONS,
    { schema: listSchema, config: { access: 'connections.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      return pageOf(
        context,
        { surface: `organizations/${id}/connections`, organizationId: id },
        request.query,
        ({ from, backwards, rows }) => {
          const start = from === null ? null : { id: String(from.keys[0]), inclusive: from.inclusive };
          return connections.list(id, { from: start, backwards, rows });
        },
        connection => [connection.id],
      );
    },
  );

  const getSchema = {
    ...operation(
      'Connections',
      'Get one connection',
      'Credentials are write-only: nothing ever returns them.',
    ),
    params: ConnectionParams,
    response: { 200: Connection, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<OfConnection>(
    CONNECTION,
    { schema: getSchema, config: { access: 'connections.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { organization_id, connection_id } = request.params;
      await reachableOrganization(context.db, principal, organization_id);
      return connections.get(organization_id, connection_id);
    },
  );

  const deleteSchema = {
    ...operation(
      'Connections',
      'Delete a connection',
      'Soft: its credentials go, its runs end, its data is not listed.',
    ),
    params: ConnectionParams,
    response: { 204: z.null(), ...errorResponses(401, 403, 404, 503) },
  };
  app.delete<OfConnection>(
    CONNECTION,
    { schema: deleteSchema, config: { access: 'connections.manage' } },
    async (request, reply) => {
      const { organization_id, connection_id } = request.params;
      await access.requireManager(request, organization_id);
      await connections.delete(organization_id, connection_id, changerOf(context, request));
      return reply.code(204).send();
    },
  );
}

/** Routes that a token or an invitation opens. `app` lets in both. */
export function addInvitedRoutes(
  app: FastifyInstance,
  context: UnifiedContext,
  access: ConnectionAccess,
): void {
  addCreate(app, context, access);
  addPatch(app, context, access);
  const { connections } = context.options;
  const schema = {
    ...operation(
      'Connections',
      'Test a connection',
      'One cheap call to the vendor with the stored credentials.',
    ),
    params: ConnectionParams,
    response: { 200: TestAnswer, ...errorResponses(401, 403, 404, 409, 503) },
  };
  app.get<OfConnection>(`${CONNECTION}/test`, { schema }, async request => {
    const { organization_id, connection_id } = request.params;
    await access.requireTester(request, organization_id, connection_id);
    const { isValid, message } = await connections.test(organization_id, connection_id);
    return { is_valid: isValid, message };
  });
}

function addCreate(app: FastifyInstance, context: UnifiedContext, access: ConnectionAccess): void {
  const { connections, clock } = context.options;
  const schema = {
    ...operation(
      'Connections',
      'Make a connection',
      'With credentials it is ACTIVE and due for its first run at once; without, PENDING. An invitation tests them first.',
    ),
    params: OrganizationParams,
    body: NewConnectionBody,
    response: { 201: Connection, ...errorResponses(400, 401, 403, 404, 422, 503) },
  };
  app.post<InOrganization & { Body: NewConnectionBody }>(CONNECTIONS, { schema }, async (request, reply) => {
    const organizationId = request.params.organization_id;
    const { body } = request;
    const invite = await access.requireWriter(request, organizationId);
    const created =
      invite === null
        ? await connections.create(
            {
              organizationId,
              vendor: body.vendor,
              credentials: body.credentials,
              identifier: body.identifier,
              options: body.options,
              refreshIntervalSecs: body.refresh_interval_secs,
            },
            changerOf(context, request),
          )
        : await createInvited(request, invite, body);
    return reply
      .code(201)
      .header('location', `/v1/provisioning/organizations/${organizationId}/connections/${created.id}`)
      .send(created);
  });

  async function createInvited(
    request: FastifyRequest,
    invite: ConnectionInvitesTable,
    body: NewConnectionBody,
  ): Promise<Connection> {
    if (invite.connection_id !== null) throw inviteRefused();
    if (invite.vendor !== body.vendor) {
      const message = `This invitation is for ${invite.vendor}.`;
      throw new CallerError('INVALID', `vendor: ${message}`, { problems: [{ field: 'vendor', message }] });
    }
    const credentials = invitedCredentials(body);
    const options = { ...body.options, ...readOptions(invite.options) };
    const tested = await connections.testCandidate(credentials, options);
    if (!tested.isValid) throw credentialsRefused(tested.message);
    return connections.create(
      {
        organizationId: invite.organization_id,
        vendor: invite.vendor,
        credentials,
        identifier: invite.identifier ?? body.identifier,
        options,
      },
      invitedBy(request),
      (transaction, id) => consumeInvite(transaction, invite.id, id, clock.now()),
    );
  }
}

function addPatch(app: FastifyInstance, context: UnifiedContext, access: ConnectionAccess): void {
  const { connections, clock } = context.options;
  const schema = {
    ...operation(
      'Connections',
      'Change a connection',
      'Another base_url clears the credentials, unless new ones come along.',
    ),
    params: ConnectionParams,
    body: ConnectionPatch,
    response: { 200: Connection, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.patch<OfConnection & { Body: ConnectionPatch }>(CONNECTION, { schema }, async request => {
    const { organization_id, connection_id } = request.params;
    const { refresh_interval_secs: refreshIntervalSecs, ...change } = request.body;
    const invite = await access.requireWriter(request, organization_id);
    if (invite === null)
      return connections.update(
        organization_id,
        connection_id,
        { ...change, refreshIntervalSecs },
        changerOf(context, request),
      );
    if (invite.connection_id !== connection_id) throw noConnection();
    const credentials = invitedCredentials(request.body);
    const tested = await connections.test(organization_id, connection_id, credentials);
    if (!tested.isValid) throw credentialsRefused(tested.message);
    return connections.update(
      organization_id,
      connection_id,
      { credentials, options: change.options },
      invitedBy(request),
      (transaction, id) => consumeInvite(transaction, invite.id, id, clock.now()),
    );
  });
}

/** The holder of an invitation is nobody we know. */
function invitedBy(request: FastifyRequest): Changer {
  return {
    actor: { kind: 'anonymous', guid: null, name: 'holder of an invitation' },
    origin: originOf(request),
  };
}
