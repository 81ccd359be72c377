/**
 * `sync`: findings stored per second against a bare client that only fetches and parses the same pages, both from a static
 * replay server, and the peak memory of the sync worker at 50,000 and 500,000 findings.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Figure, median } from './support/figures.ts';
import { startProcess } from './support/processes.ts';
import { SyncBench } from './support/sync-bench.ts';

const ROUNDS = 3;
const SMALL = { companies: 50, perCompany: 1_000 };
const LARGE = { companies: 500, perCompany: 1_000 };

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
