import type { HubSettings, SandboxSettings } from '../config.ts';
import { holdDataDirectory, openDataDirectory } from '../data-directory.ts';
import type { HttpServer, HttpServerOptions } from '../http/server.ts';
import { type Installation, openInstallation, type Surroundings } from '../installation.ts';
import type { Logger } from '../log.ts';

/** What comes after listening may fail too, and a server that stayed would keep the process alive. */
export async function orClose<T>(server: HttpServer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Holds the directory while `start`'s server runs; whatever fails on the way gives everything back. */
export async function withInstallation<T extends { stop(): Promise<void> }>(
  dataDir: string,
  around: Surroundings,
  start: (installation: Installation) => Promise<T>,
): Promise<Omit<T, 'stop'> & Installation> {
  openDataDirectory(dataDir);
  const lock = holdDataDirectory(dataDir);
  let installation: Installation | null = null;
  try {
    installation = await openInstallation(dataDir, around);
    const opened = installation;
    const { stop, ...running } = await start(opened);
    const close = async () => {
      await stop();
      await opened.close();
      lock.release();
    };
    return { ...opened, ...running, close };
  } catch (error) {
    installation?.authority.stop();
    await installation?.close();
    lock.release();
    throw error;
  }
}

export function httpOptions(
  settings: HubSettings | SandboxSettings,
  installation: Installation,
  logger: Logger,
): Omit<HttpServerOptions, 'surfaces' | 'exposed'> {
  return {
    clock: installation.clock,
    logger,
    authority: installation.authority,
    host: settings.host,
    port: settings.port,
    httpPort: settings.httpPort,
    dataDir: installation.dataDir,
    tlsCert: settings.tlsCert,
    tlsKey: settings.tlsKey,
    ...('baseUrl' in settings ? { baseUrl: settings.baseUrl } : {}),
    trustedProxies: settings.trustedProxy,
    allowedHosts: settings.allowedHost,
  };
}

/** The server's address as the caller of a request sees it; the host was checked before. */
export function baseUrlOf(request: { readonly host: string }): string {
  return `https://${request.host}`;
}
