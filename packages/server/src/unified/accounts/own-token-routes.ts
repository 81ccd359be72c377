/**
 * `/v1/me/token`: the user API token of whoever is signed in. Source: tokens.md, "Kinds" (shown to its owner again and again)
 * and "Sessions and sign-in" (after the password was given again, and recorded).
 */
import type { FastifyInstance } from 'fastify';
import { CallerError } from '../../errors.ts';
import { originOf } from '../../http/origin.ts';
import type { UnifiedContext } from '../context.ts';
import { errorResponses, sessionOperation } from '../document/operation.ts';
import { timeText } from '../item-text.ts';
import { confirmed, sessionOnly } from './session-only.ts';
import { NewUserToken, OwnToken, RevealedToken, userTokenOf } from './token-bodies.ts';

const PATH = '/v1/me/token';

/** Registers the routes, which are for sessions alone. `app` authenticates. */
export function addOwnTokenRoutes(app: FastifyInstance, context: UnifiedContext): void {
  const config = { access: 'own.manage' } as const;
  const getSchema = {
    ...sessionOperation(
      'Account',
      'Get your API token',
      'Masked, with its last use; null when you have none.',
    ),
    response: { 200: OwnToken, ...errorResponses(401, 403, 503) },
  };
  app.get(PATH, { schema: getSchema, config, onRequest: sessionOnly(context) }, async request => {
    const principal = context.principalOf(request);
    return userTokenOf(await context.options.tokens.userTokens.describe(principal, principal.userId));
  });

  const onRequest = [sessionOnly(context), confirmed(context)];
  const postSchema = {
    ...sessionOperation('Account', 'Make your API token', 'The one from before stops working at once.'),
    response: { 201: NewUserToken, ...errorResponses(401, 403, 503) },
  };
  app.post(PATH, { schema: postSchema, config, onRequest }, async (request, reply) => {
    const principal = context.principalOf(request);
    const { userTokens } = context.options.tokens;
    const made = await userTokens.generate(principal, principal.userId, originOf(request));
    return reply.code(201).send({ guid: made.guid, token: made.value, created_at: timeText(made.createdAt) });
  });

  const revealSchema = {
    ...sessionOperation('Account', 'Show your API token', 'In full; recorded in the audit log.'),
    response: { 200: RevealedToken, ...errorResponses(401, 403, 404, 503) },
  };
  app.post(`${PATH}/reveal`, { schema: revealSchema, config, onRequest }, async request => {
    const principal = context.principalOf(request);
    const { userTokens } = context.options.tokens;
    const token = await userTokens.reveal(principal, principal.userId, originOf(request));
    if (token === null) throw new CallerError('NOT_FOUND', 'You have no API token. Make one first.');
    return { token };
  });
}
