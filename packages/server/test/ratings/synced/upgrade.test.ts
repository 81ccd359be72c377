/** A database of the schema before findings had columns for their list: what it answers, and when. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { CallerError } from '../../../src/errors.ts';
import { recordOf } from '../../../src/ratings/paging.ts';
import { SyncedFindings } from '../../../src/ratings/sources/synced/findings.ts';
import { initialSchema } from '../../../src/store/migrations/0001-initial-schema.ts';
import { accounts } from '../../../src/store/migrations/0002-accounts.ts';
import { sqliteDialect } from '../../../src/store/sqlite-dialect.ts';
import { openSqliteStore, type Store } from '../../../src/store/store.ts';
import { FINDING_COLUMN_NAMES, findingColumns } from '../../../src/sync/finding-columns.ts';
import { computeMissingColumns } from '../../../src/sync/finding-columns-upkeep.ts';
import { upstreamFinding } from '../../support/upstream.ts';
import { findingQuery } from './stored-findings.ts';

const NEVER = new AbortController().signal;
let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-findings-upgrade-'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface OldRow {
  company: string;
  n: number;
  state: 'OPEN' | 'RESOLVED' | 'REOPENED';
  more?: Record<string, unknown>;
}

/** Findings as the schema before this one held them. */
async function openWith(rows: readonly OldRow[]): Promise<void> {
  const path = join(folder, 'sightline.db');
  const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(path)) });
  const migrations = { '0001-initial-schema': initialSchema, '0002-accounts': accounts };
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  await db.destroy();
  if (error !== undefined) throw error;
  const database = new DatabaseSync(path);
  const insert = database.prepare(
    `insert into findings values (?, ?, 'o', ?, 'LOW', null, 'open_ports', null, null, null, 0, 0, null, null, 'h', 1, 1, 1, ?)`,
  );
  database.exec('begin');
  for (const { company, n, state, more } of rows)
    insert.run(company, `finding-${n}`, state, JSON.stringify(upstreamFinding(n, more)));
  database.exec('commit');
  database.close();
  store = await openSqliteStore(path);
}

async function listed(company: string): Promise<unknown[]> {
  const page = await new SyncedFindings(store).findings(
    company,
    findingQuery('sort=evidence_key&limit=1000'),
  );
  const keys: unknown[] = [];
  for await (const row of page.rows) keys.push(recordOf(row).evidence_key);
  expect(page.count).toBe(keys.length);
  return keys;
}

const REMEDIATED = { remediation_history: { last_remediation_status_label: 'Resolved' } };

test('a list is not answered until its findings are prepared, and is whole then', async () => {
  await openWith([
    { company: 'a', n: 1, state: 'OPEN' },
    { company: 'a', n: 2, state: 'REOPENED' },
    // Resolved by its absence: upstream no longer listed it.
    { company: 'a', n: 3, state: 'RESOLVED' },
    { company: 'a', n: 4, state: 'RESOLVED', more: REMEDIATED },
    { company: 'b', n: 5, state: 'OPEN' },
  ]);
  const source = new SyncedFindings(store);
  const refused = expect.objectContaining({
    code: 'UNAVAILABLE',
    status: 503,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
  await expect(source.findings('a', findingQuery(''))).rejects.toThrow(CallerError);
  await expect(source.findings('a', findingQuery(''))).rejects.toEqual(refused);
  await expect(source.tally('a', findingQuery(''), ['risk_vector'])).rejects.toEqual(refused);
  // A company that has no findings from before waits for nothing.
  expect(await listed('c')).toEqual([]);
  expect(await computeMissingColumns(store, systemClock, NEVER)).toBe(5);
  expect(await listed('a')).toEqual([
    'host1.vendor.example:1',
    'host2.vendor.example:2',
    'host4.vendor.example:4',
  ]);
  expect(await listed('b')).toEqual(['host5.vendor.example:5']);
  expect(await computeMissingColumns(store, systemClock, NEVER)).toBe(0);
});

test('preparing goes on where it was ended, company after company', async () => {
  const rows = Array.from(
    { length: 1_100 },
    (_, n): OldRow => ({ company: n < 600 ? 'a' : 'b', n, state: 'OPEN' }),
  );
  await openWith(rows);
  const stop = new AbortController();
  const interrupted: Store = {
    ...store,
    write: async work => {
      const written = await store.write(work);
      stop.abort();
      return written;
    },
  };
  const first = await computeMissingColumns(interrupted, systemClock, stop.signal);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(600);
  await expect(listed('a')).rejects.toThrow(CallerError);
  expect(await computeMissingColumns(store, systemClock, NEVER)).toBe(1_100 - first);
  expect(await listed('a')).toHaveLength(600);
  expect((await new SyncedFindings(store).findings('b', findingQuery(''))).count).toBe(500);
});

test('what is computed later is what the sync computes', async () => {
  await openWith([{ company: 'a', n: 1, state: 'OPEN' }]);
  await computeMissingColumns(store, systemClock, NEVER);
  const row = await store.db.selectFrom('findings').select(FINDING_COLUMN_NAMES).executeTakeFirstOrThrow();
  expect(row).toEqual(findingColumns(JSON.parse(JSON.stringify(upstreamFinding(1)))));
  expect(Object.keys(findingColumns({}))).toEqual([...FINDING_COLUMN_NAMES]);
});
