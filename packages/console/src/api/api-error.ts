/** What can go wrong with a call, in one class: an answer that is a problem, no answer, or one that is not understood. */
import { waitingTime } from '../text/format.ts';
import { z } from './zod.ts';

export interface FieldProblem {
  field: string;
  message: string;
}

/** `cancelled`: the person closed the dialog that asks for the password, so the call was not made. */
type ApiErrorKind = 'problem' | 'offline' | 'not_understood' | 'cancelled';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly fields: readonly FieldProblem[];
  /** How long the server asks to wait, or null. */
  readonly retryAfterSecs: number | null;

  constructor(kind: ApiErrorKind, message: string, facts: Partial<ApiErrorFacts> = {}) {
    super(message);
    this.kind = kind;
    this.status = facts.status ?? 0;
    this.fields = facts.fields ?? [];
    this.retryAfterSecs = facts.retryAfterSecs ?? null;
  }

  /** Whether the problem is about this field. */
  concerns(field: string): boolean {
    return this.fields.some(problem => problem.field === field);
  }
}

interface ApiErrorFacts {
  status: number;
  fields: readonly FieldProblem[];
  retryAfterSecs: number | null;
}

const Problem = z.object({
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

/** Said when an answer carries no sentence of its own. */
const STATUS_SENTENCES: Readonly<Record<number, string>> = Object.freeze({
  401: 'You are signed out. Sign in and try again.',
  403: 'Your role does not allow this.',
  404: 'This does not exist, or no longer.',
  409: 'This is in use, so it was not changed.',
  413: 'This is more than the server takes at once.',
  421: 'The server does not answer for this address.',
  503: 'The server is busy or starting. Try again in a moment.',
});

const OFFLINE = 'The server cannot be reached. Check your network and try again.';

/** The error of an answer with an error status. `now` tells how far a date in Retry-After is. */
export function errorOfAnswer(status: number, headers: Headers, body: unknown, now: Date): ApiError {
  const parsed = Problem.safeParse(body);
  const problem = parsed.success ? parsed.data : {};
  const retryAfterSecs = retryAfterOf(headers.get('retry-after'), now);
  const sentence = problem.detail ?? problem.title ?? STATUS_SENTENCES[status];
  const message = status === 429 ? tooMany(retryAfterSecs) : (sentence ?? `The server answered ${status}.`);
  return new ApiError('problem', message, { status, fields: problem.errors ?? [], retryAfterSecs });
}

export function offlineError(): ApiError {
  return new ApiError('offline', OFFLINE);
}

export function notUnderstoodError(status: number): ApiError {
  const message = "The server's answer was not understood. Reload the page: it may be from an older version.";
  return new ApiError('not_understood', message, { status });
}

export function cancelledError(): ApiError {
  return new ApiError('cancelled', 'Not done: your identity was not confirmed.');
}

/** Seconds of a Retry-After header, which is a number or a date; null when there is none. */
export function retryAfterOf(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}

function tooMany(retryAfterSecs: number | null): string {
  const wait = retryAfterSecs === null ? 'a moment' : waitingTime(retryAfterSecs);
  return `Too many attempts. Wait ${wait} and try again.`;
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : 'Something went wrong in this page. Reload it and try again.';
}

/** True when nothing needs to be told, since the person stopped it. */
export function isCancelled(error: unknown): boolean {
  return error instanceof ApiError && error.kind === 'cancelled';
}
