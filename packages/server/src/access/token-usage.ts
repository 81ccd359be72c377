/**
 * Counts the requests of each token and remembers the last one, in memory, and writes that down every ten seconds: use must
 * never delay a request (tokens.md, "Kinds").
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Queryable, Store } from '../store/store.ts';
import type { Origin } from './audit/audit-event.ts';

const FLUSH_INTERVAL_MS = 10_000;
/** Tokens used between two flushes; what is beyond is not counted, so that a flood fills no memory. */
const MAX_TOKENS = 10_000;
const MAX_CLIENT_LENGTH = 200;
const MAX_ADDRESS_LENGTH = 64;
/** Rows of one transaction: a few milliseconds. */
const ROWS_PER_STATEMENT = 200;

interface Use {
  count: number;
  lastAt: number;
  address: string | null;
  client: string | null;
}

/** A request as far as counting goes. A mark on it, not a WeakSet of them, which costs more than all else here. */
export interface CountedRequest {
  isUseCounted?: boolean;
}

export interface TokenUsageOptions {
  store: Store;
  clock: Clock;
  /** Told when what was counted could not be written; it is kept and tried again. */
  onFailure?: (error: unknown) => void;
  maxTokens?: number;
}

export class TokenUsage {
  readonly #options: TokenUsageOptions;
  readonly #maxTokens: number;
  #uses = new Map<string, Use>();
  #flushing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TokenUsageOptions) {
    this.#options = options;
    this.#maxTokens = options.maxTokens ?? MAX_TOKENS;
  }

  /** Counts a request of an accepted token: once, though a stream proves its token again every second. Touches memory only. */
  record(request: CountedRequest, tokenGuid: string, origin: Origin): void {
    if (request.isUseCounted === true) return;
    request.isUseCounted = true;
    const lastAt = this.#options.clock.now();
    const use = this.#uses.get(tokenGuid);
    if (use !== undefined) {
      use.count += 1;
      use.lastAt = lastAt;
      use.address = origin.address;
      use.client = origin.client;
      return;
    }
    if (this.#uses.size >= this.#maxTokens) return;
    this.#uses.set(tokenGuid, { count: 1, lastAt, address: origin.address, client: origin.client });
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Ends the timer and writes what is left. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#flushing;
    await this.flush();
  }

  /** Writes what was counted. Never throws: what cannot be written stays counted. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #write(): Promise<void> {
    if (this.#uses.size === 0) return;
    const unwritten = [...this.#uses];
    this.#uses = new Map();
    try {
      while (unwritten.length > 0) {
        const some = unwritten.slice(-ROWS_PER_STATEMENT);
        await this.#options.store.write(transaction => writeUses(transaction, some));
        unwritten.length -= some.length;
        // Requests come first: many tokens in one go would hold up every one of them.
        await setImmediate();
      }
    } catch (error) {
      this.#takeBack(unwritten);
      this.#options.onFailure?.(error);
    }
  }

  #takeBack(unwritten: readonly (readonly [string, Use])[]): void {
    for (const [guid, earlier] of unwritten) {
      const later = this.#uses.get(guid);
      if (later !== undefined) later.count += earlier.count;
      else if (this.#uses.size < this.#maxTokens) this.#uses.set(guid, earlier);
    }
  }
}

async function writeUses(transaction: Queryable, uses: readonly (readonly [string, Use])[]): Promise<void> {
  await transaction
    .insertInto('api_token_usage')
    .values(
      uses.map(([token_id, use]) => ({
        token_id,
        request_count: use.count,
        last_used_at: use.lastAt,
        last_used_address: cut(use.address, MAX_ADDRESS_LENGTH),
        last_used_client: cut(use.client, MAX_CLIENT_LENGTH),
      })),
    )
    .onConflict(conflict =>
      conflict.column('token_id').doUpdateSet(row => ({
        request_count: row('api_token_usage.request_count', '+', row.ref('excluded.request_count')),
        last_used_at: row.ref('excluded.last_used_at'),
        last_used_address: row.ref('excluded.last_used_address'),
        last_used_client: row.ref('excluded.last_used_client'),
      })),
    )
    .execute();
}

function cut(text: string | null, length: number): string | null {
  return text === null ? null : text.slice(0, length).toWellFormed();
}
