/**
 * Whose `X-Forwarded-*` headers are believed: peers on the operator's `--trusted-proxy` list and nobody else. Source:
 * tokens.md, "HTTPS".
 */
import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';
import { OperatorError } from '../errors.ts';

export type TrustCheck = (address: string | undefined) => boolean;

/** Takes addresses and networks (`10.0.0.0/8`). Throws OperatorError for what is neither. */
export function trustedProxies(entries: readonly string[]): TrustCheck {
  const networks = entries.map(networkOf);
  return address => {
    if (networks.length === 0 || address === undefined || !ipaddr.isValid(address)) return false;
    // A dual-stack socket shows an IPv4 peer as ::ffff:a.b.c.d.
    const peer = ipaddr.process(address);
    return networks.some(([base, bits]) => base.kind() === peer.kind() && peer.match(base, bits));
  };
}

/** True when the nearest proxy says that its own client used HTTPS. Of several values the last is that proxy's. */
export function saysHttps(headers: IncomingHttpHeaders): boolean {
  const header = headers['x-forwarded-proto'];
  const last = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').at(-1);
  return last?.trim().toLowerCase() === 'https';
}

function networkOf(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (entry.includes('/')) return ipaddr.parseCIDR(entry);
    const address = ipaddr.process(entry);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (cause) {
    throw new OperatorError(`--trusted-proxy ${entry} is not an address or a network such as 10.0.0.0/8.`, {
      cause,
    });
  }
}
