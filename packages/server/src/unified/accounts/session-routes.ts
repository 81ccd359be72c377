/** `/v1/session`: signing in and out, and giving the password again. Source: tokens.md, "Sessions and sign-in". */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, operation, sessionOperation } from '../document/operation.ts';
import { endEarlier, Session, sendSession, sessionBody } from './session-answer.ts';
import { sessionOnly } from './session-only.ts';

/** More than a password may have; what is longer is refused before it costs a hash. */
const MAX_SECRET_LENGTH = 1_024;

export const secret = z.string().min(1).max(MAX_SECRET_LENGTH);

const SignInBody = z
  .strictObject({
    email: z.string().min(1).max(320).meta({ description: 'E-mail address' }),
    password: secret.meta({ description: 'Password' }),
    code: z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'Code of the authenticator app, or a recovery code' }),
  })
  .meta({ id: 'SignIn', description: 'What signs a person in' });

const ConfirmBody = z
  .strictObject({
    password: secret.optional().meta({ description: 'Password' }),
    code: z.string().min(1).max(64).optional().meta({ description: 'Code, in place of the password' }),
  })
  .refine(body => (body.password === undefined) !== (body.code === undefined), {
    error: 'Give either password or code.',
    path: ['password'],
  })
  .meta({ id: 'SessionConfirmation', description: 'Password or code, given again' });

/** The routes that need no credentials. */
export function addPublicSessionRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts, browser } = context.options;
  const open = { config: { access: 'public' as const } };
  app.get(
    '/v1/session',
    {
      ...open,
      schema: {
        ...operation('Session', 'Who is signed in', 'Always 200; `state` tells.'),
        response: { 200: Session, ...errorResponses(503) },
        security: [],
      },
    },
    async request => sessionBody(context, await browser.find(request)),
  );

  app.post<{ Body: z.infer<typeof SignInBody> }>(
    '/v1/session',
    {
      ...open,
      schema: {
        ...operation(
          'Session',
          'Sign in',
          'Sets the session cookie. Needs the Origin of this server. A missing or wrong code is 401 with the field code.',
        ),
        body: SignInBody,
        response: { 200: Session, ...errorResponses(400, 401, 403, 422, 503) },
        security: [],
      },
    },
    async (request, reply) => {
      browser.requireOwnOrigin(request);
      const origin = originOf(request);
      // Looked at before, ended after: a cookie from before is never the one that is signed in.
      const earlier = await browser.find(request);
      const opened = await accounts.signIn.signIn(request.body, origin);
      await endEarlier(context, request, earlier, origin);
      return sendSession(context, reply, opened);
    },
  );

  app.delete(
    '/v1/session',
    {
      ...open,
      schema: {
        ...operation('Session', 'Sign out', 'Ends the session and takes the cookie back.'),
        response: { 204: z.null(), ...errorResponses(403, 503) },
        security: [],
      },
    },
    async (request, reply) => {
      const found = await browser.find(request);
      if (found?.sessionId != null) {
        const principal = await browser.require(request);
        await accounts.sessions.end(principal, found.sessionId, originOf(request));
      }
      return reply.code(204).header('set-cookie', browser.cookie.taken()).send();
    },
  );
}

/** `app` authenticates. */
export function addSessionRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const { accounts } = context.options;
  app.post<{ Body: z.infer<typeof ConfirmBody> }>(
    '/v1/session/confirm',
    {
      config: { access: 'own.manage' },
      onRequest: sessionOnly(context),
      schema: {
        ...sessionOperation(
          'Session',
          'Give the password again',
          'For ten minutes sensitive calls do not ask. The cookie gets a new value.',
        ),
        body: ConfirmBody,
        response: { 200: Session, ...errorResponses(400, 401, 403, 422, 503) },
      },
    },
    async (request, reply) => {
      const { password, code = '' } = request.body;
      const proof = password === undefined ? { code } : { password };
      const opened = await accounts.signIn.confirm(context.principalOf(request), proof, originOf(request));
      return sendSession(context, reply, opened);
    },
  );
}
