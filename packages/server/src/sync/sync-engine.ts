/**
 * Executes one sync run: portfolio, companies with ratings, then findings. Everything it writes goes with its checkpoint, so
 * whatever ends it (a kill, a time-out, a refusal) leaves rows that are right and a place to go on from.
 */
import pMap from 'p-map';
import { type Clock, isoDay } from '../clock.ts';
import type { RunState } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { syncAccountLists } from './account-lists.ts';
import {
  type COMPANIES_STREAM,
  type CompanyStreamRequest,
  closeListing,
  type ListedCompany,
  listPortfolio,
  type PortfolioListing,
  syncCompanies,
} from './company-stream.ts';
import { FINDINGS_STREAM, type WalkDeps, type WalkRequest, walkFindings } from './finding-walk.ts';
import type { RunCounters } from './run-counters.ts';
import {
  adoptProgress,
  endRun,
  type RunFailure,
  type SyncRun,
  startRun,
  writeCheckpoint,
} from './run-repository.ts';
import { RunCancelledError, RunWriter, type UpstreamUse } from './run-writer.ts';
import { findingFilters, type SyncScope, walkedRange } from './sync-scope.ts';
import { UpstreamFailure, type UpstreamReader } from './upstream-reader.ts';

/** An incremental run walks a company in full when its last full walk is older than this. */
const FULL_WALK_EVERY_MS = 24 * 3600 * 1000;
/** Days an incremental walk reaches back before the last one: upstream filters by day, and days are late. */
const OVERLAP_DAYS = 2;
/** Progress of a run that ended for want of time is taken over for so long. */
const ADOPTABLE_MS = 24 * 3600 * 1000;
/** A list of the account that has had so long is given up as soon as the run is else at its end. */
const LISTS_MS = 15_000;
const MAX_NAMED_FAILURES = 100;
const DAY_MS = 24 * 3600 * 1000;

/** What a run needs to know of its connection; opened by the connections feature, which alone sees the credentials. */
export interface UpstreamAccount {
  reader: UpstreamReader;
  scope: SyncScope;
  /** Companies read at once. */
  concurrency: number;
  timeoutMs: number;
  close(): Promise<void>;
}

export interface SyncEngineDeps {
  store: Store;
  clock: Clock;
  /** Opens a reader; its requests and retries are counted in `use`. */
  openAccount(connectionId: string, use: UpstreamUse): Promise<UpstreamAccount>;
  /** Told of errors that are not upstream's: they are ours, and belong into the log. */
  onFault(error: unknown, run: SyncRun): void;
  /** Told of the end of each run, in the transaction-free moment after it. */
  onEnd(run: SyncRun, end: { state: RunState; failure: RunFailure | null }): Promise<void>;
}

/** Ends with the state it stored, or null when the run was interrupted (it stays RUNNING and is taken up again). */
export async function executeRun(
  deps: SyncEngineDeps,
  run: SyncRun,
  interrupt: AbortSignal,
): Promise<RunState | null> {
  const { store, clock } = deps;
  if (!(await store.write(db => startRun(db, run.id, clock.now())))) return 'CANCELLED';
  if (run.startedAtMs === null) {
    await store.write(db => adoptProgress(db, run, clock.now() - ADOPTABLE_MS));
  }
  const failures = new Failures(error => deps.onFault(error, run));
  const timeout = new AbortController();
  let account: UpstreamAccount | null = null;
  let writer: RunWriter | null = null;
  try {
    const use: UpstreamUse = { requests: 0, retries: 0 };
    account = await deps.openAccount(run.connectionId, use);
    const startedAtMs = run.startedAtMs ?? clock.now();
    const timer = armTimeout(clock, startedAtMs + account.timeoutMs, timeout);
    const signal = AbortSignal.any([interrupt, timeout.signal, failures.fatal.signal]);
    try {
      writer = new RunWriter(store, clock, run, use);
      await readAccount({ store, writer, reader: account.reader, signal }, deps, run, account, failures);
    } finally {
      timer.abort();
      await account.close();
    }
    failures.fatal.signal.throwIfAborted();
  } catch (error) {
    if (interrupt.aborted) return null;
    if (error instanceof RunCancelledError) return 'CANCELLED';
    failures.end(timeout.signal.aborted ? new RunTimeoutError(account?.timeoutMs ?? 0) : error);
  }
  return await closeRun(deps, run, failures, writer?.counters ?? run.counters);
}

/** The run took longer than the connection's `timeout_secs`. */
class RunTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(
      `The run took longer than its ${Math.round(timeoutMs / 1000)} seconds; the next run goes on where it stopped.`,
    );
    this.name = 'RunTimeoutError';
  }
}

function armTimeout(clock: Clock, atMs: number, timeout: AbortController): AbortController {
  const disarm = new AbortController();
  clock.sleep(Math.max(0, atMs - clock.now()), disarm.signal).then(
    () => timeout.abort(new Error('time is up')),
    () => {},
  );
  return disarm;
}

async function readAccount(
  walk: WalkDeps,
  deps: SyncEngineDeps,
  run: SyncRun,
  account: UpstreamAccount,
  failures: Failures,
): Promise<void> {
  const request = {
    runId: run.id,
    organizationId: run.organizationId,
    connectionId: run.connectionId,
    scope: account.scope,
    concurrency: account.concurrency,
  };
  const portfolio = await listPortfolio(walk, request);
  await setTotals(walk, deps.clock, run, portfolio.companies.length);
  if (!run.streams.includes('companies')) {
    await readFindings();
    return;
  }
  await besideAccountLists(walk, deps.clock, request, portfolio, failures, async () => {
    await readCompanies(walk, request, portfolio, failures);
    await readFindings();
  });

  async function readFindings(): Promise<void> {
    if (!run.streams.includes('findings')) return;
    await syncFindings(walk, deps, run, account, portfolio.companies, failures);
  }
}

async function readCompanies(
  walk: WalkDeps,
  request: CompanyStreamRequest,
  { companies, listedIds, complete }: PortfolioListing,
  failures: Failures,
): Promise<void> {
  await syncCompanies(walk, request, companies, (company, error) =>
    failures.add('companies', company, error),
  );
  walk.signal.throwIfAborted();
  if (complete && failures.isEmpty) await closeListing(walk, request, listedIds);
  if (!complete) failures.note('companies', 'The portfolio kept changing while it was listed.');
}

/** Does the run's work while the account's lists are read, so that a slow list holds up no more than the end of a short run. */
async function besideAccountLists(
  walk: WalkDeps,
  clock: Clock,
  request: CompanyStreamRequest,
  portfolio: PortfolioListing,
  failures: Failures,
  work: () => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const signal = AbortSignal.any([walk.signal, late.signal]);
  const time = clock.sleep(LISTS_MS, signal).catch(() => {});
  const known = {
    guids: new Set(portfolio.companies.map(({ guid }) => guid)),
    summaries: portfolio.summaries,
  };
  const reading = syncAccountLists({ ...walk, signal }, request, known).catch(error => {
    if (!signal.aborted) failures.ofLists(error);
  });
  try {
    await work();
    await Promise.race([reading, time]);
  } finally {
    late.abort();
    await reading;
  }
}

/** Tells once per run how many companies there are, so that progress has an end to be measured against. */
async function setTotals(walk: WalkDeps, clock: Clock, run: SyncRun, total: number): Promise<void> {
  const { companies, findings } = walk.writer.counters;
  await walk.writer.commit(async db => {
    await writeCheckpoint(db, { runId: run.id, stream: 'plan', part: '' }, { companies: total }, clock.now());
    return {
      companies: {
        companies_total: run.streams.includes('companies') ? total - companies.companies_total : 0,
      },
      findings: { companies_total: run.streams.includes('findings') ? total - findings.companies_total : 0 },
    };
  });
}

async function syncFindings(
  walk: WalkDeps,
  deps: SyncEngineDeps,
  run: SyncRun,
  account: UpstreamAccount,
  companies: readonly ListedCompany[],
  failures: Failures,
): Promise<void> {
  const known = await companiesToWalk(deps.store, run.connectionId);
  await pMap(
    companies,
    async company => {
      if (walk.signal.aborted) return;
      const synced = known.get(company.companyId);
      if (synced === undefined) return;
      try {
        const request = walkRequest(run, account.scope, company, synced, deps.clock.now());
        if (!(await walkFindings(walk, request))) {
          failures.note('findings', 'The list kept changing while it was read.', company);
        }
      } catch (error) {
        if (error instanceof UpstreamFailure && error.kind === 'forbidden')
          await skipForbidden(walk, run, company, deps.clock);
        else if (!walk.signal.aborted) failures.add('findings', company, error);
      }
    },
    { concurrency: account.concurrency },
  );
  walk.signal.throwIfAborted();
}

interface SyncedCompany {
  fullWalkAtMs: number | null;
  syncedAtMs: number | null;
}

async function companiesToWalk(store: Store, connectionId: string): Promise<Map<string, SyncedCompany>> {
  const rows = await store.db
    .selectFrom('company_sync')
    .select(['company_id', 'findings_synced_at', 'findings_full_walk_at'])
    .where('connection_id', '=', connectionId)
    .execute();
  return new Map(
    rows.map(row => [
      row.company_id,
      { fullWalkAtMs: row.findings_full_walk_at, syncedAtMs: row.findings_synced_at },
    ]),
  );
}

/** A full walk unless the run is incremental and the company was walked in full within a day. */
function walkRequest(
  run: SyncRun,
  scope: SyncScope,
  company: ListedCompany,
  synced: SyncedCompany,
  nowMs: number,
): WalkRequest {
  const context = {
    runId: run.id,
    organizationId: run.organizationId,
    connectionId: run.connectionId,
    companyGuid: company.guid,
    companyId: company.companyId,
  };
  const { fullWalkAtMs, syncedAtMs } = synced;
  const isFull =
    run.mode === 'full' ||
    fullWalkAtMs === null ||
    syncedAtMs === null ||
    nowMs - fullWalkAtMs >= FULL_WALK_EVERY_MS;
  if (isFull) return { ...context, filters: findingFilters(scope, null), resolves: walkedRange(scope) };
  const since = isoDay(syncedAtMs - OVERLAP_DAYS * DAY_MS);
  return { ...context, filters: findingFilters(scope, since), resolves: null };
}

/** 403 for findings: the company left the portfolio, or its subscription is below Total Risk Monitoring. No failure. */
async function skipForbidden(
  walk: WalkDeps,
  run: SyncRun,
  company: ListedCompany,
  clock: Clock,
): Promise<void> {
  await walk.writer.commit(async db => {
    const key = { runId: run.id, stream: FINDINGS_STREAM, part: company.guid };
    const done = { walk: 1, offset: 0, count: 0, moved: false, newInWalk: 0, done: true };
    await writeCheckpoint(db, key, done, clock.now());
    return { findings: { companies_done: 1, forbidden: 1 } };
  });
}

async function closeRun(
  deps: SyncEngineDeps,
  run: SyncRun,
  failures: Failures,
  counters: RunCounters,
): Promise<RunState> {
  const { state, failure } = failures.outcome();
  const nowMs = deps.clock.now();
  const keepCheckpoints = failure?.reason === 'EXECUTION_TIMEOUT';
  const ended = await deps.store.write(db =>
    endRun(db, run.id, { state, failure, counters, nowMs, keepCheckpoints }),
  );
  if (!ended) return 'CANCELLED';
  await deps.onEnd(run, { state, failure });
  return state;
}

function endsRun(error: unknown): boolean {
  return error instanceof RunCancelledError || (error instanceof UpstreamFailure && error.kind === 'refused');
}

/** Collects what went wrong: a company that could not be read, or what ended the whole run. */
class Failures {
  /** Aborts when going on is pointless: the token is refused, or the run was cancelled. */
  readonly fatal = new AbortController();
  readonly #onFault: (error: unknown) => void;
  readonly #companies: RunFailure['companies'] = [];
  #first: { reason: string; message: string } | null = null;
  #ended: { reason: string; message: string } | null = null;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get isEmpty(): boolean {
    return this.#first === null;
  }

  add(
    stream: typeof COMPANIES_STREAM | typeof FINDINGS_STREAM,
    company: ListedCompany,
    error: unknown,
  ): void {
    if (endsRun(error)) {
      this.fatal.abort(error);
      return;
    }
    this.#note(this.#failureOf(error), stream, company);
  }

  /** Of the account's lists only what ends a run comes here, and errors of ours. */
  ofLists(error: unknown): void {
    if (endsRun(error)) this.fatal.abort(error);
    else this.#note(this.#failureOf(error), 'companies', null);
  }

  note(stream: string, message: string, company: ListedCompany | null = null): void {
    this.#note({ reason: 'VENDOR_SERVER_ERROR', message }, stream, company);
  }

  #note(failure: { reason: string; message: string }, stream: string, company: ListedCompany | null): void {
    this.#first ??= failure;
    if (company === null || this.#companies.length >= MAX_NAMED_FAILURES) return;
    this.#companies.push({ vendor_id: company.guid, stream, message: failure.message });
  }

  end(error: unknown): void {
    this.#ended =
      error instanceof RunTimeoutError
        ? { reason: 'EXECUTION_TIMEOUT', message: error.message }
        : this.#failureOf(error);
  }

  #failureOf(error: unknown): { reason: string; message: string } {
    if (error instanceof UpstreamFailure) return { reason: error.reason, message: error.message };
    this.#onFault(error);
    return { reason: 'INTERNAL_ERROR', message: 'Something failed on this server. Its log has the details.' };
  }

  outcome(): { state: RunState; failure: RunFailure | null } {
    if (this.#ended !== null)
      return { state: 'FAILED', failure: { ...this.#ended, companies: this.#companies } };
    if (this.#first !== null)
      return { state: 'PARTIAL', failure: { ...this.#first, companies: this.#companies } };
    return { state: 'SUCCESS', failure: null };
  }
}
