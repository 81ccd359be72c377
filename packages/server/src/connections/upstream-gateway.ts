/**
 * Upstream accounts for callers who wait: one client a connection, with the connection's own limits, reads that end within half a
 * minute, and failures in words of our own. It is the one place where a request of the ratings API meets a token.
 */
import type { BitsightClient, ListRequest, QueryValue } from '@sightline/bitsight';
import type { Principal } from '../access/principal.ts';
import { type Visibility, visibilityOf } from '../access/visibility.ts';
import { CallerError } from '../errors.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { isJsonValue, type JsonValue } from '../wire/json.ts';
import { checkBaseUrl, DEFAULT_BASE_URL } from './base-url.ts';
import { refuseLongWaits } from './connection-test.ts';
import type { ConnectionRow } from './connection-view.ts';
import { unsealCredentials } from './credentials.ts';
import { readOptions } from './options.ts';
import { findConnection } from './repository.ts';
import type { UpstreamClients } from './upstream-client.ts';
import { callerErrorOf } from './upstream-failure.ts';
import {
  LIST_BOUNDS,
  type ListBounds,
  type ListRows,
  type ListWindow,
  readWindow,
} from './upstream-lists.ts';
import {
  companiesSeen,
  type Guids,
  type LocatedCompany,
  locatedCompanies,
  scopeKeyOf,
  type WalledCompanies,
  walledCompanies,
} from './upstream-reach.ts';

/** Someone waits: one more attempt, short waits, and an end to all of it. */
const PACE = Object.freeze({ wholeReadMs: 30_000, backoffBaseMs: 250, backoffMaxMs: 1_500 });
const ATTEMPT_MS = 20_000;
const MAX_ATTEMPTS = 2;
/** Of one answer, after decompression. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface UpstreamGatewayOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly clients: UpstreamClients;
  /** `host` or `host:port` of every upstream that a token may be sent to. */
  readonly upstreamHosts: readonly string[];
  /** How much of a list is read for one request. */
  readonly bounds?: Partial<ListBounds>;
  /** Other waits than ours, where nobody waits that long. */
  readonly pace?: Partial<GatewayPace>;
}

/** How long a read may take, and how long it waits between attempts. */
export interface GatewayPace {
  readonly wholeReadMs: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
}

/** Who asks, and which connection it asks. */
export interface GatewayView {
  readonly principal: Principal;
  /** null: all of the organization's. */
  readonly connectionId: string | null;
}

/** What is read. */
export interface GatewayRequest {
  /** From the version on, not encoded. */
  readonly segments: readonly string[];
  readonly parameters: Readonly<Record<string, QueryValue>>;
  /** True: by the POST that asks the same as a GET. */
  readonly inBody: boolean;
}

interface Opened {
  readonly organizationId: string;
  /** What the client was made of, as it is stored: sealed. */
  readonly madeOf: string;
  readonly client: BitsightClient;
}

export class UpstreamGateway {
  readonly #options: UpstreamGatewayOptions;
  readonly #pace: GatewayPace;
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new AbortController();

  constructor(options: UpstreamGatewayOptions) {
    this.#options = options;
    this.#pace = { ...PACE, ...options.pace };
  }

  /**
   * What a view reaches now. Throws CallerError NOT_FOUND for a connection that it may not see, UNAVAILABLE when there is none
   * that can be read.
   */
  async reach(view: GatewayView): Promise<{ accounts: GatewayAccount[]; wall: WalledCompanies | null }> {
    const { db } = this.#options.store;
    const visibility = await visibilityOf(db, view.principal, view.connectionId);
    // Before the companies are: a change of the group in between is then read under the name of the scope that was.
    const scope = await scopeKeyOf(db, visibility);
    const connections = await this.#connections(visibility);
    const readable = connections.filter(isReadable);
    if (readable.length === 0) throw unreadable(connections);
    const wall = await walledCompanies(db, visibility);
    const accounts: GatewayAccount[] = [];
    for (const connection of readable) {
      accounts.push(
        new GatewayAccount(
          this.#clientOf(connection),
          {
            connectionId: connection.id,
            companies: await companiesSeen(db, visibility, connection),
            version: `${connection.updated_at}:${scope}`,
          },
          {
            bounds: { ...LIST_BOUNDS, ...this.#options.bounds },
            wholeReadMs: this.#pace.wholeReadMs,
            closing: this.#closing.signal,
          },
        ),
      );
    }
    return { accounts, wall };
  }

  /** Where the view sees the company, the newest record first. Throws CallerError NOT_FOUND as `reach` does. */
  async locate(view: GatewayView, guid: string): Promise<readonly LocatedCompany[]> {
    const { db } = this.#options.store;
    return locatedCompanies(db, await visibilityOf(db, view.principal, view.connectionId), guid);
  }

  /** Ends what is under way; the sockets are the clients' and closed with them. */
  close(): void {
    this.#closing.abort(
      new CallerError('UNAVAILABLE', 'The server is shutting down. Try again in a minute.'),
    );
    this.#opened.clear();
  }

  async #connections({ connectionIds, organizationId, narrowedTo }: Visibility): Promise<ConnectionRow[]> {
    const rows: ConnectionRow[] = [];
    for (const id of connectionIds) {
      const row = await findConnection(this.#options.store.db, id);
      if (row !== null && row.state !== 'DELETED') rows.push(row);
    }
    if (narrowedTo === null) this.#forgetAllBut(rows, organizationId);
    return rows;
  }

  /** The client of a connection that is gone still has its token. */
  #forgetAllBut(rows: readonly ConnectionRow[], organizationId: string): void {
    for (const [id, opened] of this.#opened) {
      const isLeft = opened.organizationId !== organizationId || rows.some(row => row.id === id);
      if (!isLeft) this.#opened.delete(id);
    }
  }

  #clientOf(connection: ConnectionRow): BitsightClient {
    const { vault, clients, upstreamHosts } = this.#options;
    const { id, sealed_credentials: sealed } = connection;
    if (sealed === null) throw unreadable([connection]);
    const options = readOptions(connection.options);
    // Each time: the operator may have taken the host off the list since the client was made.
    if (!checkBaseUrl(options.base_url ?? DEFAULT_BASE_URL, upstreamHosts).ok) throw notAllowed();
    const madeOf = JSON.stringify([sealed, connection.options]);
    const known = this.#opened.get(id);
    if (known?.madeOf === madeOf) return known.client;
    const client = clients.open(unsealCredentials(vault, id, sealed), options, {
      maxAttempts: MAX_ATTEMPTS,
      backoffBaseMs: this.#pace.backoffBaseMs,
      backoffMaxMs: this.#pace.backoffMaxMs,
      timeoutMs: ATTEMPT_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      onRetry: refuseLongWaits,
    });
    this.#opened.set(id, { organizationId: connection.organization_id, madeOf, client });
    return client;
  }
}

/** What a view may see of an account. */
interface Seen {
  readonly connectionId: string;
  readonly companies: 'all' | Guids;
  readonly version: string;
}

interface Limits {
  readonly bounds: ListBounds;
  readonly wholeReadMs: number;
  readonly closing: AbortSignal;
}

/** One account as one view may read it. All reads throw CallerError for what upstream does (upstream-failure.ts). */
export class GatewayAccount {
  readonly connectionId: string;
  /** `all`: every row of the account. */
  readonly companies: 'all' | Guids;
  /** Names scope and state: what was read under another version is not this view's. */
  readonly version: string;
  readonly #client: BitsightClient;
  readonly #limits: Limits;

  constructor(client: BitsightClient, { connectionId, companies, version }: Seen, limits: Limits) {
    this.connectionId = connectionId;
    this.companies = companies;
    this.version = version;
    this.#client = client;
    this.#limits = limits;
  }

  async json(request: GatewayRequest): Promise<JsonValue> {
    const value = await this.#bounded(signal => this.#client.reads.json(sent(request), { signal }));
    // The client reads JSON and nothing else; its type does not say so.
    if (!isJsonValue(value)) throw new TypeError('the client gave something that is no JSON');
    return value;
  }

  text(request: GatewayRequest): Promise<string> {
    return this.#bounded(signal => this.#client.reads.text(sent(request), { signal }));
  }

  /** Never fewer rows than the count promises. */
  list({ segments, parameters, inBody }: GatewayRequest, window: ListWindow): Promise<ListRows> {
    const list: Omit<ListRequest, 'limit'> = { segments, query: parameters, inBody };
    return this.#bounded(signal => readWindow(this.#client, list, window, this.#limits.bounds, signal));
  }

  async #bounded<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { wholeReadMs, closing } = this.#limits;
    try {
      return await read(AbortSignal.any([AbortSignal.timeout(wholeReadMs), closing]));
    } catch (error) {
      throw callerErrorOf(error);
    }
  }
}

function sent({ segments, parameters, inBody }: GatewayRequest) {
  return inBody ? { segments, body: parameters } : { segments, query: parameters };
}

function isReadable({ state, sealed_credentials: sealed }: ConnectionRow): boolean {
  return state === 'ACTIVE' && sealed !== null;
}

function notAllowed(): CallerError {
  const detail =
    'The address of the connection is not on the list of upstream hosts of this server. The operator adds it with --upstream-host.';
  return new CallerError('UNAVAILABLE', detail);
}

/** Why none of the connections can be read, and who puts it right. */
function unreadable(connections: readonly ConnectionRow[]): CallerError {
  return new CallerError(
    'UNAVAILABLE',
    `This comes from the Bitsight account itself. ${adviceFor(connections)}`,
  );
}

function adviceFor(connections: readonly ConnectionRow[]): string {
  if (connections.length === 0) return 'There is no connection yet: an Admin makes one.';
  if (connections.some(({ sealed_credentials: sealed }) => sealed !== null))
    return 'The connection is paused: an Admin can take it up again.';
  return 'The connection has no credentials: an Admin gives them.';
}
