/**
 * Finds at start, not at the first secret, that the server key is not the one this database was written with: a sealed
 * canary in `meta` either opens or the program does not start. Source: architecture.md, "Secrets".
 */
import { OperatorError } from '../errors.ts';
import { keptOnce } from '../store/meta.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from './vault.ts';

const META_KEY = 'server_key_canary';
const CONTEXT = 'meta:server-key-canary';
const CANARY = 'sightline';

/**
 * Returns when the key opens the store; the first key a store meets becomes its key. Throws OperatorError otherwise, and then
 * takes back a key file that this start had made.
 */
export async function ensureKeyOpensStore(store: Store, vault: Vault): Promise<void> {
  const stored = await keptOnce(store, META_KEY, vault.seal(CANARY, CONTEXT));
  if (opens(vault, stored)) return;
  const sealedBy = stored.split('.')[1] ?? 'unknown';
  if (vault.madeKeyFile) {
    vault.discardNewKeyFile();
    throw new OperatorError(
      `The database was written with the server key ${sealedBy}, and the key file ${vault.keySource} is missing. ` +
        'Put that key file back, or set SIGHTLINE_KEY to its content. Without the key the stored credentials and user tokens cannot be read; nothing was changed.',
    );
  }
  throw new OperatorError(
    `The server key in ${vault.keySource} (${vault.keyId}) does not open this database, which was written with the key ${sealedBy}. ` +
      'Give the key that belongs to it (SIGHTLINE_KEY or the key file beside the database), or choose another --data-dir; nothing was changed.',
  );
}

function opens(vault: Vault, sealed: string): boolean {
  try {
    return vault.unseal(sealed, CONTEXT) === CANARY;
  } catch {
    return false;
  }
}
