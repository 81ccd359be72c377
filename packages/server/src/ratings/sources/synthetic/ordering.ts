/**
 * Which findings of a company a query matches, and in which order, as one array of slot numbers. Filters and sort keys that
 * traits can answer never make a record; the others make each record once and drop it. Facts: bitsight-api.md, 4.3.
 */

import { type Condition, meets } from '../../../wire/filters.ts';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { JsonObject, JsonScalar } from '../../../wire/json.ts';
import { foundBy, type ListQuery } from '../../../wire/list-query.ts';
import { compareScalars, type SortKey } from '../../../wire/sorting.ts';
import { dayText } from './days.ts';
import type { FindingWriter, RecordOptions } from './findings.ts';
import { fillTraits, IMPACTS, NULL_SEVERITY, newTraits, type Traits } from './traits.ts';
import { GRADES, modelAt, SEVERITY_CATEGORIES } from './vectors.ts';

type TraitReader = (traits: Traits) => JsonScalar;

/** Filters by name that need no record. */
const TRAIT_VALUES: Readonly<Record<string, TraitReader>> = {
  affects_rating: traits => traits.impact === 0,
  impacts_risk_vector_details: traits => IMPACTS[traits.impact] ?? null,
  first_seen: traits => dayText(traits.firstSeen),
  last_seen: traits => dayText(traits.lastSeen),
  severity: traits => (traits.severityTenths === NULL_SEVERITY ? null : traits.severityTenths / 10),
  severity_category: traits => SEVERITY_CATEGORIES[traits.category] ?? null,
  risk_category: traits => modelAt(traits.vector).vector.category,
  risk_vector: traits => modelAt(traits.vector).vector.slug,
  risk_vector_label: traits => modelAt(traits.vector).vector.label,
  'details.grade': traits => GRADES[traits.grade] ?? 'NONE',
  remaining_decay: traits => traits.remaining,
};

/** Sort keys as small whole numbers: so many bits, ascending, null above all. */
interface PackedKey {
  readonly bits: number;
  readonly read: (traits: Traits) => number;
  /** The value that stands for null; it stays last when the order is turned. */
  readonly none?: number;
}

/** Days are counted from here, so that they fit 16 bits. */
const DAY_BASE = 12_000;

const PACKED_KEYS: Readonly<Record<string, PackedKey>> = {
  severity: {
    bits: 7,
    none: 127,
    read: traits => (traits.severityTenths === NULL_SEVERITY ? 127 : traits.severityTenths),
  },
  severity_category: { bits: 2, read: traits => traits.category },
  first_seen: { bits: 16, read: traits => traits.firstSeen - DAY_BASE },
  last_seen: { bits: 16, read: traits => traits.lastSeen - DAY_BASE },
  'details.grade': { bits: 3, none: 7, read: traits => (traits.grade < 0 ? 7 : traits.grade) },
  affects_rating: { bits: 1, read: traits => (traits.impact === 0 ? 1 : 0) },
  remaining_decay: { bits: 9, read: traits => traits.remaining },
};

/** Numbers up to here are exact, so keys packed into that many bits sort as numbers. */
const EXACT_BITS = 52;
/** Any slot number fits. */
const SLOT_BITS = 24;

/** Everything an ordering depends on besides the query. */
export interface OrderingInput {
  readonly companyKey: number;
  readonly slots: number;
  readonly day: number;
  readonly writer: FindingWriter;
}

/** What filters read when only a record can answer. */
const WHOLE: RecordOptions = { expand: new Set(['attributed_companies']), withVulnerabilities: true };

/** The matching slots in the query's order. */
export function orderedSlots(input: OrderingInput, query: ListQuery<JsonObject>): Uint32Array {
  const packed = packing(query.order);
  const cheap = query.conditions.filter(condition => condition.filter.name in TRAIT_VALUES);
  const costly = query.conditions.filter(condition => !(condition.filter.name in TRAIT_VALUES));
  const keys = packed === null ? null : new Float64Array(input.slots);
  const slots = packed === null ? new Uint32Array(input.slots) : null;
  const texts: JsonScalar[][] | null = packed === null ? [] : null;
  const traits = newTraits();
  let count = 0;
  for (let slot = 0; slot < input.slots; slot++) {
    if (!fillTraits(input.companyKey, slot, input.day, traits)) continue;
    if (!meetsTraits(cheap, traits)) continue;
    const needsRecord = costly.length > 0 || query.q !== null || packed === null;
    if (needsRecord) {
      const record = input.writer.record(traits, WHOLE);
      if (!costly.every(condition => meets(condition, condition.filter.read(record)))) continue;
      if (!foundBy(query.q, record, FINDING_SCHEMA)) continue;
      texts?.push(query.order.map(({ field }) => field.read(record)));
    }
    if (packed !== null && keys !== null) keys[count] = packed(traits);
    else if (slots !== null) slots[count] = slot;
    count++;
  }
  if (keys !== null) {
    const sorted = keys.subarray(0, count).sort();
    const ordered = new Uint32Array(count);
    for (let index = 0; index < count; index++) ordered[index] = (sorted[index] ?? 0) % 2 ** SLOT_BITS;
    return ordered;
  }
  const matched = slots?.subarray(0, count) ?? new Uint32Array();
  const positions = Uint32Array.from({ length: count }, (_, index) => index);
  positions.sort((left, right) => compareKeys(query.order, texts?.[left], texts?.[right]) || left - right);
  return positions.map(position => matched[position] ?? 0);
}

/** How many findings a company has on a day. */
export function liveCount(companyKey: number, slots: number, day: number): number {
  const traits = newTraits();
  let count = 0;
  for (let slot = 0; slot < slots; slot++) if (fillTraits(companyKey, slot, day, traits)) count++;
  return count;
}

function meetsTraits(conditions: readonly Condition<JsonObject>[], traits: Traits): boolean {
  for (const condition of conditions) {
    const read = TRAIT_VALUES[condition.filter.name];
    if (read === undefined || !meets(condition, [read(traits)])) return false;
  }
  return true;
}

function compareKeys(
  order: readonly SortKey<JsonObject>[],
  left: readonly JsonScalar[] | undefined,
  right: readonly JsonScalar[] | undefined,
): number {
  for (const [index, { descending }] of order.entries()) {
    const compared = compareScalars(left?.[index] ?? null, right?.[index] ?? null, descending);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** A function from traits to one number that sorts as the keys do, the slot in its lowest bits; null when that cannot be. */
function packing(order: readonly SortKey<JsonObject>[]): ((traits: Traits) => number) | null {
  const parts: { read: (traits: Traits) => number; factor: number }[] = [];
  let bits = SLOT_BITS;
  for (const { field, descending } of order.toReversed()) {
    const key = PACKED_KEYS[field.name];
    if (key === undefined || bits + key.bits > EXACT_BITS) return null;
    parts.push({ read: descending ? turned(key) : key.read, factor: 2 ** bits });
    bits += key.bits;
  }
  return traits => {
    let packed = traits.slot;
    for (const { read, factor } of parts) packed += read(traits) * factor;
    return packed;
  };
}

function turned({ bits, read, none }: PackedKey): (traits: Traits) => number {
  const highest = 2 ** bits - 1;
  // Null stays above everything, so real values turn within what is left below it.
  const top = none === undefined ? highest : highest - 1;
  return traits => {
    const value = read(traits);
    return value === none ? highest : top - value;
  };
}
