/**
 * The credentials of a connection: a company API token under the name `username`, as HTTP Basic has it. They go in sealed
 * and come out only where the upstream client is made; no answer, message or log line holds them.
 */
import { z } from 'zod';
import type { Vault } from '../secrets/vault.ts';

export const Credentials = z
  .strictObject({
    username: z
      .string()
      .regex(
        /^[\x21-\x39\x3b-\x7e]{1,255}$/,
        'A company API token: printable characters, no blanks, no colon.',
      )
      .meta({ description: 'Bitsight company API token', writeOnly: true }),
  })
  .meta({ id: 'Credentials', description: 'Write-only: nothing ever returns them' });
export type Credentials = z.infer<typeof Credentials>;

/** The credentials as they are stored. */
export function sealCredentials(vault: Vault, connectionId: string, credentials: Credentials): string {
  return vault.seal(JSON.stringify(credentials), contextOf(connectionId));
}

/** The credentials of a stored connection. Throws when they were sealed for another one, or under another key. */
export function unsealCredentials(vault: Vault, connectionId: string, sealed: string): Credentials {
  return Credentials.parse(JSON.parse(vault.unseal(sealed, contextOf(connectionId))));
}

function contextOf(connectionId: string): string {
  return `connection:${connectionId}:credentials`;
}
