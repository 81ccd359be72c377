/** Access control groups of an organization: which companies its users and tokens see (tokens.md, "Access control groups"). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { GroupView } from '../../access/groups/group-service.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { OrganizationParams } from '../provisioning/organization-routes.ts';
import { PagedQuery, pagedAnswer, pageOf } from '../provisioning/paged.ts';
import { reachableOrganization } from '../provisioning/reach.ts';

const GROUPS = '/v1/provisioning/organizations/:organization_id/groups';
const GROUP = `${GROUPS}/:guid`;

/** Room for a list of as many guids as a group may hold. */
const GROUP_BODY_BYTES = 5 * 1_048_576;

const Group = z
  .object({
    guid: z.string().meta({ description: 'Id' }),
    name: z.string().meta({ description: 'Name, unique in the organization' }),
    all_companies: z.boolean().meta({ description: 'Whether it holds every company' }),
    is_default: z.boolean().meta({ description: 'Whether new users and tokens come into it' }),
    user_count: z.int().meta({ description: 'Persons who are not gone' }),
    company_count: z.int().meta({ description: 'Companies that its users see' }),
  })
  .meta({ id: 'Group', description: 'An access control group: a subset of the companies, and who sees it' });

const name = z
  .string()
  .min(1)
  .meta({ description: 'Name, unique in the organization', examples: ['EMEA'] });
const allCompanies = z.boolean().optional().meta({ description: 'Hold every company' });
const isDefault = z.boolean().optional().meta({ description: 'Take new users and tokens' });
const guids = z.array(z.string()).meta({ description: 'Guids of companies, as the vendor has them' });

const NewGroupBody = z
  .strictObject({ name, all_companies: allCompanies, is_default: isDefault, companies: guids.optional() })
  .meta({ id: 'NewGroup', description: 'What a group is made of' });
const GroupPatch = z
  .strictObject({ name: name.optional(), all_companies: allCompanies, is_default: isDefault })
  .meta({ id: 'GroupPatch', description: 'A change of a group; what is absent stays' });
const CompaniesBody = z
  .strictObject({ companies: guids })
  .meta({ id: 'GroupCompaniesBody', description: 'All companies the group is to hold' });
const GroupCompanies = z
  .object({ items: z.array(z.object({ guid: z.string(), name: z.string().nullable() })) })
  .meta({ id: 'GroupCompanies', description: 'Companies of a group' });

const GroupParams = OrganizationParams.extend({
  guid: z.string().meta({ description: 'Guid of the group' }),
});
const DeleteQuery = z.strictObject({
  move_to: z
    .string()
    .optional()
    .meta({ description: 'Guid of the group that its users and tokens come into' }),
});

type InOrganization = { Params: z.infer<typeof OrganizationParams> };
type OfGroup = { Params: z.infer<typeof GroupParams> };

/** Registers the routes. `app` authenticates. */
export function addGroupRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addList(app, context);
  addCreate(app, context);
  addOne(app, context);
  addDelete(app, context);
  addCompanies(app, context);
}

function addList(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Groups', 'List groups', 'Whoever belongs to a narrow group sees that one alone.'),
    params: OrganizationParams,
    querystring: PagedQuery,
    response: { 200: pagedAnswer(Group), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<InOrganization & { Querystring: PagedQuery }>(
    GROUPS,
    { schema, config: { access: 'groups.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const page = await pageOf(
        context,
        { surface: `organizations/${id}/groups`, organizationId: id },
        request.query,
        ({ from, backwards, rows }) => {
          const start = from === null ? null : { guid: String(from.keys[0]), inclusive: from.inclusive };
          return context.options.groups.list(principal, id, { from: start, backwards, rows });
        },
        group => [group.guid],
      );
      return { ...page, items: page.items.map(groupOf) };
    },
  );
}

function addCreate(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation('Groups', 'Make a group', 'Of all companies, or of a list of guids.'),
    params: OrganizationParams,
    body: NewGroupBody,
    response: { 201: Group, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.post<InOrganization & { Body: z.infer<typeof NewGroupBody> }>(
    GROUPS,
    { schema, config: { access: 'groups.manage' }, bodyLimit: GROUP_BODY_BYTES },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const { name, all_companies, is_default, companies } = request.body;
      const asked = { name, allCompanies: all_companies, isDefault: is_default, companies };
      const group = await context.options.groups.create(principal, id, asked, originOf(request));
      return reply
        .code(201)
        .header('location', `/v1/provisioning/organizations/${id}/groups/${group.guid}`)
        .send(groupOf(group));
    },
  );
}

function addOne(app: FastifyInstance, context: UnifiedContext): void {
  const getSchema = {
    ...operation('Groups', 'Get one group', 'With how many users and companies it has.'),
    params: GroupParams,
    response: { 200: Group, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<OfGroup>(GROUP, { schema: getSchema, config: { access: 'groups.read' } }, async request => {
    const principal = context.principalOf(request);
    const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
    return groupOf(await context.options.groups.get(principal, id, request.params.guid));
  });

  const patchSchema = {
    ...operation(
      'Groups',
      'Change a group',
      'Narrowing one holds at once for all its users and tokens; 409 where no Admin would see everything any more.',
    ),
    params: GroupParams,
    body: GroupPatch,
    response: { 200: Group, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.patch<OfGroup & { Body: z.infer<typeof GroupPatch> }>(
    GROUP,
    { schema: patchSchema, config: { access: 'groups.manage' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const { name, all_companies, is_default } = request.body;
      const change = { name, allCompanies: all_companies, isDefault: is_default };
      const { guid } = request.params;
      return groupOf(await context.options.groups.update(principal, id, guid, change, originOf(request)));
    },
  );
}

function addDelete(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Groups',
      'Delete a group',
      'One that users or tokens live in is 409 and lists them, unless move_to says where they go.',
    ),
    params: GroupParams,
    querystring: DeleteQuery,
    response: { 204: z.null(), ...errorResponses(401, 403, 404, 409, 422, 503) },
  };
  app.delete<OfGroup & { Querystring: z.infer<typeof DeleteQuery> }>(
    GROUP,
    { schema, config: { access: 'groups.manage' } },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const moveTo = request.query.move_to ?? null;
      await context.options.groups.delete(principal, id, request.params.guid, moveTo, originOf(request));
      return reply.code(204).send();
    },
  );
}

function addCompanies(app: FastifyInstance, context: UnifiedContext): void {
  const { groups } = context.options;
  const getSchema = {
    ...operation('Groups', 'Companies of a group', 'All of them on one page.'),
    params: GroupParams,
    response: { 200: GroupCompanies, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<OfGroup>(
    `${GROUP}/companies`,
    { schema: getSchema, config: { access: 'groups.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      return { items: await groups.companies(principal, id, request.params.guid) };
    },
  );

  const putSchema = {
    ...operation('Groups', 'Set the companies of a group', 'These and no other; the change holds at once.'),
    params: GroupParams,
    body: CompaniesBody,
    response: { 200: GroupCompanies, ...errorResponses(400, 401, 403, 404, 413, 422, 503) },
  };
  app.put<OfGroup & { Body: z.infer<typeof CompaniesBody> }>(
    `${GROUP}/companies`,
    { schema: putSchema, config: { access: 'groups.manage' }, bodyLimit: GROUP_BODY_BYTES },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const { guid } = request.params;
      await groups.replaceCompanies(principal, id, guid, request.body.companies, originOf(request));
      return { items: await groups.companies(principal, id, guid) };
    },
  );
}

function groupOf(group: GroupView): z.infer<typeof Group> {
  return {
    guid: group.guid,
    name: group.name,
    all_companies: group.allCompanies,
    is_default: group.isDefault,
    user_count: group.userCount,
    company_count: group.companyCount,
  };
}
