/**
 * The HTTPS server: TLS 1.2 and later, and a look at each connection's first byte, so that plain HTTP sent to the TLS port is
 * refused in words and never processed. Source: tokens.md, "HTTPS".
 */
import type { Server as HttpServer, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { Socket } from 'node:net';
import { HANDSHAKE_TIMEOUT_MS, HTTP_LIMITS, MAX_CONNECTIONS, REFUSED_LINGER_MS } from './limits.ts';
import type { ServerCertificate } from './local-authority.ts';

/** The first byte of every TLS handshake record. */
const TLS_HANDSHAKE = 0x16;

export interface TlsServer {
  server: Server;
  /** Ends the connections that have sent nothing yet: no server has them in hand, and they would hold up a close. */
  destroyUnsorted(): void;
  /** Ends every connection, whatever it is doing. */
  destroyConnections(): void;
}

/** `refusal` is given the connections on which no TLS is spoken. */
export function createTlsServer(
  certificate: ServerCertificate,
  refusal: HttpServer,
  listener: RequestListener,
): TlsServer {
  const server = createServer(
    {
      ...HTTP_LIMITS,
      cert: certificate.cert,
      key: certificate.key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    listener,
  );
  server.maxConnections = MAX_CONNECTIONS;
  const connections = new Set<Socket>();
  const unsorted = new Set<Socket>();
  const startTls = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', socket => {
    // Node allows any stream to be given to a server by hand; nobody does, and only a socket has an address and a time-out.
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    connections.add(socket);
    unsorted.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      unsorted.delete(socket);
    });
    sortByFirstByte(socket, {
      tls: () => {
        unsorted.delete(socket);
        for (const start of startTls) Reflect.apply(start, server, [socket]);
      },
      other: () => {
        unsorted.delete(socket);
        // The refusal server never listens, so its own time-outs do not run.
        socket.setTimeout(REFUSED_LINGER_MS, () => socket.destroy());
        refusal.emit('connection', socket);
      },
    });
  });
  return {
    server,
    destroyUnsorted: () => destroyAll(unsorted),
    destroyConnections: () => destroyAll(connections),
  };
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

/** Reads up to the first bytes, puts them back, and gives the connection to the one who can read them. */
function sortByFirstByte(socket: Socket, takers: { tls: () => void; other: () => void }): void {
  const giveUp = () => socket.destroy();
  socket.on('error', giveUp);
  socket.setTimeout(HANDSHAKE_TIMEOUT_MS, giveUp);
  socket.once('data', (first: Buffer) => {
    socket.pause();
    socket.removeListener('timeout', giveUp);
    socket.setTimeout(0);
    socket.unshift(first);
    if (first[0] === TLS_HANDSHAKE) {
      // Left paused: TLS takes what was put back and then reads from the handle beneath; flowing, the bytes would be lost.
      takers.tls();
      return;
    }
    takers.other();
    process.nextTick(() => socket.resume());
  });
}
