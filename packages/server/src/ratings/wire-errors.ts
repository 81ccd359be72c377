/**
 * How failures look on the ratings API: `{"detail": "..."}` with the status, and a challenge on 401. Source:
 * bitsight-api.md, 1.2 and 3.3.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../access/permissions.ts';
import { CallerError } from '../errors.ts';
import { newId } from '../ids.ts';

/** The answer to a company that is unknown or outside the caller's scope: the two are not told apart. */
export function notPermitted(): CallerError {
  return refusal();
}

/** The answer to a guid of something that is no company and is not there, or not the caller's. */
export function notFound(): CallerError {
  return new CallerError('NOT_FOUND', 'Not found.');
}

/** The answer to a documented path that is not served. */
export function notServedHere(method: string, path: string): CallerError {
  return new CallerError('NOT_IMPLEMENTED', `This resource is not served here yet: ${method} ${path}`);
}

/** Puts the surface's errors on an encapsulated instance. */
export function answerErrorsAsDetail(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof CallerError) {
    if (error.status === 401) reply.header('www-authenticate', 'Basic realm="bitsight"');
    // A value that was not accepted is 422 on the unified API, whose services say so, and 400 here (bitsight-api.md, 3.3).
    const status = error.code === 'INVALID' ? 400 : error.status;
    return reply.code(status).headers(error.headers).send({ detail: error.detail });
  }
  // Fastify's own errors (a body that is no JSON, too large, of a wrong type) carry a status below 500.
  const status = statusOf(error);
  if (status !== null && error instanceof Error) return reply.code(status).send({ detail: error.message });
  const id = newId();
  request.log.error({ err: error, errorId: id }, 'unexpected error on the ratings API');
  return reply.code(500).send({ detail: `Internal error. Its id is ${id}.` });
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}
