/**
 * The traits of all findings of a company on a day, column by column: what filters and orders read of them. Computing them is
 * most of what a query costs, and queries about one company follow one another.
 */
import { fillTraits, newTraits, type Traits } from './traits.ts';

/** Bytes of a finding in all columns. */
const BYTES_EACH = 24;

export class TraitColumns {
  /** Findings that are listed on the day, in the order of their slots. */
  readonly count: number;
  readonly #slots: Uint32Array;
  readonly #keys: Uint32Array;
  readonly #firstSeen: Int32Array;
  readonly #lastSeen: Int32Array;
  readonly #remaining: Uint16Array;
  readonly #severities: Int16Array;
  readonly #vectors: Uint8Array;
  readonly #grades: Int8Array;
  readonly #categories: Uint8Array;
  readonly #impacts: Uint8Array;

  constructor(companyKey: number, slots: number, day: number) {
    this.#slots = new Uint32Array(slots);
    this.#keys = new Uint32Array(slots);
    this.#firstSeen = new Int32Array(slots);
    this.#lastSeen = new Int32Array(slots);
    this.#remaining = new Uint16Array(slots);
    this.#severities = new Int16Array(slots);
    this.#vectors = new Uint8Array(slots);
    this.#grades = new Int8Array(slots);
    this.#categories = new Uint8Array(slots);
    this.#impacts = new Uint8Array(slots);
    const traits = newTraits();
    let count = 0;
    for (let slot = 0; slot < slots; slot++)
      if (fillTraits(companyKey, slot, day, traits)) this.#put(count++, traits);
    this.count = count;
  }

  get bytes(): number {
    return this.#slots.length * BYTES_EACH;
  }

  /** Fills in what the columns have; the other traits are left as they are. */
  read(index: number, traits: Traits): void {
    traits.slot = this.#slots[index] ?? 0;
    traits.key = this.#keys[index] ?? 0;
    traits.firstSeen = this.#firstSeen[index] ?? 0;
    traits.lastSeen = this.#lastSeen[index] ?? 0;
    traits.remaining = this.#remaining[index] ?? 0;
    traits.severityTenths = this.#severities[index] ?? 0;
    traits.vector = this.#vectors[index] ?? 0;
    traits.grade = this.#grades[index] ?? 0;
    traits.category = this.#categories[index] ?? 0;
    traits.impact = this.#impacts[index] ?? 0;
  }

  #put(index: number, traits: Traits): void {
    this.#slots[index] = traits.slot;
    this.#keys[index] = traits.key;
    this.#firstSeen[index] = traits.firstSeen;
    this.#lastSeen[index] = traits.lastSeen;
    this.#remaining[index] = traits.remaining;
    this.#severities[index] = traits.severityTenths;
    this.#vectors[index] = traits.vector;
    this.#grades[index] = traits.grade;
    this.#categories[index] = traits.category;
    this.#impacts[index] = traits.impact;
  }
}
