/**
 * The answer to bytes that never became a request: too long headers, a broken request line, one that came too slowly. Fastify
 * does not see these, so they are written by hand, as JSON that both surfaces' clients can read.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { REFUSED_LINGER_MS } from './limits.ts';

const ANSWERS: Readonly<Record<string, readonly [number, string]>> = Object.freeze({
  HPE_HEADER_OVERFLOW: [431, 'The header fields are too large: at most 16 KiB together.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
});

/** For the `clientError` event of an HTTP server. */
export function answerClientError(error: Error, socket: Socket): void {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = ANSWERS[code] ?? [400, 'The request is not valid HTTP.'];
  closeAfter(socket, status, detail);
}

/**
 * Writes an answer and closes. What the client still sends is read and thrown away for a moment: closing on unread bytes makes
 * the kernel reset the connection, and the client would lose the answer.
 */
function closeAfter(socket: Socket, status: number, detail: string): void {
  const body = JSON.stringify({ detail });
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.setTimeout(REFUSED_LINGER_MS, () => socket.destroy());
  const linger = setTimeout(() => socket.destroy(), REFUSED_LINGER_MS);
  linger.unref();
  socket.once('close', () => clearTimeout(linger));
}
