/**
 * Principals of tokens that were verified lately, by the token's hash: bounded, and true only while this process knows the
 * access version. Unknown tokens are not remembered, so that guessing fills no memory.
 */
import type { Principal } from './principal.ts';

const MAX_ENTRIES = 10_000;

export class VerifiedTokens {
  readonly #principals = new Map<string, Principal>();
  readonly #maxEntries: number;
  #generation = 0;

  constructor(maxEntries: number = MAX_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  /** Grows when everything is forgotten; see `remember`. */
  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#principals.size;
  }

  get(tokenHash: string): Principal | undefined {
    const principal = this.#principals.get(tokenHash);
    if (principal === undefined) return undefined;
    // Moved to the end: a Map keeps the order of insertion, so its first key is the one unused for longest.
    this.#principals.delete(tokenHash);
    this.#principals.set(tokenHash, principal);
    return principal;
  }

  /**
   * Keeps what a query found, unless access changed since the query began: `generation` is the one from before it. Without
   * that, a slow query could put a token back that was revoked while it ran.
   */
  remember(tokenHash: string, principal: Principal, generation: number): void {
    if (generation !== this.#generation) return;
    this.#principals.set(tokenHash, principal);
    if (this.#principals.size <= this.#maxEntries) return;
    const oldest = this.#principals.keys().next();
    if (!oldest.done) this.#principals.delete(oldest.value);
  }

  forgetAll(): void {
    this.#generation += 1;
    this.#principals.clear();
  }
}
