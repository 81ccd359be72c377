/** A store with one organization and connection, and an engine that reads a MemoryUpstream. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BitsightClient, type BitsightClientOptions } from '@sightline/bitsight';
import { newId } from '../../src/ids.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';
import { ClientReader } from '../../src/sync/client-reader.ts';
import { findRun, type SyncMode } from '../../src/sync/run-repository.ts';
import { executeRun, type SyncEngineDeps } from '../../src/sync/sync-engine.ts';
import { requestRun } from '../../src/sync/sync-schedule.ts';
import type { SyncScope } from '../../src/sync/sync-scope.ts';
import { ManualClock } from './manual-clock.ts';
import { connectionRow } from './stored-companies.ts';
import { MemoryUpstream } from './upstream.ts';

export const WHOLE_ACCOUNT: SyncScope = {
  folders: [],
  tiers: [],
  companies: [],
  riskVectors: [],
  minimumSeverity: null,
  backfillFrom: null,
};

export class SyncLab {
  readonly upstream = new MemoryUpstream();
  readonly clock = new ManualClock();
  readonly organizationId = 'organization-1';
  readonly connectionId = '0198a000-0000-7000-8000-000000000001';
  readonly folder: string;
  scope: SyncScope = WHOLE_ACCOUNT;
  /** Another upstream than the one in memory, or another temper of the client. */
  client: Partial<BitsightClientOptions> = {};
  timeoutMs = 3_600_000;
  store: Store;

  private constructor(folder: string, store: Store) {
    this.folder = folder;
    this.store = store;
  }

  static async open(): Promise<SyncLab> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-sync-'));
    const lab = new SyncLab(folder, await openSqliteStore(join(folder, 'sightline.db')));
    await lab.#seed();
    return lab;
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }

  get engine(): SyncEngineDeps {
    return {
      store: this.store,
      clock: this.clock,
      openAccount: async (_connectionId, use) => ({
        reader: new ClientReader(
          new BitsightClient({
            token: 'x'.repeat(40),
            fetch: this.upstream.fetch,
            clock: { now: () => 0, sleep: async () => {} },
            ...this.client,
            onAttempt: event => {
              if (event.type === 'request') use.requests += 1;
            },
            onRetry: event => {
              use.retries += 1;
              this.client.onRetry?.(event);
            },
          }),
          error => ({
            reason: 'VENDOR_SERVER_ERROR',
            message: error instanceof Error ? error.name : 'unknown',
          }),
        ),
        scope: this.scope,
        concurrency: 3,
        timeoutMs: this.timeoutMs,
        close: async () => {},
      }),
      onFault: error => {
        throw error;
      },
      onEnd: async () => {},
    };
  }

  /** Asks for a run and executes it. */
  async sync(mode: SyncMode = 'full', signal: AbortSignal = new AbortController().signal) {
    this.clock.advance(1000);
    const { runId } = await this.store.write(db =>
      requestRun(
        db,
        { organizationId: this.organizationId, connectionId: this.connectionId, mode, requestedBy: 'cli' },
        newId,
        this.clock.now(),
      ),
    );
    return this.execute(runId, signal);
  }

  async execute(runId: string, signal: AbortSignal = new AbortController().signal) {
    const run = await findRun(this.store.db, runId);
    if (run === null) throw new Error('no such run');
    const state = await executeRun(this.engine, run, signal);
    const after = await findRun(this.store.db, runId);
    return { runId, state, counters: after?.counters ?? run.counters };
  }

  /** All stored findings without times, by id. */
  async findings() {
    return this.store.db
      .selectFrom('findings')
      .select(['company_id', 'id', 'state', 'severity', 'factor', 'last_seen', 'content_hash', 'record'])
      .orderBy('company_id')
      .orderBy('id')
      .execute();
  }

  async #seed(): Promise<void> {
    const { db } = this.store;
    await db
      .insertInto('organizations')
      .values({
        id: this.organizationId,
        name: 'Test',
        identifier: null,
        is_owner: 1,
        created_at: 0,
        deleted_at: null,
      })
      .execute();
    await db
      .insertInto('connections')
      .values(connectionRow(this.connectionId, this.organizationId))
      .execute();
  }
}
