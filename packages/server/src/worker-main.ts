/**
 * Entry of the worker process: the sync engine over the data directory it is told, until its parent tells it to stop or dies.
 * Only one works on a data directory; a second waits for the first to end.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from './clock.ts';
import { recordRunEnd } from './connections/after-run.ts';
import { openAccount } from './connections/upstream-account.ts';
import { dataFiles } from './data-directory.ts';
import { newId } from './ids.ts';
import { createLogger, LOG_LEVELS } from './log.ts';
import { Vault } from './secrets/vault.ts';
import { type DataLock, tryDataLock } from './store/data-lock.ts';
import { openSqliteStore, type Store } from './store/store.ts';
import { computeMissingColumns } from './sync/finding-columns-upkeep.ts';
import { SyncWorker } from './sync/worker.ts';
import { VERSION } from './version.ts';

export const WorkerSettings = z.object({
  dataDir: z.string(),
  logLevel: z.enum(LOG_LEVELS),
  upstreamCa: z.string().optional(),
  upstreamHosts: z.array(z.string()),
  untilIdle: z.boolean(),
});
export type WorkerSettings = z.infer<typeof WorkerSettings>;

/** Bounded, for the worker's memory is; what does not fit is in the file cache of the system. */
const CACHE_KIB = 8_192;
/** 64 MiB of log between moves to the database file: pages that many commits change are moved once. */
const CHECKPOINT_PAGES = 4_000;
const LOCK_POLL_MS = 100;
/** A parent that died leaves the commit in work this long. */
const ORPHAN_GRACE_MS = 3_000;

const settings = WorkerSettings.parse(JSON.parse(process.argv[2] ?? '{}'));
const logger = createLogger({ level: settings.logLevel }).child({ part: 'sync-worker' });
const files = dataFiles(settings.dataDir);
const stopping = new AbortController();
let worker: SyncWorker | null = null;

function stop(): void {
  stopping.abort();
  worker?.stop();
}

process.on('message', message => {
  if (message === 'stop') stop();
  else if (message === 'wake') worker?.wake();
});
process.on('disconnect', () => {
  stop();
  setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
});
// The terminal sends Ctrl-C to the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', stop);

async function lock(): Promise<DataLock | null> {
  while (!stopping.signal.aborted) {
    const held = tryDataLock(files.workerLock);
    if (held !== null) return held;
    if (settings.untilIdle) return null;
    await systemClock.sleep(LOCK_POLL_MS, stopping.signal).catch(() => {});
  }
  return null;
}

/** After an upgrade, before any run. A failure leaves lists that are not answered, and must not keep the sync from working. */
async function prepareFindings(store: Store): Promise<void> {
  try {
    const computed = await computeMissingColumns(store, systemClock, stopping.signal);
    if (computed > 0)
      logger.info({ findings: computed }, 'the stored findings were prepared for this version');
  } catch (error) {
    logger.error({ err: error }, 'the stored findings could not be prepared for this version');
  }
}

const held = await lock();
if (held !== null) {
  const store = await openSqliteStore(files.database, {
    cacheKib: CACHE_KIB,
    checkpointPages: CHECKPOINT_PAGES,
  });
  const key = process.env.SIGHTLINE_KEY;
  const vault = Vault.open({ dataDir: settings.dataDir, ...(key === undefined ? {} : { key }) });
  const extraCa =
    settings.upstreamCa === undefined ? undefined : readFileSync(join(settings.upstreamCa), 'utf8');
  worker = new SyncWorker({
    store,
    clock: systemClock,
    newId,
    untilIdle: settings.untilIdle,
    onError: (error, run) => logger.error({ err: error, run: run?.id }, 'the sync worker met an error'),
    engine: {
      store,
      clock: systemClock,
      openAccount: (connectionId, use) =>
        openAccount(
          { store, vault, version: VERSION, extraCa, upstreamHosts: settings.upstreamHosts },
          connectionId,
          use,
        ),
      onFault: (error, run) => logger.error({ err: error, run: run.id }, 'a sync run met an error of ours'),
      onEnd: async (run, end) => {
        await recordRunEnd(store, run, end, systemClock.now());
        logger.info(
          { run: run.id, connection: run.connectionId, state: end.state, failure: end.failure },
          'a sync run ended',
        );
      },
    },
  });
  await prepareFindings(store);
  if (stopping.signal.aborted) worker.stop();
  await worker.work();
  await store.close();
  held.release();
}
// A parent that died has hung up already.
if (process.connected) process.disconnect();
