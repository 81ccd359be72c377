/** What a data directory holds, opened: beside a running server for the command line, or as the base of a server. */
import { AuditLog } from './access/audit/audit-log.ts';
import { FailureLog } from './access/audit/failures.ts';
import { TokenAuthority } from './access/token-authority.ts';
import { type Clock, systemClock } from './clock.ts';
import { openDataDirectory } from './data-directory.ts';
import { newId } from './ids.ts';
import type { Logger } from './log.ts';
import { ensureKeyOpensStore } from './secrets/key-check.ts';
import { Vault } from './secrets/vault.ts';
import { openSqliteStore, type Store } from './store/store.ts';

export interface Surroundings {
  logger: Logger;
  clock?: Clock;
  /** Base64 of 32 bytes; takes the place of the key file. */
  serverKey?: string | undefined;
}

/** What a data directory holds, opened: the store, the key that fits it, and the authority over its tokens. */
export interface Installation {
  dataDir: string;
  store: Store;
  vault: Vault;
  audit: AuditLog;
  /** Failed authentication on its way into the audit log; a server starts it. */
  failures: FailureLog;
  authority: TokenAuthority;
  clock: Clock;
  close(): Promise<void>;
}

/** Opens a data directory beside a server or without one; for the command line. Throws OperatorError with what to do. */
export async function openInstallation(dataDir: string, around: Surroundings): Promise<Installation> {
  const clock = around.clock ?? systemClock;
  const files = openDataDirectory(dataDir);
  const store = await openSqliteStore(files.database);
  try {
    const vault = Vault.open({
      dataDir,
      ...(around.serverKey === undefined ? {} : { key: around.serverKey }),
    });
    await ensureKeyOpensStore(store, vault);
    const audit = new AuditLog({ clock, key: vault.deriveKey('audit') });
    const failures = new FailureLog({
      store,
      audit,
      clock,
      onError: err => around.logger.error({ err }, 'failed attempts could not be written to the audit log'),
    });
    const authority = new TokenAuthority({ store, vault, audit, clock, newId });
    const close = async () => {
      await failures.stop();
      await store.close();
    };
    return { dataDir, store, vault, audit, failures, authority, clock, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}
