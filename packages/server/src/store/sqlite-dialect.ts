/**
 * Kysely over node:sqlite. Kysely's own SQLite driver begins deferred transactions, calls DDL not transactional and has no
 * migration lock; this one begins immediately (a deferred transaction that reads and then writes beside another writer fails
 * at once, whatever the busy time-out), migrates inside that transaction, and keeps prepared statements.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';

/** How long a statement waits for another process's transaction, and how often it looks. */
const BUSY_TIMEOUT_MS = 5_000;
const BUSY_POLL_MS = 2;

/** Statements kept prepared; a page with another filter compiles anew and pushes the oldest out. */
const MAX_PREPARED_STATEMENTS = 200;

/** As the one parameter of a query: it is run once for each row of parameters, for all of them or for none. */
export class ParameterRows {
  readonly rows: Iterable<readonly unknown[]>;

  constructor(rows: Iterable<readonly unknown[]>) {
    this.rows = rows;
  }
}

export function sqliteDialect(database: DatabaseSync): Dialect {
  return Object.freeze({
    createAdapter: (): DialectAdapter => new ImmediateAdapter(),
    createDriver: (): Driver => new NodeSqliteDriver(database),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
    createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
  });
}

class ImmediateAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The migrator works inside `begin immediate`, which only one connection can hold: that is the lock. */
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

class NodeSqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: NodeSqliteConnection;
  /** Settles when the connection is free: a transaction of one caller must not take in statements of another. */
  #free: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#connection = new NodeSqliteConnection(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const previous = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = previous.then(() => promise);
    await previous;
    this.#release = resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(
    _connection: DatabaseConnection,
    { accessMode }: TransactionSettings,
  ): Promise<void> {
    if (accessMode === 'read only') await whenNotBusy(() => this.#beginReading());
    else await whenNotBusy(() => this.#database.exec('begin immediate'));
  }

  /** What it reads first fixes what it sees: nothing that others commit meanwhile. It keeps nobody from writing. */
  #beginReading(): void {
    this.#database.exec('begin');
    try {
      this.#database.exec('select 1 from sqlite_schema limit 1');
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
  }

  async commitTransaction(): Promise<void> {
    this.#database.exec('commit');
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite rolls back by itself on some errors (a full disk); a second rollback would hide the first error.
    if (this.#database.isTransaction) this.#database.exec('rollback');
  }

  async destroy(): Promise<void> {
    this.#connection.forgetStatements();
    if (this.#database.isOpen) this.#database.close();
  }
}

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, { statement: StatementSync; returnsRows: boolean }>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, returnsRows } = this.#prepare(query.sql);
    const [only] = query.parameters;
    if (only instanceof ParameterRows) {
      await this.#runForEach(statement, only.rows);
      return { rows: [] };
    }
    const parameters = query.parameters.map(toSqlValue);
    // Inside a transaction the write lock is ours already; a wait there would only hide a mistake.
    if (this.#database.isTransaction) return execute<R>(statement, returnsRows, parameters);
    return whenNotBusy(() => execute<R>(statement, returnsRows, parameters));
  }

  async #runForEach(statement: StatementSync, rows: ParameterRows['rows']): Promise<void> {
    const isAlone = !this.#database.isTransaction;
    if (isAlone) await whenNotBusy(() => this.#database.exec('begin immediate'));
    try {
      for (const row of rows) statement.run(...row.map(toSqlValue));
      if (isAlone) this.#database.exec('commit');
    } catch (error) {
      if (isAlone && this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const { statement } = this.#prepare(query.sql);
    for (const row of statement.iterate(...query.parameters.map(toSqlValue))) yield { rows: [row as R] };
  }

  forgetStatements(): void {
    this.#prepared.clear();
  }

  #prepare(sql: string): { statement: StatementSync; returnsRows: boolean } {
    const known = this.#prepared.get(sql);
    if (known !== undefined) {
      this.#prepared.delete(sql);
      this.#prepared.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(sql);
    const entry = { statement, returnsRows: statement.columns().length > 0 };
    this.#prepared.set(sql, entry);
    if (this.#prepared.size > MAX_PREPARED_STATEMENTS) {
      const oldest = this.#prepared.keys().next();
      if (!oldest.done) this.#prepared.delete(oldest.value);
    }
    return entry;
  }
}

function execute<R>(
  statement: StatementSync,
  returnsRows: boolean,
  parameters: SQLInputValue[],
): QueryResult<R> {
  if (returnsRows) return { rows: statement.all(...parameters) as R[] };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/**
 * Waits for another writer without SQLite's own busy handler, which would stop this whole process while it waits: no request
 * would be answered, and a writer in this very process could never end.
 */
async function whenNotBusy<T>(run: () => T): Promise<T> {
  const giveUpAtMs = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAtMs) throw error;
    }
    await delay(BUSY_POLL_MS);
  }
}

/** SQLITE_BUSY with its extended codes (5, 261, 517). */
export function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === 5
  );
}

function toSqlValue(value: unknown): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`no SQL value: ${typeof value}`);
}
