/**
 * The worker role: takes runs that wait, oldest first, and executes them; asks for runs whose time has come. It lives in a
 * process of its own, beside the one that serves HTTP, and finds its work in the database alone.
 */
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { Store } from '../store/store.ts';
import { listActiveRuns, type SyncRun } from './run-repository.ts';
import { executeRun, type SyncEngineDeps } from './sync-engine.ts';
import { requestDueRuns } from './sync-schedule.ts';

/** Runs of different connections at once: one slow account must not hold up all others. */
const MAX_RUNS = 3;
const POLL_MS = 1_000;

export interface WorkerOptions {
  store: Store;
  clock: Clock;
  newId: IdSource;
  engine: SyncEngineDeps;
  /** Told of failures that are ours, not upstream's; the run stays RUNNING and is taken up again. */
  onError(error: unknown, run: SyncRun | null): void;
  /** Ends when no run is left and none is due, for `sightline sync` without a server. */
  untilIdle: boolean;
}

export class SyncWorker {
  readonly #options: WorkerOptions;
  readonly #stopping = new AbortController();
  readonly #executing = new Map<string, Promise<void>>();
  /** Runs that failed by a fault of ours in this process: not taken again until the next start. */
  readonly #givenUp = new Set<string>();
  #wake = new AbortController();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Looks for work at once instead of at the next poll. */
  wake(): void {
    this.#wake.abort();
  }

  /** Interrupts runs at their next checkpoint; they stay RUNNING and are taken up again. */
  stop(): void {
    this.#stopping.abort();
    this.wake();
  }

  /** Works until stopped (or idle, as the options say). */
  async work(): Promise<void> {
    const { clock, untilIdle } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await this.#takeRuns();
      if (untilIdle && this.#executing.size === 0) break;
      this.#wake = new AbortController();
      await clock.sleep(POLL_MS, AbortSignal.any([this.#wake.signal, this.#stopping.signal])).catch(() => {});
    }
    await Promise.all(this.#executing.values());
  }

  async #takeRuns(): Promise<void> {
    const { store, clock, newId, onError, untilIdle } = this.#options;
    try {
      if (!untilIdle) await requestDueRuns(store, newId, clock.now());
      for (const run of await listActiveRuns(store.db)) {
        if (this.#executing.size >= MAX_RUNS) return;
        if (!this.#executing.has(run.id) && !this.#givenUp.has(run.id)) this.#take(run);
      }
    } catch (error) {
      onError(error, null);
    }
  }

  #take(run: SyncRun): void {
    const { engine, onError } = this.#options;
    const execution = executeRun(engine, run, this.#stopping.signal).then(
      () => {},
      error => {
        this.#givenUp.add(run.id);
        onError(error, run);
      },
    );
    this.#executing.set(
      run.id,
      execution.finally(() => {
        this.#executing.delete(run.id);
        this.wake();
      }),
    );
  }
}
