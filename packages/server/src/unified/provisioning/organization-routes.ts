/** `/v1/provisioning/organizations`: tenants. Making and deleting them is for the owner organization's provisioning token. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { insertOrganization } from '../../access/organizations.ts';
import { mayProvision, requirePermission } from '../../access/permissions.ts';
import { bumpAccessVersion } from '../../access/repository.ts';
import { CallerError } from '../../errors.ts';
import { changerOf, type UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { timeText } from '../item-text.ts';
import type { Window } from '../paging/keyset.ts';
import { PagedQuery, pagedAnswer, pageOf } from './paged.ts';
import { type OrganizationRow, reachableOrganization } from './reach.ts';

const Organization = z
  .object({
    id: z.string().meta({ description: 'Id' }),
    name: z.string().meta({ description: 'Name' }),
    identifier: z.string().nullable().meta({ description: 'Your own id for it' }),
    created_at: z.iso.datetime().meta({ description: 'When it was made' }),
  })
  .meta({ id: 'Organization', description: 'A tenant: users, tokens and connections belong to one' });

const NewOrganization = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .meta({ description: 'Name', examples: ['Acme'] }),
    identifier: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .nullish()
      .meta({ description: 'Your own id for it', examples: ['42'] }),
  })
  .meta({ id: 'NewOrganization', description: 'What an organization is made of' });

export const OrganizationParams = z.object({
  organization_id: z.string().meta({ description: 'Id of the organization' }),
});
type InOrganization = { Params: z.infer<typeof OrganizationParams> };

const PATH = '/v1/provisioning/organizations';

/** Registers the routes. `app` authenticates. */
export function addOrganizationRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addList(app, context);
  addCreate(app, context);
  app.get<InOrganization>(
    `${PATH}/:organization_id`,
    {
      schema: {
        ...operation('Organizations', 'Get one organization', 'One that the caller may not know of is 404.'),
        params: OrganizationParams,
        response: { 200: Organization, ...errorResponses(401, 404, 503) },
      },
      config: { access: 'own.read' },
    },
    async request => {
      const { organization_id } = request.params;
      return organizationOf(
        await reachableOrganization(context.db, context.principalOf(request), organization_id),
      );
    },
  );
  addDelete(app, context);
}

function addList(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Organizations',
      'List organizations',
      'All of them for a provisioning token, otherwise the own one.',
    ),
    querystring: PagedQuery,
    response: { 200: pagedAnswer(Organization), ...errorResponses(401, 422, 503) },
  };
  app.get<{ Querystring: PagedQuery }>(PATH, { schema, config: { access: 'own.read' } }, async request => {
    const principal = context.principalOf(request);
    const only = mayProvision(principal) ? null : principal.organizationId;
    const list = { surface: 'organizations', organizationId: principal.organizationId };
    const page = await pageOf(
      context,
      list,
      request.query,
      window => readOrganizations(context, only, window),
      row => [row.id],
    );
    return { ...page, items: page.items.map(organizationOf) };
  });
}

function addCreate(app: FastifyInstance, context: UnifiedContext): void {
  const { store, clock, newId, audit } = context.options;
  const schema = {
    ...operation('Organizations', 'Make an organization', 'Needs the scope provisioning.'),
    body: NewOrganization,
    response: { 201: Organization, ...errorResponses(400, 401, 403, 422, 503) },
  };
  app.post<{ Body: z.infer<typeof NewOrganization> }>(
    PATH,
    { schema, config: { access: 'organizations.provision' } },
    async (request, reply) => {
      const { name, identifier = null } = request.body;
      const row = { id: newId(), name, identifier, created_at: clock.now(), is_owner: 0 };
      const defaultGroupId = newId();
      await store.write(async transaction => {
        await insertOrganization(transaction, {
          id: row.id,
          name,
          identifier,
          isOwner: false,
          createdAt: row.created_at,
          defaultGroupId,
        });
        await audit.append(transaction, {
          ...eventOf(context, request, row),
          action: 'organization.created',
          after: { name, identifier },
        });
      });
      return reply.code(201).send(organizationOf(row));
    },
  );
}

function addDelete(app: FastifyInstance, context: UnifiedContext): void {
  const { store, clock, connections, audit } = context.options;
  const schema = {
    ...operation(
      'Organizations',
      'Delete an organization',
      'Soft: its tokens and connections stop, its rows stay.',
    ),
    params: OrganizationParams,
    response: { 204: z.null(), ...errorResponses(401, 403, 404, 409, 503) },
  };
  app.delete<InOrganization>(
    `${PATH}/:organization_id`,
    { schema, config: { access: 'organization.manage' } },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const organization = await reachableOrganization(context.db, principal, request.params.organization_id);
      requirePermission(principal, 'organizations.provision');
      if (organization.is_owner === 1) {
        throw new CallerError(
          'CONFLICT',
          'The organization made at set-up owns this server and cannot be deleted.',
        );
      }
      // Connections first: should this stop half-way, the organization is still there to be deleted again.
      await connections.deleteAll(organization.id, changerOf(context, request));
      await store.write(async transaction => {
        await transaction
          .updateTable('organizations')
          .set({ deleted_at: clock.now() })
          .where('id', '=', organization.id)
          .execute();
        await bumpAccessVersion(transaction);
        await audit.append(transaction, {
          ...eventOf(context, request, organization),
          action: 'organization.deleted',
          before: { name: organization.name },
        });
      });
      context.options.onAccessChanged();
      return reply.code(204).send();
    },
  );
}

function eventOf(
  context: UnifiedContext,
  request: FastifyRequest,
  { id, name }: { id: string; name: string },
) {
  return {
    ...changerOf(context, request),
    organizationId: id,
    target: { kind: 'organization', guid: id, name } as const,
  };
}

function readOrganizations(
  context: UnifiedContext,
  only: string | null,
  window: Window,
): Promise<OrganizationRow[]> {
  let query = context.db
    .selectFrom('organizations')
    .select(['id', 'name', 'identifier', 'created_at', 'is_owner'])
    .where('deleted_at', 'is', null);
  if (only !== null) query = query.where('id', '=', only);
  if (window.from !== null) {
    const operator = window.backwards ? '<' : '>';
    const [id] = window.from.keys;
    query = query.where('id', window.from.inclusive ? `${operator}=` : operator, String(id));
  }
  return query
    .orderBy('id', window.backwards ? 'desc' : 'asc')
    .limit(window.rows)
    .execute();
}

function organizationOf(row: OrganizationRow): z.infer<typeof Organization> {
  return { id: row.id, name: row.name, identifier: row.identifier, created_at: timeText(row.created_at) };
}
