/**
 * Invitations: a link that lets someone without an account give the credentials of one connection, once. Only a hash of the
 * token is stored; every reason to refuse one is answered alike (unified API, "Onboarding").
 */
import { createHash, randomBytes } from 'node:crypto';
import { CallerError } from '../../errors.ts';
import type { ConnectionInvitesTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';

export const DEFAULT_EXPIRY_SECS = 1_800;
export const MAX_EXPIRY_SECS = 604_800;

/** 256 bits: nobody guesses one. */
const TOKEN_BYTES = 32;
const PREFIX = 'sli_';

/** A new invitation's value. It leaves the server once, in the answer that made it. */
export function newInviteToken(): string {
  return PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored of a value. */
export function inviteHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The invitation of a token. Throws CallerError UNAUTHENTICATED where there is none, or it has expired. */
export async function findInvite(db: Queryable, token: string, now: number): Promise<ConnectionInvitesTable> {
  const invite = await db
    .selectFrom('connection_invites')
    .innerJoin('organizations', 'organizations.id', 'connection_invites.organization_id')
    .selectAll('connection_invites')
    .where('token_hash', '=', inviteHash(token))
    .where('expires_at', '>', now)
    .where('organizations.deleted_at', 'is', null)
    .executeTakeFirst();
  if (invite === undefined) throw inviteRefused();
  return invite;
}

/** Uses an invitation up for its one writing of credentials. Throws CallerError UNAUTHENTICATED when it was used before. */
export async function consumeInvite(
  transaction: Queryable,
  inviteId: string,
  connectionId: string,
  now: number,
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable('connection_invites')
    .set({ used_at: now, connection_id: connectionId })
    .where('id', '=', inviteId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw inviteRefused();
}

/** Unknown, expired and used up: one answer for all. */
export function inviteRefused(): CallerError {
  return new CallerError(
    'UNAUTHENTICATED',
    'This invitation is unknown, has expired, or was used. Ask for a new one.',
  );
}
