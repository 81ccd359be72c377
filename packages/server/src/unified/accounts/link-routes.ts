/** What one-time links open: set-up, activation, a new password. No credentials but the link's own secret. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CallerError } from '../../errors.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation } from '../document/operation.ts';
import { endEarlier, Session, sendSession, sessionBody } from './session-answer.ts';
import { secret } from './session-routes.ts';

const token = z.string().min(1).max(200).meta({ description: 'Secret of the link, after its #' });
const formalName = z.string().max(255).meta({ description: 'Full name' });
const newPassword = secret.meta({ description: 'New password, 12 to 256 characters' });

const SetUpBody = z
  .strictObject({
    token,
    email: z.string().min(1).max(320).meta({ description: 'E-mail address of the Admin' }),
    formal_name: formalName,
    password: newPassword,
    organization_name: z.string().max(255).optional().meta({ description: 'Name of the organization' }),
  })
  .meta({ id: 'SetUp', description: 'The first Admin' });
const DescribeBody = z.strictObject({ token }).meta({ id: 'LinkSecret', description: 'A one-time link' });
const RedeemBody = z
  .strictObject({ token, password: newPassword, formal_name: formalName.optional() })
  .meta({ id: 'LinkRedemption', description: 'A one-time link and the password to set' });
const ResetBody = z
  .strictObject({ email: z.string().min(1).max(320).meta({ description: 'E-mail address' }) })
  .meta({ id: 'PasswordResetRequest', description: 'Whose password is forgotten' });
const LinkDescription = z
  .object({
    kind: z.enum(['activation', 'password_reset', 'set_up']).meta({ description: 'What it is for' }),
    email: z.string().nullable().meta({ description: 'Whom it is for' }),
    formal_name: z.string().nullable().meta({ description: 'Name of that person' }),
    organization_name: z.string().meta({ description: 'Organization' }),
  })
  .meta({ id: 'LinkDescription', description: 'What a one-time link is for' });

/** Registers the routes. */
export function addLinkRoutes(app: FastifyInstance, context: UnifiedContext): void {
  addSetUp(app, context);
  addDescribe(app, context);
  addRedeem(app, context);
  addPasswordReset(app, context);
}

const OPEN = { config: { access: 'public' as const } };

function addSetUp(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts, browser } = context.options;
  const schema = {
    ...operation(
      'Session',
      'Make the first Admin',
      'With the set-up link, once. A link that does not work is 404.',
    ),
    body: SetUpBody,
    response: { 201: Session, ...errorResponses(400, 403, 404, 409, 422, 503) },
    security: [],
  };
  app.post<{ Body: z.infer<typeof SetUpBody> }>('/v1/set-up', { ...OPEN, schema }, async (request, reply) => {
    browser.requireOwnOrigin(request);
    const { formal_name, organization_name, ...rest } = request.body;
    const admin = { ...rest, formalName: formal_name, organizationName: organization_name };
    const opened = await accounts.setUp.complete(admin, originOf(request));
    return reply.code(201).send(await sendSession(context, reply, opened));
  });
}

function addDescribe(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts } = context.options;
  const schema = {
    ...operation('Session', 'What a one-time link is for', 'A link that does not work is 404.'),
    body: DescribeBody,
    response: { 200: LinkDescription, ...errorResponses(400, 404, 422, 503) },
    security: [],
  };
  app.post<{ Body: z.infer<typeof DescribeBody> }>(
    '/v1/links/describe',
    { ...OPEN, schema },
    async (request): Promise<z.infer<typeof LinkDescription>> => {
      const link = await accounts.recovery.describe(request.body.token);
      return {
        kind: link.kind,
        email: link.email,
        formal_name: link.formalName,
        organization_name: link.organizationName,
      };
    },
  );
}

function addRedeem(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts, browser } = context.options;
  const schema = {
    ...operation(
      'Session',
      'Use a one-time link',
      'Sets the password, ends every other session of the person and signs in; with two-factor sign-in it signs nobody in.',
    ),
    body: RedeemBody,
    response: { 200: Session, ...errorResponses(400, 403, 404, 422, 503) },
    security: [],
  };
  app.post<{ Body: z.infer<typeof RedeemBody> }>(
    '/v1/links/redeem',
    { ...OPEN, schema },
    async (request, reply) => {
      browser.requireOwnOrigin(request);
      const origin = originOf(request);
      const earlier = await browser.find(request);
      const { formal_name, ...rest } = request.body;
      const opened = await accounts.recovery.redeem({ ...rest, formalName: formal_name }, origin);
      await endEarlier(context, request, earlier, origin);
      if (opened !== null) return sendSession(context, reply, opened);
      reply.header('set-cookie', browser.cookie.taken());
      return sessionBody(context, null);
    },
  );
}

function addPasswordReset(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts, browser } = context.options;
  const schema = {
    ...operation(
      'Session',
      'Ask for a new password',
      'A link is mailed where there is such an account; the answer does not tell.',
    ),
    body: ResetBody,
    response: {
      202: z.object({}).meta({ description: 'Taken' }),
      ...errorResponses(400, 403, 422, 429, 503),
    },
    security: [],
  };
  app.post<{ Body: z.infer<typeof ResetBody> }>(
    '/v1/password-reset',
    { ...OPEN, schema },
    async (request, reply) => {
      browser.requireOwnOrigin(request);
      if (!accounts.canMail) {
        throw new CallerError('BAD_PARAMETER', 'This server cannot send mail. Ask your Admin for a link.');
      }
      const mail = accounts.recovery.requestReset(request.body.email, originOf(request));
      // Not waited for: how long it takes tells whether the account exists.
      mail().catch(accounts.onMailFailed);
      return reply.code(202).send({});
    },
  );
}
