import type { Accounts } from '../access/accounts/accounts.ts';
import { ensureInstanceName } from '../access/accounts/instance-name.ts';
import { ensureOwnerOrganization } from '../access/accounts/set-up.ts';
import { Attempts } from '../access/attempts.ts';
import { NO_ORIGIN, SYSTEM } from '../access/audit/audit-event.ts';
import type { GroupService } from '../access/groups/group-service.ts';
import { storedCompanies } from '../access/groups/stored-companies.ts';
import type { TokenServices } from '../access/token-services.ts';
import { createTokenServices } from '../access/token-services.ts';
import type { Clock } from '../clock.ts';
import type { HubSettings } from '../config.ts';
import type { ConnectionService } from '../connections/connections.ts';
import type { RotationService } from '../connections/rotation.ts';
import { RotationResumer } from '../connections/rotation-resumer.ts';
import type { RunQueue } from '../connections/run-queue.ts';
import { UpstreamClients } from '../connections/upstream-client.ts';
import { UpstreamGateway } from '../connections/upstream-gateway.ts';
import type { UpstreamTokenService } from '../connections/upstream-tokens.ts';
import { ConsolePages } from '../console/plugin.ts';
import { noteServerAddress } from '../data-directory.ts';
import { authenticationHook, principalOf } from '../http/authentication.ts';
import { createHttpServer, type HttpServerOptions, type ListeningAt } from '../http/server.ts';
import { BrowserSessions, SessionCookie, tokenOrSession } from '../http/session-cookie.ts';
import { newId } from '../ids.ts';
import type { Installation, Surroundings } from '../installation.ts';
import type { Logger } from '../log.ts';
import { accountRoutes } from '../ratings/account-routes.ts';
import { RATINGS_DOCUMENT } from '../ratings/document/route.ts';
import { LocalState } from '../ratings/local/local-state.ts';
import { localWrites } from '../ratings/local/local-writes.ts';
import { ratingsApi } from '../ratings/plugin.ts';
import { createHubSource } from '../ratings/sources/hub-source.ts';
import { PassedCache } from '../ratings/sources/passed/passed-cache.ts';
import { PassedSource } from '../ratings/sources/passed/passed-source.ts';
import { createSyncedSource } from '../ratings/sources/synced/synced-source.ts';
import { DatabaseRunQueue } from '../sync/database-run-queue.ts';
import type { UnifiedApiOptions } from '../unified/plugin.ts';
import { unifiedApi } from '../unified/plugin.ts';
import { VERSION } from '../version.ts';
import { WorkerProcess } from '../worker-process.ts';
import { baseUrlOf, httpOptions, orClose, withInstallation } from './running.ts';
import {
  accountServices,
  allowedUpstreams,
  connectionService,
  groupService,
  mailerOf,
  readUpstreamCa,
  upstreamTokenServices,
} from './services.ts';

export interface Hub extends Installation {
  at: ListeningAt;
  /** The organization made at the first start. */
  organizationId: string;
  /** With which the first Admin is made; null once one can sign in. */
  setupLink: string | null;
  consoleUrl: string;
  accounts: Accounts;
  connections: ConnectionService;
  runQueue: DatabaseRunQueue;
  workerPid(): number | null;
}

/** The services of a hub. */
export interface HubServices {
  accounts: Accounts;
  tokens: TokenServices;
  browser: BrowserSessions;
  pages: ConsolePages;
  groups: GroupService;
  connections: ConnectionService;
  upstreamTokens: UpstreamTokenService;
  rotations: RotationService;
  /** Reads what the store does not have. */
  upstream: UpstreamGateway;
  runQueue: RunQueue;
}

/** Puts the services of a hub together; nothing runs yet. */
export async function hubServices(
  installation: Installation,
  settings: HubSettings,
  around: { logger: Logger; clients: UpstreamClients; runQueue: DatabaseRunQueue; baseUrl: () => string },
): Promise<HubServices> {
  const { store, vault, clock, audit } = installation;
  const { logger, clients, runQueue, baseUrl } = around;
  const attempts = new Attempts({ clock });
  const mailer = mailerOf(settings, baseUrl);
  const accounts = accountServices(installation, { attempts, mailer, baseUrl, logger });
  const tokens = createTokenServices({
    ...installation,
    attempts,
    mailer,
    baseUrl,
    revokeExposed: settings.revokeExposedTokens,
    onFailure: err => logger.error({ err }, 'what is kept about tokens could not be written'),
  });
  const cookie = new SessionCookie(await ensureInstanceName(store));
  return {
    accounts,
    tokens,
    pages: new ConsolePages(),
    browser: new BrowserSessions({ sessions: accounts.sessions, cookie, baseUrl }),
    groups: groupService(installation, storedCompanies(store.db)),
    connections: connectionService({ store, vault, audit, clock, runQueue, clients }, settings.upstreamHost),
    ...upstreamTokenServices(installation, clients, settings.upstreamHost),
    upstream: new UpstreamGateway({
      store,
      vault,
      clients,
      upstreamHosts: allowedUpstreams(settings.upstreamHost),
    }),
    runQueue,
  };
}

/** Who a request of the unified API speaks for. */
type Authenticate = UnifiedApiOptions['authenticate'];

/** The surfaces of a hub, for its HTTP server. */
export function hubSurfaces(
  { store, vault, audit, authority, clock }: Installation,
  services: HubServices,
  baseUrl: () => string,
  authenticate: Authenticate = tokenOrSession(
    request => principalOf(authority, request, services.tokens.witnesses),
    services.browser,
  ),
): HttpServerOptions['surfaces'] {
  const { accounts, groups, tokens } = services;
  const { witnesses, retrieval } = tokens;
  const unified = unifiedApi({
    ...services,
    store,
    audit,
    clock,
    newId,
    tokens: authority,
    retrieval,
    cursorKey: vault.deriveKey('cursor'),
    baseUrl,
    version: VERSION,
    otherDocuments: [RATINGS_DOCUMENT],
    onAccessChanged: () => authority.accessChanged(),
    authenticate,
  });
  const local = new LocalState(store);
  const synced = createSyncedSource({ store, local });
  const passed = new PassedSource({ upstream: services.upstream, cache: new PassedCache({ clock }) });
  const source = createHubSource({ synced, local: synced.local, passed });
  const writes = localWrites({ store, audit, clock, newId, base: synced.base, local });
  const account = accountRoutes({
    authority,
    store,
    retrieval,
    groups,
    users: accounts.users,
    canMail: () => accounts.canMail,
    baseUrlOf,
    myCompanyGuid: principal => synced.reader.ownCompany(principal),
  });
  return async app => {
    await app.register(unified);
    await app.register(services.pages.routes());
    await app.register(async scope => {
      scope.addHook('onRequest', authenticationHook(authority, { challenge: true, ...witnesses }));
      // `/` is the console's.
      await scope.register(
        ratingsApi({ source, writes, accountRoutes: account, baseUrlOf, serveRoot: false }),
      );
    });
  };
}

/** Starts the hub: serves HTTPS and the refusing plain port, and runs the sync worker beside. */
export async function startHub(
  settings: HubSettings & { dataDir: string },
  around: Surroundings,
): Promise<Hub> {
  return withInstallation(settings.dataDir, around, async installation => {
    const { store, authority, clock } = installation;
    const { logger } = around;
    const worker = workerProcess(settings, clock, logger);
    const runQueue = new DatabaseRunQueue({ store, clock, newId, wakeWorker: () => worker.wake() });
    const clients = new UpstreamClients({ version: VERSION, extraCa: readUpstreamCa(settings.upstreamCa) });
    let baseUrl = '';
    const services = await hubServices(installation, settings, {
      logger,
      clients,
      runQueue,
      baseUrl: () => baseUrl,
    });
    const { accounts, tokens, connections } = services;
    const resumer = new RotationResumer(services.rotations, logger);
    const server = await createHttpServer({
      ...httpOptions(settings, installation, logger),
      exposed: tokens.exposed,
      answerUnknown: (request, reply) => services.pages.answerUnknown(request, reply),
      surfaces: hubSurfaces(installation, services, () => baseUrl),
    });
    authority.start();
    installation.failures.start();
    tokens.start();
    const at = await server.listen();
    baseUrl = settings.baseUrl ?? at.baseUrl;
    noteServerAddress(settings.dataDir, baseUrl);
    // Only a start that came this far has a link to show; it ends those of starts before it.
    const { organizationId, setupLink } = await orClose(server, async () => ({
      organizationId: await ensureOwnerOrganization({ store, clock, newId, organizationName: 'Sightline' }),
      setupLink: await accounts.setUp.newLink(SYSTEM, NO_ORIGIN),
    }));
    worker.start();
    resumer.start();
    logger.info(
      { baseUrl, httpUrl: at.httpUrl, dataDir: settings.dataDir, version: VERSION },
      'the hub is up',
    );
    return {
      at,
      organizationId,
      setupLink,
      consoleUrl: `${baseUrl}/`,
      accounts,
      connections,
      runQueue,
      workerPid: () => worker.pid,
      stop: async () => {
        await worker.stop();
        // First, so that requests which wait for upstream do not hold the server up.
        services.upstream.close();
        await server.close();
        await resumer.stop();
        await tokens.stop();
        authority.stop();
        await clients.close();
      },
    };
  });
}

function workerProcess(
  settings: HubSettings & { dataDir: string },
  clock: Clock,
  logger: Logger,
): WorkerProcess {
  const { dataDir, logLevel, upstreamCa } = settings;
  return new WorkerProcess(
    {
      dataDir,
      logLevel,
      untilIdle: false,
      upstreamHosts: allowedUpstreams(settings.upstreamHost),
      ...(upstreamCa === undefined ? {} : { upstreamCa }),
    },
    clock,
    logger,
  );
}
