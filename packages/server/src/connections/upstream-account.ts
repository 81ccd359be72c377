/**
 * What a sync run needs of its connection: a client with the credentials inside, and the limits that the options set. The
 * engine gets the client, never the token.
 */
import type { AttemptEvent, BitsightClient } from '@sightline/bitsight';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import type { SyncScope } from '../sync/sync-scope.ts';
import { unsealCredentials } from './credentials.ts';
import { DEFAULT_CONCURRENCY, readOptions } from './options.ts';
import { findConnection } from './repository.ts';
import type { UpstreamClients } from './upstream-client.ts';

/** An opened connection. */
export interface OpenAccount {
  client: BitsightClient;
  scope: SyncScope;
  concurrency: number;
  timeoutMs: number;
}

/** Requests are counted up in `use` as they are sent. Throws when the connection is gone or has no credentials. */
export async function openAccount(
  deps: { store: Store; vault: Vault; clients: UpstreamClients },
  connectionId: string,
  use: { requests: number; retries: number },
): Promise<OpenAccount> {
  const row = await findConnection(deps.store.db, connectionId);
  if (row === null || row.sealed_credentials === null || row.state === 'DELETED') {
    throw new Error('the connection is gone or has no credentials');
  }
  const options = readOptions(row.options);
  const credentials = unsealCredentials(deps.vault, connectionId, row.sealed_credentials);
  const client = deps.clients.open(credentials, options, {
    onAttempt: (event: AttemptEvent) => {
      if (event.type === 'request') use.requests += 1;
    },
    onRetry: () => {
      use.retries += 1;
    },
  });
  return {
    client,
    scope: {
      folders: options.folders ?? [],
      tiers: options.tiers ?? [],
      companies: options.companies ?? [],
      riskVectors: options.risk_vectors ?? [],
      minimumSeverity: options.minimum_severity ?? null,
      backfillFrom: options.backfill_from ?? null,
    },
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    timeoutMs: row.timeout_secs * 1000,
  };
}
