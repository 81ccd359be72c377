/** Requests as raw bytes, for what no client library would send, and to see the answer exactly as it was written. */
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Installation } from './installation.ts';

export interface RawAnswer {
  status: number;
  headers: string;
  body: string;
  /** How many answers came back. */
  count: number;
}

/** Sends bytes over TLS and reads until the server closes. The request must ask for that, unless the server does it anyway. */
export function overTls(at: Installation, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(at.at.baseUrl);
  return exchange(() => connectTls({ host: hostname, port: Number(port), ca: at.ca }), bytes);
}

/** Sends bytes in clear to a port of the server. */
export function inClear(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return exchange(() => connectPlain({ host: hostname, port: Number(port) }), bytes);
}

/** A GET that asks for the connection to be closed. */
export function get(
  at: Installation,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const all = { Host: new URL(at.at.baseUrl).host, Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return overTls(at, `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

function exchange(
  open: () => NodeJS.WritableStream & NodeJS.ReadableStream,
  bytes: string | Buffer,
): Promise<RawAnswer> {
  return new Promise(resolve => {
    const socket = open();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that refuses while we still write may reset; what it answered before counts.
    socket.on('error', () => {});
    socket.on('close', () => resolve(answerOf(Buffer.concat(chunks).toString('utf8'))));
    socket.write(bytes);
  });
}

function answerOf(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
    headers: text.slice(0, end).toLowerCase(),
    body: end < 0 ? '' : text.slice(end + 4),
    count: text.split('HTTP/1.1 ').length - 1,
  };
}
