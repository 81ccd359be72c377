/**
 * `auth:scale`: an authenticated read with 1, 10,000 and 1,000,000 tokens stored, in turns; and with more tokens in use than the
 * cache of verified tokens holds, so that every request looks its token up.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median } from './support/figures.ts';
import { prepareHub } from './support/prepared-hub.ts';
import { type Started, startProcess } from './support/processes.ts';
import { requestLoad } from './support/request-load.ts';

const ROUNDS = 5;
const LOAD = { seconds: 3, connections: 10 };
const ROUTE = '/v1/connectors';
const STORED = [1, 10_000, 1_000_000] as const;
/** Twice as many as are remembered. */
const IN_USE = 20_000;
const GOAL = 0.85;

interface Candidate {
  name: string;
  dataDir: string;
  /** Tokens as the load takes them. */
  tokens: string[];
  rates: number[];
  goal: number | null;
}

export async function measureAuthScale(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  try {
    const candidates: Candidate[] = [];
    for (const stored of STORED) candidates.push(await oneInUse(folder, stored));
    // A gigabyte was just written; the system's own writing of it to the disk must not be measured.
    spawnSync('sync');
    await alternate(candidates);
    const many = manyInUse(folder);
    await alternate([many]);
    return figuresOf([...candidates, many]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Loads each candidate's server in turns; the first round warms all of them up. */
async function alternate(candidates: readonly Candidate[]): Promise<void> {
  const servers: Started[] = [];
  try {
    for (const { dataDir } of candidates)
      servers.push(await startProcess('bench/support/auth-server.ts', [dataDir, 'on']));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [n, { tokens, rates }] of candidates.entries()) {
        const rate = await requestLoad(`${servers[n]?.line}${ROUTE}`, LOAD, tokens);
        if (round > 0) rates.push(rate);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function oneInUse(folder: string, stored: number): Promise<Candidate> {
  const dataDir = join(folder, String(stored));
  const values = await prepareHub(dataDir, stored, IN_USE);
  writeFileSync(tokenFile(dataDir), values.join('\n'), { mode: 0o600 });
  const name = `one token in use of ${stored.toLocaleString('en')}`;
  return { name, dataDir, tokens: values.slice(0, 1), rates: [], goal: GOAL };
}

function manyInUse(folder: string): Candidate {
  const [most = 0] = [...STORED].reverse();
  const dataDir = join(folder, String(most));
  const name = `${IN_USE.toLocaleString('en')} tokens in use of ${most.toLocaleString('en')}, none in the cache`;
  return { name, dataDir, tokens: [`@${tokenFile(dataDir)}`], rates: [], goal: null };
}

function tokenFile(dataDir: string): string {
  return join(dataDir, 'values');
}

function figuresOf(candidates: readonly Candidate[]): Figure[] {
  const [first] = candidates;
  const base = median(first?.rates ?? []);
  return candidates.map(({ name, rates, goal }) => {
    const ratio = median(rates) / base;
    return {
      name,
      value: median(rates),
      unit: 'requests/s',
      baseline: { name: 'one token stored', value: base },
      ratio,
      ...(goal === null ? {} : { goal: `≥ ${goal}`, met: ratio >= goal }),
      samples: rates,
    };
  });
}
