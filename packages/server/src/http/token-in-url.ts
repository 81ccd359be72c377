/**
 * Refuses a request whose URL holds a token: URLs end up in logs, histories and proxies, so such a token must be replaced.
 * Source: tokens.md, "Wire contract": 400, recorded; the value is neither logged nor repeated.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExposedTokens, Exposure } from '../access/exposed-tokens.ts';
import { findToken } from '../access/token-format.ts';
import { CallerError } from '../errors.ts';
import { originOf } from './origin.ts';

/** An onRequest hook that must come before every other one. */
export function tokenInUrlHook(exposed: ExposedTokens) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    done(tokenInUrlError(exposed, request) ?? undefined);
  };
}

/** The error for a request whose URL holds a token, once it is recorded; null for any other. It repeats nothing of the URL. */
export function tokenInUrlError(exposed: ExposedTokens, request: FastifyRequest): CallerError | null {
  const token = tokenInUrl(request.raw.url ?? '');
  if (token === null) return null;
  const exposure: Exposure = { token, where: 'url', origin: originOf(request) };
  void recordExposure(exposed, request.log, exposure, 'a token was sent in a URL; replace it');
  return new CallerError(
    'TOKEN_IN_URL',
    'The URL holds an API token. Send the token in a header, and replace this one: URLs are written to logs.',
  );
}

/** The token that a raw URL holds, plainly or percent-encoded, or null. */
export function tokenInUrl(url: string): string | null {
  if (!url.includes('%')) return findToken(url);
  return findToken(url) ?? findToken(percentDecoded(url));
}

/** Records an exposure, and warns with the token's guid, never its value. What is no live token is not worth a line. */
export async function recordExposure(
  exposed: ExposedTokens,
  log: { warn(record: object, message: string): void },
  exposure: Exposure,
  message: string,
): Promise<void> {
  try {
    const principal = await exposed.record(exposure);
    if (principal === null) return;
    log.warn({ tokenGuid: principal.tokenGuid, organizationId: principal.organizationId }, message);
  } catch {
    log.warn({}, `${message} (it could not be recorded)`);
  }
}

/** Decodes what can be decoded: one wrong escape elsewhere in the URL must not hide a token. */
function percentDecoded(url: string): string {
  return url.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
