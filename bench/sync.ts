/**
 * `sync`: findings stored per second against a bare client that only fetches and parses the same pages, both from a static
 * replay server, and the peak memory of the sync worker at 50,000 and 500,000 findings.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureFirstAdmin } from '../packages/server/src/access/first-start.ts';
import { connectionService, openInstallation } from '../packages/server/src/app.ts';
import { systemClock } from '../packages/server/src/clock.ts';
import { UpstreamClients } from '../packages/server/src/connections/upstream-client.ts';
import { newId } from '../packages/server/src/ids.ts';
import { createLogger } from '../packages/server/src/log.ts';
import { DatabaseRunQueue } from '../packages/server/src/sync/database-run-queue.ts';
import { findRun } from '../packages/server/src/sync/run-repository.ts';
import { VERSION } from '../packages/server/src/version.ts';
import { WorkerProcess } from '../packages/server/src/worker-process.ts';
import { type Figure, median } from './support/figures.ts';
import { peakRssBytes, startProcess } from './support/processes.ts';

const ROUNDS = 3;
const SMALL = { companies: 50, perCompany: 1_000 };
const LARGE = { companies: 500, perCompany: 1_000 };
const RSS_POLL_MS = 50;

const Replay = z.object({
  base_url: z.string(),
  ca_file: z.string(),
  findings: z.number(),
  bytes: z.number(),
});
type Replay = z.infer<typeof Replay>;

export async function measureSync(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const small = await measureSize(folder, SMALL, ROUNDS);
    const large = await measureSize(folder, LARGE, 1);
    const sandbox = await measureSandbox(folder);
    const growth = large.rssMib - small.rssMib;
    return [
      {
        name: `sync of ${small.findings} findings`,
        value: median(small.synced),
        unit: 'rows/s',
        baseline: { name: 'bare client', value: median(small.bare) },
        ratio: median(small.synced) / median(small.bare),
        goal: '≥ 0.35 and ≥ 30,000',
        met: median(small.synced) / median(small.bare) >= 0.35 && median(small.synced) >= 30_000,
        samples: small.synced,
      },
      {
        name: `sync of ${large.findings} findings`,
        value: median(large.synced),
        unit: 'rows/s',
        baseline: { name: 'bare client', value: median(large.bare) },
        ratio: median(large.synced) / median(large.bare),
        goal: '≥ 0.35 and ≥ 30,000',
        met: median(large.synced) / median(large.bare) >= 0.35 && median(large.synced) >= 30_000,
        samples: large.synced,
      },
      {
        name: 'the same again, nothing changed',
        value: median(small.again),
        unit: 'rows/s',
        baseline: { name: 'bare client', value: median(small.bare) },
        ratio: median(small.again) / median(small.bare),
        samples: small.again,
      },
      {
        name: `peak RSS of the worker at ${small.findings}`,
        value: small.rssMib,
        unit: 'MiB',
        goal: '< 200',
        met: small.rssMib < 200,
      },
      {
        name: `peak RSS of the worker at ${large.findings}`,
        value: large.rssMib,
        unit: 'MiB',
        baseline: { name: 'growth in MiB', value: growth },
        goal: '< 200, growth < 10',
        met: large.rssMib < 200 && growth < 10,
      },
      { name: `sync from the sandbox, ${sandbox.findings} findings`, value: sandbox.rate, unit: 'rows/s' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface SizeResult {
  findings: number;
  bare: number[];
  synced: number[];
  again: number[];
  rssMib: number;
}

async function measureSize(
  folder: string,
  size: { companies: number; perCompany: number },
  rounds: number,
): Promise<SizeResult> {
  const server = await startProcess('bench/support/replay-server.ts', [
    String(size.companies),
    String(size.perCompany),
    mkdtempSync(join(folder, 'replay-')),
  ]);
  const replay = Replay.parse(JSON.parse(server.line));
  const result: SizeResult = { findings: replay.findings, bare: [], synced: [], again: [], rssMib: 0 };
  try {
    for (let round = 0; round < rounds; round += 1) {
      result.bare.push(await bareRate(replay));
      const hub = await SyncBench.open(mkdtempSync(join(folder, 'hub-')), replay.base_url, replay.ca_file);
      const first = await hub.sync();
      result.synced.push(first.rate);
      result.rssMib = Math.max(result.rssMib, first.rssMib);
      result.again.push((await hub.sync()).rate);
      await hub.close();
    }
  } finally {
    await server.stop();
  }
  return result;
}

async function bareRate(replay: Replay): Promise<number> {
  const client = await startProcess('bench/support/bare-client.ts', [replay.base_url, replay.ca_file]);
  const { rows, elapsed_ms } = z
    .object({ rows: z.number(), elapsed_ms: z.number() })
    .parse(JSON.parse(client.line));
  await client.stop();
  if (rows !== replay.findings) throw new Error(`the bare client read ${rows} of ${replay.findings} rows`);
  return (rows / elapsed_ms) * 1000;
}

async function measureSandbox(folder: string): Promise<{ findings: number; rate: number }> {
  const token = 'bench-token-of-forty-characters-exactly.';
  const sandbox = await startProcess('packages/server/src/cli/main.ts', [
    ...['sandbox', '--json', '--port', '0', '--http-port', '0', '--log-level', 'silent', '--token', token],
    ...['--companies', '50', '--findings-per-company', '1000', '--date', '2026-06-01'],
    ...['--data-dir', mkdtempSync(join(folder, 'sandbox-'))],
  ]);
  const ready = z
    .object({ base_url: z.string(), ca_file: z.string(), finding_count: z.number() })
    .parse(JSON.parse(sandbox.line));
  try {
    const hub = await SyncBench.open(mkdtempSync(join(folder, 'hub-')), ready.base_url, ready.ca_file, token);
    const { rate } = await hub.sync();
    await hub.close();
    return { findings: ready.finding_count, rate };
  } finally {
    await sandbox.stop();
  }
}

/** A hub's data directory with one connection, and the worker process that a hub would run on it. */
export class SyncBench {
  readonly #installation: Awaited<ReturnType<typeof openInstallation>>;
  readonly #connectionId: string;
  readonly #caFile: string;

  private constructor(
    installation: Awaited<ReturnType<typeof openInstallation>>,
    connectionId: string,
    caFile: string,
  ) {
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
    const { store, vault, authority } = installation;
    const admin = await ensureFirstAdmin({
      store,
      clock: systemClock,
      newId,
      authority,
      organizationName: 'Bench',
    });
    const clients = new UpstreamClients({ version: VERSION, extraCa: readFileSync(caFile, 'utf8') });
    const runQueue = new DatabaseRunQueue({ store, clock: systemClock, newId, wakeWorker: () => {} });
    const connections = connectionService({ store, vault, clock: systemClock, runQueue, clients }, [
      new URL(baseUrl).host,
    ]);
    const connection = await connections.create({
      organizationId: admin.organizationId,
      vendor: 'BIT_SIGHT',
      credentials: { username: token },
      options: { base_url: baseUrl },
    });
    await clients.close();
    return new SyncBench(installation, connection.id, caFile);
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
      { dataDir, logLevel: 'warn', untilIdle: true, upstreamCa: this.#caFile },
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

  async close(): Promise<void> {
    await this.#installation.close();
  }
}
