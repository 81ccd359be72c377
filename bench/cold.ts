/** `cold`: from `npm start` in an empty home directory to the first row served, against what npm and Node take for nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, fetch } from 'undici';
import { z } from 'zod';
import { type Figure, median } from './support/figures.ts';

const ROUNDS = 3;
const STOP_GRACE_MS = 15_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const Ready = z.object({ base_url: z.string(), ca_file: z.string(), token: z.string() });

export async function measureColdStart(): Promise<Figure[]> {
  const samples: { start: number[]; nothing: number[] } = { start: [], nothing: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    samples.nothing.push(await timeNothing());
    samples.start.push(await timeStart());
  }
  return [
    {
      name: 'npm start to the first row served',
      value: median(samples.start) / 1000,
      unit: 's',
      baseline: { name: 'npm and node alone, s', value: median(samples.nothing) / 1000 },
      ratio: median(samples.start) / median(samples.nothing),
      samples: samples.start.map(ms => ms / 1000),
    },
  ];
}

async function timeNothing(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('npm', ['exec', '--offline', '--', 'node', '-e', '0'], { cwd: ROOT, stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startedMs;
}

async function timeStart(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'sightline-cold-'));
  const startedMs = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--json', '--port', '0', '--sandbox-port', '0'], {
    cwd: ROOT,
    env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const ready = Ready.parse(JSON.parse(String(line)));
    const dispatcher = new Agent({ connect: { ca: readFileSync(ready.ca_file) } });
    const response = await fetch(`${ready.base_url}/v2/tprm/findings?limit=1`, {
      dispatcher,
      headers: { 'x-api-key': ready.token },
    });
    const { items } = z.object({ items: z.array(z.unknown()).length(1) }).parse(await response.json());
    const elapsedMs = performance.now() - startedMs;
    await dispatcher.close();
    if (items.length !== 1) throw new Error('no row was served');
    return elapsedMs;
  } finally {
    // npm and what it started are one process group of ours.
    const group = child.pid === undefined ? null : -child.pid;
    if (group !== null) process.kill(group, 'SIGTERM');
    const deadline = setTimeout(() => {
      if (group !== null) process.kill(group, 'SIGKILL');
    }, STOP_GRACE_MS);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    clearTimeout(deadline);
    rmSync(home, { recursive: true, maxRetries: 20, retryDelay: 200 });
  }
}
