/**
 * `auth:bare`: requests per second of the smallest authenticated route against a bare TLS server that answers the same head and
 * body without looking at the request; same connections, keep-alive, runs taken in turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { adminTokenOf } from '../packages/server/test/support/admin-token.ts';
import { type Figure, median } from './support/figures.ts';
import { startProcess } from './support/processes.ts';
import { recordedAnswer } from './support/recorded-answer.ts';
import { requestLoad } from './support/request-load.ts';

const ROUNDS = 5;
const LOAD = { seconds: 3, connections: 10 };
const ROUTE = '/v1/connectors';

const Ready = z.object({ base_url: z.string(), ca_file: z.string(), data_dir: z.string() });

export async function measureAuthBare(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const hub = await startProcess('packages/server/src/cli/main.ts', [
    ...['serve', '--json', '--port', '0', '--http-port', '0', '--log-level', 'warn'],
    ...['--data-dir', join(folder, 'hub')],
  ]);
  const started = Ready.parse(JSON.parse(hub.line));
  const ready = { ...started, token: await adminTokenOf(started.data_dir) };
  const { head, body } = await recordedAnswer(`${ready.base_url}${ROUTE}`, ready);
  const bare = await startProcess('bench/support/bare-server.ts', [
    join(folder, 'bare'),
    JSON.stringify(head),
    body,
  ]);
  const samples: { hub: number[]; bare: number[] } = { hub: [], bare: [] };
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const measured = {
        bare: await requestLoad(`${bare.line}${ROUTE}`, LOAD),
        hub: await requestLoad(`${ready.base_url}${ROUTE}`, LOAD, [ready.token]),
      };
      // The first round warms both up.
      if (round === 0) continue;
      samples.bare.push(measured.bare);
      samples.hub.push(measured.hub);
    }
  } finally {
    await hub.stop();
    await bare.stop();
    rmSync(folder, { recursive: true });
  }
  const ratio = median(samples.hub) / median(samples.bare);
  return [
    {
      name: `GET ${ROUTE}, authenticated`,
      value: median(samples.hub),
      unit: 'requests/s',
      baseline: { name: 'bare TLS server', value: median(samples.bare) },
      ratio,
      goal: '≥ 0.7',
      met: ratio >= 0.7,
      samples: samples.hub,
    },
  ];
}
