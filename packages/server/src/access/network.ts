/**
 * The network an address is counted under: an IPv4 address alone, of an IPv6 address its first 64 bits, for that many a single
 * customer is given (RFC 6177).
 */
import ipaddr from 'ipaddr.js';

const UNKNOWN = 'unknown';

/** One text for all addresses of a network; `unknown` for none or for what is no address. */
export function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return UNKNOWN;
  // A dual-stack socket shows an IPv4 peer as ::ffff:a.b.c.d.
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map(part => part.toString(16))
    .join(':')}::/64`;
}
