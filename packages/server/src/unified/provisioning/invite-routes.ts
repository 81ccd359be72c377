/** Onboarding: making an invitation, and telling its holder what form to fill in. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorForm, connectorOf } from '../../connections/catalogue.ts';
import { ConnectionOptions } from '../../connections/options.ts';
import { CallerError } from '../../errors.ts';
import { changerOf, type UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { timeText } from '../item-text.ts';
import { type ConnectionAccess, INVITE_HEADER } from './connection-access.ts';
import { identifier, vendorName } from './connection-bodies.ts';
import {
  DEFAULT_EXPIRY_SECS,
  findInvite,
  inviteHash,
  inviteRefused,
  MAX_EXPIRY_SECS,
  newInviteToken,
} from './invites.ts';
import { OrganizationParams } from './organization-routes.ts';
import { livingOrganization } from './reach.ts';

type InOrganization = { Params: z.infer<typeof OrganizationParams> };

const NewInvite = z
  .strictObject({
    vendor: vendorName.optional().meta({ description: 'For a new connection of this vendor' }),
    connection_id: z.string().optional().meta({ description: 'For new credentials of this connection' }),
    identifier: identifier.nullish().meta({ description: 'Your own name for the new connection' }),
    options: ConnectionOptions.optional(),
    expiry_secs: z
      .int()
      .min(60)
      .max(MAX_EXPIRY_SECS)
      .default(DEFAULT_EXPIRY_SECS)
      .meta({ description: `Seconds it can be used; ${DEFAULT_EXPIRY_SECS} by default` }),
  })
  .refine(body => (body.vendor === undefined) !== (body.connection_id === undefined), {
    path: ['vendor'],
    message: 'Give either vendor or connection_id.',
  })
  .refine(
    body => body.connection_id === undefined || (body.options === undefined && body.identifier == null),
    {
      path: ['connection_id'],
      message: 'An invitation for an existing connection takes neither options nor identifier.',
    },
  )
  .meta({ id: 'NewInvite', description: 'What an invitation is for' });

const Invite = z
  .object({
    token: z.string().meta({ description: 'Shown this once; sent as X-CONNECTION-INVITE-TOKEN' }),
    url: z.url().meta({ description: 'Page for whoever is to give the credentials' }),
    expires_at: z.iso.datetime().meta({ description: 'Until when it can be used' }),
  })
  .meta({ id: 'Invite', description: 'An invitation, shown once' });

const InviteForm = z
  .object({
    vendor: z.string().meta({ description: 'Connector' }),
    vendorName: z.string().meta({ description: 'Name of the vendor' }),
    docsUrl: z.string().meta({ description: 'Where the vendor explains how to get credentials' }),
    credentialsType: z.string().meta({ description: 'Kind of credentials' }),
    dataSchema: z.unknown().meta({ description: 'JSON Schema of the body' }),
    uiSchema: z.unknown().meta({ description: 'JsonForms UI schema' }),
    organizationId: z.string().meta({ description: 'Organization that invites' }),
    organizationName: z.string().meta({ description: 'Its name' }),
    connectionId: z
      .string()
      .nullable()
      .meta({ description: 'Connection that gets new credentials; null for a new one' }),
    expiresAt: z.iso.datetime().meta({ description: 'Until when it can be used' }),
  })
  .meta({ id: 'InviteForm', description: 'What the holder of an invitation is asked for' });

/** Making an invitation. `app` authenticates. */
export function addInviteRoutes(
  app: FastifyInstance,
  context: UnifiedContext,
  access: ConnectionAccess,
): void {
  const { store, clock, newId, connections, baseUrl, audit } = context.options;
  const schema = {
    ...operation(
      'Onboarding',
      'Invite someone to connect an account',
      'The token is shown once; only its hash is kept.',
    ),
    params: OrganizationParams,
    body: NewInvite,
    response: { 201: Invite, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.post<InOrganization & { Body: z.infer<typeof NewInvite> }>(
    '/v1/provisioning/organizations/:organization_id/connection-invite-tokens',
    { schema, config: { access: 'connections.manage' } },
    async (request, reply) => {
      const organizationId = request.params.organization_id;
      await access.requireManager(request, organizationId);
      const { body } = request;
      const connectionId = body.connection_id ?? null;
      const vendor = connectionId === null ? body.vendor : await vendorOf(organizationId, connectionId);
      if (vendor === undefined) throw inviteRefused();
      const token = newInviteToken();
      const now = clock.now();
      const expiresAt = now + body.expiry_secs * 1000;
      const row = {
        id: newId(),
        organization_id: organizationId,
        token_hash: inviteHash(token),
        vendor,
        connection_id: connectionId,
        identifier: body.identifier ?? null,
        options: JSON.stringify(connections.accepted(body.options ?? {})),
        created_at: now,
        expires_at: expiresAt,
        used_at: null,
      };
      await store.write(async transaction => {
        await transaction.insertInto('connection_invites').values(row).execute();
        await audit.append(transaction, {
          ...changerOf(context, request),
          organizationId,
          action: 'connection.invited',
          target: { kind: 'connection', guid: connectionId, name: row.identifier },
          after: { vendor, expires_at: timeText(expiresAt) },
        });
      });
      // In the fragment: it reaches no server, log or referrer when the link is opened.
      const url = `${baseUrl().replace(/\/+$/, '')}/connect#${token}`;
      return reply.code(201).send({ token, url, expires_at: timeText(expiresAt) });
    },
  );

  async function vendorOf(organizationId: string, connectionId: string): Promise<string> {
    const connection = await connections.get(organizationId, connectionId);
    if (connection.state === 'DELETED')
      throw new CallerError('CONFLICT', 'The connection was deleted. Make a new one.');
    return connection.vendor;
  }
}

/** Telling the holder what to fill in; the invitation is the only credential. */
export function addInviteFormRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const { clock } = context.options;
  const schema = {
    ...operation(
      'Onboarding',
      'What an invitation asks for',
      'The invitation is in the X-CONNECTION-INVITE-TOKEN header.',
    ),
    headers: z.object({ [INVITE_HEADER]: z.string().optional().meta({ description: 'The invitation' }) }),
    response: { 200: InviteForm, ...errorResponses(401, 404, 503) },
    security: [{ invite: [] }],
  };
  const formOf = async (
    request: FastifyRequest,
    organizationId: string | null,
  ): Promise<z.infer<typeof InviteForm>> => {
    const token = request.headers[INVITE_HEADER];
    if (typeof token !== 'string') throw inviteRefused();
    const invite = await findInvite(context.db, token, clock.now());
    const organization = await livingOrganization(context.db, invite.organization_id);
    const connector = connectorOf(invite.vendor);
    if (invite.used_at !== null || organization === null || connector === null) throw inviteRefused();
    if (organizationId !== null && organizationId !== invite.organization_id) throw inviteRefused();
    return {
      vendor: connector.vendor,
      vendorName: connector.vendor_name,
      docsUrl: connector.docs_url,
      ...connectorForm(),
      organizationId: organization.id,
      organizationName: organization.name,
      connectionId: invite.connection_id,
      expiresAt: timeText(invite.expires_at),
    };
  };
  // The invitation in the header is what lets the caller in.
  const config = { access: 'public' } as const;
  app.post('/v1/provisioning/connection-invite-token/validate', { schema, config }, request =>
    formOf(request, null),
  );
  app.post<InOrganization>(
    '/v1/provisioning/organizations/:organization_id/connection-invite-token/validate',
    { schema: { ...schema, params: OrganizationParams }, config },
    request => formOf(request, request.params.organization_id),
  );
}
