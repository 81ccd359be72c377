/** A hub's data directory with one connection, and the worker process that a hub would run on it, without the hub. */

import { readFileSync } from 'node:fs';
import { ensureFirstAdmin } from '../../packages/server/src/access/first-start.ts';
import { OPERATOR } from '../../packages/server/src/access/operator.ts';
import { connectionService } from '../../packages/server/src/app/services.ts';
import { systemClock } from '../../packages/server/src/clock.ts';
import { UpstreamClients } from '../../packages/server/src/connections/upstream-client.ts';
import { newId } from '../../packages/server/src/ids.ts';
import { openInstallation } from '../../packages/server/src/installation.ts';
import { createLogger } from '../../packages/server/src/log.ts';
import { DatabaseRunQueue } from '../../packages/server/src/sync/database-run-queue.ts';
import { findRun } from '../../packages/server/src/sync/run-repository.ts';
import { VERSION } from '../../packages/server/src/version.ts';
import { WorkerProcess } from '../../packages/server/src/worker-process.ts';
import { peakRssBytes } from './processes.ts';

const RSS_POLL_MS = 50;

export class SyncBench {
  readonly #installation: Awaited<ReturnType<typeof openInstallation>>;
  readonly #connectionId: string;
  readonly #caFile: string;
  readonly #upstreamHost: string;
  readonly adminToken: string;

  private constructor(
    installation: Awaited<ReturnType<typeof openInstallation>>,
    connectionId: string,
    caFile: string,
    adminToken: string,
    upstreamHost: string,
  ) {
    this.adminToken = adminToken;
    this.#upstreamHost = upstreamHost;
    this.#installation = installation;
    this.#connectionId = connectionId;
    this.#caFile = caFile;
  }

  static async open(
    dataDir: string,
    baseUrl: string,
    caFile: string,
    token = 'x'.repeat(40),
  ): Promise<SyncBench> {
    const installation = await openInstallation(dataDir, { logger: createLogger({ level: 'silent' }) });
    const { store, authority } = installation;
    const admin = await ensureFirstAdmin({
      store,
      clock: systemClock,
      newId,
      authority,
      organizationName: 'Bench',
    });
    const clients = new UpstreamClients({ version: VERSION, extraCa: readFileSync(caFile, 'utf8') });
    const runQueue = new DatabaseRunQueue({ store, clock: systemClock, newId, wakeWorker: () => {} });
    const connections = connectionService({ ...installation, runQueue, clients }, [new URL(baseUrl).host]);
    const connection = await connections.create(
      {
        organizationId: admin.organizationId,
        vendor: 'BIT_SIGHT',
        credentials: { username: token },
        options: { base_url: baseUrl },
      },
      OPERATOR,
    );
    await clients.close();
    return new SyncBench(installation, connection.id, caFile, admin.userToken, new URL(baseUrl).host);
  }

  /** One full run by a worker process of its own: findings read per second of the run, and the process's peak memory. */
  async sync(): Promise<{ rate: number; rssMib: number }> {
    const { store, dataDir } = this.#installation;
    const runQueue = new DatabaseRunQueue({ store, clock: systemClock, newId, wakeWorker: () => {} });
    const { run } = await runQueue.request(this.#connectionId, {
      mode: 'full',
      streams: ['companies', 'findings'],
      requestedBy: 'bench',
    });
    const worker = new WorkerProcess(
      {
        dataDir,
        logLevel: 'warn',
        untilIdle: true,
        upstreamCa: this.#caFile,
        upstreamHosts: [this.#upstreamHost],
      },
      systemClock,
      createLogger({ level: 'warn' }),
    );
    let peak = 0;
    const watch = setInterval(() => {
      if (worker.pid !== null) peak = Math.max(peak, peakRssBytes(worker.pid));
    }, RSS_POLL_MS);
    await worker.runOnce();
    clearInterval(watch);
    const row = await store.db
      .selectFrom('sync_runs')
      .select(['state', 'started_at', 'finished_at', 'failure'])
      .where('id', '=', run.id)
      .executeTakeFirstOrThrow();
    if (row.state !== 'SUCCESS') throw new Error(`the run ended ${row.state}: ${row.failure}`);
    const after = await findRun(store.db, run.id);
    const elapsedMs = (row.finished_at ?? 0) - (row.started_at ?? 0);
    return {
      rate: ((after?.counters.findings.read ?? 0) / elapsedMs) * 1000,
      rssMib: peak / 1024 / 1024,
    };
  }

  /** Keeps a hub on the same data from syncing by itself. */
  async pause(): Promise<void> {
    await this.#installation.store.db
      .updateTable('connections')
      .set({ state: 'PAUSED', next_sync_at: null })
      .where('id', '=', this.#connectionId)
      .execute();
  }

  async close(): Promise<void> {
    await this.#installation.close();
  }
}
