/** Company tokens of an organization on the unified API. Source: tokens.md, "Kinds" and "Least privilege". */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CallerError } from '../../errors.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { OrganizationParams } from '../provisioning/organization-routes.ts';
import { PagedQuery, pagedAnswer, pageOf } from '../provisioning/paged.ts';
import { reachableOrganization } from '../provisioning/reach.ts';
import { confirmed } from './session-only.ts';
import {
  CompanyToken,
  companyTokenOf,
  NewToken,
  TokenGroups,
  TokenPatch,
  TokenRotation,
} from './token-bodies.ts';

const ORGANIZATION = '/v1/provisioning/organizations/:organization_id';
const TOKENS = `${ORGANIZATION}/tokens`;
const TOKEN = `${TOKENS}/:guid`;

const TokenParams = OrganizationParams.extend({
  guid: z.string().meta({ description: 'Guid of the token' }),
});
type InOrganization = { Params: z.infer<typeof OrganizationParams> };
type OfToken = { Params: z.infer<typeof TokenParams> };

/** Registers the routes. `app` authenticates. */
export function addTokenRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addList(app, context);
  addCreate(app, context);
  addOne(app, context);
  addRotate(app, context);
}

function addList(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Tokens',
      'List tokens',
      'Live company tokens, oldest first; of your group where that is narrow.',
    ),
    params: OrganizationParams,
    querystring: PagedQuery,
    response: { 200: pagedAnswer(CompanyToken), ...errorResponses(401, 403, 404, 422, 503) },
  };
  app.get<InOrganization & { Querystring: PagedQuery }>(
    TOKENS,
    { schema, config: { access: 'tokens.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const page = await pageOf(
        context,
        { surface: `organizations/${id}/tokens`, organizationId: id },
        request.query,
        window => context.options.tokens.companyTokens.page(principal, id, window),
        token => [token.createdAt, token.guid],
      );
      return { ...page, items: page.items.map(token => companyTokenOf(token)) };
    },
  );

  const groupsSchema = {
    ...operation('Tokens', 'List groups for tokens', 'Groups that you may bind a new token to.'),
    params: OrganizationParams,
    response: { 200: TokenGroups, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<InOrganization>(
    `${ORGANIZATION}/token-groups`,
    { schema: groupsSchema, config: { access: 'tokens.read' } },
    async request => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      return { items: await context.options.tokens.companyTokens.groups(principal, id) };
    },
  );
}

function addCreate(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Tokens',
      'Make a token',
      'Its value is in this answer and never again, or in a mailed link that works once.',
    ),
    params: OrganizationParams,
    body: NewToken,
    response: { 201: CompanyToken, ...errorResponses(400, 401, 403, 404, 422, 503) },
  };
  app.post<InOrganization & { Body: z.infer<typeof NewToken> }>(
    TOKENS,
    { schema, config: { access: 'tokens.manage' }, onRequest: confirmed(context) },
    async (request, reply) => {
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, request.params.organization_id);
      const { expires_at: expiresAt, email, send_token_retrieval_email: isMailed, ...rest } = request.body;
      const asked = { ...rest, expiresAt };
      const { tokens, retrieval } = context.options;
      const origin = originOf(request);
      void reply.code(201);
      if (!isMailed) {
        const { token, value } = await tokens.companyTokens.create(principal, id, asked, origin);
        return companyTokenOf(token, value);
      }
      if (!retrieval.isPossible) throw noMail();
      const mailed = { ...asked, email: email ?? '' };
      const { token } = await retrieval.createMailed(principal, id, mailed, origin);
      return companyTokenOf(token);
    },
  );
}

function addOne(app: FastifyInstance, context: UnifiedContext): void {
  const params = TokenParams;
  const getSchema = {
    ...operation('Tokens', 'Get one token', 'One that ended is 404.'),
    params,
    response: { 200: CompanyToken, ...errorResponses(401, 403, 404, 503) },
  };
  app.get<OfToken>(TOKEN, { schema: getSchema, config: { access: 'tokens.read' } }, async request => {
    const { organization_id, guid } = request.params;
    const principal = context.principalOf(request);
    const { id } = await reachableOrganization(context.db, principal, organization_id);
    return companyTokenOf(await context.options.tokens.companyTokens.get(principal, id, guid));
  });

  const patchSchema = {
    ...operation('Tokens', 'Change a token', 'Role, scopes and group are fixed: make another one for those.'),
    params,
    body: TokenPatch,
    response: { 200: CompanyToken, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.patch<OfToken & { Body: z.infer<typeof TokenPatch> }>(
    TOKEN,
    { schema: patchSchema, config: { access: 'tokens.manage' } },
    async request => {
      const { organization_id, guid } = request.params;
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, organization_id);
      const { description, expires_at: expiresAt, reviewed } = request.body;
      const changes = { description, expiresAt, reviewed };
      const { companyTokens } = context.options.tokens;
      return companyTokenOf(await companyTokens.update(principal, id, guid, changes, originOf(request)));
    },
  );

  const deleteSchema = {
    ...operation('Tokens', 'Revoke a token', 'It stops working at once.'),
    params,
    response: { 204: z.null(), ...errorResponses(401, 403, 404, 503) },
  };
  app.delete<OfToken>(
    TOKEN,
    { schema: deleteSchema, config: { access: 'tokens.manage' } },
    async (request, reply) => {
      const { organization_id, guid } = request.params;
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, organization_id);
      await context.options.tokens.companyTokens.revoke(principal, id, guid, originOf(request));
      return reply.code(204).send();
    },
  );
}

function addRotate(app: FastifyInstance, context: UnifiedContext): void {
  const schema = {
    ...operation(
      'Tokens',
      'Replace a token',
      'A new value with the same rights; the old one works until the overlap ends.',
    ),
    params: TokenParams,
    body: TokenRotation,
    response: { 201: CompanyToken, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  };
  app.post<OfToken & { Body: z.infer<typeof TokenRotation> }>(
    `${TOKEN}/rotate`,
    { schema, config: { access: 'tokens.manage' }, onRequest: confirmed(context) },
    async (request, reply) => {
      const { organization_id, guid } = request.params;
      const principal = context.principalOf(request);
      const { id } = await reachableOrganization(context.db, principal, organization_id);
      const options = { overlapMs: request.body.overlap_secs * 1_000 };
      const { companyTokens } = context.options.tokens;
      const { token, value } = await companyTokens.rotate(principal, id, guid, options, originOf(request));
      return reply.code(201).send(companyTokenOf(token, value));
    },
  );
}

function noMail(): CallerError {
  const message = 'SMTP is not configured on this server: the token cannot be mailed.';
  return new CallerError('BAD_PARAMETER', message, {
    problems: [{ field: 'send_token_retrieval_email', message }],
  });
}
