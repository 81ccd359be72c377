/**
 * The account routes of Bitsight's wire: who am I, which customer am I, and the company API tokens of that customer. Sources:
 * tokens.md, "Wire contract", and bitsight-api.md, section 2.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Principal, ROLE_NAMES } from '../access/principal.ts';
import { findOrganization, findUser, type OrganizationRow, type UserRow } from '../access/repository.ts';
import type { ApiTokenView, TokenAuthority } from '../access/token-authority.ts';
import { maskToken } from '../access/token-format.ts';
import { isoSeconds } from '../clock.ts';
import { CallerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type Format, formatOf, type Row, renderRows } from './formats.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { fieldTreeOf, projected } from './query/fields.ts';
import { parametersOf, valuesOf } from './query/parameters.ts';

export interface AccountRoutesOptions {
  authority: TokenAuthority;
  store: Store;
  /** The guid of the organization's own company, which the source of the ratings knows; null where there is none. */
  myCompanyGuid?: (principal: Principal) => Promise<string | null>;
}

const TOKEN_NAMES = { root: 'api_tokens', row: 'api_token' };
/** What a token request may hold, at the top level or inside `data`. */
const TOKEN_FIELDS = ['description', 'group', 'email', 'send_token_retrieval_email'];

/** Registers the routes, relative to the surface's prefix. They expect `request.principal` from the authentication hook. */
export function accountRoutes(options: AccountRoutesOptions): (app: FastifyInstance) => Promise<void> {
  return async app => {
    // A scope of its own: the body parsers below are for these routes alone.
    await app.register(async scope => {
      acceptJsonOnly(scope);
      profileRoutes(scope, options);
      tokenRoutes(scope, options);
    });
  };
}

function profileRoutes(app: FastifyInstance, options: AccountRoutesOptions): void {
  const { store } = options;
  app.get('/v1/users/current', { config: { access: 'own.read' } }, async request => {
    const { principal } = request;
    const user = await findUser(store.db, principal.userId);
    const organization = await findOrganization(store.db, principal.organizationId);
    if (user === undefined || organization === undefined) throw goneAccount();
    const companyGuid = (await options.myCompanyGuid?.(principal)) ?? null;
    const parameters = parametersOf(request.raw.url ?? '');
    const wanted = projected(
      userView(user, organization, companyGuid),
      fieldTreeOf(valuesOf(parameters, 'fields')),
    );
    return without(wanted, valuesOf(parameters, 'exclude_fields'));
  });

  app.get('/v1/customers/:customer', { config: { access: 'own.read' } }, async request => {
    const organization = await findOrganization(store.db, customerOf(request));
    if (organization === undefined) throw goneAccount();
    return customerView(organization);
  });
}

function tokenRoutes(app: FastifyInstance, options: AccountRoutesOptions): void {
  const { authority } = options;
  app.get(
    '/v1/customers/:customer/api-tokens',
    { config: { access: 'tokens.read' } },
    async (request, reply) => {
      const format = formatOfTokenRequest(request);
      const tokens = await authority.listCompanyTokens(request.principal);
      const rows = tokens.map(token => tokenView(token, maskToken(token.lastFour)));
      return sendRows(reply, format, rows, rows);
    },
  );

  app.post(
    '/v1/customers/:customer/api-tokens',
    { config: { access: 'tokens.manage' } },
    async (request, reply) => {
      const format = formatOfTokenRequest(request);
      const fields = tokenFields(request.body);
      refuseRetrievalMail(fields.send_token_retrieval_email);
      const { token, value } = await authority.createCompanyToken(request.principal, {
        description: fields.description,
        group: fields.group,
      });
      const row = tokenView(token, value);
      return sendRows(reply.code(201), format, [row], row);
    },
  );

  app.delete<{ Params: { guid: string } }>(
    '/v1/customers/:customer/api-tokens/:guid',
    { config: { access: 'tokens.manage' } },
    async (request, reply) => {
      formatOfTokenRequest(request);
      await authority.revokeCompanyToken(request.principal, request.params.guid);
      return reply.code(204).send();
    },
  );
}

/** The checks that every token route makes first, in this order: whose tokens, may you, in which format. */
function formatOfTokenRequest(request: FastifyRequest): Format {
  customerOf(request);
  const { format } = queryOf(request);
  return formatOf(format);
}

/** The organization's id. Another organization's guid is answered like one that was never given. */
function customerOf(request: FastifyRequest): string {
  const { params, principal } = request;
  const customer = isJsonObject(params) ? params.customer : undefined;
  if (customer === 'current' || customer === principal.organizationId) return principal.organizationId;
  throw new CallerError('NOT_FOUND', 'There is no customer with this guid. Use "current" for your own.');
}

function queryOf(request: FastifyRequest): JsonObject {
  return isJsonObject(request.query) ? request.query : {};
}

/** JSON lists are bare arrays and a single row is an object (bitsight-api.md, section 2); the other formats know rows only. */
function sendRows(reply: FastifyReply, format: Format, rows: readonly Row[], json: unknown): FastifyReply {
  if (format === 'json') return reply.send(json);
  const { contentType, body } = renderRows(format, rows, TOKEN_NAMES);
  return reply.header('content-type', contentType).send(body);
}

/** The fields of a token request, wherever they stand. Throws CallerError for a body that is none. */
function tokenFields(body: unknown): JsonObject {
  if (body === undefined || body === null) return {};
  if (!isJsonObject(body)) throw new CallerError('MALFORMED', 'The body must be a JSON object.');
  const { data } = body;
  if (data === undefined) return body;
  if (!isJsonObject(data)) throw badField('data', 'data must be an object with the fields of the token.');
  const beside = TOKEN_FIELDS.filter(name => Object.hasOwn(body, name));
  if (beside.length === 0) return data;
  throw badField('data', `Give the fields at the top level or inside data, not both (${beside.join(', ')}).`);
}

function refuseRetrievalMail(asked: unknown): void {
  if (asked === undefined || asked === null || asked === false) return;
  const name = 'send_token_retrieval_email';
  if (asked !== true) throw badField(name, `${name} must be true or false.`);
  throw badField(name, `${name} is not possible: SMTP is not configured on this server.`);
}

function badField(field: string, detail: string): CallerError {
  return new CallerError('BAD_PARAMETER', detail, { problems: [{ field, message: detail }] });
}

/** On this surface a body that is not JSON is 400, whatever its content type says (tokens.md, the error table). */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => {
      if (body === '') return undefined;
      try {
        return JSON.parse(body);
      } catch {
        throw new CallerError('MALFORMED', 'The body is not valid JSON.');
      }
    },
  );
  app.addContentTypeParser('*', async () => {
    throw new CallerError('MALFORMED', 'The content type must be application/json.');
  });
}

function tokenView(token: ApiTokenView, shown: string): JsonObject & Row {
  return {
    guid: token.guid,
    description: token.description,
    token: shown,
    created_date: isoSeconds(token.createdAt),
    creator_name: token.creatorName,
    group: token.groupName,
    roles: [{ slug: token.role, display_name: ROLE_NAMES[token.role] }],
  };
}

function userView(user: UserRow, organization: OrganizationRow, companyGuid: string | null): JsonObject {
  return {
    guid: user.id,
    email: user.email,
    formal_name: user.formal_name,
    friendly_name: user.friendly_name,
    is_active: user.status === 'Activated',
    joined_date: isoSeconds(user.joined_at),
    last_login_date: null,
    phone_number: null,
    status: user.status,
    customer: {
      guid: organization.id,
      name: organization.name,
      type: 'Live',
      my_company_guid: companyGuid,
      my_company_subsidiaries: [],
    },
  };
}

function customerView(organization: OrganizationRow): JsonObject {
  return {
    guid: organization.id,
    name: organization.name,
    is_active: true,
    date_joined: isoSeconds(organization.created_at),
    // Nothing about an organization changes after it was made.
    last_modified: isoSeconds(organization.created_at),
    customer_settings: { auto_approve_invited_users: false },
  };
}

/** The row without the named fields; a dotted name takes one out of a nested object. */
function without(row: JsonObject, names: readonly string[]): JsonObject {
  let kept = row;
  for (const name of names) {
    const [first = '', ...rest] = name.replaceAll('__', '.').split('.');
    const inner = kept[first];
    const { [first]: _, ...others } = kept;
    if (rest.length === 0) kept = others;
    else if (isJsonObject(inner)) kept = { ...kept, [first]: without(inner, [rest.join('.')]) };
  }
  return kept;
}

/** The token was verified a moment ago, and its account ended since. */
function goneAccount(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'No valid API token was provided.');
}
