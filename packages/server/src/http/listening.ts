/** Binding to a port, with failures in words for the operator; and the addresses that clients are told. */
import type { Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { OperatorError } from '../errors.ts';

/** Runs `bind` and says in an OperatorError which setting to change when the port or the address cannot be had. */
export async function bound(
  bind: () => Promise<unknown>,
  wanted: { host: string; port: number; setting: '--port' | '--http-port' },
): Promise<void> {
  try {
    await bind();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const { host, port, setting } = wanted;
    if (code === 'EADDRINUSE') {
      throw new OperatorError(
        `Port ${port} on ${host} is in use by another program. Choose another with ${setting} <number>, or 0 for any free one.`,
        { cause },
      );
    }
    if (code === 'EACCES') {
      throw new OperatorError(
        `You may not listen on port ${port}; ports below 1024 need a privilege. Choose another with ${setting} <number>.`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      throw new OperatorError(
        `${host} is not an address of this machine. Choose another with --host <address>.`,
        { cause },
      );
    }
    throw cause;
  }
}

/** Makes a plain node server listen. */
export function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

/** The port a listening server got. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address.port;
}

/** True for a bind address that means every interface, which no client can call. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}

/** The bind host as it stands in a URL; localhost for every interface. */
export function urlHostOf(host: string): string {
  if (isWildcard(host)) return 'localhost';
  return isIP(host) === 6 ? `[${host}]` : host;
}
