/**
 * The database as the rest of the program sees it: queries, short retried write transactions, and one opening that migrates.
 * SQLite in WAL mode; the sync worker opens the same file from its own process.
 */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, type Transaction } from 'kysely';
import { OperatorError } from '../errors.ts';
import { migrateToLatest } from './migrations/migrate.ts';
import type { Database } from './schema.ts';
import { isBusy, sqliteDialect } from './sqlite-dialect.ts';

export type { Database } from './schema.ts';
/** What a query needs: the store itself or a transaction of it. */
export type Queryable = Kysely<Database>;

export interface Store {
  readonly db: Kysely<Database>;
  /**
   * Runs `work` in one immediate transaction and returns what it returns. A transaction that met another writer
   * (SQLITE_BUSY, 40001, 40P01) is run again from its start, so `work` must touch nothing but the database.
   */
  write<T>(work: (transaction: Transaction<Database>) => Promise<T>): Promise<T>;
  /** Runs queries that all see the database as it is at the first of them, whatever is committed meanwhile. Keep it short. */
  read<T>(work: (transaction: Transaction<Database>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const MAX_WRITE_ATTEMPTS = 5;
/** While the file is opened; afterwards the dialect waits without stopping the process. */
const OPENING_TIMEOUT_MS = 5_000;
const PAGE_BYTES = 16_384;

export interface StoreOptions {
  /** SQLite page cache in kibibytes. The sync worker keeps it small, for its memory is bounded. */
  cacheKib?: number;
  /** Pages of log after which SQLite moves them to the database file. A bulk writer wants many, or it moves each page often. */
  checkpointPages?: number;
}

/** Opens the SQLite file, makes it when absent, and migrates it. Throws OperatorError with what to do. */
export async function openSqliteStore(path: string, options: StoreOptions = {}): Promise<Store> {
  const isNew = !existsSync(path);
  const database = openDatabase(path);
  try {
    // Before anything is in the file: findings are wide rows, and a small page holds one and wastes the rest.
    database.exec(`pragma page_size = ${PAGE_BYTES}`);
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = normal');
    database.exec('pragma foreign_keys = on');
    database.exec(`pragma cache_size = -${options.cacheKib ?? 65_536}`);
    database.exec(`pragma wal_autocheckpoint = ${options.checkpointPages ?? 250}`);
    database.exec('pragma busy_timeout = 0');
    if (isNew && path !== ':memory:') chmodSync(path, 0o600);
  } catch (cause) {
    database.close();
    throw new OperatorError(
      `The database ${path} cannot be used (${messageOf(cause)}). If it is not a Sightline database, choose another --data-dir.`,
      { cause },
    );
  }
  const db = new Kysely<Database>({ dialect: sqliteDialect(database) });
  try {
    await migrateToLatest(db, path);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    write: work => writeWithRetry(db, work),
    read: work => db.transaction().setAccessMode('read only').execute(work),
    close: () => db.destroy(),
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS });
  } catch (cause) {
    throw new OperatorError(
      `The database ${path} cannot be opened (${messageOf(cause)}). Check that the folder exists and that you may write in it.`,
      { cause },
    );
  }
}

async function writeWithRetry<T>(
  db: Kysely<Database>,
  work: (transaction: Transaction<Database>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt >= MAX_WRITE_ATTEMPTS || !isWriteConflict(error)) throw error;
    }
  }
}

/** Also PostgreSQL's serialization failure and deadlock. */
function isWriteConflict(error: unknown): boolean {
  if (isBusy(error)) return true;
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
