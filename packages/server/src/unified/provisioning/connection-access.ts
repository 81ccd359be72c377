/**
 * Who stands before a connection: the holder of a token, or of an invitation, which opens one connection and nothing else.
 * A request that shows both is treated as the holder of the invitation, the lesser of the two.
 */
import type { FastifyRequest } from 'fastify';
import { requirePermission } from '../../access/permissions.ts';
import { CallerError } from '../../errors.ts';
import type { ConnectionInvitesTable } from '../../store/schema.ts';
import type { UnifiedContext } from '../context.ts';
import { findInvite, inviteRefused } from './invites.ts';
import { reachableOrganization } from './reach.ts';

export const INVITE_HEADER = 'x-connection-invite-token';

/** Knows which requests were let in by an invitation. */
export class ConnectionAccess {
  readonly #context: UnifiedContext;
  readonly #invites = new WeakMap<FastifyRequest, ConnectionInvitesTable>();

  constructor(context: UnifiedContext) {
    this.#context = context;
  }

  /** An onRequest hook: lets in an invitation or a token. */
  async authenticate(request: FastifyRequest): Promise<void> {
    const token = request.headers[INVITE_HEADER];
    if (typeof token !== 'string' || token === '') {
      await this.#context.authenticate(request);
      return;
    }
    const { clock } = this.#context.options;
    this.#invites.set(request, await findInvite(this.#context.db, token, clock.now()));
  }

  /** The invitation a request came with, or null for one with a token. */
  inviteOf(request: FastifyRequest): ConnectionInvitesTable | null {
    return this.#invites.get(request) ?? null;
  }

  /**
   * Lets in a token that manages the organization's connections (the answer is null), or an invitation of this organization
   * that is not used up. Throws CallerError.
   */
  async requireWriter(
    request: FastifyRequest,
    organizationId: string,
  ): Promise<ConnectionInvitesTable | null> {
    const invite = this.inviteOf(request);
    if (invite === null) {
      await this.requireManager(request, organizationId);
      return null;
    }
    if (invite.organization_id !== organizationId) throw noOrganization();
    if (invite.used_at !== null) throw inviteRefused();
    return invite;
  }

  /** Lets in a token that manages the organization's connections. Throws CallerError NOT_FOUND before FORBIDDEN. */
  async requireManager(request: FastifyRequest, organizationId: string): Promise<void> {
    const principal = this.#context.principalOf(request);
    await reachableOrganization(this.#context.db, principal, organizationId);
    requirePermission(principal, 'connections.manage');
  }

  /** Lets in whoever may test the connection: a manager, or the invitation that is bound to it, used or not. */
  async requireTester(request: FastifyRequest, organizationId: string, connectionId: string): Promise<void> {
    const invite = this.inviteOf(request);
    if (invite === null) {
      await this.requireManager(request, organizationId);
      return;
    }
    if (invite.organization_id !== organizationId) throw noOrganization();
    if (invite.connection_id !== connectionId) throw noConnection();
  }
}

/** Nothing that the caller may know of. */
export function noConnection(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such connection.');
}

function noOrganization(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no such organization.');
}
