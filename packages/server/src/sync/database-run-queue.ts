/**
 * The run queue of one machine: a run that is asked for is a row that waits. The worker process beside finds it; nothing else
 * is queued anywhere.
 */
import type { Clock } from '../clock.ts';
import type { RunQueue, RunRequest } from '../connections/run-queue.ts';
import { CallerError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { SyncRunsTable } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { requestRun } from './sync-schedule.ts';

export interface DatabaseRunQueueOptions {
  store: Store;
  clock: Clock;
  newId: IdSource;
  /** Tells the worker to look at once instead of at its next poll. */
  wakeWorker: () => void;
}

export class DatabaseRunQueue implements RunQueue {
  readonly #options: DatabaseRunQueueOptions;

  constructor(options: DatabaseRunQueueOptions) {
    this.#options = options;
  }

  async request(connectionId: string, request: RunRequest): Promise<{ run: SyncRunsTable; isNew: boolean }> {
    const { store, clock, newId, wakeWorker } = this.#options;
    const asked = await store.write(async db => {
      const connection = await db
        .selectFrom('connections')
        .select('organization_id')
        .where('id', '=', connectionId)
        .where('state', '!=', 'DELETED')
        .executeTakeFirst();
      if (connection === undefined) throw new CallerError('NOT_FOUND', 'There is no such connection.');
      const organizationId = connection.organization_id;
      const { runId, isNew } = await requestRun(
        db,
        { ...request, organizationId, connectionId },
        newId,
        clock.now(),
      );
      const run = await db
        .selectFrom('sync_runs')
        .selectAll()
        .where('id', '=', runId)
        .executeTakeFirstOrThrow();
      return { run, isNew };
    });
    wakeWorker();
    return asked;
  }

  /** A run in work ends at its next commit, which finds the row no longer RUNNING. */
  async cancel(connectionId: string): Promise<void> {
    const { store, clock } = this.#options;
    await store.write(async db => {
      await db
        .updateTable('sync_runs')
        .set({ state: 'CANCELLED', finished_at: clock.now() })
        .where('connection_id', '=', connectionId)
        .where('state', 'in', ['QUEUED', 'RUNNING'])
        .execute();
    });
  }
}
