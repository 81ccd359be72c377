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
import type { Duplex } from 'node:stream';
import type { ExposedTokens } from '../access/exposed-tokens.ts';
import type { Logger } from '../log.ts';
import { logRefused } from './access-log.ts';
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
  exposed: ExposedTokens;
  logger: Logger;
}

/** Answers every request with 403, without reading its body, and records a token that was sent in clear. */
function refusalListener(options: RefusalOptions): RequestListener {
  return (request, response) => {
    const { method = '', url = '', headers, socket } = request;
    logRefused(options.logger, { method, url, headers, ip: socket.remoteAddress }, response);
    refuse(response);
    const token = presentedToken(request.headers) ?? tokenInUrl(request.url ?? '');
    if (token === null) return;
    const origin = {
      address: request.socket.remoteAddress ?? null,
      client: request.headers['user-agent'] ?? null,
    };
    void recordExposure(
      options.exposed,
      options.logger,
      { token, where: 'plain_http', origin },
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
  // A request without a host is told the same as any other.
  const server = createServer({ ...HTTP_LIMITS, requireHostHeader: false }, listener);
  server.on('clientError', answerClientError);
  server.on('checkExpectation', listener);
  // Node would close the connection of a CONNECT without a word.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(REFUSAL)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${REFUSAL}`,
    );
  });
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
