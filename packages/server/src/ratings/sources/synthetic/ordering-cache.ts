/** What recent queries computed, bounded by bytes: the one thing a source keeps between pages, so that page N costs what page 1 costs. */

export class BoundedCache<V> {
  readonly #maxBytes: number;
  readonly #bytesOf: (value: V) => number;
  readonly #entries = new Map<string, V>();
  #bytes = 0;

  constructor(maxBytes: number, bytesOf: (value: V) => number) {
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  /** The value under a key, made when it is not there; the least recently used ones give way. */
  get(key: string, make: () => V): V {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found;
    }
    const made = make();
    this.#entries.set(key, made);
    this.#bytes += this.#cost(key, made);
    for (const [oldest, value] of this.#entries) {
      // The newest stays even if it alone is too large: its next page is about to be asked for.
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#entries.delete(oldest);
      this.#bytes -= this.#cost(oldest, value);
    }
    return made;
  }

  /** Is there a value under the key? Asking does not make it a recent one. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  #cost(key: string, value: V): number {
    return this.#bytesOf(value) + key.length * 2 + 200;
  }
}

/** Orderings of recent queries. */
export class OrderingCache extends BoundedCache<Uint32Array> {
  constructor(maxBytes: number) {
    super(maxBytes, ordering => ordering.byteLength);
  }
}
