/**
 * One line for each request, when its answer is over, however it ended: who called what with which program, and how that ended.
 * What a line may hold is decided in log.ts. Nothing is logged of a body.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { LoggedRequest, Logger } from '../log.ts';

/** What is known of a request once it is over. */
interface Known {
  /** Guid of the token that was presented and is good; null for none, and in a session. */
  readonly tokenGuid: string | null;
  /** The user it spoke for; of a company token its own user record. */
  readonly userId: string | null;
  /** The route's template; null for a path that no route has. */
  readonly route: string | null;
}

const NOBODY: Known = { tokenGuid: null, userId: null, route: null };

/** Adds the log, unless nobody would see it: a line costs as much as a small request. Call it before any other hook. */
export function addAccessLog(app: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('info')) return;
  app.addHook('onRequest', (request, reply, done) => {
    logWhenOver(logger, request, reply.raw, () => known(request));
    done();
  });
}

/** Logs a request that no hook sees because it cannot be routed. */
export function logUnroutable(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  logWhenOver(logger, request, reply.raw, () => NOBODY);
}

/** Logs a request that is refused before anybody looks at it. */
export function logRefused(logger: Logger, request: LoggedRequest, response: ServerResponse): void {
  logWhenOver(logger, request, response, () => NOBODY);
}

function known(request: FastifyRequest): Known {
  // Nobody, until authentication has succeeded.
  const principal: Principal | undefined = request.principal;
  return {
    tokenGuid: principal?.tokenGuid ?? null,
    userId: principal?.userId ?? null,
    route: request.routeOptions.url ?? null,
  };
}

function logWhenOver(
  logger: Logger,
  request: LoggedRequest,
  response: ServerResponse,
  know: () => Known,
): void {
  if (!logger.isLevelEnabled('info')) return;
  // Now: a connection that is gone has no address any more.
  const { id, method, url, ip, headers } = request;
  const { socket } = response;
  const begun = performance.now();
  const sentBefore = socket?.bytesWritten ?? 0;
  // Not when it is finished: an answer that the caller does not wait for never is.
  response.once('close', () => {
    const line = {
      reqId: id,
      req: { method, url, ip, headers },
      ...know(),
      status: response.headersSent ? response.statusCode : null,
      ms: Math.round((performance.now() - begun) * 10) / 10,
      bytes: (socket?.bytesWritten ?? 0) - sentBefore,
      ...(response.writableFinished ? {} : { cut: true }),
    };
    logger.info(line, 'request');
  });
}
