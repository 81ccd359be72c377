/** Bodies on the ratings API: what is not JSON is 400, whatever its content type says (tokens.md, the error table). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CallerError } from '../errors.ts';

/** Replaces the body parsers of an encapsulated instance; its routes throw CallerError MALFORMED for any other body. */
export function acceptJsonOnly(app: FastifyInstance): void {
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
