/** `…/users`: people of an organization, for its Admins and, within their group, Group admins (tokens.md, "Roles"). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { USER_STATUSES } from '../../access/accounts/user-rows.ts';
import type { IssuedLink, UserView } from '../../access/accounts/users.ts';
import type { Origin } from '../../access/audit/audit-event.ts';
import { type Principal, ROLE_NAMES, ROLES } from '../../access/principal.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { timeText } from '../item-text.ts';
import { OrganizationParams } from '../provisioning/organization-routes.ts';
import { PagedQuery, pagedAnswer, pageOf } from '../provisioning/paged.ts';
import { reachableOrganization } from '../provisioning/reach.ts';
import { confirmed } from './session-only.ts';

const USERS = '/v1/provisioning/organizations/:organization_id/users';
const USER = `${USERS}/:guid`;

const User = z
  .object({
    guid: z.string().meta({ description: 'Guid' }),
    email: z.string().meta({ description: 'E-mail address; empty for a company token' }),
    formal_name: z.string().meta({ description: 'Full name' }),
    friendly_name: z.string().meta({ description: 'Name to be called by' }),
    group: z.object({ guid: z.string(), name: z.string() }).meta({ description: 'Access control group' }),
    role: z.enum(ROLES).meta({ description: 'Role' }),
    role_name: z.string().meta({ description: 'Role in words' }),
    status: z.enum(USER_STATUSES).meta({ description: 'Created: has not accepted the invitation yet' }),
    is_company_api_token: z.boolean().meta({ description: 'Whether it is the record of a company token' }),
    mfa_enabled: z.boolean().meta({ description: 'Whether sign-in asks for a code' }),
    last_login_at: z.iso.datetime().nullable().meta({ description: 'Last sign-in' }),
    joined_at: z.iso.datetime().meta({ description: 'When it was made' }),
  })
  .meta({ id: 'User', description: 'A person of an organization, or the record of a company token' });

const Invitation = z
  .object({
    url: z.string().nullable().meta({ description: 'The link to pass on; null once it was mailed' }),
    mailed: z.boolean().meta({ description: 'Whether the person has it by mail' }),
    expires_at: z.iso.datetime().meta({ description: 'When it stops working' }),
  })
  .meta({ id: 'OneTimeLink', description: 'A link that works once' });

const role = z.enum(ROLES).meta({ description: 'Role, never above the caller’s' });
const group = z.string().min(1).max(255).meta({ description: 'Name of the access control group' });
const personName = z.string().max(255);

const NewUserBody = z
  .strictObject({
    email: z
      .string()
      .min(1)
      .max(320)
      .meta({ description: 'E-mail address', examples: ['ada@example.com'] }),
    formal_name: personName.meta({ description: 'Full name', examples: ['Ada Lovelace'] }),
    friendly_name: personName.optional().meta({ description: 'Name to be called by' }),
    role,
    group: group.nullish(),
  })
  .meta({ id: 'NewUser', description: 'Whom to invite' });

const UserPatch = z
  .strictObject({
    formal_name: personName.optional().meta({ description: 'Full name' }),
    friendly_name: personName.optional().meta({ description: 'Name to be called by' }),
    role: role.optional(),
    group: group.optional(),
    status: z
      .enum(['Activated', 'Deactivated'])
      .optional()
      .meta({ description: 'Deactivated ends sessions and the user token' }),
  })
  .meta({ id: 'UserPatch', description: 'A change of a user; what is absent stays' });

const UsersQuery = PagedQuery.extend({
  q: z.string().max(255).optional().meta({ description: 'Part of the e-mail address or a name' }),
  status: z.enum(USER_STATUSES).optional().meta({ description: 'Status' }),
  role: z.enum(ROLES).optional().meta({ description: 'Role' }),
  group: z.string().max(255).optional().meta({ description: 'Name or guid of the group' }),
  is_company_api_token: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: records of company tokens in place of people' }),
});

const UserParams = OrganizationParams.extend({ guid: z.string().meta({ description: 'Guid of the user' }) });

type InOrganization = { Params: z.infer<typeof OrganizationParams> };
type OfUser = { Params: z.infer<typeof UserParams> };

/** Registers the routes. `app` authenticates. */
export function addUserRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addList(app, context);
  addInvite(app, context);
  addOne(app, context);
  addLinks(app, context);
}

interface Asked {
  principal: Principal;
  organizationId: string;
  origin: Origin;
}

/** Who asks, for an organization that it may know of. Throws CallerError NOT_FOUND. */
async function askedOf(context: UnifiedContext, request: FastifyRequest<InOrganization>): Promise<Asked> {
  const principal = context.principalOf(request);
  const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
  return { principal, organizationId: id, origin: originOf(request) };
}

function addList(app: FastifyInstance, context: UnifiedContext): void {
  const { users } = context.options.accounts;
  const schema = {
    ...operation('Users', 'List users', 'Whoever belongs to a narrow group sees that group alone.'),
    params: OrganizationParams,
    querystring: UsersQuery,
    response: { 200: pagedAnswer(User), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<InOrganization & { Querystring: z.infer<typeof UsersQuery> }>(
    USERS,
    { schema, config: { access: 'users.read' } },
    async request => {
      const { principal, organizationId } = await askedOf(context, request);
      const { limit, cursor, is_company_api_token: isToken, ...filters } = request.query;
      const wanted = { ...filters, kind: isToken === 'true' ? 'company_tokens' : 'people' } as const;
      // The filters are part of the list's name: a cursor of other ones is refused.
      const surface = `users ${JSON.stringify(Object.entries(wanted).sort())}`;
      const page = await pageOf(
        context,
        { surface, organizationId },
        { limit, cursor },
        window => users.list(principal, organizationId, wanted, window),
        user => [user.guid],
      );
      return { ...page, items: page.items.map(userOf) };
    },
  );
}

function addInvite(app: FastifyInstance, context: UnifiedContext): void {
  const { users } = context.options.accounts;
  const schema = {
    ...operation(
      'Users',
      'Invite a user',
      'The link is mailed, or given to be passed on where mail is not set up.',
    ),
    params: OrganizationParams,
    body: NewUserBody,
    response: {
      201: z.object({ user: User, invitation: Invitation }),
      ...errorResponses(400, 401, 403, 404, 409, 422, 503),
    },
  };
  app.post<InOrganization & { Body: z.infer<typeof NewUserBody> }>(
    USERS,
    { schema, config: { access: 'users.manage' } },
    async (request, reply) => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      const { formal_name: formalName, friendly_name: friendlyName, ...rest } = request.body;
      const asked = { ...rest, formalName, friendlyName };
      const { user, invitation } = await users.invite(principal, organizationId, asked, origin);
      return reply.code(201).send({ user: userOf(user), invitation: invitationOf(invitation) });
    },
  );
}

function addOne(app: FastifyInstance, context: UnifiedContext): void {
  const { users } = context.options.accounts;
  app.get<OfUser>(
    USER,
    {
      config: { access: 'users.read' },
      schema: {
        ...operation('Users', 'Get one user', 'One that the caller may not know of is 404.'),
        params: UserParams,
        response: { 200: User, ...errorResponses(401, 403, 404, 503) },
      },
    },
    async request => {
      const { principal, organizationId } = await askedOf(context, request);
      return userOf(await users.get(principal, organizationId, request.params.guid));
    },
  );
  app.patch<OfUser & { Body: z.infer<typeof UserPatch> }>(
    USER,
    {
      config: { access: 'users.manage' },
      schema: {
        ...operation('Users', 'Change a user', 'The last active Admin keeps role and status: 409.'),
        params: UserParams,
        body: UserPatch,
        response: { 200: User, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    async request => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      const { formal_name: formalName, friendly_name: friendlyName, ...rest } = request.body;
      const changes = { ...rest, formalName, friendlyName };
      return userOf(await users.update(principal, organizationId, request.params.guid, changes, origin));
    },
  );
  app.delete<OfUser>(
    USER,
    {
      config: { access: 'users.manage' },
      schema: {
        ...operation('Users', 'Delete a user', 'Company tokens that the user made go on working.'),
        params: UserParams,
        response: { 204: z.null(), ...errorResponses(401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      await users.delete(principal, organizationId, request.params.guid, origin);
      return reply.code(204).send();
    },
  );
}

function addLinks(app: FastifyInstance, context: UnifiedContext): void {
  const { users } = context.options.accounts;
  const answered = { 201: Invitation, ...errorResponses(401, 403, 404, 409, 503) };
  app.post<OfUser>(
    `${USER}/invitation`,
    {
      config: { access: 'users.manage' },
      schema: {
        ...operation('Users', 'Invite a user again', 'The earlier link stops working.'),
        params: UserParams,
        response: answered,
      },
    },
    async (request, reply) => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      const link = await users.inviteAgain(principal, organizationId, request.params.guid, origin);
      return sendLink(reply, link);
    },
  );
  app.post<OfUser>(
    `${USER}/password-reset`,
    {
      config: { access: 'users.manage' },
      onRequest: confirmed(context),
      schema: {
        ...operation('Users', 'Make a link for a new password', 'The password stays until the link is used.'),
        params: UserParams,
        response: answered,
      },
    },
    async (request, reply) => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      const link = await users.resetPassword(principal, organizationId, request.params.guid, origin);
      return sendLink(reply, link);
    },
  );
  app.post<OfUser>(
    `${USER}/reset-mfa`,
    {
      config: { access: 'users.manage' },
      onRequest: confirmed(context),
      schema: {
        ...operation('Users', 'Switch a user’s two-factor sign-in off', 'For someone who lost the device.'),
        params: UserParams,
        response: { 204: z.null(), ...errorResponses(401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { principal, organizationId, origin } = await askedOf(context, request);
      await users.resetMfa(principal, organizationId, request.params.guid, origin);
      return reply.code(204).send();
    },
  );
}

function sendLink(reply: FastifyReply, link: IssuedLink): FastifyReply {
  return reply.code(201).send(invitationOf(link));
}

function invitationOf(link: IssuedLink): z.infer<typeof Invitation> {
  return { url: link.url, mailed: link.mailed, expires_at: timeText(link.expiresAt) };
}

function userOf(user: UserView): z.infer<typeof User> {
  return {
    guid: user.guid,
    email: user.email,
    formal_name: user.formalName,
    friendly_name: user.friendlyName,
    group: user.group,
    role: user.role,
    role_name: ROLE_NAMES[user.role],
    status: user.status,
    is_company_api_token: user.isCompanyApiToken,
    mfa_enabled: user.mfaEnabled,
    last_login_at: timeText(user.lastLoginAt),
    joined_at: timeText(user.joinedAt),
  };
}
