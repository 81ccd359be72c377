/**
 * `page`: the cost of a page of findings at 500,000 of them: the 5,000th against the first, and filtered pages, over HTTPS on one
 * kept-alive connection.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Figure, median, percentile } from './support/figures.ts';
import { startProcess } from './support/processes.ts';
import { SyncBench } from './support/sync-bench.ts';
import { TimedReader } from './support/timed-reader.ts';

const COMPANIES = 500;
const FINDINGS_PER_COMPANY = 1_000;
const DEEP_PAGE = 5_000;
const PAGE_ROWS = 100;
const ROUNDS = 300;

/** Common, rare and empty; each alone and together. */
const FILTERS = [
  'severity=critical',
  'severity=high&state=open',
  'factor=open_ports',
  'category=Compromised Systems',
  'category=Diligence&affects_score=false&severity=low',
  'last_seen_since=2026-05-30',
  'first_seen_since=2026-05-25',
  'state=reopened',
  'updated_since=2099-01-01T00:00:00Z',
  'cve=CVE-2021-26855',
  'asset=192.0.2.55',
  'state_updated_since=2099-01-01T00:00:00Z',
];

const Page = z.object({ items: z.array(z.unknown()), next_cursor: z.string().nullable() });
const Ready = z.object({ base_url: z.string(), ca_file: z.string() });

export async function measurePages(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const dataDir = join(folder, 'hub');
    const { findings, token } = await fill(folder, dataDir);
    const hub = await startProcess('packages/server/src/cli/main.ts', [
      ...['serve', '--json', '--port', '0', '--http-port', '0', '--log-level', 'warn', '--data-dir', dataDir],
    ]);
    const ready = Ready.parse(JSON.parse(hub.line));
    const reader = new TimedReader({ ...ready, token });
    try {
      return [...(await depthFigures(reader, findings)), ...(await filterFigures(reader, findings))];
    } finally {
      await reader.close();
      await hub.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fill(folder: string, dataDir: string): Promise<{ findings: number; token: string }> {
  const server = await startProcess('bench/support/replay-server.ts', [
    String(COMPANIES),
    String(FINDINGS_PER_COMPANY),
    join(folder, 'replay'),
  ]);
  const replay = z
    .object({ base_url: z.string(), ca_file: z.string(), findings: z.number() })
    .parse(JSON.parse(server.line));
  const bench = await SyncBench.open(dataDir, replay.base_url, replay.ca_file);
  await bench.sync();
  const token = bench.adminToken;
  await bench.pause();
  await bench.close();
  await server.stop();
  return { findings: replay.findings, token };
}

async function depthFigures(reader: TimedReader, findings: number): Promise<Figure[]> {
  const first = `/v2/tprm/findings?limit=${PAGE_ROWS}`;
  let cursor: string | null = null;
  for (let page = 1; page < DEEP_PAGE; page += 1) {
    const text = await reader.text(cursor === null ? first : `${first}&cursor=${cursor}`);
    const next = Page.parse(JSON.parse(text)).next_cursor;
    if (next === null) break;
    cursor = next;
  }
  const deep = `${first}&cursor=${cursor}`;
  const samples: { first: number[]; deep: number[] } = { first: [], deep: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    samples.first.push(await reader.time(first));
    samples.deep.push(await reader.time(deep));
  }
  const ratio = median(samples.deep) / median(samples.first);
  return [
    {
      name: `page ${DEEP_PAGE} of ${findings} findings, median`,
      value: median(samples.deep),
      unit: 'ms',
      baseline: { name: 'page 1', value: median(samples.first) },
      ratio,
      goal: '≤ 1.3',
      met: ratio <= 1.3,
    },
  ];
}

async function filterFigures(reader: TimedReader, findings: number): Promise<Figure[]> {
  const plain = `/v2/tprm/findings?limit=${PAGE_ROWS}`;
  const figures: Figure[] = [];
  for (const filter of FILTERS) {
    const samples: { filtered: number[]; plain: number[] } = { filtered: [], plain: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      samples.plain.push(await reader.time(plain));
      samples.filtered.push(await reader.time(`${plain}&${encodeURI(filter)}`));
    }
    const p99 = percentile(samples.filtered, 0.99);
    figures.push({
      name: `p99 of ${filter} at ${findings}`,
      value: p99,
      unit: 'ms',
      baseline: { name: 'p99 unfiltered', value: percentile(samples.plain, 0.99) },
      ratio: p99 / percentile(samples.plain, 0.99),
      goal: '< 50 ms',
      met: p99 < 50,
    });
  }
  return figures;
}
