/**
 * `auth:scale`: an authenticated read with 1, 10,000 and 1,000,000 tokens stored, in turns; and with more tokens in use than the
 * cache of verified tokens holds, so that every request looks its token up.
 */
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
  server: Started;
  /** Tokens as the load takes them. */
  tokens: string[];
  rates: number[];
  goal: number | null;
}

export async function measureAuthScale(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const candidates: Candidate[] = [];
  try {
    for (const stored of STORED) candidates.push(...(await candidatesOf(folder, stored)));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const candidate of candidates) {
        const rate = await requestLoad(`${candidate.server.line}${ROUTE}`, LOAD, candidate.tokens);
        // The first round warms all of them up.
        if (round > 0) candidate.rates.push(rate);
      }
    }
  } finally {
    for (const server of new Set(candidates.map(candidate => candidate.server))) await server.stop();
    rmSync(folder, { recursive: true });
  }
  return figuresOf(candidates);
}

async function candidatesOf(folder: string, stored: number): Promise<Candidate[]> {
  const dataDir = join(folder, String(stored));
  const values = await prepareHub(dataDir, stored, IN_USE);
  const server = await startProcess('bench/support/auth-server.ts', [dataDir, 'on']);
  const count = stored.toLocaleString('en');
  const one: Candidate = {
    name: `one token in use of ${count}`,
    server,
    tokens: values.slice(0, 1),
    rates: [],
    goal: GOAL,
  };
  if (values.length < IN_USE) return [one];
  const file = join(folder, `${stored}.tokens`);
  writeFileSync(file, values.join('\n'), { mode: 0o600 });
  const many = `${IN_USE.toLocaleString('en')} tokens in use of ${count}, none in the cache`;
  // A server of its own: what it remembers and writes down must not be measured with the other.
  const busy = await startProcess('bench/support/auth-server.ts', [dataDir, 'on']);
  return [one, { name: many, server: busy, tokens: [`@${file}`], rates: [], goal: null }];
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
