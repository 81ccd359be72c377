/** Composition root: from settings to running servers. Nothing else knows how the parts are put together. */
import { readFileSync } from 'node:fs';
import { AuditLog } from './access/audit/audit-log.ts';
import { ensureFirstAdmin, type FirstAdmin } from './access/first-start.ts';
import { TokenAuthority } from './access/token-authority.ts';
import { checkTokenFormat } from './access/token-format.ts';
import { type Clock, systemClock } from './clock.ts';
import type { HubSettings, SandboxSettings } from './config.ts';
import { BITSIGHT_HOSTS } from './connections/base-url.ts';
import { ConnectionService } from './connections/connections.ts';
import { UpstreamClients } from './connections/upstream-client.ts';
import { holdDataDirectory, openDataDirectory } from './data-directory.ts';
import { OperatorError } from './errors.ts';
import { authenticationHook, principalOf } from './http/authentication.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type ListeningAt,
} from './http/server.ts';
import { newId } from './ids.ts';
import type { Logger } from './log.ts';
import { accountRoutes } from './ratings/account-routes.ts';
import { faultInjection } from './ratings/fault-injection.ts';
import { parseFaults } from './ratings/faults.ts';
import { ratingsApi } from './ratings/plugin.ts';
import { createSyntheticSource, type SyntheticSource } from './ratings/sources/synthetic/synthetic-source.ts';
import { ensureKeyOpensStore } from './secrets/key-check.ts';
import { Vault } from './secrets/vault.ts';
import { openSqliteStore, type Store } from './store/store.ts';
import { DatabaseRunQueue } from './sync/database-run-queue.ts';
import { unifiedApi } from './unified/plugin.ts';
import { VERSION } from './version.ts';
import { WorkerProcess } from './worker-process.ts';

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
  authority: TokenAuthority;
  clock: Clock;
  close(): Promise<void>;
}

export interface Hub extends Installation {
  at: ListeningAt;
  admin: FirstAdmin;
  connections: ConnectionService;
  runQueue: DatabaseRunQueue;
  workerPid(): number | null;
}

export interface Sandbox extends Installation {
  at: ListeningAt;
  admin: FirstAdmin;
  source: SyntheticSource;
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
    const authority = new TokenAuthority({ store, vault, audit, clock, newId });
    return { dataDir, store, vault, audit, authority, clock, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Starts the hub: serves HTTPS and the refusing plain port, and runs the sync worker beside. */
export async function startHub(
  settings: HubSettings & { dataDir: string },
  around: Surroundings,
): Promise<Hub> {
  return withInstallation(settings.dataDir, around, async installation => {
    const { store, vault, authority, clock } = installation;
    const { logger } = around;
    const worker = new WorkerProcess(
      {
        dataDir: settings.dataDir,
        logLevel: settings.logLevel,
        untilIdle: false,
        upstreamHosts: allowedUpstreams(settings.upstreamHost),
        ...(settings.upstreamCa === undefined ? {} : { upstreamCa: settings.upstreamCa }),
      },
      clock,
      logger,
    );
    const runQueue = new DatabaseRunQueue({ store, clock, newId, wakeWorker: () => worker.wake() });
    const clients = new UpstreamClients({ version: VERSION, extraCa: readUpstreamCa(settings.upstreamCa) });
    const connections = connectionService({ store, vault, clock, runQueue, clients }, settings.upstreamHost);
    let baseUrl = '';
    const authenticated = authenticationHook(authority, { challenge: true });
    const server = await createHttpServer({
      ...httpOptions(settings, installation, logger),
      surfaces: async app => {
        await app.register(
          unifiedApi({
            store,
            clock,
            newId,
            connections,
            runQueue,
            cursorKey: vault.deriveKey('cursor'),
            baseUrl: () => baseUrl,
            version: VERSION,
            onAccessChanged: () => authority.accessChanged(),
            authenticate: request => principalOf(authority, request.headers),
          }),
        );
        await app.register(async scope => {
          scope.addHook('onRequest', authenticated);
          await scope.register(
            ratingsApi({
              source: null,
              accountRoutes: accountRoutes({ authority, store }),
              baseUrlOf: request => `https://${request.host}`,
            }),
          );
        });
      },
    });
    authority.start();
    const at = await server.listen();
    baseUrl = at.baseUrl;
    // Only a start that came this far is the first one: its token is printed once.
    const admin = await orClose(server, () =>
      ensureFirstAdmin({ store, clock, newId, authority, organizationName: 'Sightline' }),
    );
    worker.start();
    logger.info(
      { baseUrl, httpUrl: at.httpUrl, dataDir: settings.dataDir, version: VERSION },
      'the hub is up',
    );
    return {
      at,
      admin,
      connections,
      runQueue,
      workerPid: () => worker.pid,
      stop: async () => {
        await worker.stop();
        await server.close();
        authority.stop();
        await clients.close();
      },
    };
  });
}

/** Starts the sandbox: the ratings API over the synthetic source. */
export async function startSandbox(
  settings: SandboxSettings & { dataDir: string },
  around: Surroundings,
): Promise<Sandbox> {
  const faults = parseFaults(settings.fault);
  if (settings.token !== undefined && !checkTokenFormat(settings.token)) {
    throw new OperatorError(
      '--token takes 40 printable ASCII characters without a colon; those of a token that begins with slu_ or slc_ must fit its checksum.',
      { exitCode: 2 },
    );
  }
  return withInstallation(settings.dataDir, around, async installation => {
    const { store, authority, clock } = installation;
    const source = createSyntheticSource({
      seed: settings.seed,
      companies: settings.companies,
      findingsPerCompany: settings.findingsPerCompany,
      date: settings.date ?? null,
      daySeconds: settings.daySeconds ?? null,
      clock,
    });
    const authenticated = authenticationHook(authority, { challenge: true });
    const server = await createHttpServer({
      ...httpOptions(settings, installation, around.logger),
      surfaces: async app => {
        await app.register(async scope => {
          scope.addHook('onRequest', authenticated);
          await scope.register(
            faultInjection({
              faults,
              seed: settings.seed,
              retryAfterSeconds: settings.faultRetryAfter,
              clock,
            }),
          );
          await scope.register(
            ratingsApi({
              source,
              accountRoutes: accountRoutes({
                authority,
                store,
                myCompanyGuid: async () => source.summary().company_guid,
              }),
              baseUrlOf: request => `https://${request.host}`,
            }),
          );
        });
      },
    });
    authority.start();
    const at = await server.listen();
    const admin = await orClose(server, async () => {
      const found = await ensureFirstAdmin({
        store,
        clock,
        newId,
        authority,
        organizationName: 'Sightline sandbox',
      });
      if (settings.token !== undefined) {
        await authority.presetCompanyToken({
          value: settings.token,
          description: 'Preset by --token',
          organizationId: found.organizationId,
          creatorUserId: found.userId,
        });
      }
      return found;
    });
    around.logger.info(
      { baseUrl: at.baseUrl, dataDir: settings.dataDir, version: VERSION },
      'the sandbox is up',
    );
    return {
      at,
      admin,
      source,
      stop: async () => {
        await server.close();
        authority.stop();
      },
    };
  });
}

/** The service behind connections, for a server or the command line. */
export function connectionService(
  parts: {
    store: Store;
    vault: Vault;
    clock: Clock;
    runQueue: DatabaseRunQueue;
    clients: UpstreamClients;
  },
  upstreamHosts: readonly string[],
): ConnectionService {
  return new ConnectionService({ ...parts, newId, upstreamHosts: allowedUpstreams(upstreamHosts) });
}

/** Hosts that a token may be sent to: Bitsight's own and those the operator adds. */
export function allowedUpstreams(added: readonly string[]): string[] {
  return [...BITSIGHT_HOSTS, ...added];
}

/** Throws OperatorError when the file cannot be read or holds no certificate. */
export function readUpstreamCa(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`The certificate authority ${file} (--upstream-ca) cannot be read.`, { cause });
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new OperatorError(`The file ${file} (--upstream-ca) holds no certificate in PEM form.`);
}

/** What comes after listening may fail too, and a server that stayed would keep the process alive. */
async function orClose<T>(server: HttpServer, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Holds the directory while `start`'s server runs; whatever fails on the way gives everything back. */
async function withInstallation<T extends { stop(): Promise<void> }>(
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

function httpOptions(
  settings: HubSettings | SandboxSettings,
  installation: Installation,
  logger: Logger,
): Omit<HttpServerOptions, 'surfaces'> {
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
    trustedProxies: settings.trustedProxy,
    allowedHosts: settings.allowedHost,
  };
}
