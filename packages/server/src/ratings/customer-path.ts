/** Whose account a path names: `current`, or the guid of the caller's own organization (bitsight-api.md, 2). */
import type { FastifyRequest } from 'fastify';
import { CallerError } from '../errors.ts';
import { isJsonObject } from '../wire/json.ts';

/** The organization's id. Another organization's guid is answered like one that was never given: CallerError NOT_FOUND. */
export function customerOf(request: FastifyRequest): string {
  const { params, principal } = request;
  const customer = isJsonObject(params) ? params.customer : undefined;
  if (customer === 'current' || customer === principal.organizationId) return principal.organizationId;
  throw new CallerError('NOT_FOUND', 'There is no customer with this guid. Use "current" for your own.');
}
