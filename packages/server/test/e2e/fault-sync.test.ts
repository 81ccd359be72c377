/**
 * A sync through every fault at once, over real HTTPS: what it stores is what a sync through a well-behaved upstream stores.
 * The client's clock does not wait, so a minute after a bare 429 takes no time here; time-outs are short, and real.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BitsightClientOptions, Fetch, RetryEvent } from '@sightline/bitsight';
import { Agent, buildConnector, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/app.ts';
import { readSandboxSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { FAULT_KINDS, type FaultKind, faultAt, parseFaults } from '../../src/ratings/faults.ts';
import { SyncLab } from '../support/sync-lab.ts';
import { countRows, differences, NO_DIFFERENCES } from '../support/synced-rows.ts';

const KINDS = Object.keys(FAULT_KINDS) as FaultKind[];
/** More than half of all requests. A stall costs its whole time-out, a slow answer most of a second. */
const FAULTS = KINDS.map(kind => `${kind}:${kind === 'stall' || kind === 'slow' ? 0.025 : 0.045}`);
const SEED = 'faults-2';
const TIMEOUT_MS = 2_500;
/** Both sandboxes answer for this name, so that no address in a record tells one from the other. */
const UPSTREAM = 'upstream.example';

let calm: SyncLab;
let troubled: SyncLab;
let sandboxes: { calm: Sandbox; troubled: Sandbox };
const agents: Agent[] = [];

beforeAll(async () => {
  [calm, troubled] = await Promise.all([SyncLab.open(), SyncLab.open()]);
  sandboxes = {
    calm: await sandboxIn(join(calm.folder, 'sandbox'), []),
    troubled: await sandboxIn(join(troubled.folder, 'sandbox'), FAULTS),
  };
});
afterAll(async () => {
  await Promise.all(agents.map(agent => agent.destroy()));
  await Promise.all([sandboxes.calm.close(), sandboxes.troubled.close()]);
  await Promise.all([calm.close(), troubled.close()]);
});

async function sandboxIn(dataDir: string, fault: string[]): Promise<Sandbox> {
  const settings = readSandboxSettings({
    flags: {
      ...{ port: 0, httpPort: 0, companies: 40, findingsPerCompany: 120, date: '2026-03-01', seed: SEED },
      ...{ fault, allowedHost: [UPSTREAM] },
    },
    env: {},
  });
  return startSandbox({ ...settings, dataDir }, { logger: createLogger({ level: 'silent' }) });
}

/** Client options that reach a sandbox under the one name. */
function reach(sandbox: Sandbox): Partial<BitsightClientOptions> {
  const connect = buildConnector({ ca: readFileSync(String(sandbox.at.caFile), 'utf8') });
  const { hostname, port } = new URL(sandbox.at.baseUrl);
  const dispatcher = new Agent({
    connect: (options, done) => connect({ ...options, hostname, port, servername: UPSTREAM }, done),
  });
  agents.push(dispatcher);
  const reachingFetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher });
  return { token: sandbox.admin.userToken, baseUrl: `https://${UPSTREAM}`, fetch: reachingFetch };
}

async function failureOf(lab: SyncLab, runId: string): Promise<string | null> {
  const { failure } = await lab.store.db
    .selectFrom('sync_runs')
    .select('failure')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  return failure;
}

/** The fault that a retry answers, as far as a client can tell one from another. */
function faultBehind(event: RetryEvent): string {
  if (event.reason === 'rate_limited') return event.delayMs === 60_000 ? '429-bare' : '429';
  if (event.reason === 'server_error') return String(event.status);
  return event.reason;
}

test('a sync through every fault at once stores what an undisturbed one stores', async () => {
  calm.client = reach(sandboxes.calm);
  const quiet = await calm.sync('full');
  expect(await failureOf(calm, quiet.runId)).toBeNull();
  expect(quiet).toMatchObject({ state: 'SUCCESS', counters: { upstream: { retries: 0 } } });

  const retries: RetryEvent[] = [];
  troubled.client = {
    ...reach(sandboxes.troubled),
    ...{ timeoutMs: TIMEOUT_MS, maxAttempts: 40, onRetry: event => void retries.push(event) },
  };
  const { runId, state, counters } = await troubled.sync('full');
  expect(await failureOf(troubled, runId)).toBeNull();
  expect(state).toBe('SUCCESS');

  // Faults are a function of seed and number of the request, so which were met is known from how many were sent.
  const faults = parseFaults(FAULTS);
  const struck = new Set(
    Array.from({ length: counters.upstream.requests }, (_, n) => faultAt(faults, SEED, n)),
  );
  expect(KINDS.filter(kind => !struck.has(kind))).toEqual([]);
  expect(new Set(retries.map(faultBehind))).toEqual(
    new Set([
      '429',
      '429-bare',
      'queued',
      '500',
      '502',
      '504',
      '524',
      'web_page',
      'timeout',
      'short_page',
      'network',
    ]),
  );
  expect(counters.upstream).toEqual({
    requests: quiet.counters.upstream.requests + retries.length,
    retries: retries.length,
  });
  expect(retries.length).toBeGreaterThan(quiet.counters.upstream.requests / 2);

  const { upstream: _spent, ...streams } = counters;
  expect(streams).toEqual(
    Object.fromEntries(Object.entries(quiet.counters).filter(([name]) => name !== 'upstream')),
  );
  const [one, other] = [join(calm.folder, 'sightline.db'), join(troubled.folder, 'sightline.db')];
  expect(differences(one, other)).toEqual(NO_DIFFERENCES);
  expect(countRows(other)).toEqual(countRows(one));
  expect(countRows(other).findings).toBeGreaterThan(4_000);
});

test('a token that upstream refuses is not tried again, whatever else goes wrong', async () => {
  const asked: string[] = [];
  const { fetch: reachingFetch, ...rest } = reach(sandboxes.troubled);
  troubled.client = {
    ...rest,
    token: 'x'.repeat(40),
    fetch: (url, init) => {
      asked.push(url);
      return (reachingFetch ?? fetch)(url, init);
    },
  };
  expect((await troubled.sync('full')).state).toBe('FAILED');
  expect(asked).toHaveLength(1);
});
