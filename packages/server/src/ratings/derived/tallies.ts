/** Counts of findings by the values of some filters, over rows that are in memory. */
import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import type { JsonObject, JsonScalar } from '../../wire/json.ts';
import type { Tally, TallyName } from '../portfolio-reader.ts';

/** Rows counted by the values that the named filters read of them. */
export function tallied(rows: Iterable<JsonObject>, by: readonly TallyName[]): readonly Tally[] {
  const counts = new TallyCounts();
  const reads = by.map(name => FINDING_SCHEMA.filters.get(name)?.read);
  for (const row of rows) counts.add(reads.map(read => read?.(row)[0] ?? null));
  return counts.list();
}

/** Counts by several values at once. */
export class TallyCounts {
  readonly #tallies = new Map<string, { readonly values: readonly JsonScalar[]; count: number }>();

  add(values: readonly JsonScalar[], count = 1): void {
    const key = JSON.stringify(values);
    const known = this.#tallies.get(key);
    if (known === undefined) this.#tallies.set(key, { values, count });
    else known.count += count;
  }

  list(): readonly Tally[] {
    return [...this.#tallies.values()];
  }
}
