/**
 * From a request's headers to the principal it speaks for. Sources: tokens.md, "Wire contract" (the three headers, the one 401
 * answer) and bitsight-api.md, 8 (what clients in the field put into HTTP Basic).
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { TokenAuthority } from '../access/token-authority.ts';
import { CallerError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request speaks for. Set by the authentication hook; a route outside of it must not read it. */
    principal: Principal;
  }
}

/** Bitsight's challenge (bitsight-api.md, 1.2): clients look for the word. */
const CHALLENGE = 'Basic realm="bitsight"';

/** One text for no, unknown, revoked and malformed credentials: the answer must not tell which it was. */
const NO_VALID_TOKEN =
  'No valid API token was provided. Send one as the user name of HTTP Basic, as Authorization: Bearer, or as X-API-KEY.';

/** Longer than any base64 of `token:password` in the field; what is longer is not worth decoding. */
const MAX_CREDENTIAL_LENGTH = 4_096;

export interface AuthenticationOptions {
  /** True on the ratings API. Elsewhere a Basic challenge would make browsers open their own prompt. */
  challenge: boolean;
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/**
 * An onRequest hook: sets `request.principal`, or fails with the one 401. A token that was verified lately costs no promise
 * and no query.
 */
export function authenticationHook(authority: TokenAuthority, options: AuthenticationOptions): Hook {
  return (request, reply, done) => {
    if (request.routeOptions.config.access === 'public') {
      done();
      return;
    }
    const accept = (principal: Principal | null): void => {
      if (principal !== null) {
        request.principal = principal;
        done();
        return;
      }
      if (options.challenge) reply.header('www-authenticate', CHALLENGE);
      done(new CallerError('UNAUTHENTICATED', NO_VALID_TOKEN));
    };
    const presented = presentedToken(request.headers);
    if (presented === null) {
      accept(null);
      return;
    }
    const known = authority.verifyCached(presented);
    if (known !== undefined) {
      accept(known);
      return;
    }
    authority.verify(presented).then(accept, done);
  };
}

/** Who a request speaks for, for surfaces that ask more than once in a request. Throws CallerError UNAUTHENTICATED. */
export function principalOf(
  authority: TokenAuthority,
  headers: IncomingHttpHeaders,
): Principal | Promise<Principal> {
  const presented = presentedToken(headers);
  const known = presented === null ? null : authority.verifyCached(presented);
  if (known === undefined && presented !== null) return authority.verify(presented).then(required);
  return required(known ?? null);
}

function required(principal: Principal | null): Principal {
  if (principal === null) throw new CallerError('UNAUTHENTICATED', NO_VALID_TOKEN);
  return principal;
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
