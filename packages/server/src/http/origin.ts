/** Where a request came from, for the audit log and the record of a token's use. */
import type { FastifyRequest } from 'fastify';
import type { Origin } from '../access/audit/audit-event.ts';

/** Address (behind a trusted proxy the one it names) and what the client calls itself. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip ?? null, client: request.headers['user-agent'] ?? null };
}
