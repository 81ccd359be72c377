/** For routes that are a person's in its browser: an API token is refused there (tokens.md: tokens never open the console). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionIdOf } from '../../access/accounts/sessions.ts';
import type { UnifiedContext } from '../context.ts';

/** An onRequest hook of a route behind authentication. Throws CallerError FORBIDDEN for a token. */
export function sessionOnly(context: UnifiedContext) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      sessionIdOf(context.principalOf(request));
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** An onRequest hook that asks a session for its password again after ten minutes; tokens pass. */
export function confirmed(context: UnifiedContext) {
  return (request: FastifyRequest): Promise<void> => context.requireConfirmed(request);
}
