/**
 * Waiting that ends when the caller says so, or when time is up. It does not trust the thing waited for to listen
 * to its signal: an injected `fetch` or clock may not.
 */
import { LONGEST_TIMER_MS } from './clock.ts';

/** Thrown by {@link withDeadline} when time is up; internal, the transport turns it into a typed error. */
export class DeadlineExpired extends Error {}

/** `promise`, or the signal's reason as soon as it aborts. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs `work` with a signal that fires when `timeoutMs` have passed (a {@link DeadlineExpired}) or when the
 * caller's `signal` does (its reason). Listeners and the timer are gone when it settles: `AbortSignal.any` would
 * keep one dependent signal for each request on a signal that lives as long as a sync run.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const handle = setTimeout(
    () => controller.abort(new DeadlineExpired()),
    Math.min(timeoutMs, LONGEST_TIMER_MS),
  );
  try {
    return await abortable(work(controller.signal), controller.signal);
  } finally {
    clearTimeout(handle);
    signal?.removeEventListener('abort', onAbort);
  }
}
