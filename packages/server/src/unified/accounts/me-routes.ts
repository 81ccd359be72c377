/** `/v1/me`: a person's own profile, password, two-factor sign-in and sessions. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation, sessionOperation } from '../document/operation.ts';
import { timeText } from '../item-text.ts';
import { CurrentUser, currentUserOf } from './session-answer.ts';
import { confirmed, sessionOnly } from './session-only.ts';
import { secret } from './session-routes.ts';

const name = z.string().max(255);
const ProfilePatch = z
  .strictObject({
    formal_name: name.optional().meta({ description: 'Full name' }),
    friendly_name: name.optional().meta({ description: 'Name to be called by' }),
  })
  .meta({ id: 'ProfilePatch', description: 'A change of the own profile; what is absent stays' });
const PasswordBody = z
  .strictObject({
    current_password: secret.meta({ description: 'Present password' }),
    new_password: secret.meta({ description: 'New password, 12 to 256 characters' }),
  })
  .meta({ id: 'PasswordChange', description: 'A change of the own password' });
const CodeBody = z
  .strictObject({ code: z.string().min(1).max(64).meta({ description: 'Code of the authenticator app' }) })
  .meta({ id: 'TotpCode', description: 'A first code' });
const Totp = z
  .object({
    secret: z.string().meta({ description: 'Secret in base32, to be typed' }),
    otpauth_url: z.string().meta({ description: 'The same for a QR code' }),
  })
  .meta({ id: 'Totp', description: 'Two-factor sign-in that waits for its first code' });
const RecoveryCodes = z
  .object({ recovery_codes: z.array(z.string()).meta({ description: 'Each works once' }) })
  .meta({ id: 'RecoveryCodes', description: 'Recovery codes, shown this once' });
const OwnSession = z
  .object({
    id: z.string().meta({ description: 'Id' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks' }),
    created_at: z.iso.datetime().meta({ description: 'When it was signed in' }),
    last_seen_at: z.iso.datetime().meta({ description: 'When it was last used, to the minute' }),
    expires_at: z.iso.datetime().meta({ description: 'When it ends at the latest' }),
    address: z.string().nullable().meta({ description: 'Address it was signed in from' }),
    client: z.string().nullable().meta({ description: 'What the browser calls itself' }),
  })
  .meta({ id: 'OwnSession', description: 'A signed-in browser' });
const SessionParams = z.object({ id: z.string().meta({ description: 'Id of the session' }) });

/** Registers the routes. `app` authenticates. */
export function addMeRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addProfile(app, context);
  addPassword(app, context);
  addTotp(app, context);
  addSessions(app, context);
}

function addProfile(app: FastifyInstance, context: UnifiedContext): void {
  const { own } = context.options.accounts;
  app.get(
    '/v1/me',
    {
      config: { access: 'own.read' },
      schema: {
        ...operation('Account', 'Who am I', 'A token’s user, or the person who has signed in.'),
        response: { 200: CurrentUser, ...errorResponses(401, 503) },
      },
    },
    async request => currentUserOf(await own.get(context.principalOf(request))),
  );
  app.patch<{ Body: z.infer<typeof ProfilePatch> }>(
    '/v1/me',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation('Account', 'Change the own profile', 'Session only.'),
        body: ProfilePatch,
        response: { 200: CurrentUser, ...errorResponses(400, 401, 403, 422, 503) },
      },
    },
    async request => {
      const principal = context.principalOf(request);
      const { formal_name: formalName, friendly_name: friendlyName } = request.body;
      await own.rename(principal, { formalName, friendlyName }, originOf(request));
      return currentUserOf(await own.get(principal));
    },
  );
}

function addPassword(app: FastifyInstance, context: UnifiedContext): void {
  const { own } = context.options.accounts;
  app.post<{ Body: z.infer<typeof PasswordBody> }>(
    '/v1/me/password',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation('Account', 'Change the own password', 'Session only. Every other session ends.'),
        body: PasswordBody,
        response: { 204: z.null(), ...errorResponses(400, 401, 403, 422, 503) },
      },
    },
    async (request, reply) => {
      const { current_password: current, new_password: next } = request.body;
      await own.changePassword(context.principalOf(request), { current, next }, originOf(request));
      return reply.code(204).send();
    },
  );
}

function addTotp(app: FastifyInstance, context: UnifiedContext): void {
  const { own } = context.options.accounts;
  app.post(
    '/v1/me/totp',
    {
      ...inSession(context, { isSensitive: true }),
      schema: {
        ...sessionOperation('Account', 'Begin two-factor sign-in', 'It counts once a first code was given.'),
        response: { 200: Totp, ...errorResponses(401, 403, 409, 503) },
      },
    },
    async (request): Promise<z.infer<typeof Totp>> => {
      const begun = await own.beginTotp(context.principalOf(request));
      return { secret: begun.secret, otpauth_url: begun.url };
    },
  );
  app.post<{ Body: z.infer<typeof CodeBody> }>(
    '/v1/me/totp/verify',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation(
          'Account',
          'Switch two-factor sign-in on',
          'The recovery codes are shown this once.',
        ),
        body: CodeBody,
        response: { 200: RecoveryCodes, ...errorResponses(400, 401, 403, 409, 422, 503) },
      },
    },
    async request => {
      const codes = await own.enableTotp(context.principalOf(request), request.body.code, originOf(request));
      return { recovery_codes: codes };
    },
  );
  app.delete(
    '/v1/me/totp',
    {
      ...inSession(context, { isSensitive: true }),
      schema: {
        ...sessionOperation('Account', 'Switch two-factor sign-in off', 'Session only.'),
        response: { 204: z.null(), ...errorResponses(401, 403, 503) },
      },
    },
    async (request, reply) => {
      await own.disableTotp(context.principalOf(request), originOf(request));
      return reply.code(204).send();
    },
  );
  app.post(
    '/v1/me/recovery-codes',
    {
      ...inSession(context, { isSensitive: true }),
      schema: {
        ...sessionOperation('Account', 'Make new recovery codes', 'The earlier ones stop working.'),
        response: { 200: RecoveryCodes, ...errorResponses(401, 403, 409, 503) },
      },
    },
    async request => ({
      recovery_codes: await own.replaceRecoveryCodes(context.principalOf(request), originOf(request)),
    }),
  );
}

function addSessions(app: FastifyInstance, context: UnifiedContext): void {
  const { sessions } = context.options.accounts;
  app.get(
    '/v1/me/sessions',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation('Account', 'List the own sessions', 'The latest first.'),
        response: { 200: z.object({ items: z.array(OwnSession) }), ...errorResponses(401, 403, 503) },
      },
    },
    async request => {
      const views = await sessions.listOwn(context.principalOf(request));
      const items: z.infer<typeof OwnSession>[] = views.map(view => ({
        id: view.id,
        current: view.isCurrent,
        created_at: timeText(view.createdAt),
        last_seen_at: timeText(view.lastSeenAt),
        expires_at: timeText(view.expiresAt),
        address: view.address,
        client: view.client,
      }));
      return { items };
    },
  );
  app.delete<{ Params: z.infer<typeof SessionParams> }>(
    '/v1/me/sessions/:id',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation('Account', 'End one of the own sessions', 'Session only.'),
        params: SessionParams,
        response: { 204: z.null(), ...errorResponses(401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      await sessions.end(context.principalOf(request), request.params.id, originOf(request));
      return reply.code(204).send();
    },
  );
  app.delete(
    '/v1/me/sessions',
    {
      ...inSession(context),
      schema: {
        ...sessionOperation('Account', 'End all other sessions', 'The one that asks goes on.'),
        response: { 204: z.null(), ...errorResponses(401, 403, 503) },
      },
    },
    async (request, reply) => {
      await sessions.endOthers(context.principalOf(request), originOf(request));
      return reply.code(204).send();
    },
  );
}

function inSession(context: UnifiedContext, { isSensitive = false } = {}) {
  const hooks = [sessionOnly(context), ...(isSensitive ? [confirmed(context)] : [])];
  return { config: { access: 'own.manage' as const }, onRequest: hooks };
}
