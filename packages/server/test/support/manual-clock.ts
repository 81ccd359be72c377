/** A clock that tests move. Sleepers wake when time has come; nothing waits for real. */
import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  atMs: number;
  wake: () => void;
}

export class ManualClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];

  constructor(start = '2026-03-01T12:00:00Z') {
    this.#nowMs = Date.parse(start);
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      reject(signal.reason);
      return promise;
    }
    const sleeper = { atMs: this.#nowMs + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener(
      'abort',
      () => {
        this.#sleepers = this.#sleepers.filter(other => other !== sleeper);
        reject(signal.reason);
      },
      { once: true },
    );
    return promise;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter(sleeper => sleeper.atMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(sleeper => sleeper.atMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}
