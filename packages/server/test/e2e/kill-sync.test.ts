/**
 * Kills in mid-sync, with SIGKILL, as a power cut would: whatever process dies and whenever, the run goes on where its last
 * commit left it, and its rows are those of a sync that nobody disturbed.
 */
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, HubApi, type Job, upstreamFlags } from '../support/hub-api.ts';
import { childrenOf, commandLineOf, isRunning, until } from '../support/processes.ts';
import { ProgramLab, type RunningServer } from '../support/program-lab.ts';
import { countRows, differences, NO_DIFFERENCES, readOne } from '../support/synced-rows.ts';

const KILLS = 20;
const COMPANIES = 80;
const FINDINGS_PER_COMPANY = 120;
const UPSTREAM_TOKEN = 'kill-sync-0123456789-0123456789-01234567';
/** Slows the reading down as a connection's owner may, so that twenty kills find it at twenty different places. */
const REQUESTS_PER_SECOND = 45;
/** The kills are spread over the run up to here; what is left then is for the last start to finish. */
const LAST_KILL_BY = 0.8;

let lab: ProgramLab;
let sandbox: RunningServer;
let adminToken: string | null;
/** Waits for its credentials in the data directory that every hub of the tests begins as a copy of. */
let connection: Connection;
let undisturbed: Job;

beforeAll(async () => {
  lab = new ProgramLab();
  sandbox = await lab.sandbox('sandbox', [
    ...['--companies', String(COMPANIES), '--findings-per-company', String(FINDINGS_PER_COMPANY)],
    ...['--date', '2026-03-01', '--seed', 'kill', '--token', UPSTREAM_TOKEN, '--log-level', 'warn'],
  ]);
  const template = await lab.serve('template', upstreamFlags(sandbox));
  adminToken = template.token;
  connection = await new HubApi(template.client).connect({
    options: { base_url: sandbox.ready.base_url, requests_per_second: REQUESTS_PER_SECOND },
  });
  expect(connection.state).toBe('PENDING');
  await template.stop();

  const hub = await startCopy('undisturbed');
  const api = new HubApi(hub.client);
  await api.change(connection, { options: { requests_per_second: null } });
  undisturbed = await api.finished((await beginSync(api)).id);
  await hub.stop();
});
afterAll(() => lab.close());

/** A hub on a copy of the prepared data directory: ids are the same in all of them. */
async function startCopy(name: string): Promise<RunningServer> {
  cpSync(lab.path('template'), lab.path(name), { recursive: true });
  return startHub(name);
}

function startHub(name: string): Promise<RunningServer> {
  return lab.serve(name, [...upstreamFlags(sandbox), '--log-level', 'warn'], adminToken);
}

function database(name: string): string {
  return lab.path(name, 'sightline.db');
}

async function beginSync(api: HubApi): Promise<Job> {
  await api.change(connection, { credentials: { username: UPSTREAM_TOKEN } });
  return api.sync(connection, 'full');
}

/** How far a run has come, 0 to 1: half of it are the companies' details, half their findings. */
function progressOf(counters: Job['counters']): number {
  const details = counters.companies.companies_done / COMPANIES;
  return (details + counters.findings.read / Number(sandbox.ready.finding_count)) / 2;
}

/** As it is in the database, which nobody writes any more. */
function storedJob(name: string, jobId: string): { state: unknown; counters: Job['counters'] } {
  const row = readOne(database(name), 'select state, counters from sync_runs where id = ?', jobId);
  return { state: row.state, counters: JSON.parse(String(row.counters)) };
}

async function workerOf(hub: RunningServer): Promise<number> {
  return until('the hub has a worker', () => {
    const worker = childrenOf(hub.pid).find(pid => commandLineOf(pid).includes('worker-main'));
    return worker ?? null;
  });
}

function expectUndisturbedRows(name: string): void {
  expect(differences(database(name), database('undisturbed'))).toEqual(NO_DIFFERENCES);
  expect(countRows(database(name))).toEqual(countRows(database('undisturbed')));
  expect(countRows(database(name), ['checkpoints', 'walk_pages', 'sync_runs', 'unmapped_records'])).toEqual({
    checkpoints: 0,
    walk_pages: 0,
    sync_runs: 1,
    unmapped_records: 0,
  });
}

test('the undisturbed sync stores every company and finding of the account', () => {
  expect(undisturbed.state).toBe('SUCCESS');
  expect(undisturbed.counters.findings.read).toBe(sandbox.ready.finding_count);
  const rows = countRows(database('undisturbed'));
  expect(rows.companies).toBe(COMPANIES);
  expect(rows.findings).toBeGreaterThan(COMPANIES * FINDINGS_PER_COMPANY * 0.9);
  expect(rows.finding_terms).toBeGreaterThan(0);
  expect(rows.company_ratings).toBeGreaterThan(COMPANIES * 300);
});

test('a hub that is killed twenty times in mid-sync finishes the same run with the same rows', {
  timeout: 120_000,
}, async () => {
  let hub = await startCopy('killed');
  const { id } = await beginSync(new HubApi(hub.client));
  const workers: number[] = [];
  const killedAt: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const last = killedAt.at(-1) ?? 0;
    // Further than it was, and where it is behind the even spread, no further than that.
    const target = last + Math.max(0.001, (LAST_KILL_BY - last) / (KILLS - kill));
    workers.push(await workerOf(hub));
    const api = new HubApi(hub.client);
    await until(`the run has come to ${target}`, async () => {
      const job = await api.job(id);
      expect(['QUEUED', 'RUNNING'], `after ${killedAt.length} kills`).toContain(job.state);
      return progressOf(job.counters) >= target ? true : null;
    });
    await hub.killNow();
    const stored = storedJob('killed', id);
    expect(stored.state).toBe('RUNNING');
    killedAt.push(progressOf(stored.counters));
    hub = await startHub('killed');
  }
  const job = await new HubApi(hub.client).finished(id);
  workers.push(await workerOf(hub));
  await hub.stop();

  expect(job.state).toBe('SUCCESS');
  expect(new Set(killedAt).size).toBe(KILLS);
  expect(killedAt).toEqual([...killedAt].sort((a, b) => a - b));
  // Counters are committed with the rows they speak of, so what was read again after a kill was never counted before it.
  expect(job.counters).toEqual(undisturbed.counters);
  // Each start lists the portfolio again and repeats at most what was in flight.
  expect(job.upstream.requests).toBeLessThan(undisturbed.upstream.requests + KILLS * 8);
  expectUndisturbedRows('killed');
  expect(new Set(workers).size).toBe(KILLS + 1);
  await until('no worker of a killed hub is left', () => (workers.some(isRunning) ? null : true));
});

test('a worker that is killed alone is started again by its hub, and the run ends as if nothing had been', async () => {
  const hub = await startCopy('worker-killed');
  const api = new HubApi(hub.client);
  const { id } = await beginSync(api);
  await until('the run is half done', async () =>
    progressOf((await api.job(id)).counters) >= 0.5 ? true : null,
  );
  const killed = await workerOf(hub);
  process.kill(killed, 'SIGKILL');
  expect((await api.job(id)).state).toBe('RUNNING');
  const job = await api.finished(id);
  expect(job.state).toBe('SUCCESS');
  expect(job.counters).toEqual(undisturbed.counters);
  expect(await workerOf(hub)).not.toBe(killed);
  await hub.stop();
  expectUndisturbedRows('worker-killed');
});
