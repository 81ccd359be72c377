/**
 * Puts a new certificate into servers that run: new connections get it, those that are open go on with theirs. A local one is
 * new when the old one runs out; the operator's when its files change, by a write, a rename or a swapped link.
 */
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../log.ts';
import type { ServerCertificate } from './local-authority.ts';
import type { ServerIdentity } from './server-identity.ts';
import type { TlsServer } from './tls-server.ts';

/** A local certificate is renewed 30 days before its end. */
const LOCAL_CHECK_MS = 12 * 3_600_000;
/** For files whose changes the system does not tell: network drives, links in other folders. */
const FILES_CHECK_MS = 60_000;
/** Certificate and key are written one after the other. */
const SETTLE_MS = 200;

export interface RenewalOptions {
  identity: Pick<ServerIdentity, 'certificate' | 'watchedFiles'>;
  servers: readonly Pick<TlsServer, 'server'>[];
  logger: Logger;
  /** What the servers were made with. */
  current: ServerCertificate;
  /** Told once the servers have a new one: other names may be ours now. */
  onRenewed?: (certificate: ServerCertificate) => void;
}

export class CertificateRenewal {
  readonly #options: RenewalOptions;
  #current: ServerCertificate;
  /** Told once for each kind, however often the same files are read. */
  #lastProblem: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #settling: NodeJS.Timeout | null = null;
  #watchers: FSWatcher[] = [];

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#current = options.current;
  }

  /** Looks from now on. `checkEveryMs` is how often it does so without being told of a change. */
  start(
    checkEveryMs = this.#options.identity.watchedFiles.length > 0 ? FILES_CHECK_MS : LOCAL_CHECK_MS,
  ): void {
    this.#timer = setInterval(() => this.check(), checkEveryMs).unref();
    // The folders: a file that is renamed over another, or a link that is swapped, ends a watch of the file itself.
    const folders = new Set(this.#options.identity.watchedFiles.map(file => dirname(file)));
    for (const folder of folders) this.#watch(folder);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#settling !== null) clearTimeout(this.#settling);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  /** Serves with the certificate of now. One that cannot be served is refused, and the old one stays in use. */
  check(): void {
    const { identity, servers, logger, onRenewed } = this.#options;
    try {
      const found = identity.certificate();
      this.#lastProblem = null;
      if (found.cert === this.#current.cert && found.key === this.#current.key) return;
      for (const { server } of servers) {
        server.setSecureContext({ cert: found.cert, key: found.key, minVersion: 'TLSv1.2' });
      }
      this.#current = found;
      onRenewed?.(found);
      logger.info({ notAfter: found.notAfter.toISOString() }, 'new connections get the new certificate');
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === this.#lastProblem) return;
      this.#lastProblem = problem;
      logger.error({ err: error }, 'the new certificate cannot be used; the old one stays in use');
    }
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#checkSoon());
      // The regular check goes on without it.
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch (err) {
      this.#options.logger.debug({ err, folder }, 'the folder of the certificate cannot be watched');
    }
  }

  #checkSoon(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.check(), SETTLE_MS).unref();
  }
}
