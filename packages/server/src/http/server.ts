/**
 * The HTTP frame every surface stands in: HTTPS, the checks that come before any route, errors, health, and a bounded close.
 * Source: tokens.md, "HTTPS" and "Wire contract"; what one client may take is in limits.ts.
 */
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { ExposedTokens } from '../access/exposed-tokens.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { addAccessLog, logUnroutable } from './access-log.ts';
import { addAnswerHeaders } from './answer-headers.ts';
import { answerClientError } from './client-error.ts';
import { healthRoutes } from './health.ts';
import { hostCheck, hostHook, misdirected, parseHost } from './host-check.ts';
import { BODY_LIMIT_BYTES, CLOSE_GRACE_MS } from './limits.ts';
import { bound, isWildcard, listenOn, portOf, urlHostOf } from './listening.ts';
import type { ServerCertificate } from './local-authority.ts';
import { createPlainServer, createRefusalServer } from './plain-http.ts';
import { notFoundHandler, problemHandler } from './problem.ts';
import { CertificateRenewal } from './renewal.ts';
import { certificateNames, serverIdentity } from './server-identity.ts';
import { createTlsServer, type TlsServer } from './tls-server.ts';
import { tokenInUrlError, tokenInUrlHook } from './token-in-url.ts';
import { trustedProxies } from './trusted-proxies.ts';

export interface HttpServerOptions {
  clock: Clock;
  logger: Logger;
  authority: TokenAuthority;
  /** Told of tokens in URLs and over plain HTTP. */
  exposed: ExposedTokens;
  /** What to bind to; `0.0.0.0` and `::` are every interface. */
  host: string;
  /** The HTTPS port; 0 picks one. */
  port: number;
  /** The plain port, which refuses; 0 picks one. */
  httpPort: number;
  /** The local authority lives in `<dataDir>/tls`. */
  dataDir: string;
  /** Paths of PEM files; without them the local authority makes a certificate. */
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  /** The address that people reach this server at, as `https://hub.example.com`; its host is ours whatever else is. */
  baseUrl?: string | undefined;
  /** Addresses and networks whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  /** `Host` values beyond the base URL's and the certificate's, with or without a port. */
  allowedHosts: readonly string[];
  /** Asked first about a path that nothing has; true when it has answered. */
  answerUnknown?: (request: FastifyRequest, reply: FastifyReply) => boolean;
  /** Registers the surfaces' plugins; the root has the unified error form and no authentication. */
  surfaces: (app: FastifyInstance) => Promise<void>;
}

export interface ListeningAt {
  baseUrl: string;
  httpUrl: string;
  /** What clients must trust; null with the operator's own certificate. */
  caFile: string | null;
}

export interface HttpServer {
  app: FastifyInstance;
  /** Throws OperatorError that names the port and its setting when it is taken. */
  listen(): Promise<ListeningAt>;
  /** Ends idle connections at once, and the others when they are answered or after five seconds. */
  close(): Promise<void>;
}

/** Builds the server; nothing listens yet. Throws OperatorError for a setting that cannot work. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { authority, exposed, logger, host } = options;
  const isTrusted = trustedProxies(options.trustedProxies);
  const identity = serverIdentity({ ...options, hosts: certificateHosts(options) });
  const firstCertificate = identity.certificate();
  const refusal = createRefusalServer({ exposed, logger });
  const tlsServers: TlsServer[] = [];
  // Which hosts are ours is known once the port is; until then none is.
  let isOurHost: (host: string) => boolean = () => false;

  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    // Fastify's own lines hold the whole URL; ours are in access-log.ts.
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger a request costs more than the request; what names a request is said by the lines about it.
    childLoggerFactory: logger => logger,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: options.trustedProxies.length > 0 ? (address: string) => isTrusted(address) : false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 500 },
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    // What cannot be routed meets no hook, so the checks before every route are made here once more.
    frameworkErrors: (error, request, reply) => {
      logUnroutable(logger, request, reply);
      const known = tokenInUrlError(exposed, request) ?? (isOurHost(request.host) ? error : misdirected());
      problemHandler(known, request, reply);
    },
    serverFactory: handler => {
      const created = createTlsServer(firstCertificate, refusal, handler);
      tlsServers.push(created);
      return created.server;
    },
  });
  const plain = createPlainServer({
    exposed,
    logger,
    isTrusted,
    accept: (request, response) => app.routing(request, response),
  });

  app.setErrorHandler(problemHandler);
  app.setNotFoundHandler((request, reply) => {
    if (options.answerUnknown?.(request, reply) !== true) notFoundHandler(request, reply);
  });
  app.decorateRequest('principal');
  app.decorateRequest('isUseCounted', false);
  addAccessLog(app, logger);
  addAnswerHeaders(app, { strictTransport: !identity.isLocal });
  app.addHook('onRequest', tokenInUrlHook(exposed));
  app.addHook(
    'onRequest',
    hostHook(name => isOurHost(name)),
  );
  healthRoutes(app, authority);
  await options.surfaces(app);
  await app.ready();
  const hostsOf = (certificate: ServerCertificate) => {
    const port = portOf(app.server);
    isOurHost = hostCheck({
      certificateNames: certificateNames(certificate),
      certificatePort: identity.isLocal ? port : null,
      allowedHosts: [`${urlHostOf(host)}:${port}`, ...baseHosts(options), ...options.allowedHosts],
    });
  };
  const renewal = new CertificateRenewal({
    identity,
    servers: tlsServers,
    logger,
    current: firstCertificate,
    onRenewed: hostsOf,
  });

  const close = async (): Promise<void> => {
    renewal.stop();
    const deadline = setTimeout(() => {
      plain.closeAllConnections();
      for (const server of tlsServers) server.destroyConnections();
    }, CLOSE_GRACE_MS);
    for (const server of tlsServers) server.destroyUnsorted();
    const plainClosed = new Promise<void>(resolve => {
      if (plain.listening) plain.close(() => resolve());
      else resolve();
    });
    await Promise.all([app.close(), plainClosed]);
    clearTimeout(deadline);
  };

  const listen = async (): Promise<ListeningAt> => {
    try {
      await bound(() => app.listen({ host, port: options.port, listenTextResolver }), {
        host,
        port: options.port,
        setting: '--port',
      });
      const { httpPort } = options;
      await bound(() => listenOn(plain, host, httpPort), { host, port: httpPort, setting: '--http-port' });
    } catch (error) {
      await close();
      throw error;
    }
    const port = portOf(app.server);
    const baseHost = urlHostOf(host);
    hostsOf(firstCertificate);
    renewal.start();
    return {
      baseUrl: `https://${baseHost}:${port}`,
      httpUrl: `http://${baseHost}:${portOf(plain)}`,
      caFile: identity.caFile,
    };
  };

  return { app, listen, close };
}

/** Fastify does not know that the server it was given speaks TLS. */
function listenTextResolver(address: string): string {
  return `listening at ${address.replace(/^http:/, 'https:')}`;
}

/** The host of the configured base URL, with its port where it names one. */
function baseHosts({ baseUrl }: HttpServerOptions): string[] {
  return baseUrl === undefined ? [] : [new URL(baseUrl).host];
}

/** Every name a client may call us by, so that a local certificate is good for it. */
function certificateHosts(options: HttpServerOptions): string[] {
  const allowed = [...baseHosts(options), ...options.allowedHosts];
  const names = allowed.map(host => parseHost(host)?.name ?? host);
  return isWildcard(options.host) ? names : [options.host, ...names];
}
