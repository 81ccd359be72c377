/**
 * Which `Host` values this server answers for; anything else is 421, which ends DNS rebinding and keeps page links honest.
 * Source: tokens.md, "HTTPS".
 */
import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerError, OperatorError } from '../errors.ts';
import { canonicalAddress } from './local-authority.ts';

export interface HostRules {
  /** Names of the certificate; `*.example.com` stands for one label. */
  certificateNames: readonly string[];
  /** The only port certificate names may be used with, or null for any: an operator's own name may be behind a port mapping. */
  certificatePort: number | null;
  /** The base URL's host and the `--allowed-host` values: a port in one must be the request's, without one any will do. */
  allowedHosts: readonly string[];
}

interface HostName {
  name: string;
  port: number | null;
}

const HTTPS_PORT = 443;

/** True for a host this server answers for. */
export function hostCheck(rules: HostRules): (host: string) => boolean {
  const allowed = rules.allowedHosts.map(checkedHost);
  const names = rules.certificateNames.map(name => name.toLowerCase());
  const exact = new Set(names.filter(name => !name.startsWith('*.')));
  const wildcards = names.filter(name => name.startsWith('*.')).map(name => name.slice(1));
  return host => {
    const asked = parseHost(host);
    if (asked === null) return false;
    if (allowed.some(rule => rule.name === asked.name && (rule.port === null || rule.port === asked.port)))
      return true;
    if (rules.certificatePort !== null && (asked.port ?? HTTPS_PORT) !== rules.certificatePort) return false;
    if (exact.has(asked.name)) return true;
    return wildcards.some(suffix => {
      const label = asked.name.slice(0, -suffix.length);
      return asked.name.endsWith(suffix) && label !== '' && !label.includes('.');
    });
  };
}

/** An onRequest hook over `isOurs`, which is only known once the server listens. */
export function hostHook(isOurs: (host: string) => boolean) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    done(isOurs(request.host) ? undefined : misdirected());
  };
}

export function misdirected(): CallerError {
  return new CallerError(
    'MISDIRECTED',
    'This server does not answer for the host in the request. Use its own address, or start it with --allowed-host <host>.',
  );
}

/** `name`, `name:port`, `1.2.3.4:port` or `[::1]:port` in parts; null when it is none of them. */
export function parseHost(host: string): HostName | null {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/.exec(host);
  const name = match?.[1];
  if (name === undefined) return null;
  const port = match?.[2] === undefined ? null : Number(match[2]);
  if (!name.startsWith('[')) return { name: name.toLowerCase(), port };
  const address = name.slice(1, -1);
  return isIP(address) === 6 ? { name: canonicalAddress(address), port } : null;
}

function checkedHost(host: string): HostName {
  const parsed = parseHost(isIP(host) === 6 ? `[${host}]` : host);
  if (parsed !== null) return parsed;
  throw new OperatorError(
    `--allowed-host ${host} is not a host name; give a name or an address, with :port if it matters.`,
  );
}
