/**
 * The life of one finding as numbers: what filters and sorting need, without making the record. A company has a fixed
 * number of slots; in each slot one finding follows another, so that any slot's state on any day is a few hashes.
 * Facts: bitsight-api.md, 4.3 (fields), 5.2 (severity bands and live values), 6 (identity and its oddities).
 */
import { mix } from './random.ts';
import { modelAt, NO_GRADE, vectorIndexOf, weighted } from './vectors.ts';

/** One finding in so many has the rolledup_observation_id and first_seen of another one of its company. */
const DUPLICATE_IDENTITY_ONE_IN = 20_000;
/** One in so many of the findings older than {@link OLD_AFTER_DAYS} has an empty rolledup_observation_id. */
const EMPTY_IDENTITY_ONE_IN = 400;
const OLD_AFTER_DAYS = 400;
/** One finding in so many has no severity. */
const NULL_SEVERITY_ONE_IN = 700;

export const IMPACTS = [
  'AFFECTS_RATING',
  'LIFETIME_EXPIRED',
  'GRACE_PERIOD',
  'INCUBATION_PERIOD',
  'GUEST_NETWORK_EXCLUSION',
  'REMEDIATED',
  'DELEGATED_ASSET',
  'ASSET_OFFLINE',
] as const;
const [AFFECTS, EXPIRED, GRACE, INCUBATION, GUEST, REMEDIATED, DELEGATED, OFFLINE] = [0, 1, 2, 3, 4, 5, 6, 7];

/** Severity 8.0 and so on as tenths; the category follows the bands 9, 7, 4. */
export const NULL_SEVERITY = -1;

/** One finding on one day. Filled in place, so that a walk over a million slots makes no garbage. */
export interface Traits {
  slot: number;
  /** Key of the finding's own chance: assets, details. Unique within the company. */
  key: number;
  /** Key of its identity; shared with the neighbour for the few duplicates. */
  identityKey: number;
  vector: number;
  firstSeen: number;
  lastSeen: number;
  /** The first day without the problem; after it the finding is only listed. */
  gone: number;
  isGone: boolean;
  /** The first day it is no longer listed. */
  leaves: number;
  /** Days of life that are left. */
  remaining: number;
  grade: number;
  severityTenths: number;
  category: number;
  impact: number;
  emptyIdentity: boolean;
  /** The day on which grade and severity changed in place, or 0. */
  changedOn: number;
}

export function newTraits(): Traits {
  return {
    slot: 0,
    key: 0,
    identityKey: 0,
    vector: 0,
    firstSeen: 0,
    lastSeen: 0,
    gone: 0,
    isGone: false,
    leaves: 0,
    remaining: 0,
    grade: NO_GRADE,
    severityTenths: 0,
    category: 0,
    impact: 0,
    emptyIdentity: false,
    changedOn: 0,
  };
}

/** The day on which the grace period of a finding ends; null outside of one. */
export function gracePeriodEnd({ impact, firstSeen }: Traits): number | null {
  return impact === GRACE ? firstSeen + 30 : null;
}

/** The day until which a finding counts as one of a guest network; null for one of the company's own. */
export function guestNetworkEnd({ impact, lastSeen }: Traits): number | null {
  return impact === GUEST ? lastSeen + 60 : null;
}

/** Does the finding lie with security controls that were delegated? */
export function isDelegated({ impact }: Traits): boolean {
  return impact === DELEGATED;
}

/** The vector of all findings of a slot, whatever the day: for walks that look at some vectors only. */
export function vectorAt(companyKey: number, slot: number): number {
  return vectorIndexOf(mix(lifeKeyOf(companyKey, slot, mix(companyKey, slot)), 1));
}

/** A duplicate lives exactly as its neighbour does: same vector, days and identity, another asset. */
function lifeKeyOf(companyKey: number, slot: number, slotKey: number): number {
  const isDuplicate = slot > 0 && mix(slotKey, 0x0d0b) % DUPLICATE_IDENTITY_ONE_IN === 0;
  return isDuplicate ? mix(companyKey, slot - 1) : slotKey;
}

/** Fills `traits` for a slot on a day. False when the slot is empty that day (`traits` is then meaningless). */
export function fillTraits(companyKey: number, slot: number, day: number, traits: Traits): boolean {
  const slotKey = mix(companyKey, slot);
  const lifeKey = lifeKeyOf(companyKey, slot, slotKey);

  const vector = vectorIndexOf(mix(lifeKey, 1));
  const model = modelAt(vector);
  const [shortest, longest] = model.cycle;
  const period = shortest + (mix(lifeKey, 2) % (longest - shortest));
  const phase = mix(lifeKey, 3) % period;
  const generation = Math.floor((day + phase) / period);
  const start = generation * period - phase;
  const key = mix(lifeKey, generation + 16);
  const slack = Math.floor(period * 0.06) + 1;
  const firstSeen = start + (mix(key, 1) % slack);
  const leaves = start + period - (mix(key, 2) % slack);
  if (day < firstSeen || day >= leaves) return false;

  const decay = Math.min(model.decayDays, Math.floor((leaves - firstSeen) / 3));
  const gone = leaves - decay;
  const seenUntil = Math.min(day, gone - 1);
  const lastSeen = firstSeen + Math.floor((seenUntil - firstSeen) / model.seenEvery) * model.seenEvery;

  traits.slot = slot;
  traits.key = lifeKey === slotKey ? key : mix(slotKey, generation + 16);
  traits.identityKey = key;
  traits.vector = vector;
  traits.firstSeen = firstSeen;
  traits.lastSeen = lastSeen;
  traits.gone = gone;
  traits.isGone = day >= gone;
  traits.leaves = leaves;
  traits.remaining = Math.max(0, model.decayDays - (day - lastSeen));
  traits.emptyIdentity = mix(key, 4) % EMPTY_IDENTITY_ONE_IN === 0 && day - firstSeen > OLD_AFTER_DAYS;
  judge(traits, traits.key, day);
  return true;
}

/** Grade, severity and impact, as they stand on the day. */
function judge(traits: Traits, key: number, day: number): void {
  const model = modelAt(traits.vector);
  const changesOn = traits.firstSeen + 7 + (mix(key, 5) % Math.max(1, traits.gone - traits.firstSeen - 7));
  const changed = mix(key, 6) % 5 === 0 && day >= changesOn;
  traits.changedOn = changed ? changesOn : 0;
  traits.grade = NO_GRADE;
  let category: number;
  if (model.grades === null) {
    category = weighted(model.severities, mix(key, 7));
    if (changed) category = Math.max(0, category - 1);
  } else {
    let grade = weighted(model.grades, mix(key, 8));
    // A change in place is more often for the better; NEUTRAL findings are not judged and stay.
    if (changed && grade > 0) grade = mix(key, 9) % 3 === 0 ? Math.max(1, grade - 1) : Math.min(4, grade + 1);
    traits.grade = grade;
    category = categoryOfGrade(grade, mix(key, 10));
  }
  traits.category = category;
  traits.severityTenths =
    mix(key, 11) % NULL_SEVERITY_ONE_IN === 0 ? NULL_SEVERITY : severityTenths(category, mix(key, 12));
  traits.impact = impactOf(traits, mix(key, 13), day, model.grades === null);
}

function categoryOfGrade(grade: number, hash: number): number {
  const roll = hash % 100;
  switch (grade) {
    case 1:
      return roll < 35 ? 3 : 2;
    case 2:
      return roll < 15 ? 2 : 1;
    case 3:
      return roll < 20 ? 1 : 0;
    default:
      return 0;
  }
}

/** Nine in ten findings have the value that stands for their category; the rest lie elsewhere inside its band. */
function severityTenths(category: number, hash: number): number {
  const odd = hash % 10 === 0;
  const spread = hash >>> 8;
  switch (category) {
    case 3:
      return odd ? 90 + (spread % 11) : 100;
    case 2:
      return odd ? 70 + (spread % 20) : 80;
    case 1:
      return odd ? 40 + (spread % 30) : 43;
    default:
      return odd ? 10 + (spread % 30) : 10;
  }
}

function impactOf(traits: Traits, hash: number, day: number, ungraded: boolean): number {
  const roll = hash % 100;
  if (traits.isGone)
    return roll < 55 ? REMEDIATED : roll < 75 ? OFFLINE : day - traits.lastSeen > 45 ? EXPIRED : AFFECTS;
  if (day - traits.firstSeen <= 10 && roll < 40) return ungraded ? INCUBATION : GRACE;
  if (roll >= 97) return GUEST;
  if (roll >= 95) return DELEGATED;
  return AFFECTS;
}
