/**
 * Every error a caller can cause, once: code, status and title. Anything else that is thrown is a 500 with an id that the
 * log has too. How an error looks on the wire is decided by the surface (RFC 9457 on the unified API, `{"detail"}` on the
 * ratings API).
 */

export const ERRORS = Object.freeze({
  MALFORMED: { status: 400, title: 'The request could not be read' },
  BAD_PARAMETER: { status: 400, title: 'A parameter is missing or wrong' },
  TOKEN_IN_URL: { status: 400, title: 'A token does not belong in a URL' },
  UNAUTHENTICATED: { status: 401, title: 'No valid credentials' },
  FORBIDDEN: { status: 403, title: 'Not permitted' },
  HTTPS_REQUIRED: { status: 403, title: 'HTTPS is required' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  CONFLICT: { status: 409, title: 'In conflict with the present state' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported content type' },
  MISDIRECTED: { status: 421, title: 'This server does not answer for that host' },
  INVALID: { status: 422, title: 'A value was not accepted' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The header fields are too large' },
  INTERNAL: { status: 500, title: 'Internal error' },
  NOT_IMPLEMENTED: { status: 501, title: 'Not available' },
  BAD_GATEWAY: { status: 502, title: 'The upstream account gave no proper answer' },
  UNAVAILABLE: { status: 503, title: 'Temporarily unavailable' },
  GATEWAY_TIMEOUT: { status: 504, title: 'The upstream account did not answer in time' },
} as const);

export type ErrorCode = keyof typeof ERRORS;

/** One field of a request that was not accepted. `field` is the parameter's or the body path's name, dotted. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** An error that the caller caused or can act on. `detail` is shown to the caller and says what to do; it holds no secret. */
export class CallerError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly problems: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { problems?: readonly FieldProblem[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'CallerError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.title = ERRORS[code].title;
    this.detail = detail;
    this.problems = more.problems ?? [];
    this.headers = more.headers ?? {};
  }
}

/** A reason why the program cannot start or go on, in words for the operator; the command line prints it and exits. */
export class OperatorError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'OperatorError';
    this.exitCode = options.exitCode ?? 1;
  }
}
