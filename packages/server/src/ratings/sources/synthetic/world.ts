/**
 * The synthetic world: which day it is, and which companies the portfolio holds that day. A pure function of seed, size and
 * date, and of what was changed by hand (changes.ts); a slot of the portfolio holds one company after another, so companies
 * join and leave while their number stays. Companies that were added have slots of their own behind the others.
 */
import type { Clock } from '../../../clock.ts';
import { OperatorError } from '../../../errors.ts';
import { type AddedCompany, type MadeBreach, WorldChanges } from './changes.ts';
import { dayNumber, dayOfInstant, dayText } from './days.ts';
import { guidOf, hashText, mix } from './random.ts';

export interface SyntheticOptions {
  readonly seed: string;
  /** Companies in the portfolio on any day; default 40. */
  readonly companies?: number;
  /** Mean number of findings of a company; default 250. The spread is long-tailed. */
  readonly findingsPerCompany?: number;
  /** The world's day, or null for today (UTC). */
  readonly date: string | null;
  /** One day of the world passes per so many seconds of the clock, from `date` on; null: days pass as the clock's do, or not at all under a fixed `date`. */
  readonly daySeconds: number | null;
  readonly clock: Clock;
}

/** A company's place in the world on a day. */
export interface Tenancy {
  readonly slot: number;
  readonly generation: number;
  /** Number among all companies that ever were: gives the name. */
  readonly ordinal: number;
  /** The key of everything about the company. */
  readonly key: number;
  readonly guid: string;
  readonly joined: number;
  /** Slots for findings. */
  readonly findingSlots: number;
  /** Of a company that was added by hand: what was said of it. */
  readonly added?: AddedCompany;
}

/** Days before this one have no world. */
export const FIRST_DAY = '2022-01-01';
export const LAST_DAY = '2099-12-31';
/** Of 100 companies, how many are replaced after some months. */
const CHURNING_PERCENT = 25;
/** The largest companies have so many times the findings of the median one. */
const LARGEST_WEIGHT = 60;
/** In a portfolio of at least so many companies one is larger than all others: it has a twentieth of a million findings. */
const GIANT_FROM = 500;
const GIANT_WEIGHT = 120;
/** Of 100 companies, how many have no findings. */
const EMPTY_PERCENT = 4;
/** Share of finding slots that are taken on an average day (see traits.ts: a pause ends each cycle). */
const OCCUPANCY = 0.94;
/** Companies that were added are numbered from here on: no portfolio ever has so many others. */
const FIRST_ADDED_ORDINAL = 1_000_000_000;

export class World {
  /** Companies in the portfolio, without those added and dropped by hand. */
  readonly companies: number;
  /** Mean number of findings of a company. */
  readonly findingsPerCompany: number;
  readonly seedKey: number;
  /** What was changed by hand. */
  readonly changes = new WorldChanges();
  readonly #findingSlots: Uint32Array;
  readonly #date: string | null;
  readonly #daySeconds: number | null;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #portfolio: {
    readonly day: number;
    readonly version: number;
    readonly byGuid: ReadonlyMap<string, Tenancy>;
  } | null = null;

  constructor(options: SyntheticOptions) {
    this.companies = wholeOption('companies', options.companies ?? 40, 1, 1_000_000);
    const mean = wholeOption('findingsPerCompany', options.findingsPerCompany ?? 250, 0, 10_000_000);
    this.findingsPerCompany = mean;
    this.#date = options.date;
    if (this.#date !== null) checkDay(this.#date);
    this.#daySeconds = options.daySeconds;
    if (this.#daySeconds !== null && !(this.#daySeconds > 0)) {
      throw new OperatorError(`daySeconds must be more than 0, not ${this.#daySeconds}`, { exitCode: 2 });
    }
    this.#clock = options.clock;
    this.#startedAt = options.clock.now();
    this.seedKey = hashText(options.seed);
    this.#findingSlots = findingSlots(this.companies, mean, this.seedKey);
  }

  /** Another one after each change by hand but that of the day. */
  get version(): number {
    return this.changes.version;
  }

  /** Day and version as one text: the key of whatever is kept of the world from one request to the next. */
  get moment(): string {
    return `${this.day()}/${this.version}`;
  }

  /** Breaches that were made by hand, of whichever company and day. */
  get madeBreaches(): readonly MadeBreach[] {
    return this.changes.breaches;
  }

  /** The world's day, as a day number. */
  day(): number {
    return this.#clockDay() + this.changes.days;
  }

  /** Makes it that day; from there time goes on as it did. The caller keeps to FIRST_DAY and LAST_DAY. */
  moveTo(day: number): void {
    this.changes.moveBy(day - this.day());
  }

  /** The companies of a day by guid, the own company first. */
  portfolio(day: number): ReadonlyMap<string, Tenancy> {
    const { version } = this;
    if (this.#portfolio?.day === day && this.#portfolio.version === version) return this.#portfolio.byGuid;
    const { added, dropped } = this.changes;
    const byGuid = new Map<string, Tenancy>();
    for (let slot = 0; slot < this.companies + added.length; slot++) {
      const tenancy = this.tenancy(slot, day);
      if (!dropped.has(tenancy.guid)) byGuid.set(tenancy.guid, tenancy);
    }
    this.#portfolio = { day, version, byGuid };
    return byGuid;
  }

  /** Who holds a slot of the portfolio on a day. */
  tenancy(slot: number, day: number): Tenancy {
    if (slot >= this.companies) return this.#addedTenancy(slot, day);
    const slotKey = mix(this.seedKey, slot);
    const first = dayNumber(FIRST_DAY);
    let generation = 0;
    let joined = first - 60 - (mix(slotKey, 1) % 2200);
    if (slot > 0 && mix(slotKey, 2) % 100 < CHURNING_PERCENT) {
      const period = 90 + (mix(slotKey, 3) % 500);
      const phase = mix(slotKey, 4) % period;
      generation = Math.max(0, Math.floor((day - first + phase) / period));
      joined = first + generation * period - phase;
    }
    const ordinal = generation * this.companies + slot;
    const key = mix(mix(this.seedKey, 0x51), ordinal);
    return {
      slot,
      generation,
      ordinal,
      key,
      guid: guidOf(key, 7),
      joined,
      findingSlots: this.#findingSlots[slot] ?? 0,
    };
  }

  #addedTenancy(slot: number, day: number): Tenancy {
    const index = slot - this.companies;
    const added = this.changes.added[index];
    if (added === undefined) throw new RangeError(`no slot ${slot}`);
    const { guid, key, findingSlots } = added;
    // On a day before the one it was added on, it has just joined.
    const joined = Math.min(added.joined, day);
    const ordinal = FIRST_ADDED_ORDINAL + index;
    return { slot, generation: 0, ordinal, key, guid, joined, findingSlots, added };
  }

  #clockDay(): number {
    const now = this.#clock.now();
    const start = this.#date === null ? dayOfInstant(this.#startedAt) : dayNumber(this.#date);
    if (this.#daySeconds !== null)
      return start + Math.floor((now - this.#startedAt) / 1000 / this.#daySeconds);
    return this.#date === null ? dayOfInstant(now) : start;
  }
}

/** Slots that hold so many findings on an average day. */
export function slotsFor(findings: number): number {
  return Math.round(findings / OCCUPANCY);
}

/** How many findings slots hold on an average day; near enough where there are many. */
export function findingsIn(slots: number): number {
  return Math.round(slots * OCCUPANCY);
}

/** Finding slots by portfolio slot: log-logistic weights by rank, so that shape and mean hold for every size and seed. */
function findingSlots(companies: number, mean: number, seedKey: number): Uint32Array {
  const weights = new Float64Array(companies);
  let total = 0;
  for (let rank = 0; rank < companies; rank++) {
    const quantile = (rank + 0.5) / companies;
    const weight = quantile * 100 < EMPTY_PERCENT ? 0 : (quantile / (1 - quantile)) ** 1.05;
    const isGiant = companies >= GIANT_FROM && rank === companies - 1;
    weights[rank] = Math.min(weight, isGiant ? GIANT_WEIGHT : LARGEST_WEIGHT);
    total += weights[rank] ?? 0;
  }
  const ranks = Uint32Array.from({ length: companies }, (_, index) => index);
  for (let index = companies - 1; index > 0; index--) {
    swap(ranks, index, mix(seedKey ^ 0x7a11, index) % (index + 1));
  }
  // The own company is everybody's first look: neither empty nor a giant.
  swap(ranks, 0, ranks.indexOf(Math.floor(companies * 0.7)));
  return ranks.map(rank => Math.round(((weights[rank] ?? 0) / total) * companies * (mean / OCCUPANCY)));
}

function swap(list: Uint32Array, left: number, right: number): void {
  const kept = list[left] ?? 0;
  list[left] = list[right] ?? 0;
  list[right] = kept;
}

function wholeOption(name: string, value: number, minimum: number, maximum: number): number {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new OperatorError(`${name} must be a whole number from ${minimum} to ${maximum}, not ${value}`, {
      exitCode: 2,
    });
  }
  return value;
}

function checkDay(text: string): void {
  const valid =
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dayNumber(text)) && dayText(dayNumber(text)) === text;
  if (!valid || text < FIRST_DAY || text > LAST_DAY) {
    throw new OperatorError(
      `date must be a day from ${FIRST_DAY} to ${LAST_DAY} like 2026-01-31, not ${text}`,
      { exitCode: 2 },
    );
  }
}
