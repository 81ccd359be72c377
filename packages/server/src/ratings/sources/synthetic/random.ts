/**
 * Chance without state: 32-bit hashes and a small generator seeded by one. Any record is derived from (seed, company, slot)
 * alone, so record k never needs records before it. The mixing constants are those of the public-domain MurmurHash3 finaliser.
 */

/** Mixes two 32-bit integers; for a fixed `a` different `b` never collide. */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit integer from a text. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length);
}

/** A number in [0, 1) from a hash. */
export function unit(hash: number): number {
  return hash / 4_294_967_296;
}

/** A UUID whose 122 free bits come from a hash; version 4 by its look. */
export function guidOf(key: number, purpose: number): string {
  const a = mix(key, purpose);
  const b = mix(a, key);
  const c = mix(b, purpose + 1);
  const d = mix(c, key ^ 0x5bd1e995);
  const h = (n: number) => hex32[n >>> 16] + (hex32[n & 0xffff] ?? '');
  const tail = h(c);
  return `${h(a)}-${h(b).slice(0, 4)}-4${h(b).slice(5)}-${'89ab'[d & 3]}${tail.slice(1, 4)}-${tail.slice(4)}${h(d)}`;
}

const hex32: readonly string[] = Array.from({ length: 65_536 }, (_, n) => n.toString(16).padStart(4, '0'));

/** Eight hexadecimal digits. */
export function hex(n: number): string {
  return `${hex32[n >>> 16]}${hex32[n & 0xffff]}`;
}

/** A sequence of numbers that restarts from a key, so that one instance serves every record. */
export class Random {
  private state = 0;

  restart(key: number): this {
    this.state = key | 0;
    return this;
  }

  /** The next 32-bit integer. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let h = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    h = (h + Math.imul(h ^ (h >>> 7), 61 | h)) ^ h;
    return (h ^ (h >>> 14)) >>> 0;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor((this.next() / 4_294_967_296) * bound);
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One element of a list that is not empty. */
  of<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new RangeError('an empty list has no element to choose');
    return item;
  }
}
