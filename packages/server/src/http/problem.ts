/**
 * How an error looks on the unified API and wherever no surface has its own form: `application/problem+json` (RFC 9457), and
 * `errors[]` for fields. Source: unified-api.md, "Authentication"; no `WWW-Authenticate: Basic`, or browsers open a prompt.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerError, ERRORS, type ErrorCode, type FieldProblem } from '../errors.ts';

const PROBLEM_CONTENT_TYPE = 'application/problem+json';

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: readonly FieldProblem[];
  /** Of an unexpected error: the id its log line has too. */
  error_id?: string;
}

/** The error handler of the whole server; a surface with another wire form sets its own. */
export function problemHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = callerErrorOf(error);
  if (known === null) {
    const errorId = reportUnexpected(error, request);
    send(reply, { ...problemOf('INTERNAL', unexpectedDetail(errorId)), error_id: errorId });
    return;
  }
  reply.headers(known.headers);
  const problem = problemOf(known.code, known.detail);
  send(reply, known.problems.length === 0 ? problem : { ...problem, errors: known.problems });
}

/** The answer to a path or method that no route has. It does not repeat the path, which may hold a secret. */
export function notFoundHandler(_request: FastifyRequest, reply: FastifyReply): void {
  send(reply, problemOf('NOT_FOUND', 'There is nothing at this path with this method.'));
}

/** The caller's error behind anything Fastify can raise, or null when it is none and the fault is ours. */
export function callerErrorOf(error: unknown): CallerError | null {
  if (error instanceof CallerError) return error;
  if (!(error instanceof Error)) return null;
  if ('validation' in error && Array.isArray(error.validation)) {
    const problems = error.validation.map(fieldProblemOf);
    const first = problems[0];
    const detail = first === undefined ? 'A value was not accepted.' : `${first.field}: ${first.message}`;
    return new CallerError('INVALID', detail, { problems });
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const mapped = FASTIFY_ERRORS[code];
  if (mapped !== undefined) return new CallerError(mapped[0], mapped[1]);
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  // Only Fastify's own errors: a 4xx that another library threw is about a request of ours, not the caller's.
  if (code.startsWith('FST_') && status >= 400 && status < 500) {
    return new CallerError('MALFORMED', 'The request could not be read.');
  }
  return null;
}

/** Logs an error nobody caused on purpose, and returns the id to show in its place. */
export function reportUnexpected(error: unknown, request: FastifyRequest): string {
  const errorId = randomUUID();
  request.log.error({ err: error, errorId, req: request }, 'unexpected error');
  return errorId;
}

/** What a caller is told of an unexpected error. */
function unexpectedDetail(errorId: string): string {
  return `Something went wrong on the server. Its log has the cause under ${errorId}.`;
}

function problemOf(code: ErrorCode, detail: string): Problem {
  const { status, title } = ERRORS[code];
  return { type: 'about:blank', title, status, detail };
}

const NOT_JSON = 'The body is not valid JSON.';

const FASTIFY_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = Object.freeze({
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED', NOT_JSON],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED', 'The body is empty, and its content type says JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body must have at most 1 MiB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'Send JSON, with Content-Type: application/json.',
  ],
  FST_ERR_BAD_URL: ['MALFORMED', 'The path is not valid: a percent sign must begin an encoded character.'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'There is nothing at this path with this method.'],
});

interface ValidationIssue {
  instancePath?: unknown;
  message?: unknown;
  params?: unknown;
}

/** `/items/0/name` of a JSON pointer is `items.0.name`. */
function fieldProblemOf(issue: ValidationIssue): FieldProblem {
  const pointer = typeof issue.instancePath === 'string' ? issue.instancePath : '';
  const field = pointer.replace(/^\//, '').replaceAll('/', '.');
  const message = typeof issue.message === 'string' ? issue.message : 'was not accepted';
  return { field: field === '' ? 'body' : field, message };
}

function send(reply: FastifyReply, problem: Problem): void {
  // Serialised here: a route's response schema must not cut an error down to its own fields.
  void reply
    .code(problem.status)
    .header('content-type', PROBLEM_CONTENT_TYPE)
    .header('cache-control', 'no-store')
    // Here too: a URL that cannot be routed meets no hook, and so not the one that sets this on every answer.
    .header('x-content-type-options', 'nosniff')
    .serializer(JSON.stringify)
    .send(problem);
}
