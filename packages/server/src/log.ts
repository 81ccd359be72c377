/**
 * The program's log: JSON lines on standard error, with every field redacted whose name is one of a secret's. What slips into
 * a text all the same (a URL, an upstream message) is caught by the form of our own tokens, on the finished line.
 */
import {
  type DestinationStream,
  destination as fileDescriptor,
  type Logger,
  type LoggerOptions,
  pino,
} from 'pino';
import { looksLikeToken } from './access/token-format.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REDACTED = '[redacted]';

/** Names under which a secret is known somewhere, in lower case: headers, request bodies, stored credentials, settings. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-connection-invite-token',
  'cookie',
  'set-cookie',
  'token',
  'usertoken',
  'user_token',
  'auth_token',
  'invitetoken',
  'invite_token',
  'apikey',
  'api_key',
  'password',
  'current_password',
  'new_password',
  'recovery_codes',
  'csrf_token',
  'x-csrf-token',
  'secret',
  'credentials',
  'username',
  'sealed_value',
  'sealed_credentials',
  'sightline_key',
]);

/** Objects nest no deeper in a line: what is below is left out, for nobody looked at it. */
const MAX_DEPTH = 6;

/** A text that begins with a token prefix and goes on as one; the checksum decides. */
const TOKEN_IN_TEXT = /sl[uc]_[0-9A-Za-z]{36}/g;

export interface LogOptions {
  level: LogLevel;
  /** Where the lines go; standard error unless given. */
  destination?: DestinationStream;
}

/** The logger of the process. Make children of it; never another one beside it. */
export function createLogger(options: LogOptions): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ level: label }), bindings: redactedRecord, log: redactedRecord },
    serializers: { req: serializeRequest, res: serializeResponse, err: serializeError },
    hooks: { streamWrite: withoutTokens },
  };
  return redactingChildren(pino(settings, options.destination ?? fileDescriptor({ dest: 2, sync: true })));
}

/** pino formats what a line holds, but not what a child is bound to; children inherit this method from their parent. */
function redactingChildren(logger: Logger): Logger {
  const child = logger.child;
  return Object.defineProperty(logger, 'child', {
    value: function redactedChild(
      this: Logger,
      bindings: pino.Bindings,
      options?: pino.ChildLoggerOptions,
    ): Logger {
      return Reflect.apply(child, this, [redactedRecord(bindings), options]);
    },
  });
}

/** The text with every token of our own form replaced. */
function withoutTokens(text: string): string {
  if (!text.includes('slu_') && !text.includes('slc_')) return text;
  return text.replace(TOKEN_IN_TEXT, candidate => (looksLikeToken(candidate) ? REDACTED : candidate));
}

/**
 * A request path for the log. Values of the query that are as long as a token are dropped: a caller's Bitsight token in a URL
 * has no form we know.
 */
export function loggedUrl(url: string): string {
  const queryStart = url.indexOf('?');
  if (queryStart < 0) return withoutTokens(decodedOrRaw(url));
  const query = url
    .slice(queryStart + 1)
    .split('&')
    .map(loggedParameter)
    .join('&');
  return `${withoutTokens(decodedOrRaw(url.slice(0, queryStart)))}?${query}`;
}

/** Shorter than a token: dates, ids of pages and most filters stay readable. A uuid has 36 characters. */
const LONGEST_LOGGED_VALUE = 36;

function loggedParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  const value = decodedOrRaw(parameter.slice(equals + 1));
  if (value.length <= LONGEST_LOGGED_VALUE) return parameter;
  return equals < 0 ? REDACTED : `${parameter.slice(0, equals).slice(0, LONGEST_LOGGED_VALUE)}=${REDACTED}`;
}

function decodedOrRaw(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return REDACTED;
  }
}

/** Written by serializers, which choose what they show; a whole request or answer is never walked. */
const SERIALIZED = new Set(['req', 'res', 'err']);

function redactedRecord(record: Record<string, unknown>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    shown[name] = SERIALIZED.has(name) ? value : redactedField(name, value, 1);
  }
  return shown;
}

function redactedField(name: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined) return value;
  if (SECRET_NAMES.has(name.toLowerCase())) return REDACTED;
  return typeof value === 'object' ? redactedObject(value, depth) : value;
}

function redactedObject(value: object, depth: number): unknown {
  if (value instanceof Error) return serializeError(value);
  if ('toJSON' in value) return value;
  if (depth >= MAX_DEPTH) return '[nested]';
  if (Array.isArray(value)) return value.map(item => redactedField('', item, depth + 1));
  const shown: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) shown[name] = redactedField(name, item, depth + 1);
  return shown;
}

/** Errors of HTTP clients carry the request they failed on, headers and all. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { raw: _, ...described } = pino.stdSerializers.err(error);
  return redactedObject(described, 1);
}

/** What the log shows of a request; Fastify's are such, and node's with an `ip`. */
export interface LoggedRequest {
  readonly id?: string;
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Method, path, peer, and the headers by which a caller names itself (bitsight-api.md, 3.4); nothing else of a request. */
function serializeRequest({ method, url, ip, headers = {} }: LoggedRequest): Record<string, unknown> {
  return {
    method,
    url: url === undefined ? undefined : loggedUrl(url),
    ip,
    client: loggedHeader(headers['user-agent']),
    platform: loggedHeader(
      // One widespread connector misspells it.
      headers['x-bitsight-calling-platform-version'] ?? headers['x-bitsight-calling-platform_version'],
    ),
    connector: loggedHeader(headers['x-bitsight-connector-name-version']),
    customer: loggedHeader(headers['x-bitsight-customer']),
  };
}

const LONGEST_LOGGED_HEADER = 200;
/** Longer than a uuid and without a break: no name or version is, every token of ours or Bitsight's is. */
const LIKE_A_TOKEN = /[A-Za-z0-9+=_-]{37,}/g;
const CONTROL = /\p{Cc}/gu;

/** What a caller says of itself, cut to a length; it may say anything. */
function loggedHeader(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Before it is cut, because half a token would not be told any more.
  const shown = value.length < 37 ? value : value.replace(LIKE_A_TOKEN, REDACTED);
  return shown.slice(0, LONGEST_LOGGED_HEADER).replace(CONTROL, ' ');
}

function serializeResponse(response: { statusCode?: number }): Record<string, unknown> {
  return { status: response.statusCode };
}
