/**
 * Company API tokens on Bitsight's wire: list, create, delete, and fetching one by its mailed link. Source: tokens.md, "Wire
 * contract"; the documented keys and no more.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLE_NAMES } from '../access/principal.ts';
import type { ApiTokenView, TokenAuthority } from '../access/token-authority.ts';
import { maskToken } from '../access/token-format.ts';
import type { TokenRetrieval } from '../access/token-retrieval.ts';
import { isoSeconds } from '../clock.ts';
import { CallerError } from '../errors.ts';
import { presentedToken } from '../http/authentication.ts';
import { originOf } from '../http/origin.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { badField, bodyFields, flagField, textField } from './account-requests.ts';
import { customerOf } from './customer-path.ts';
import { type Format, formatOf, type Row, renderRows } from './formats.ts';

export interface TokenRoutesOptions {
  authority: TokenAuthority;
  retrieval: TokenRetrieval;
}

const TOKEN_NAMES = { root: 'api_tokens', row: 'api_token' };
const SEND_MAIL = 'send_token_retrieval_email';
/** What a token request may hold, at the top level or inside `data`. */
const TOKEN_FIELDS = ['description', 'group', 'email', SEND_MAIL];

const Retrieval = z.object({ email: z.string(), user_guid: z.string(), auth_token: z.string() });
/** What no link has: a request without the fields fails like a wrong one, and counts like it. */
const NO_RETRIEVAL = { email: '', user_guid: '', auth_token: '' };

/** Registers the routes, relative to the surface's prefix. `app` parses JSON bodies alone. */
export function tokenRoutes(app: FastifyInstance, options: TokenRoutesOptions): void {
  const { companyTokens } = options.authority;
  app.get(
    '/v1/customers/:customer/api-tokens',
    { config: { access: 'tokens.read' } },
    async (request, reply) => {
      const format = formatOfTokenRequest(request);
      if (format === 'json') return sendArray(reply, livePages(request, options.authority));
      const rows = (await companyTokens.list(request.principal)).map(maskedView);
      return sendRows(reply, format, rows, rows);
    },
  );

  app.post(
    '/v1/customers/:customer/api-tokens',
    { config: { access: 'tokens.manage' } },
    async (request, reply) => {
      const format = formatOfTokenRequest(request);
      const row = await createdToken(request, options);
      return sendRows(reply.code(201), format, [row], row);
    },
  );

  app.delete<{ Params: { guid: string } }>(
    '/v1/customers/:customer/api-tokens/:guid',
    { config: { access: 'tokens.manage' } },
    async (request, reply) => {
      formatOfTokenRequest(request);
      const { principal, params } = request;
      await companyTokens.revoke(principal, principal.organizationId, params.guid, originOf(request));
      return reply.code(204).send();
    },
  );

  app.post('/v1/api-tokens/retrieve', { config: { access: 'public' } }, async (request, reply) => {
    const given = Retrieval.safeParse(request.body);
    const { email, user_guid, auth_token } = given.success ? given.data : NO_RETRIEVAL;
    const asked = { email, userGuid: user_guid, authToken: auth_token };
    const token = await options.retrieval.redeem(asked, originOf(request));
    return reply.header('cache-control', 'no-store').send({ token });
  });
}

/** Makes the token that the body asks for; its value is in the row, unless it goes by mail. */
async function createdToken(
  request: FastifyRequest,
  { authority, retrieval }: TokenRoutesOptions,
): Promise<JsonObject & Row> {
  const { principal } = request;
  const { organizationId } = principal;
  const fields = bodyFields(request.body, TOKEN_FIELDS);
  const asked = { description: fields.description, group: fields.group };
  const email = textField(fields, 'email');
  if (flagField(fields, SEND_MAIL) !== true) {
    const made = await authority.companyTokens.create(principal, organizationId, asked, originOf(request));
    return tokenView(made.token, made.value);
  }
  if (!retrieval.isPossible) {
    throw badField(SEND_MAIL, `${SEND_MAIL} is not possible: SMTP is not configured on this server.`);
  }
  if (email === undefined) throw badField('email', `email is required with ${SEND_MAIL}.`);
  const mailed = { ...asked, email };
  const { token } = await retrieval.createMailed(principal, organizationId, mailed, originOf(request));
  return tokenView(token, maskToken(token.lastFour));
}

/** The pages of the list, as long as the request's token lives: a long list is sent for seconds. */
async function* livePages(
  { principal, headers }: FastifyRequest,
  authority: TokenAuthority,
): AsyncGenerator<ApiTokenView[]> {
  for await (const page of authority.companyTokens.pages(principal)) {
    const presented = presentedToken(headers);
    if (presented === null || (await authority.verify(presented)) === null) throw endedMeanwhile();
    yield page;
  }
}

function endedMeanwhile(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'The token ended while its list was sent.');
}

/** A list that fits into one page is one body; a longer one is sent while it is read. */
async function sendArray(reply: FastifyReply, pages: AsyncGenerator<ApiTokenView[]>): Promise<FastifyReply> {
  void reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  const first = await pages.next();
  const second = first.done === true ? first : await pages.next();
  const rows = first.done === true ? [] : first.value.map(maskedView);
  if (second.done === true) return reply.send(JSON.stringify(rows));
  return reply.send(Readable.from(arrayText([rows, second.value.map(maskedView)], pages)));
}

/** A JSON array in pieces: the pages that were read already, and the rest. */
async function* arrayText(
  read: readonly (readonly Row[])[],
  rest: AsyncGenerator<ApiTokenView[]>,
): AsyncGenerator<string> {
  let before = '[';
  for (const rows of read) {
    yield before + withoutBrackets(rows);
    before = ',';
  }
  for await (const page of rest) yield before + withoutBrackets(page.map(maskedView));
  yield ']';
}

function withoutBrackets(rows: readonly Row[]): string {
  return JSON.stringify(rows).slice(1, -1);
}

function maskedView(token: ApiTokenView): JsonObject & Row {
  return tokenView(token, maskToken(token.lastFour));
}

/** The checks that every token route makes first, in this order: whose tokens, may you, in which format. */
function formatOfTokenRequest(request: FastifyRequest): Format {
  customerOf(request);
  const { format } = isJsonObject(request.query) ? request.query : {};
  return formatOf(format);
}

/** JSON lists are bare arrays and a single row is an object (bitsight-api.md, section 2); the other formats know rows only. */
function sendRows(reply: FastifyReply, format: Format, rows: readonly Row[], json: unknown): FastifyReply {
  void reply.header('cache-control', 'no-store');
  if (format === 'json') return reply.send(json);
  const { contentType, body } = renderRows(format, rows, TOKEN_NAMES);
  return reply.header('content-type', contentType).send(body);
}

function tokenView(token: ApiTokenView, shown: string): JsonObject & Row {
  return {
    guid: token.guid,
    description: token.description,
    token: shown,
    created_date: isoSeconds(token.createdAt),
    creator_name: token.creatorName,
    group: token.group.name,
    roles: [{ slug: token.role, display_name: ROLE_NAMES[token.role] }],
  };
}
