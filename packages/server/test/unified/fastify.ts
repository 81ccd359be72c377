/** A bare server with the error answers of the real one. */
import fastify, { type FastifyInstance } from 'fastify';
import { notFoundHandler, problemHandler } from '../../src/http/problem.ts';

/** Bodies above this many bytes are refused, as on the real server. */
const BODY_LIMIT = 65_536;

export function testServer(): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_LIMIT });
  app.setErrorHandler(problemHandler);
  app.setNotFoundHandler(notFoundHandler);
  return app;
}
