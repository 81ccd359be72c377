/**
 * Connections: made, changed, tested and taken away here and nowhere else. Credentials go into the vault on their way in and
 * leave it only for the client that needs them (unified API, "Provisioning").
 */
import type { Transaction } from 'kysely';
import type { AuditEvent, Changer } from '../access/audit/audit-event.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import { CallerError, type FieldProblem } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Vault } from '../secrets/vault.ts';
import type { ConnectionsTable, Database } from '../store/schema.ts';
import type { Queryable, Store } from '../store/store.ts';
import { checkBaseUrl, DEFAULT_BASE_URL } from './base-url.ts';
import { type TestResult, testCredentials } from './connection-test.ts';
import { type Connection, type ConnectionRow, connectionOf } from './connection-view.ts';
import { type Credentials, sealCredentials, unsealCredentials } from './credentials.ts';
import { UNKNOWN_HEALTH } from './health.ts';
import { type ConnectionOptions, patchOptions, readOptions } from './options.ts';
import { connectionIds, findConnection, listConnections } from './repository.ts';
import type { RunQueue } from './run-queue.ts';
import type { UpstreamClients } from './upstream-client.ts';

const DEFAULT_REFRESH_INTERVAL_SECS = 14_400;
const DEFAULT_TIMEOUT_SECS = 3_600;

export interface ConnectionServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly runQueue: RunQueue;
  readonly clients: UpstreamClients;
  /** `host` or `host:port` of every upstream that a token may be sent to. */
  readonly upstreamHosts: readonly string[];
}

/** What a new connection is made of. */
export interface NewConnection {
  readonly organizationId: string;
  readonly vendor: string;
  readonly credentials?: Credentials | undefined;
  readonly identifier?: string | null | undefined;
  readonly options?: ConnectionOptions | undefined;
  readonly refreshIntervalSecs?: number | undefined;
}

/** A change of a connection; what is absent stays. */
export interface ConnectionChange {
  readonly credentials?: Credentials | undefined;
  readonly identifier?: string | null | undefined;
  readonly state?: 'ACTIVE' | 'PAUSED' | undefined;
  /** Absent options stay, null takes one away. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly refreshIntervalSecs?: number | undefined;
}

/** More that belongs into the transaction of a change, such as using up an invitation. */
export type AlongWith = (transaction: Transaction<Database>, connectionId: string) => Promise<void>;

export class ConnectionService {
  readonly #options: ConnectionServiceOptions;

  constructor(options: ConnectionServiceOptions) {
    this.#options = options;
  }

  /** Throws CallerError INVALID for options that are not accepted. With credentials it is due for its first run at once. */
  async create(input: NewConnection, by: Changer, alongWith?: AlongWith): Promise<Connection> {
    const { store, clock, newId, vault } = this.#options;
    const options = this.accepted(input.options ?? {});
    const id = newId();
    const now = clock.now();
    const hasCredentials = input.credentials !== undefined;
    const row: ConnectionsTable = {
      id,
      organization_id: input.organizationId,
      vendor: input.vendor,
      identifier: input.identifier ?? null,
      state: hasCredentials ? 'ACTIVE' : 'PENDING',
      options: JSON.stringify(options),
      sealed_credentials:
        input.credentials === undefined ? null : sealCredentials(vault, id, input.credentials),
      refresh_interval_secs: input.refreshIntervalSecs ?? DEFAULT_REFRESH_INTERVAL_SECS,
      timeout_secs: DEFAULT_TIMEOUT_SECS,
      health: JSON.stringify(UNKNOWN_HEALTH),
      created_at: now,
      updated_at: now,
      last_synced_at: null,
      next_sync_at: hasCredentials ? now : null,
      upstream_token_guid: null,
    };
    await store.write(async transaction => {
      await transaction.insertInto('connections').values(row).execute();
      await this.#record(transaction, row, by, {
        action: 'connection.created',
        after: { ...shownOf(row), credentials_given: hasCredentials },
      });
      await alongWith?.(transaction, id);
    });
    return this.get(input.organizationId, id);
  }

  /** Throws CallerError NOT_FOUND, CONFLICT for a deleted connection or one without credentials, INVALID for options. */
  async update(
    organizationId: string,
    connectionId: string,
    change: ConnectionChange,
    by: Changer,
    alongWith?: AlongWith,
  ): Promise<Connection> {
    const { store, clock } = this.#options;
    await store.write(async transaction => {
      const before = await this.#living(transaction, organizationId, connectionId);
      const changed = this.#changed(before, change, clock.now());
      await transaction.updateTable('connections').set(changed).where('id', '=', connectionId).execute();
      await this.#record(transaction, before, by, {
        action: 'connection.updated',
        before: shownOf(before),
        after: { ...shownOf({ ...before, ...changed }), credentials_given: change.credentials !== undefined },
      });
      await alongWith?.(transaction, connectionId);
    });
    return this.get(organizationId, connectionId);
  }

  /** Soft: the row stays, its credentials go, its runs are called off. Deleting twice changes nothing more. */
  async delete(organizationId: string, connectionId: string, by: Changer): Promise<void> {
    const { store, clock, runQueue } = this.#options;
    await store.write(async transaction => {
      const row = await this.#found(transaction, organizationId, connectionId);
      if (row.state === 'DELETED') return;
      await transaction
        .updateTable('connections')
        .set({
          state: 'DELETED',
          sealed_credentials: null,
          upstream_token_guid: null,
          next_sync_at: null,
          updated_at: clock.now(),
        })
        .where('id', '=', connectionId)
        .execute();
      await this.#record(transaction, row, by, { action: 'connection.deleted', before: shownOf(row) });
    });
    await runQueue.cancel(connectionId);
  }

  /** Deletes every connection of an organization that goes. */
  async deleteAll(organizationId: string, by: Changer): Promise<void> {
    for (const id of await connectionIds(this.#options.store.db, organizationId))
      await this.delete(organizationId, id, by);
  }

  /** Throws CallerError NOT_FOUND. Deleted connections are found, in that state. */
  async get(organizationId: string, connectionId: string): Promise<Connection> {
    return connectionOf(await this.#found(this.#options.store.db, organizationId, connectionId));
  }

  /** In the order they were made, without deleted ones. */
  async list(organizationId: string, window: Parameters<typeof listConnections>[2]): Promise<Connection[]> {
    return (await listConnections(this.#options.store.db, organizationId, window)).map(connectionOf);
  }

  /** Throws CallerError NOT_FOUND, or CONFLICT where the connection cannot be used: deleted, or without credentials. */
  async usable(organizationId: string, connectionId: string): Promise<Connection> {
    const row = await this.#living(this.#options.store.db, organizationId, connectionId);
    if (row.sealed_credentials === null) throw withoutCredentials();
    return connectionOf(row);
  }

  /** Tries the stored credentials, or `candidate` in their place, against the connection's address. */
  async test(organizationId: string, connectionId: string, candidate?: Credentials): Promise<TestResult> {
    const { store, vault } = this.#options;
    const row = await this.#living(store.db, organizationId, connectionId);
    if (candidate !== undefined) return this.testCandidate(candidate, readOptions(row.options));
    if (row.sealed_credentials === null)
      return { isValid: false, message: 'The connection has no credentials yet.' };
    const credentials = unsealCredentials(vault, connectionId, row.sealed_credentials);
    return this.testCandidate(credentials, readOptions(row.options));
  }

  /** Tries credentials that are not stored. Throws CallerError INVALID for options that are not accepted. */
  async testCandidate(credentials: Credentials, options: ConnectionOptions): Promise<TestResult> {
    return testCredentials(this.#options.clients, credentials, this.accepted(options));
  }

  /** The options with their address in its one spelling. Throws CallerError INVALID, naming the field. */
  accepted(options: ConnectionOptions): ConnectionOptions {
    if (options.base_url === undefined) return options;
    const checked = checkBaseUrl(options.base_url, this.#options.upstreamHosts);
    if (checked.ok) return { ...options, base_url: checked.url };
    throw invalid([{ field: 'options.base_url', message: checked.message }]);
  }

  #changed(before: ConnectionRow, change: ConnectionChange, now: number): Partial<ConnectionsTable> {
    const optionsBefore = readOptions(before.options);
    const options =
      change.options === undefined
        ? optionsBefore
        : this.accepted(patchOptions(optionsBefore, change.options));
    // A token was given for one address; it is not sent to another.
    const moved = (options.base_url ?? DEFAULT_BASE_URL) !== (optionsBefore.base_url ?? DEFAULT_BASE_URL);
    const kept = moved ? null : before.sealed_credentials;
    const sealed =
      change.credentials === undefined
        ? kept
        : sealCredentials(this.#options.vault, before.id, change.credentials);
    const state = stateAfter(before, change, sealed !== null);
    const interval = change.refreshIntervalSecs ?? before.refresh_interval_secs;
    return {
      identifier: change.identifier === undefined ? before.identifier : change.identifier,
      options: JSON.stringify(options),
      sealed_credentials: sealed,
      // Which token upstream it is was known of the old one.
      upstream_token_guid: sealed === before.sealed_credentials ? before.upstream_token_guid : null,
      state,
      refresh_interval_secs: interval,
      updated_at: now,
      next_sync_at: nextSync(before, {
        state,
        interval,
        now,
        newCredentials: change.credentials !== undefined,
      }),
    };
  }

  async #record(
    transaction: Queryable,
    row: Pick<ConnectionRow, 'id' | 'organization_id' | 'identifier'>,
    by: Changer,
    event: Pick<AuditEvent, 'action' | 'before' | 'after'>,
  ): Promise<void> {
    await this.#options.audit.append(transaction, {
      ...by,
      ...event,
      organizationId: row.organization_id,
      target: { kind: 'connection', guid: row.id, name: row.identifier },
    });
  }

  async #found(db: Store['db'], organizationId: string, connectionId: string): Promise<ConnectionRow> {
    const row = await findConnection(db, connectionId, organizationId);
    if (row === null) throw new CallerError('NOT_FOUND', 'There is no such connection.');
    return row;
  }

  async #living(db: Store['db'], organizationId: string, connectionId: string): Promise<ConnectionRow> {
    const row = await this.#found(db, organizationId, connectionId);
    if (row.state === 'DELETED')
      throw new CallerError('CONFLICT', 'The connection was deleted. Make a new one.');
    return row;
  }
}

/** What the audit log shows of a connection: never its credentials. */
function shownOf(
  row: Pick<ConnectionRow, 'identifier' | 'state' | 'options' | 'refresh_interval_secs'>,
): Record<string, unknown> {
  return {
    identifier: row.identifier,
    state: row.state,
    options: readOptions(row.options),
    refresh_interval_secs: row.refresh_interval_secs,
  };
}

/** PENDING is the state of having no credentials; with them a connection is ACTIVE unless it is paused. */
function stateAfter(
  before: ConnectionRow,
  change: ConnectionChange,
  hasCredentials: boolean,
): ConnectionsTable['state'] {
  if (!hasCredentials) {
    if (change.state === 'ACTIVE') throw withoutCredentials();
    return 'PENDING';
  }
  return change.state ?? (before.state === 'PAUSED' ? 'PAUSED' : 'ACTIVE');
}

function nextSync(
  before: ConnectionRow,
  after: { state: ConnectionsTable['state']; interval: number; now: number; newCredentials: boolean },
): number | null {
  if (after.state !== 'ACTIVE') return null;
  // New credentials may be what a failing connection waited for.
  if (after.newCredentials || before.last_synced_at === null) return after.now;
  if (before.next_sync_at !== null && after.interval === before.refresh_interval_secs)
    return before.next_sync_at;
  return Math.max(after.now, before.last_synced_at + after.interval * 1000);
}

function withoutCredentials(): CallerError {
  return new CallerError('CONFLICT', 'The connection has no credentials. Give them first.');
}

function invalid(problems: readonly FieldProblem[]): CallerError {
  return new CallerError(
    'INVALID',
    problems.map(problem => `${problem.field}: ${problem.message}`).join(' '),
    { problems },
  );
}
