/**
 * Incidents of the synthetic world: from one day to the next a company's rating and some of its risk vectors fall, and in the
 * weeks after they recover. Some are disclosed in public (breaches.ts). Without them ratings would drift by one step a day at
 * most, and no alert or insight would ever have a cause.
 */
import { mix } from './random.ts';

export interface Incident {
  /** The key of everything about it. */
  readonly key: number;
  /** The first day of the lower rating. */
  readonly day: number;
  /** Points that the rating loses. */
  readonly drop: number;
  readonly recoveryDays: number;
  readonly isDisclosed: boolean;
}

/** In each period of so many days a company has one incident or none. */
const PERIOD_DAYS = 200;
const LIKELY_PERCENT = 60;
const DISCLOSED_PERCENT = 25;
const LONGEST_RECOVERY = 90;
/** A vector that is hit loses so many times what the rating loses: the rating is made of many. */
const VECTOR_FACTOR = 2;

/** The incidents of a company whose day lies in the range, both ends in it; the oldest first. */
export function incidentsBetween(companyKey: number, from: number, to: number): readonly Incident[] {
  const found: Incident[] = [];
  for (let period = Math.floor(from / PERIOD_DAYS); period <= Math.floor(to / PERIOD_DAYS); period++) {
    const key = keyOf(companyKey, period);
    if (!happens(key)) continue;
    const day = dayOf(key, period);
    if (day >= from && day <= to) found.push(incident(key, day));
  }
  return found;
}

/** The incidents that still weigh on some day of the range. */
export function incidentsFeltBetween(companyKey: number, from: number, to: number): readonly Incident[] {
  return incidentsBetween(companyKey, from - LONGEST_RECOVERY, to);
}

/** By how much incidents lower a company's rating on a day. */
export function ratingFall(companyKey: number, day: number): number {
  return fall(companyKey, day, null);
}

/** By how much incidents lower a risk vector's rating on a day: each hits about a fifth of the vectors. */
export function vectorFall(companyKey: number, order: number, isDisclosures: boolean, day: number): number {
  return fall(companyKey, day, { order, isDisclosures }) * VECTOR_FACTOR;
}

interface Target {
  readonly order: number;
  readonly isDisclosures: boolean;
}

/** Every day of every rating asks this, so no incident is made for it. */
function fall(companyKey: number, day: number, target: Target | null): number {
  const period = Math.floor(day / PERIOD_DAYS);
  return fallOf(companyKey, period, day, target) + fallOf(companyKey, period - 1, day, target);
}

function fallOf(companyKey: number, period: number, day: number, target: Target | null): number {
  const key = keyOf(companyKey, period);
  if (!happens(key)) return 0;
  const age = day - dayOf(key, period);
  if (age < 0 || age >= LONGEST_RECOVERY) return 0;
  const recovery = recoveryOf(key);
  if (age >= recovery || (target !== null && !hits(key, target))) return 0;
  return dropOf(key) * (1 - age / recovery);
}

function incident(key: number, day: number): Incident {
  return { key, day, drop: dropOf(key), recoveryDays: recoveryOf(key), isDisclosed: isDisclosed(key) };
}

/** Public disclosures suffer from what is disclosed, and from nothing else. */
function hits(key: number, { order, isDisclosures }: Target): boolean {
  if (isDisclosures) return isDisclosed(key);
  return mix(key, 300 + order) % 5 === 0;
}

function keyOf(companyKey: number, period: number): number {
  return mix(mix(companyKey, 51), period);
}

function happens(key: number): boolean {
  return key % 100 < LIKELY_PERCENT;
}

function dayOf(key: number, period: number): number {
  return period * PERIOD_DAYS + (mix(key, 1) % PERIOD_DAYS);
}

/** More than two steps of a rating, so that the fall shows whatever the drift does that day. */
function dropOf(key: number): number {
  return 30 + (mix(key, 2) % 61);
}

function recoveryOf(key: number): number {
  return 40 + (mix(key, 3) % (LONGEST_RECOVERY - 40));
}

function isDisclosed(key: number): boolean {
  return mix(key, 4) % 100 < DISCLOSED_PERCENT;
}
