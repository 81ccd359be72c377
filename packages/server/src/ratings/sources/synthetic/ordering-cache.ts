/** Orderings of recent queries, bounded by bytes: the one thing a source keeps between pages, so that page N costs what page 1 costs. */

export class OrderingCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Uint32Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The ordering under a key, made when it is not there; the least recently used ones give way. */
  get(key: string, make: () => Uint32Array): Uint32Array {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found;
    }
    const made = make();
    this.#entries.set(key, made);
    this.#bytes += cost(key, made);
    for (const [oldest, ordering] of this.#entries) {
      // The newest stays even if it alone is too large: its next page is about to be asked for.
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#entries.delete(oldest);
      this.#bytes -= cost(oldest, ordering);
    }
    return made;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }
}

function cost(key: string, ordering: Uint32Array): number {
  return ordering.byteLength + key.length * 2 + 200;
}
