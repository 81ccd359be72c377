/**
 * The one way a run writes: rows, checkpoint and counters in one transaction, one transaction after another. A run that was
 * cancelled meanwhile writes nothing more.
 */
import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { addCounters, type CounterDelta, type RunCounters } from './run-counters.ts';

/** Thrown by a commit when the run is no longer RUNNING. */
export class RunCancelledError extends Error {
  constructor() {
    super('the run was cancelled');
    this.name = 'RunCancelledError';
  }
}

export interface UpstreamUse {
  requests: number;
  retries: number;
}

export class RunWriter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #runId: string;
  readonly #usedBefore: UpstreamUse;
  readonly #use: UpstreamUse;
  #counters: RunCounters;
  #last: Promise<unknown> = Promise.resolve();

  /** `use` is counted up by the upstream client while the run lasts. */
  constructor(store: Store, clock: Clock, run: { id: string; counters: RunCounters }, use: UpstreamUse) {
    this.#store = store;
    this.#clock = clock;
    this.#runId = run.id;
    this.#counters = run.counters;
    this.#usedBefore = run.counters.upstream;
    this.#use = use;
  }

  get counters(): RunCounters {
    return this.#withUse(this.#counters);
  }

  /** `work` writes rows and returns what it adds to the counters. It may be run again after a write conflict. */
  commit(
    work: (transaction: Transaction<Database>, nowMs: number) => Promise<CounterDelta>,
  ): Promise<CounterDelta> {
    const turn = this.#last.then(() => this.#commitNow(work));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #commitNow(
    work: (transaction: Transaction<Database>, nowMs: number) => Promise<CounterDelta>,
  ): Promise<CounterDelta> {
    const { counters, delta } = await this.#store.write(async transaction => {
      const delta = await work(transaction, this.#clock.now());
      const counters = addCounters(this.#counters, delta);
      const { numUpdatedRows } = await transaction
        .updateTable('sync_runs')
        .set({ counters: JSON.stringify(this.#withUse(counters)) })
        .where('id', '=', this.#runId)
        .where('state', '=', 'RUNNING')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) throw new RunCancelledError();
      return { counters, delta };
    });
    this.#counters = counters;
    return delta;
  }

  #withUse(counters: RunCounters): RunCounters {
    return {
      ...counters,
      upstream: {
        requests: this.#usedBefore.requests + this.#use.requests,
        retries: this.#usedBefore.retries + this.#use.retries,
      },
    };
  }
}
