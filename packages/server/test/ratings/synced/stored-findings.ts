/** A store whose findings were written by the sync's own code, for tests of what is answered from it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SyncedFindings } from '../../../src/ratings/sources/synced/findings.ts';
import { openSqliteStore, type Store } from '../../../src/store/store.ts';
import { planFindingPage, type StoredFinding } from '../../../src/sync/finding-page.ts';
import { type FindingRow, readFindingRow, type WalkContext } from '../../../src/sync/finding-row.ts';
import { writeFindings } from '../../../src/sync/finding-store.ts';
import { FINDING_SCHEMA } from '../../../src/wire/finding-filters.ts';
import type { JsonObject } from '../../../src/wire/json.ts';
import { type ListQuery, listQueryOf } from '../../../src/wire/list-query.ts';
import { parametersOf } from '../../../src/wire/parameters.ts';
import { type Compiled, recordQueries } from '../../unified/recorder.ts';

export class StoredFindings {
  readonly store: Store;
  readonly source: SyncedFindings;
  readonly folder: string;
  #companies = 0;

  private constructor(folder: string, store: Store) {
    this.folder = folder;
    this.store = store;
    this.source = new SyncedFindings(store);
  }

  static async open(): Promise<StoredFindings> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-findings-'));
    return new StoredFindings(folder, await openSqliteStore(join(folder, 'sightline.db')));
  }

  get file(): string {
    return join(this.folder, 'sightline.db');
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }

  /** A source on this store, and every statement it runs. */
  watched(): { source: SyncedFindings; statements: Compiled[] } {
    const statements: Compiled[] = [];
    const db = recordQueries(this.store.db, statements);
    const read: Store['read'] = work => db.transaction().setAccessMode('read only').execute(work);
    return { source: new SyncedFindings({ ...this.store, db, read }), statements };
  }

  /** Stores the records of a new company, as a walk would; returns its id. */
  async add(records: readonly JsonObject[]): Promise<string> {
    this.#companies += 1;
    const companyId = `company-${String(this.#companies).padStart(4, '0')}`;
    const context: WalkContext = {
      organizationId: 'o',
      connectionId: '0198a000-0000-7000-8000-000000000001',
      companyGuid: companyId,
      companyId,
    };
    const rows: FindingRow[] = [];
    for (const record of records) {
      const read = readFindingRow(record, JSON.stringify(record), context);
      if (!read.ok) throw new Error(read.row.problems.join());
      rows.push(read.row);
    }
    const plan = planFindingPage(rows, new Map<string, StoredFinding>(), new Set(), context);
    await this.store.write(db => writeFindings(db, context, plan, 1));
    return companyId;
  }
}

/** The list request of a query string. */
export function findingQuery(text: string): ListQuery {
  return listQueryOf(parametersOf(`/x?${text}`), FINDING_SCHEMA);
}
