/**
 * Which findings of a company a query matches, and in which order, as one array of slot numbers. Filters and sort keys that
 * traits can answer never make a record; the others make each record once and drop it. Facts: bitsight-api.md, 4.3.
 */
import { type Condition, meets, meetsAll } from '../../../wire/filters.ts';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { JsonScalar } from '../../../wire/json.ts';
import { foundBy, type ListQuery } from '../../../wire/list-query.ts';
import { compareScalars, type SortKey } from '../../../wire/sorting.ts';
import { TallyCounts } from '../../derived/tallies.ts';
import type { Tally, TallyName } from '../../portfolio-reader.ts';
import { dayText } from './days.ts';
import type { FindingWriter, RecordOptions, ShownAsset } from './findings.ts';
import type { TraitColumns } from './trait-columns.ts';
import { fillTraits, IMPACTS, NULL_SEVERITY, newTraits, type Traits } from './traits.ts';
import { GRADES, modelAt, SEVERITY_CATEGORIES, VECTOR_MODELS } from './vectors.ts';

type TraitReader = (traits: Traits) => JsonScalar;

/** Filters by name that need no record. */
const TRAIT_VALUES = {
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
} satisfies Readonly<Record<string, TraitReader>>;

const READERS: Readonly<Record<string, TraitReader>> = TRAIT_VALUES;

/** Filters by name that need the asset of the finding, and no record. */
const ASSET_VALUES: Readonly<Record<string, (asset: ShownAsset) => readonly JsonScalar[]>> = {
  'assets.asset': ({ asset }) => [asset],
  'assets.category': ({ facts }) => [facts.category],
  'assets.combined_importance': ({ facts }) => [facts.category === '' ? 'none' : facts.category],
  'assets.is_monitored': ({ facts }) => [facts.isMonitored],
  tags: ({ facts }) => (facts.tags.length === 0 ? [null] : facts.tags),
};

/** Sort keys as small whole numbers: so many bits, ascending, null above all. */
interface PackedKey {
  readonly bits: number;
  readonly read: (traits: Traits, day: number) => number;
  /** The value that stands for null; it stays last when the order is turned. */
  readonly none?: number;
}

/** No finding lives longer than the longest cycle of its vector, so days are counted from this many before today. */
const PAST_DAYS = 2_047;

/** The places of texts in their order, for keys that have few. */
function ranks(texts: readonly string[]): readonly number[] {
  const sorted = [...new Set(texts.map(text => text.toLowerCase()))].sort();
  return texts.map(text => sorted.indexOf(text.toLowerCase()));
}

const VECTOR_RANKS = {
  risk_category: ranks(VECTOR_MODELS.map(({ vector }) => vector.category)),
  risk_vector: ranks(VECTOR_MODELS.map(({ vector }) => vector.slug)),
  risk_vector_label: ranks(VECTOR_MODELS.map(({ vector }) => vector.label)),
};

const PACKED_KEYS: Readonly<Record<string, PackedKey>> = {
  severity: {
    bits: 7,
    none: 127,
    read: traits => (traits.severityTenths === NULL_SEVERITY ? 127 : traits.severityTenths),
  },
  severity_category: { bits: 2, read: traits => traits.category },
  first_seen: { bits: 11, read: (traits, day) => traits.firstSeen - (day - PAST_DAYS) },
  last_seen: { bits: 11, read: (traits, day) => traits.lastSeen - (day - PAST_DAYS) },
  'details.grade': { bits: 3, none: 7, read: traits => (traits.grade < 0 ? 7 : traits.grade) },
  affects_rating: { bits: 1, read: traits => (traits.impact === 0 ? 1 : 0) },
  remaining_decay: { bits: 9, read: traits => traits.remaining },
  risk_category: { bits: 2, read: traits => VECTOR_RANKS.risk_category[traits.vector] ?? 0 },
  risk_vector: { bits: 5, read: traits => VECTOR_RANKS.risk_vector[traits.vector] ?? 0 },
  risk_vector_label: { bits: 5, read: traits => VECTOR_RANKS.risk_vector_label[traits.vector] ?? 0 },
};

/** Numbers up to here are exact, so keys packed into that many bits sort as numbers. */
const EXACT_BITS = 52;

/** Everything an ordering depends on besides the query. */
export interface OrderingInput {
  readonly companyKey: number;
  readonly slots: number;
  readonly day: number;
  readonly writer: FindingWriter;
  /** Of all findings of the company on the day. */
  readonly columns: TraitColumns;
}

/**
 * The matching slots in the order of those keys that traits can answer; slots that are equal in them are in the order of their
 * numbers until `pageOfSlots` settles them.
 */
export function orderedSlots(input: OrderingInput, query: ListQuery): Uint32Array {
  const { packed, slotFactor } = packing(input, query.order);
  if (packed === null) return slotsByRecords(input, query);
  const keys = new Float64Array(input.slots);
  let count = 0;
  for (const traits of matchingTraits(input, query))
    keys[count++] = packed(traits) * slotFactor + traits.slot;
  const sorted = keys.subarray(0, count).sort();
  const ordered = new Uint32Array(count);
  for (let index = 0; index < count; index++) ordered[index] = (sorted[index] ?? 0) % slotFactor;
  return ordered;
}

/** A page of an ordering, with the slots that only records can tell apart in their order. */
export function pageOfSlots(input: OrderingInput, query: ListQuery, ordering: Uint32Array): Uint32Array {
  const { packed, rest } = packing(input, query.order);
  const end = Math.min(ordering.length, query.offset + query.limit);
  if (packed === null || rest.length === 0 || query.offset >= end)
    return ordering.subarray(query.offset, end);
  const traits = newTraits();
  const keyAt = (index: number): number => {
    fillTraits(input.companyKey, ordering[index] ?? 0, input.day, traits);
    return packed(traits);
  };
  const { from, to } = widened(query.offset, end, ordering.length, keyAt);
  const settled = ordering.slice(from, to);
  const runs = runsOf(from, to, keyAt);
  for (const [start, length] of runs) {
    const run = settled.subarray(start, start + length);
    run.set(sortedByRecords(input, query, rest, run));
  }
  return settled.subarray(query.offset - from, end - from);
}

/** How many findings a company has on a day. */
export function liveCount(companyKey: number, slots: number, day: number): number {
  const traits = newTraits();
  let count = 0;
  for (let slot = 0; slot < slots; slot++) if (fillTraits(companyKey, slot, day, traits)) count++;
  return count;
}

/** The matching findings counted by traits. */
export function talliedSlots(
  input: OrderingInput,
  query: ListQuery,
  by: readonly TallyName[],
): readonly Tally[] {
  const counts = new TallyCounts();
  const reads = by.map(name => TRAIT_VALUES[name]);
  for (const traits of matchingTraits(input, query)) counts.add(reads.map(read => read(traits)));
  return counts.list();
}

/** What of a record a query looks at, and so what of it is shown: the same record is filtered and sent. */
export function recordOptions({ expand, conditions }: ListQuery): RecordOptions {
  const asks = (part: string) => conditions.some(({ filter }) => filter.name.includes(part));
  return {
    expand: asks('attributed_companies') ? new Set([...expand, 'attributed_companies']) : expand,
    withVulnerabilities: asks('vulnerabilities'),
  };
}

/** What the columns have of every matching finding, in one object that is filled anew for each. */
function* matchingTraits(input: OrderingInput, query: ListQuery): Generator<Traits> {
  const matches = matcherOf(input, query);
  const { columns } = input;
  const traits = newTraits();
  for (let index = 0; index < columns.count; index++) {
    columns.read(index, traits);
    if (matches(traits)) yield traits;
  }
}

/** Whether a finding matches, asked of what is cheapest first: its traits, its asset, its record. */
function matcherOf(
  { companyKey, day, writer }: OrderingInput,
  query: ListQuery,
): (traits: Traits) => boolean {
  const ofTraits: { readonly condition: Condition; readonly read: TraitReader }[] = [];
  const ofAsset: {
    readonly condition: Condition;
    readonly read: (asset: ShownAsset) => readonly JsonScalar[];
  }[] = [];
  const ofRecord: Condition[] = [];
  for (const condition of query.conditions) {
    const { name } = condition.filter;
    const [trait, asset] = [READERS[name], ASSET_VALUES[name]];
    if (trait !== undefined) ofTraits.push({ condition, read: trait });
    else if (asset !== undefined) ofAsset.push({ condition, read: asset });
    else ofRecord.push(condition);
  }
  const options = recordOptions(query);
  const needsRecord = ofRecord.length > 0 || query.q !== null;
  const all = newTraits();
  return traits => {
    for (const { condition, read } of ofTraits) if (!meets(condition, [read(traits)])) return false;
    if (ofAsset.length > 0) {
      const asset = writer.asset(traits);
      for (const { condition, read } of ofAsset) if (!meets(condition, read(asset))) return false;
    }
    if (!needsRecord) return true;
    fillTraits(companyKey, traits.slot, day, all);
    const record = writer.record(all, options);
    return meetsAll(ofRecord, record) && foundBy(query.q, record, FINDING_SCHEMA);
  };
}

/** For orders whose first key no trait can answer. */
function slotsByRecords(input: OrderingInput, query: ListQuery): Uint32Array {
  const slots: number[] = [];
  for (const { slot } of matchingTraits(input, query)) slots.push(slot);
  return sortedByRecords(input, query, query.order, Uint32Array.from(slots));
}

function sortedByRecords(
  { companyKey, day, writer }: OrderingInput,
  query: ListQuery,
  keys: readonly SortKey[],
  slots: Uint32Array,
): Uint32Array {
  const traits = newTraits();
  const options = recordOptions(query);
  const values = Array.from(slots, slot => {
    fillTraits(companyKey, slot, day, traits);
    const record = writer.record(traits, options);
    return keys.map(({ field }) => field.read(record));
  });
  const positions = Uint32Array.from(slots, (_, index) => index);
  positions.sort((left, right) => compareKeys(keys, values[left], values[right]) || left - right);
  return positions.map(position => slots[position] ?? 0);
}

function compareKeys(
  order: readonly SortKey[],
  left: readonly JsonScalar[] | undefined,
  right: readonly JsonScalar[] | undefined,
): number {
  for (const [index, { descending }] of order.entries()) {
    const compared = compareScalars(left?.[index] ?? null, right?.[index] ?? null, descending);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** The range of a page, made longer until no slot beyond it is equal in key to one in it. */
function widened(
  start: number,
  end: number,
  length: number,
  keyAt: (index: number) => number,
): { readonly from: number; readonly to: number } {
  let from = start;
  let to = end;
  const [first, last] = [keyAt(start), keyAt(end - 1)];
  while (from > 0 && keyAt(from - 1) === first) from--;
  while (to < length && keyAt(to) === last) to++;
  return { from, to };
}

/** Start (from `from`) and length of every run of two or more slots with one key. */
function runsOf(from: number, to: number, keyAt: (index: number) => number): [number, number][] {
  const runs: [number, number][] = [];
  let start = from;
  let key = keyAt(from);
  for (let index = from + 1; index <= to; index++) {
    const next = index < to ? keyAt(index) : Number.NaN;
    if (next === key) continue;
    if (index - start > 1) runs.push([start - from, index - start]);
    start = index;
    key = next;
  }
  return runs;
}

interface Packing {
  /** From traits to one number that sorts as the first keys do; null when not even the first key can be packed. */
  readonly packed: ((traits: Traits) => number) | null;
  /** Keys that only records can answer, or for which there was no room. */
  readonly rest: readonly SortKey[];
  readonly slotFactor: number;
}

function packing({ slots, day }: OrderingInput, order: readonly SortKey[]): Packing {
  const slotBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, slots))));
  const parts: { readonly key: PackedKey; readonly descending: boolean }[] = [];
  let bits = slotBits;
  for (const { field, descending } of order) {
    const key = PACKED_KEYS[field.name];
    if (key === undefined || bits + key.bits > EXACT_BITS) break;
    parts.push({ key, descending });
    bits += key.bits;
  }
  const slotFactor = 2 ** slotBits;
  const rest = order.slice(parts.length);
  if (parts.length === 0) return { packed: null, rest, slotFactor };
  const reads = parts.map(({ key, descending }) => ({
    read: descending ? turned(key) : key.read,
    factor: 2 ** key.bits,
  }));
  const packed = (traits: Traits): number => {
    let sum = 0;
    for (const { read, factor } of reads) sum = sum * factor + read(traits, day);
    return sum;
  };
  return { packed, rest, slotFactor };
}

function turned({ bits, read, none }: PackedKey): PackedKey['read'] {
  const highest = 2 ** bits - 1;
  // Null stays above everything, so real values turn within what is left below it.
  const top = none === undefined ? highest : highest - 1;
  return (traits, day) => {
    const value = read(traits, day);
    return value === none ? highest : top - value;
  };
}
