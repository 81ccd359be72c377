/**
 * How many requests one client may have in flight, and how many it may start in a second; first come, first served.
 * Bitsight allows 20 at once on most of its API, fewer on some of it, and recommends at most 3
 * (https://help.bitsighttech.com/hc/en-us/articles/360036941374).
 */
import type { Clock } from './clock.ts';

/** The limits shared by all calls of one client. */
export interface LimiterOptions {
  /** Requests in flight at once. */
  maxConcurrent: number;
  /** Requests started per second, evenly spaced; fractions are allowed. Absent: as fast as they finish. */
  requestsPerSecond?: number | undefined;
}

interface Waiter {
  start(): void;
}

/** Hands out the right to send one request. */
export class Limiter {
  readonly #clock: Clock;
  readonly #maxConcurrent: number;
  readonly #spacingMs: number;
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #pause: AbortController | null = null;

  constructor(options: LimiterOptions, clock: Clock) {
    this.#clock = clock;
    this.#maxConcurrent = options.maxConcurrent;
    this.#spacingMs = options.requestsPerSecond === undefined ? 0 : 1000 / options.requestsPerSecond;
  }

  /**
   * Waits for a turn and resolves to the function that gives it back (calling it twice gives back one turn).
   * Rejects with the signal's reason if it aborts first; the place in the queue is then gone.
   */
  acquire(signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#endPause();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#turn());
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#startDue(false);
    });
  }

  #turn(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#inFlight -= 1;
      this.#startDue(false);
    };
  }

  /** `paused` says that the spacing was just slept through: a clock that stands still must not stop the queue. */
  #startDue(paused: boolean): void {
    let spaceLeft = paused;
    // A Set iterates in insertion order and deletes in constant time: a queue that abort can leave from the middle.
    for (const waiter of this.#waiting) {
      if (this.#inFlight >= this.#maxConcurrent || this.#pause !== null) return;
      const waitMs = spaceLeft ? 0 : this.#msUntilNextStart();
      if (waitMs > 0) {
        this.#pauseFor(waitMs);
        return;
      }
      spaceLeft = false;
      this.#waiting.delete(waiter);
      this.#inFlight += 1;
      this.#lastStartMs = this.#clock.now();
      waiter.start();
    }
  }

  #msUntilNextStart(): number {
    if (this.#spacingMs === 0) return 0;
    // Never more than one spacing: the wall clock may have been set back since the last start.
    return Math.min(this.#spacingMs, this.#lastStartMs + this.#spacingMs - this.#clock.now());
  }

  #pauseFor(ms: number): void {
    const pause = new AbortController();
    this.#pause = pause;
    const onEnd = () => {
      if (this.#pause !== pause) return;
      this.#pause = null;
      this.#startDue(true);
    };
    this.#clock.sleep(ms, pause.signal).then(onEnd, onEnd);
  }

  #endPause(): void {
    const pause = this.#pause;
    this.#pause = null;
    pause?.abort();
  }
}
