/**
 * What a sync run needs of its connection: a reader with the credentials inside, and the limits that the options set. The
 * engine gets the reader, never the token.
 */
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { ClientReader } from '../sync/client-reader.ts';
import type { UpstreamAccount } from '../sync/sync-engine.ts';
import { UpstreamFailure } from '../sync/upstream-reader.ts';
import { checkBaseUrl, DEFAULT_BASE_URL } from './base-url.ts';
import { unsealCredentials } from './credentials.ts';
import { healthNameOf, upstreamFailureText } from './health.ts';
import { DEFAULT_CONCURRENCY, readOptions } from './options.ts';
import { findConnection } from './repository.ts';
import { UpstreamClients } from './upstream-client.ts';

export interface UpstreamAccounts {
  readonly store: Store;
  readonly vault: Vault;
  readonly version: string;
  /** PEM of certificates trusted besides the platform's. */
  readonly extraCa?: string | undefined;
  /** `host` or `host:port` of every upstream that a token may be sent to. */
  readonly upstreamHosts: readonly string[];
}

/**
 * Requests and retries are kept up to date in `use`. Throws UpstreamFailure when its host is no
 * longer on the operator's list, and an error when the connection is gone or has no credentials.
 */
export async function openAccount(
  accounts: UpstreamAccounts,
  connectionId: string,
  use: { requests: number; retries: number },
): Promise<UpstreamAccount> {
  const row = await findConnection(accounts.store.db, connectionId);
  if (row === null || row.sealed_credentials === null || row.state === 'DELETED') {
    throw new Error('the connection is gone or has no credentials');
  }
  const options = readOptions(row.options);
  // Checked again here: the operator may have taken the host off the list since the connection was made.
  const address = checkBaseUrl(options.base_url ?? DEFAULT_BASE_URL, accounts.upstreamHosts);
  if (!address.ok) {
    throw new UpstreamFailure({ kind: 'other', reason: 'VENDOR_CLIENT_ERROR', message: address.message });
  }
  const credentials = unsealCredentials(accounts.vault, connectionId, row.sealed_credentials);
  const clients = new UpstreamClients({ version: accounts.version, extraCa: accounts.extraCa });
  const client = clients.open(credentials, options, {
    onAttempt: event => {
      if (event.type === 'request') use.requests += 1;
    },
    onRetry: () => {
      use.retries += 1;
    },
  });
  const reader = new ClientReader(client, error => ({
    reason: healthNameOf(error),
    message: upstreamFailureText(error),
  }));
  return {
    reader,
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
    close: () => clients.close(),
  };
}
