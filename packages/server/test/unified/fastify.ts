/** A bare server with an error handler like the one of the HTTP surface: RFC 9457 with `errors` for fields. */
import fastify, { type FastifyInstance } from 'fastify';
import { CallerError } from '../../src/errors.ts';

export function Fastify(): FastifyInstance {
  const app = fastify({ bodyLimit: 65_536 });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof CallerError ? error.status : (error.statusCode ?? 500);
    const problem = {
      type: 'about:blank',
      title: error instanceof CallerError ? error.title : 'Error',
      status,
      detail: error instanceof CallerError ? error.detail : error.message,
      ...(error instanceof CallerError && error.problems.length > 0 ? { errors: error.problems } : {}),
    };
    if (status >= 500) console.error(error);
    return reply.code(status).type('application/problem+json').send(JSON.stringify(problem));
  });
  return app;
}
