/**
 * What was read of the store lately, good for as long as nothing in the database has changed: a client that polls asks for the same
 * page again and again, and a page costs several times what sending it does. Bounded by bytes.
 */
import { databaseVersion } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { textOf } from '../../paging.ts';
import { EncodedRows, type RowPage, type WireRow } from '../../source.ts';

const MAX_BYTES = 16 * 1024 * 1024;
/** What an entry costs beside its value. */
const ENTRY_BYTES = 300;
/** Lists of thousands of values are hardly asked for twice. */
const MAX_KEY_CHARACTERS = 2_000;

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Values of one kind, by keys that name all they depend on besides the database. */
export class Remembered<T> {
  readonly #db: Queryable;
  readonly #bytesOf: (value: T) => number | null;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry<T>>();
  #version = '';
  #bytes = 0;

  /** `bytesOf` says what a value takes; null for one that is too large to be kept. */
  constructor(db: Queryable, bytesOf: (value: T) => number | null, maxBytes: number = MAX_BYTES) {
    this.#db = db;
    this.#bytesOf = bytesOf;
    this.#maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What `read` gives, or gave under this key in the same state of the database. What fails is not kept. */
  async get(of: readonly unknown[], read: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(of);
    if (key.length > MAX_KEY_CHARACTERS) return read();
    // Before the read: what another process writes meanwhile is then kept under a state that is over.
    const version = await databaseVersion(this.#db);
    if (version !== this.#version) this.#forgetAll(version);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const value = await read();
    if (this.#version === version) this.#keep(key, value, this.#bytesOf(value));
    return value;
  }

  #keep(key: string, value: T, size: number | null): void {
    if (size === null) return;
    const bytes = size + 2 * key.length + ENTRY_BYTES;
    this.#forget(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  #forgetAll(version: string): void {
    this.#version = version;
    this.#entries.clear();
    this.#bytes = 0;
  }
}

/** A page as it is kept: its rows as they are sent, unless they are read while they are sent and so can be read once. */
export function keptPage(page: RowPage): RowPage {
  const { count, rows } = page;
  if (!Array.isArray(rows)) return page;
  return { count, rows: new EncodedRows(rows.map((row: WireRow) => textOf(row, null))) };
}

/** The bytes of a page that {@link keptPage} made; null for one that cannot be kept. */
export function pageBytes({ rows }: RowPage): number | null {
  return rows instanceof EncodedRows ? rows.bytes.length : null;
}
