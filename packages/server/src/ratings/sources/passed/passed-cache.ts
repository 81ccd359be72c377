/**
 * What was read from upstream lately, so that a client that walks a list page by page does not read all of it for each page.
 * Keys name connection, scope and request (passed-source.ts); what two callers ask for at the same time is read once.
 */
import type { Clock } from '../../../clock.ts';
import type { ListPart } from './upstream-accounts.ts';

const LIFETIME_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry, and a row of it, cost beside their text. */
const ENTRY_BYTES = 512;
const ROW_BYTES = 32;

interface Entry {
  readonly part: ListPart;
  readonly bytes: number;
  readonly until: number;
}

export interface PassedCacheOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly lifetimeMs?: number;
  readonly maxBytes?: number;
}

/** Parts by key, bounded in time and in bytes; those used longest ago go first. */
export class PassedCache {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #lifetimeMs: number;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<string, Promise<ListPart>>();
  #bytes = 0;

  constructor({ clock, lifetimeMs = LIFETIME_MS, maxBytes = MAX_BYTES }: PassedCacheOptions) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
    this.#maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The part of a key, read unless it is known or being read. What fails is not kept. */
  async get(key: string, read: () => Promise<ListPart>): Promise<ListPart> {
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > this.#clock.now()) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.part;
    }
    const running = this.#reading.get(key);
    if (running !== undefined) return running;
    const reading = read();
    this.#reading.set(key, reading);
    try {
      const part = await reading;
      this.#keep(key, part);
      return part;
    } finally {
      this.#reading.delete(key);
    }
  }

  #keep(key: string, part: ListPart): void {
    this.#forget(key);
    const bytes = ENTRY_BYTES + bytesOf(key) + sizeOf(part);
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { part, bytes, until: this.#clock.now() + this.#lifetimeMs });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

function sizeOf({ texts, beside }: ListPart): number {
  return texts.reduce((bytes, text) => bytes + ROW_BYTES + bytesOf(text), bytesOf(beside ?? ''));
}

/** Two bytes a character is the most a text takes in memory. */
function bytesOf(text: string): number {
  return 2 * text.length;
}
