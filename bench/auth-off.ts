/** `auth:off`: the same route of the same server with authentication and without it, in turns: what authentication costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median } from './support/figures.ts';
import { prepareHub } from './support/prepared-hub.ts';
import { startProcess } from './support/processes.ts';
import { requestLoad } from './support/request-load.ts';

const ROUNDS = 5;
const LOAD = { seconds: 3, connections: 10 };
const ROUTE = '/v1/connectors';
const GOAL = 0.85;

export async function measureAuthOff(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const tokens = {
    on: await prepareHub(join(folder, 'on'), 1, 1),
    off: await prepareHub(join(folder, 'off'), 1, 1),
  };
  const servers = {
    on: await startProcess('bench/support/auth-server.ts', [join(folder, 'on'), 'on']),
    off: await startProcess('bench/support/auth-server.ts', [join(folder, 'off'), 'off']),
  };
  const samples: { on: number[]; off: number[] } = { on: [], off: [] };
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const name of ['off', 'on'] as const) {
        // The same request on both sides: without authentication nobody looks at its token.
        const rate = await requestLoad(`${servers[name].line}${ROUTE}`, LOAD, tokens[name]);
        // The first round warms both up.
        if (round > 0) samples[name].push(rate);
      }
    }
  } finally {
    await servers.on.stop();
    await servers.off.stop();
    rmSync(folder, { recursive: true });
  }
  const ratio = median(samples.on) / median(samples.off);
  return [
    {
      name: `GET ${ROUTE}, authenticated`,
      value: median(samples.on),
      unit: 'requests/s',
      baseline: { name: 'authentication off', value: median(samples.off) },
      ratio,
      goal: `≥ ${GOAL}`,
      met: ratio >= GOAL,
      samples: samples.on,
    },
  ];
}
