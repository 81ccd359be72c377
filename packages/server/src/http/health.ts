/** `GET /health`: the process answers. `GET /ready`: it can also read its database, so requests may be sent to it. */
import type { FastifyInstance } from 'fastify';
import type { TokenAuthority } from '../access/token-authority.ts';
import { CallerError } from '../errors.ts';

/** Unauthenticated, and therefore without any fact about the installation. */
export function healthRoutes(app: FastifyInstance, authority: TokenAuthority): void {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async () => {
    if (await authority.refresh()) return { status: 'ready' };
    throw new CallerError('UNAVAILABLE', 'The database does not answer.', {
      headers: { 'retry-after': '1' },
    });
  });
}
