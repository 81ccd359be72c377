/**
 * Time as the client sees it: injected, so that a test decides what an hour is. Only back-off, `Retry-After` and
 * the limiter use it; the time-out of an attempt is a real timer, because it guards against a real peer.
 */

/** A source of time. `now` is milliseconds since the epoch, because `Retry-After` may be a date. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Timers hold 31 bits: a longer wait given to one of them would end at once instead of in a month. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The platform's clock. It can wait for any length of time, `Infinity` included. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let leftMs = ms; leftMs > 0; leftMs -= LONGEST_TIMER_MS) {
      await timer(Math.min(leftMs, LONGEST_TIMER_MS), signal);
    }
    signal?.throwIfAborted();
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(handle);
      reject(signal?.reason);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
