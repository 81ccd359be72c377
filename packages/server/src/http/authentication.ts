/**
 * From a request's headers to the principal it speaks for. Sources: tokens.md, "Wire contract" (the three headers, the one 401
 * answer) and bitsight-api.md, 8 (what clients in the field put into HTTP Basic).
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attempts } from '../access/attempts.ts';
import type { FailureLog } from '../access/audit/failures.ts';
import type { Principal } from '../access/principal.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import type { TokenUsage } from '../access/token-usage.ts';
import { CallerError } from '../errors.ts';
import { originOf } from './origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request speaks for. Set by the authentication hook; a route outside of it must not read it. */
    principal: Principal;
    /** Whether its token's use was counted. */
    isUseCounted?: boolean;
  }
}

/** Bitsight's challenge (bitsight-api.md, 1.2): clients look for the word. */
const CHALLENGE = 'Basic realm="bitsight"';

/** One text for no, unknown, revoked and malformed credentials: the answer must not tell which it was. */
const NO_VALID_TOKEN =
  'No valid API token was provided. Send one as the user name of HTTP Basic, as Authorization: Bearer, or as X-API-KEY.';

/** Longer than any base64 of `token:password` in the field; what is longer is not worth decoding. */
const MAX_CREDENTIAL_LENGTH = 4_096;

/** Who is told of accepted and refused tokens. */
export interface TokenWitnesses {
  usage?: TokenUsage;
  /** Slows down whoever guesses; asked only about tokens that are wrong. */
  attempts?: Attempts;
  failures?: FailureLog;
}

export interface AuthenticationOptions extends TokenWitnesses {
  /** True on the ratings API. Elsewhere a Basic challenge would make browsers open their own prompt. */
  challenge: boolean;
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/**
 * An onRequest hook: sets `request.principal`, or fails with the one 401, or with 429 when too many failed before. A token that
 * was verified lately costs no promise and no query.
 */
export function authenticationHook(authority: TokenAuthority, options: AuthenticationOptions): Hook {
  return (request, reply, done) => {
    if (request.routeOptions.config.access === 'public') {
      done();
      return;
    }
    const accept = (principal: Principal): void => {
      request.principal = principal;
      done();
    };
    const refuse = (error: unknown): void => {
      const isUnauthenticated = error instanceof CallerError && error.status === 401;
      if (isUnauthenticated && options.challenge) reply.header('www-authenticate', CHALLENGE);
      done(error instanceof Error ? error : new Error(String(error)));
    };
    try {
      const principal = principalOf(authority, request, options);
      if (principal instanceof Promise) principal.then(accept, refuse);
      else accept(principal);
    } catch (error) {
      refuse(error);
    }
  };
}

/**
 * Who a request's token speaks for. Throws CallerError UNAUTHENTICATED, or TOO_MANY_REQUESTS for one wrong token too many; a
 * valid one is never slowed. May be asked again in the same request, as streams do.
 */
export function principalOf(
  authority: TokenAuthority,
  request: FastifyRequest,
  witnesses: TokenWitnesses,
): Principal | Promise<Principal> {
  const presented = presentedToken(request.headers);
  if (presented === null) throw unauthenticated();
  const known = authority.verifyCached(presented);
  if (known !== undefined) return witnessed(request, known, witnesses);
  return authority.verify(presented).then(principal => witnessed(request, principal, witnesses));
}

function witnessed(
  request: FastifyRequest,
  principal: Principal | null,
  { usage, attempts, failures }: TokenWitnesses,
): Principal {
  if (principal !== null) {
    if (principal.tokenGuid !== null) usage?.record(request, principal.tokenGuid, originOf(request));
    return principal;
  }
  const origin = originOf(request);
  try {
    attempts?.checkAllowed('token', { address: origin.address });
  } catch (error) {
    failures?.record({ action: 'authentication.limited', organizationId: null, origin });
    throw error;
  }
  attempts?.failed('token', { address: origin.address });
  failures?.record({ action: 'authentication.failed', organizationId: null, origin });
  throw unauthenticated();
}

function unauthenticated(): CallerError {
  return new CallerError('UNAUTHENTICATED', NO_VALID_TOKEN);
}

/**
 * The token a request presents, or null. An `Authorization` header decides alone, right or wrong; `X-API-KEY` is read only
 * when there is none, so two that disagree are never tried one after the other.
 */
export function presentedToken(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  if (authorization !== undefined) return tokenOfAuthorization(authorization);
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key.trim() : null;
}

function tokenOfAuthorization(header: string): string | null {
  if (header.length > MAX_CREDENTIAL_LENGTH) return null;
  const space = header.indexOf(' ');
  if (space < 0) return null;
  const scheme = header.slice(0, space).toLowerCase();
  const credential = header.slice(space + 1).trim();
  if (scheme === 'bearer') return credential;
  return scheme === 'basic' ? tokenOfBasic(credential) : null;
}

/** The user name of HTTP Basic; without a colon the whole text is one. The password is ignored. */
function tokenOfBasic(credential: string): string | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(credential)) return null;
  const bytes = Buffer.from(credential, 'base64');
  if (!isUtf8(bytes)) return null;
  const text = bytes.toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? text : text.slice(0, colon);
}
