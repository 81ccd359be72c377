/**
 * Access control groups on Bitsight's wire. Sources: bitsight-api.md, 1.5, and tokens.md, "Access control groups". Subscription
 * quotas, rating bundles and tiers of a group's own do not exist here: they read as none and cannot be asked for.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UserService } from '../access/accounts/users.ts';
import type { GroupChange, GroupService, GroupView } from '../access/groups/group-service.ts';
import { originOf } from '../http/origin.ts';
import { projected } from '../wire/fields.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { requestedProjection } from '../wire/list-query.ts';
import { type Parameters, parametersOf, valuesOf } from '../wire/parameters.ts';
import { badField, bodyFields, flagField, textField, textsField } from './account-requests.ts';
import { requestedFormat, sendRendered } from './paging.ts';

export interface AccessGroupRoutesOptions {
  readonly groups: GroupService;
  readonly users: UserService;
}

interface GroupRoute {
  Params: { guid: string };
}

const GROUP_NAMES = { root: 'groups', row: 'group' };
const GROUP_FIELDS = [
  'name',
  'groups',
  'all_companies',
  'is_default',
  'companies',
  'allow_bundled_companies',
  'can_set_tier_scope',
];
/** What groups of this server cannot be. */
const NOT_POSSIBLE = ['allow_bundled_companies', 'can_set_tier_scope'];
const EVERY_GROUP = { from: null, backwards: false, rows: null };
/** Room for a list of as many guids as a group may hold. */
const GROUP_BODY_BYTES = 5 * 1_048_576;

/** Registers the routes, relative to the surface's prefix. */
export function accessGroupRoutes(app: FastifyInstance, options: AccessGroupRoutesOptions): void {
  listRoutes(app, options);
  changeRoutes(app, options);
  companyRoutes(app, options);
}

function listRoutes(app: FastifyInstance, { groups, users }: AccessGroupRoutesOptions): void {
  const reads = { config: { access: 'groups.read' } } as const;

  app.get('/v1/access-groups', reads, (request, reply) =>
    sendGroups(request, reply, parametersOf(request.raw.url ?? ''), null),
  );

  // A query whose parameters are too long for a URL: it reads, whatever its method.
  app.post('/v1/access-groups/query', { ...reads, bodyLimit: GROUP_BODY_BYTES }, (request, reply) => {
    const fields = bodyFields(request.body, ['guid']);
    const guids = fields.guid === undefined ? null : new Set(textsField(fields, 'guid'));
    return sendGroups(request, reply, parametersOf(request.raw.url ?? ''), guids);
  });

  app.get<GroupRoute>('/v1/access-groups/:guid', reads, async request => {
    const { principal, params } = request;
    const parameters = parametersOf(request.raw.url ?? '');
    const group = groupView(await groups.get(principal, principal.organizationId, params.guid));
    const expanded = valuesOf(parameters, 'expand').includes('users')
      ? { ...group, users: await usersOf(request, params.guid) }
      : group;
    return projected(expanded, requestedProjection(parameters));
  });

  async function sendGroups(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: Parameters,
    guids: ReadonlySet<string> | null,
  ) {
    const { principal } = request;
    const all = await groups.list(principal, principal.organizationId, EVERY_GROUP);
    const shown = all.filter(group => guids === null || guids.has(group.guid)).map(groupView);
    const projection = requestedProjection(parameters);
    const format = requestedFormat(request, parameters);
    if (format !== 'json') {
      const page = { count: shown.length, rows: shown };
      return sendRendered(reply, page, { offset: 0, limit: shown.length, projection }, format, GROUP_NAMES);
    }
    const defaultGroup = await groups.defaultGuid(principal, principal.organizationId);
    return reply.send({
      groups: shown.map(group => projected(group, projection)),
      default_group: defaultGroup,
    });
  }

  async function usersOf({ principal }: FastifyRequest, guid: string): Promise<JsonObject[]> {
    const found = await users.list(principal, principal.organizationId, { group: guid }, null);
    return found.map(({ guid, email, formalName, friendlyName }) => ({
      guid,
      email,
      formal_name: formalName,
      friendly_name: friendlyName,
    }));
  }
}

function changeRoutes(app: FastifyInstance, { groups }: AccessGroupRoutesOptions): void {
  const changes = { config: { access: 'groups.manage' }, bodyLimit: GROUP_BODY_BYTES } as const;

  app.post('/v1/access-groups', changes, async (request, reply) => {
    const { principal } = request;
    const fields = groupFields(request.body);
    const asked = { name: fields.name, ...changeOf(fields), companies: fields.companies };
    const made = await groups.create(principal, principal.organizationId, asked, originOf(request));
    return reply.code(201).send(groupView(made));
  });

  app.patch<GroupRoute>('/v1/access-groups/:guid', changes, async request => {
    const { principal, params } = request;
    const fields = groupFields(request.body);
    const name = textField(fields, 'name');
    const change = { ...changeOf(fields), ...(name === undefined ? {} : { name }) };
    const changed = await groups.update(
      principal,
      principal.organizationId,
      params.guid,
      change,
      originOf(request),
    );
    return groupView(changed);
  });

  app.delete<GroupRoute>('/v1/access-groups/:guid', changes, async (request, reply) => {
    const { principal, params } = request;
    await groups.delete(principal, principal.organizationId, params.guid, null, originOf(request));
    return reply.code(204).send();
  });

  // It adds: a company can be in any number of groups.
  app.put('/v1/access-groups/companies', changes, async (request, reply) => {
    const { principal } = request;
    const fields = bodyFields(request.body, ['groups', 'companies']);
    const into = textsField(fields, 'groups');
    const companies = textsField(fields, 'companies');
    await groups.addCompanies(principal, principal.organizationId, into, companies, originOf(request));
    return reply.code(200).send();
  });
}

function companyRoutes(app: FastifyInstance, { groups }: AccessGroupRoutesOptions): void {
  const path = '/v1/access-groups/:guid/companies/guids';

  // `subscribed-group` asks which group pays for a company. No group does here, so it changes nothing.
  app.get<GroupRoute>(path, { config: { access: 'groups.read' } }, request => guidsOf(request));

  app.put<GroupRoute>(
    path,
    { config: { access: 'groups.manage' }, bodyLimit: GROUP_BODY_BYTES },
    async request => {
      const { principal, params, body } = request;
      const guids = Array.isArray(body) ? body : bodyFields(body, ['guids', 'companies']);
      const companies = isJsonObject(guids) ? (guids.guids ?? guids.companies) : guids;
      await groups.replaceCompanies(
        principal,
        principal.organizationId,
        params.guid,
        companies,
        originOf(request),
      );
      return guidsOf(request);
    },
  );

  async function guidsOf({ principal, params }: FastifyRequest<GroupRoute>): Promise<string[]> {
    const companies = await groups.companies(principal, principal.organizationId, params.guid);
    return companies.map(company => company.guid);
  }
}

/**
 * The fields of a new or changed group. The documented form of a new one has its settings in the one entry of `groups`; the
 * form of a change, and of clients that do not know better, has them beside the name.
 */
function groupFields(body: unknown): JsonObject {
  const fields = bodyFields(body, GROUP_FIELDS);
  const { groups, ...beside } = fields;
  const [settings, ...more] = Array.isArray(groups) ? groups : [{}];
  if (!isJsonObject(settings) || more.length > 0) {
    throw badField('groups', 'groups must be a list of one object, the settings of the group.');
  }
  return { ...settings, ...beside };
}

function changeOf(fields: JsonObject): GroupChange {
  for (const name of NOT_POSSIBLE) {
    if (flagField(fields, name) === true) throw badField(name, `${name} is not possible on this server.`);
  }
  return { allCompanies: flagField(fields, 'all_companies'), isDefault: flagField(fields, 'is_default') };
}

function groupView(group: GroupView): JsonObject {
  return {
    guid: group.guid,
    name: group.name,
    all_companies: group.allCompanies,
    is_default: group.isDefault,
    allow_bundled_companies: false,
    can_set_tier_scope: false,
    user_count: group.userCount,
    company_count: group.companyCount,
    subscription_types: {},
  };
}
