/**
 * The plain-HTTP port: it says that HTTPS is required, never redirects (a client would send its token a second time), and
 * processes nothing, save what a trusted proxy received over HTTPS. Source: tokens.md, "HTTPS" and the error table.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { Logger } from '../log.ts';
import { presentedToken } from './authentication.ts';
import { answerClientError } from './client-error.ts';
import { HTTP_LIMITS, MAX_PLAIN_CONNECTIONS } from './limits.ts';
import { recordExposure, tokenInUrl } from './token-in-url.ts';
import { saysHttps, type TrustCheck } from './trusted-proxies.ts';

const REFUSAL = JSON.stringify({
  detail:
    'HTTPS is required: nothing was processed. Use https://, and replace a token that was sent without it.',
});

export interface RefusalOptions {
  authority: TokenAuthority;
  logger: Logger;
}

/** Answers every request with 403, without reading its body, and warns of a token that was sent in clear. */
function refusalListener(options: RefusalOptions): RequestListener {
  return (request, response) => {
    refuse(response);
    const token = presentedToken(request.headers) ?? tokenInUrl(request.url ?? '');
    if (token === null) return;
    void recordExposure(
      options.authority,
      options.logger,
      token,
      'a token was sent over plain HTTP; replace it',
    );
  };
}

export interface PlainServerOptions extends RefusalOptions {
  isTrusted: TrustCheck;
  /** Takes a request that counts as HTTPS. */
  accept: RequestListener;
}

/** The server of the plain port; the caller makes it listen. */
export function createPlainServer(options: PlainServerOptions): Server {
  const refusal = refusalListener(options);
  const server = limitedServer((request, response) => {
    const isHttps = options.isTrusted(request.socket.remoteAddress) && saysHttps(request.headers);
    if (isHttps) options.accept(request, response);
    else refusal(request, response);
  });
  server.maxConnections = MAX_PLAIN_CONNECTIONS;
  // Otherwise node invites the body of a request that we are about to refuse.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const isHttps = options.isTrusted(request.socket.remoteAddress) && saysHttps(request.headers);
    if (!isHttps) {
      refusal(request, response);
      return;
    }
    response.writeContinue();
    options.accept(request, response);
  });
  return server;
}

/** A server that never listens: the TLS port hands it connections on which a client speaks plain HTTP. */
export function createRefusalServer(options: RefusalOptions): Server {
  const refusal = refusalListener(options);
  const server = limitedServer(refusal);
  server.on('checkContinue', refusal);
  return server;
}

function limitedServer(listener: RequestListener): Server {
  const server = createServer({ ...HTTP_LIMITS }, listener);
  server.on('clientError', answerClientError);
  return server;
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(REFUSAL),
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(REFUSAL);
}
