/** Counts of lists that were asked for before, good for as long as nothing in the database has changed. */
import type { Condition } from '../../../wire/filters.ts';
import type { ListQuery } from '../../../wire/list-query.ts';

const MAX_COUNTS = 1_000;
/** Lists of thousands of values are hardly asked for twice. */
const MAX_KEY_CHARACTERS = 2_000;

export class KnownCounts {
  readonly #counts = new Map<string, number>();
  #version = '';

  /** The count of the query on these rows; `count` is asked when it is not known. `version` is that of the database. */
  async of(version: string, rows: string, query: ListQuery, count: () => Promise<number>): Promise<number> {
    const key = keyOf(rows, query);
    if (key === null) return count();
    if (version !== this.#version) {
      this.#version = version;
      this.#counts.clear();
    }
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const counted = await count();
    if (this.#version === version) this.#keep(key, counted);
    return counted;
  }

  #keep(key: string, count: number): void {
    if (this.#counts.size >= MAX_COUNTS) this.#counts.clear();
    this.#counts.set(key, count);
  }
}

/** What the count depends on: neither order nor page. */
function keyOf(rows: string, { q, conditions }: ListQuery): string | null {
  let characters = q?.length ?? 0;
  for (const { operands } of conditions) characters += operands.size;
  if (characters > MAX_KEY_CHARACTERS) return null;
  const key = JSON.stringify([rows, q, conditionsAsked(conditions)]);
  return key.length > MAX_KEY_CHARACTERS ? null : key;
}

/** Conditions as plain values that tell them apart. */
function conditionsAsked(conditions: readonly Condition[]): readonly (readonly unknown[])[] {
  return conditions.map(({ filter, operator, operands }) => [filter.name, operator, ...operands]);
}

/** All of a query that decides which rows it has and in which order, as plain values. */
export function pageAsked({ q, conditions, order, offset, limit }: ListQuery): readonly unknown[] {
  const keys = order.map(({ field, descending }) => [field.name, descending]);
  return [q, conditionsAsked(conditions), keys, offset, limit];
}
