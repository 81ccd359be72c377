/**
 * What a client tells whoever watches it: each request it sends, each answer, each retry and its reason.
 * Events are for counting and logging; they carry no headers, no bodies and no token.
 */
import type { RequestLine } from './errors.ts';
import type { RetryReason } from './retry.ts';

/** A request is about to be sent, or was answered (whatever the status). An attempt that broke off has no answer. */
export type AttemptEvent = RequestLine & {
  /** Number of the attempt at this request, from 1. */
  readonly attempt: number;
} & (
    | { readonly type: 'request' }
    | { readonly type: 'response'; readonly status: number; readonly durationMs: number }
  );

/** An attempt failed and will be repeated after `delayMs`. */
export type RetryEvent = RequestLine & {
  readonly type: 'retry';
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  readonly reason: RetryReason;
  /** Of the answer, or null when there was none or it was a page too short. */
  readonly status: number | null;
  readonly delayMs: number;
};
