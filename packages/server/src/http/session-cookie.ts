/**
 * The session cookie of the console on the unified API, and what a request that carries one must show besides. Source: tokens.md,
 * "Sessions and sign-in": our own `Origin` and the CSRF token on every unsafe method; a token in the headers wins over a cookie.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { SessionAuthority } from '../access/accounts/sessions.ts';
import type { Principal } from '../access/principal.ts';
import { CallerError } from '../errors.ts';

/** As long as a session may last; the server ends it sooner when it idles. */
const MAX_AGE_SECONDS = 12 * 3_600;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const CSRF_HEADER = 'x-csrf-token';

/** The cookie of one installation: hosts share cookies between ports, so each installation has a name of its own. */
export class SessionCookie {
  readonly name: string;

  constructor(instance: string) {
    this.name = `__Host-sightline-${instance}`;
  }

  /** The value a request carries; null without one, and with more than one, for then somebody else has set one of them. */
  valueIn(headers: IncomingHttpHeaders): string | null {
    const values = (headers.cookie ?? '')
      .split(';')
      .map(pair => pair.trim())
      .filter(pair => pair.startsWith(`${this.name}=`))
      .map(pair => pair.slice(this.name.length + 1));
    const [value] = values;
    return value === undefined || values.length > 1 ? null : value;
  }

  /** `Set-Cookie` of a session that was opened or renewed. */
  given(value: string): string {
    return `${this.name}=${value}; Max-Age=${MAX_AGE_SECONDS}; ${ATTRIBUTES}`;
  }

  /** `Set-Cookie` that takes it back. */
  taken(): string {
    return `${this.name}=; Max-Age=0; ${ATTRIBUTES}`;
  }
}

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

export interface BrowserSessionsOptions {
  sessions: SessionAuthority;
  cookie: SessionCookie;
  baseUrl: () => string;
}

/** From a request of a browser to the principal of its session. */
export class BrowserSessions {
  readonly cookie: SessionCookie;
  readonly #sessions: SessionAuthority;
  readonly #baseUrl: () => string;

  constructor(options: BrowserSessionsOptions) {
    this.cookie = options.cookie;
    this.#sessions = options.sessions;
    this.#baseUrl = options.baseUrl;
  }

  /** The principal of the request's session, or null; nothing else about the request is asked. */
  async find(request: FastifyRequest): Promise<Principal | null> {
    const value = this.cookie.valueIn(request.headers);
    return value === null ? null : this.#sessions.verify(value);
  }

  /**
   * Who the request's session speaks for. Throws CallerError UNAUTHENTICATED without a live one, and FORBIDDEN with the field
   * `csrf` for an unsafe method that comes from elsewhere.
   */
  async require(request: FastifyRequest): Promise<Principal> {
    const principal = await this.find(request);
    if (principal === null) throw noSession(this.cookie.valueIn(request.headers) !== null);
    if (!SAFE_METHODS.has(request.method)) {
      this.requireOwnOrigin(request);
      this.#requireCsrfToken(request, principal);
    }
    return principal;
  }

  /** Throws CallerError FORBIDDEN unless a page of ours sent the request, as its `Origin` tells. */
  requireOwnOrigin(request: FastifyRequest): void {
    const origin = request.headers.origin?.toLowerCase();
    if (origin === undefined || origin === 'null') throw foreign('Origin is missing.');
    // The host is one of ours: a check before every route made sure of it.
    const own = [new URL(this.#baseUrl()).origin, `https://${request.host.toLowerCase()}`];
    if (!own.includes(origin)) throw foreign('Origin is not that of this server.');
  }

  #requireCsrfToken(request: FastifyRequest, principal: Principal): void {
    const given = request.headers[CSRF_HEADER];
    const { sessionId } = principal;
    const isRight =
      typeof given === 'string' && sessionId !== null && this.#sessions.isCsrfToken(sessionId, given);
    if (!isRight) throw foreign('X-CSRF-Token must be the csrf_token of GET /v1/session.');
  }
}

/** True for a request that brings a token, right or wrong: then its cookie counts for nothing. */
function bringsToken(headers: IncomingHttpHeaders): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

/** Who a request to the unified API speaks for: `ofToken` where it brings a token, else the session of its cookie. */
export function tokenOrSession(
  ofToken: (request: FastifyRequest) => Principal | Promise<Principal>,
  browser: BrowserSessions,
): (request: FastifyRequest) => Principal | Promise<Principal> {
  return request => {
    const hasCookie = !bringsToken(request.headers) && browser.cookie.valueIn(request.headers) !== null;
    return hasCookie ? browser.require(request) : ofToken(request);
  };
}

function noSession(hadCookie: boolean): CallerError {
  const detail = hadCookie ? 'The session is over. Sign in again.' : 'Sign in first.';
  return new CallerError('UNAUTHENTICATED', detail);
}

function foreign(message: string): CallerError {
  const problems = [{ field: 'csrf', message }];
  return new CallerError('FORBIDDEN', `The request did not come from a page of this server. ${message}`, {
    problems,
  });
}
