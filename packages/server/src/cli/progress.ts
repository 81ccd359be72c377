/**
 * A sync run as it goes: a bar on a terminal, a line now and then elsewhere. What is shown is read from the run's row, so any
 * process may watch any run.
 */
import { type Bar, SingleBar } from 'cli-progress';
import type { Clock } from '../clock.ts';
import type { RunState } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { RunCounters } from '../sync/run-counters.ts';
import { RunFailure } from '../sync/run-repository.ts';

const POLL_MS = 200;
const LINE_EVERY_MS = 5_000;

export interface FinishedRun {
  id: string;
  state: RunState;
  counters: RunCounters;
  failure: RunFailure | null;
  elapsedMs: number;
}

/** Follows a run to its end and returns how it ended. `show` false follows it silently. */
export async function followRun(
  store: Store,
  clock: Clock,
  runId: string,
  options: { show: boolean; signal?: AbortSignal },
): Promise<FinishedRun> {
  const display = options.show ? displayFor(process.stderr.isTTY === true) : null;
  try {
    for (;;) {
      const run = await readRun(store, clock, runId);
      display?.update(run);
      if (run.state !== 'QUEUED' && run.state !== 'RUNNING') return run;
      await clock.sleep(POLL_MS, options.signal);
    }
  } finally {
    display?.stop();
  }
}

async function readRun(store: Store, clock: Clock, runId: string): Promise<FinishedRun> {
  const row = await store.db
    .selectFrom('sync_runs')
    .select(['state', 'counters', 'failure', 'started_at', 'finished_at'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  const endMs = row.finished_at ?? clock.now();
  return {
    id: runId,
    state: row.state,
    counters: RunCounters.parse(JSON.parse(row.counters)),
    failure: row.failure === null ? null : RunFailure.parse(JSON.parse(row.failure)),
    elapsedMs: row.started_at === null ? 0 : endMs - row.started_at,
  };
}

/** Share of the run that is done: companies weigh one each, findings as their companies are done. */
export function progressOf(counters: RunCounters): { done: number; total: number } {
  return {
    done: counters.companies.companies_done + counters.findings.companies_done,
    total: counters.companies.companies_total + counters.findings.companies_total,
  };
}

/** Findings per second since the run began. */
export function rowsPerSecond(run: { counters: RunCounters; elapsedMs: number }): number {
  return run.elapsedMs <= 0 ? 0 : Math.round((run.counters.findings.read / run.elapsedMs) * 1000);
}

interface Display {
  update(run: FinishedRun): void;
  stop(): void;
}

function displayFor(isTerminal: boolean): Display {
  return isTerminal ? new TerminalBar() : new PlainLines();
}

function streamText(counters: RunCounters): string {
  const { companies, findings, upstream } = counters;
  const done = `companies ${companies.companies_done}/${companies.companies_total}`;
  const rows = `findings ${findings.read}${findings.expected > findings.read ? `/${findings.expected}` : ''}`;
  return `${done} · ${rows} · ${upstream.requests} requests, ${upstream.retries} retries`;
}

class TerminalBar implements Display {
  readonly #bar: Bar = new SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage}% · {streams} · {rate} rows/s · ETA {eta_formatted}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  #started = false;

  update(run: FinishedRun): void {
    const { done, total } = progressOf(run.counters);
    const shown = { streams: streamText(run.counters), rate: rowsPerSecond(run) };
    if (!this.#started) {
      this.#bar.start(Math.max(total, 1), done, shown);
      this.#started = true;
    }
    this.#bar.setTotal(Math.max(total, 1));
    this.#bar.update(done, shown);
  }

  stop(): void {
    this.#bar.stop();
  }
}

class PlainLines implements Display {
  #lastMs = Number.NEGATIVE_INFINITY;

  update(run: FinishedRun): void {
    if (run.counters.companies.companies_total === 0 || run.elapsedMs - this.#lastMs < LINE_EVERY_MS) return;
    this.#lastMs = run.elapsedMs;
    const { done, total } = progressOf(run.counters);
    const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
    process.stderr.write(`${percent}% · ${streamText(run.counters)} · ${rowsPerSecond(run)} rows/s\n`);
  }

  stop(): void {}
}

/** One line that says how a run ended. */
export function summaryOf(run: FinishedRun): string {
  const { companies, ratings, findings, upstream } = run.counters;
  const written = (stream: { created: number; updated: number; unchanged: number; resolved: number }) =>
    `${stream.created} new, ${stream.updated} changed, ${stream.unchanged} unchanged, ${stream.resolved} gone`;
  return [
    `${run.state} in ${(run.elapsedMs / 1000).toFixed(1)} s`,
    `  companies: ${written(companies)}`,
    `  ratings:   ${ratings.created} new, ${ratings.updated} changed, ${ratings.unchanged} unchanged`,
    `  findings:  ${written(findings)} (${rowsPerSecond(run)} rows/s)`,
    `  upstream:  ${upstream.requests} requests, ${upstream.retries} retries`,
    ...(findings.unmapped + companies.unmapped === 0
      ? []
      : [`  unmapped:  ${findings.unmapped + companies.unmapped} records kept raw and listed under the job`]),
    ...(run.failure === null ? [] : [`  ${run.failure.reason}: ${run.failure.message}`]),
  ].join('\n');
}
