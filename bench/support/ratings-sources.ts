/**
 * The two sources of the ratings API over the same account, each in a process of its own as the command line starts it: the
 * sandbox, and a hub that synced from it.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { type Started, startProcess } from './processes.ts';
import { SyncBench } from './sync-bench.ts';
import { type ServerAddress, TimedReader } from './timed-reader.ts';

const MAIN = 'packages/server/src/cli/main.ts';
const TOKEN = 'bench-token-of-forty-characters-exactly.';
/** Fixed, so that every run serves the same account. */
const DATE = '2026-06-01';
const SERVER = ['--json', '--port', '0', '--http-port', '0', '--log-level', 'warn'];

const Ready = z.object({ base_url: z.string(), ca_file: z.string() });
const SandboxReady = Ready.extend({ company_guid: z.string(), finding_count: z.number() });
const Count = z.object({ count: z.number() });
const Portfolio = z.object({ results: z.array(z.object({ guid: z.string() })) });

export interface AccountSize {
  readonly companies: number;
  readonly findingsPerCompany: number;
}

/** A running server. */
export interface RatingsSource extends ServerAddress {
  readonly name: 'sandbox' | 'gateway';
  readonly pid: number;
  stop(): Promise<void>;
}

/** A running sandbox, and what its account is. */
export interface SandboxSource extends RatingsSource {
  /** Of the whole account. */
  readonly findings: number;
  readonly ownCompany: string;
}

export async function startSandbox(folder: string, size: AccountSize): Promise<SandboxSource> {
  const started = await startProcess(MAIN, [
    ...['sandbox', ...SERVER, '--token', TOKEN, '--date', DATE, '--seed', 'replay'],
    ...['--companies', String(size.companies), '--findings-per-company', String(size.findingsPerCompany)],
    ...['--data-dir', join(folder, 'sandbox')],
  ]);
  const ready = SandboxReady.parse(JSON.parse(started.line));
  return {
    ...sourceOf('sandbox', started, TOKEN),
    findings: ready.finding_count,
    ownCompany: ready.company_guid,
  };
}

/** Fills a hub from a running sandbox, and starts it. */
export async function startGateway(folder: string, upstream: SandboxSource): Promise<RatingsSource> {
  const dataDir = join(folder, 'hub');
  const bench = await SyncBench.open(dataDir, upstream.base_url, upstream.ca_file, TOKEN);
  await bench.sync();
  await bench.pause();
  await bench.close();
  const started = await startProcess(MAIN, ['serve', ...SERVER, '--data-dir', dataDir]);
  return sourceOf('gateway', started, bench.adminToken);
}

function sourceOf(name: RatingsSource['name'], { child, line, stop }: Started, token: string): RatingsSource {
  return { ...Ready.parse(JSON.parse(line)), name, token, pid: child.pid ?? 0, stop };
}

export interface LargestCompany {
  readonly guid: string;
  readonly findings: number;
}

/** The company with the most findings. */
export async function largestCompany(source: RatingsSource): Promise<LargestCompany> {
  const reader = new TimedReader(source);
  let largest = { guid: '', findings: -1 };
  const page = Portfolio.parse(JSON.parse(await reader.text('/v2/portfolio?limit=100000&fields=guid')));
  for (const { guid } of page.results) {
    const text = await reader.text(`/v1/companies/${guid}/findings?limit=1`);
    const { count } = Count.parse(JSON.parse(text));
    if (count > largest.findings) largest = { guid, findings: count };
  }
  await reader.close();
  return largest;
}
