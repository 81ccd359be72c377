/** Users on Bitsight's wire: `/v1/users` to read, `/v2/users` to manage. Source: bitsight-api.md, 2. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UserService, UserView } from '../access/accounts/users.ts';
import type { GroupService } from '../access/groups/group-service.ts';
import { CallerError } from '../errors.ts';
import { originOf } from '../http/origin.ts';
import { projected } from '../wire/fields.ts';
import { listQueryOf, requestedProjection } from '../wire/list-query.ts';
import { type Parameters, parametersOf } from '../wire/parameters.ts';
import { pageOf } from '../wire/rows.ts';
import { USER_SCHEMA } from '../wire/user-filters.ts';
import { badField } from './account-requests.ts';
import { envelopeOf, pageUrlOf, requestedFormat, sendPage, sendRendered } from './paging.ts';
import { type UserBody, userBody } from './user-bodies.ts';
import { userV1, userV1Details, userV2 } from './user-views.ts';

export interface UserRoutesOptions {
  readonly users: UserService;
  readonly groups: GroupService;
  /** Whether links can be mailed: on this wire they travel no other way. */
  readonly canMail: () => boolean;
  /** `https://host[:port]` as the caller sees this server. */
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

interface UserRoute {
  Params: { guid: string };
}

const USER_NAMES = { root: 'users', row: 'user' };
const reads = { config: { access: 'users.read' } } as const;
const changes = { config: { access: 'users.manage' } } as const;

/** Registers the routes, relative to the surface's prefix. */
export function userRoutes(app: FastifyInstance, options: UserRoutesOptions): void {
  oldUserRoutes(app, options);
  readRoutes(app, options);
  changeRoutes(app, options);
  callRoutes(app, options);
}

function oldUserRoutes(app: FastifyInstance, { users, groups }: UserRoutesOptions): void {
  app.get('/v1/users', reads, async (request, reply) => {
    const { principal } = request;
    const parameters = parametersOf(request.raw.url ?? '');
    const kind = isTrue(parameters, 'show_all') ? 'all' : 'people';
    const all = await users.list(principal, principal.organizationId, { kind }, null);
    const shown = kind === 'all' ? all : all.filter(user => user.status === 'Activated');
    const viewers = await thoseWhoSee(request, shown, parameters.get('view_company')?.value ?? '');
    const rows = viewers.map(isTrue(parameters, 'include_details') ? userV1Details : userV1);
    const projection = requestedProjection(parameters);
    const format = requestedFormat(request, parameters);
    if (format === 'json') return reply.send(rows.map(row => projected(row, projection)));
    const page = { count: rows.length, rows };
    return sendRendered(reply, page, { offset: 0, limit: rows.length, projection }, format, USER_NAMES);
  });

  app.get('/v1/users/quota', reads, async request => {
    const { principal } = request;
    const people = await users.list(principal, principal.organizationId, {}, null);
    const active = people.filter(user => user.status === 'Activated').length;
    return {
      active_user_count: active,
      inactive_user_count: people.length - active,
      total_user_count: people.length,
      // There is no quota.
      remaining_active_quota: null,
      total_active_quota: null,
    };
  });

  app.get<UserRoute>('/v1/users/:guid', reads, async ({ principal, params }) =>
    userV1Details(await users.get(principal, principal.organizationId, params.guid)),
  );

  /** Those of the users whose group holds the company; all of them where none is named. */
  async function thoseWhoSee(
    { principal }: FastifyRequest,
    among: readonly UserView[],
    company: string,
  ): Promise<readonly UserView[]> {
    if (company === '') return among;
    const holding = new Set<string>();
    for (const guid of new Set(among.map(user => user.group.guid))) {
      const held = await groups.companies(principal, principal.organizationId, guid);
      if (held.some(one => one.guid === company.toLowerCase())) holding.add(guid);
    }
    return among.filter(user => holding.has(user.group.guid));
  }
}

function readRoutes(app: FastifyInstance, { users, baseUrlOf }: UserRoutesOptions): void {
  app.get('/v2/users', reads, async (request, reply) => {
    const { principal } = request;
    const parameters = parametersOf(request.raw.url ?? '');
    const query = listQueryOf(parameters, USER_SCHEMA);
    const format = requestedFormat(request, parameters);
    const all = await users.list(principal, principal.organizationId, { kind: 'all' }, null);
    const page = pageOf(all.map(userV2), query, USER_SCHEMA);
    if (format !== 'json') return sendRendered(reply, page, query, format, USER_NAMES);
    const envelope = envelopeOf(pageUrlOf(request, baseUrlOf(request)), parameters, query, page.count);
    return sendPage(request, reply, page, query, envelope);
  });

  app.get<UserRoute>('/v2/users/:guid', reads, async request => {
    const { principal, params } = request;
    const user = userV2(await users.get(principal, principal.organizationId, params.guid));
    return projected(user, requestedProjection(parametersOf(request.raw.url ?? '')));
  });
}

function changeRoutes(app: FastifyInstance, { users, groups }: UserRoutesOptions): void {
  app.post('/v2/users', changes, async (request, reply) => {
    const { principal } = request;
    const body = userBody(request.body);
    const { email, formalName, friendlyName, role, status } = body;
    if (email === undefined) throw badField('email', 'email is required.');
    if (formalName === undefined) throw badField('formal_name', 'formal_name is required.');
    if (role === undefined) throw badField('roles', 'roles is required.');
    // A new user is Created whatever is asked, until the person has set a password.
    if (status === 'Deactivated') throw badField('status', 'status of a new user cannot be Deactivated.');
    const group = await groupName(request, body);
    const asked = { email, formalName, role, group, friendlyName };
    const { user } = await users.invite(principal, principal.organizationId, asked, originOf(request));
    return reply.code(201).send(userV2(user));
  });

  app.patch<UserRoute>('/v2/users/:guid', changes, async request => {
    const { principal, params } = request;
    const body = userBody(request.body);
    const { formalName, friendlyName, role } = body;
    const before = await users.get(principal, principal.organizationId, params.guid);
    if (body.email !== undefined && body.email !== before.email) {
      throw badField('email', 'email cannot be changed: make another user.');
    }
    const status = statusOf(body, before);
    const group = await groupName(request, body);
    const asked = { formalName, friendlyName, role, status, group };
    const { organizationId } = principal;
    return userV2(await users.update(principal, organizationId, params.guid, asked, originOf(request)));
  });

  app.delete<UserRoute>('/v2/users/:guid', changes, async (request, reply) => {
    const { principal, params } = request;
    await users.delete(principal, principal.organizationId, params.guid, originOf(request));
    return reply.code(204).send();
  });

  /** The name of the group that a body names by its guid; undefined where it names none. */
  async function groupName({ principal }: FastifyRequest, body: UserBody): Promise<string | undefined> {
    if (body.group === undefined) return undefined;
    try {
      return (await groups.get(principal, principal.organizationId, body.group)).name;
    } catch (error) {
      if (!(error instanceof CallerError) || error.code !== 'NOT_FOUND') throw error;
      throw badField('group', 'group is not the guid of an access control group that you can use.');
    }
  }
}

/** The status asked for, where it is another one than the present. */
function statusOf({ status }: UserBody, before: UserView): 'Activated' | 'Deactivated' | undefined {
  if (status === undefined || status === before.status) return undefined;
  if (status === 'Activated' || status === 'Deactivated') return status;
  throw badField('status', 'status must be Activated or Deactivated.');
}

function callRoutes(app: FastifyInstance, { users, canMail }: UserRoutesOptions): void {
  app.post<UserRoute>('/v2/users/:guid/resend-activation-email', changes, async (request, reply) => {
    const { principal, params } = request;
    const { guid } = await users.get(principal, principal.organizationId, params.guid);
    // Asked before: a new link ends the one from before.
    if (!canMail()) throw badField('guid', 'No e-mail can be sent: SMTP is not configured on this server.');
    await users.inviteAgain(principal, principal.organizationId, guid, originOf(request));
    return sendNothing(reply, 201);
  });

  app.post<UserRoute>('/v2/users/:guid/reset-mfa', changes, async (request, reply) => {
    const { principal, params } = request;
    await users.resetMfa(principal, principal.organizationId, params.guid, originOf(request));
    return sendNothing(reply, 200);
  });

  app.post<UserRoute>('/v2/users/:guid/require-mfa', changes, async (request, reply) => {
    const { principal, params } = request;
    const user = await users.get(principal, principal.organizationId, params.guid);
    if (user.mfaEnabled) return sendNothing(reply, 200);
    throw new CallerError(
      'CONFLICT',
      'This server cannot require two-factor sign-in: the user has to switch it on under Profile.',
    );
  });
}

function sendNothing(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).send();
}

function isTrue(parameters: Parameters, name: string): boolean {
  return parameters.get(name)?.value.trim().toLowerCase() === 'true';
}
