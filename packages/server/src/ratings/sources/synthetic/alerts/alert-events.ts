/**
 * What the synthetic world gives alert of: ratings that fell by much or crossed a threshold, grades that did, and breaches. Types and
 * severities: bitsight-api.md, 4.5 and 5.4; the thresholds are the sandbox's own, reached or crossed as article 5072176998935 says.
 */
import { setImmediate } from 'node:timers/promises';
import { type Breach, breachesOf, madeBreachesOf } from '../breaches.ts';
import type { SyntheticContext } from '../context.ts';
import { dayNumber } from '../days.ts';
import { gradeMoves, ratingMoves } from '../movements.ts';
import { type Profile, profileOf } from '../profile.ts';
import type { RatedVector } from '../ratings.ts';
import { FIRST_DAY, type World } from '../world.ts';

export type AlertSeverity = 'CRITICAL' | 'WARN' | 'INCREASE' | 'INFORMATIONAL';

export type AlertCause =
  | {
      readonly type: 'PERCENT_CHANGE';
      readonly start: number;
      readonly end: number;
      readonly percent: number;
    }
  | {
      readonly type: 'RATING_THRESHOLD';
      readonly start: number;
      readonly end: number;
      readonly threshold: number;
    }
  | {
      readonly type: 'RISK_CATEGORY';
      readonly vector: RatedVector;
      readonly start: string;
      readonly end: string;
      readonly threshold: string;
    }
  | { readonly type: 'PUBLIC_DISCLOSURE'; readonly breach: Breach };

export interface AlertEvent {
  /** Whole number that tells the alert apart from all others, on whatever day it is asked for. */
  readonly guid: number;
  /** Day number; the change is from the day before to this one. */
  readonly day: number;
  readonly company: Profile;
  readonly severity: AlertSeverity;
  readonly cause: AlertCause;
}

/** Alerts of so many days are listed. */
export const ALERT_DAYS = 90;

/** A fall of so many percent or more; the greatest that is reached counts. */
const FALLS: readonly (readonly [percent: number, severity: AlertSeverity])[] = [
  [-10, 'CRITICAL'],
  [-5, 'WARN'],
];

/** Ratings that give alert when they are reached or crossed from above, the lowest first. */
const FALLEN_TO: readonly (readonly [rating: number, severity: AlertSeverity])[] = [
  [550, 'CRITICAL'],
  [640, 'WARN'],
];
const RISEN_TO = 740;

const GRADES = ['F', 'D', 'C', 'B', 'A'];
const GRADES_FALLEN_TO: readonly (readonly [grade: string, severity: AlertSeverity])[] = [
  ['F', 'CRITICAL'],
  ['C', 'WARN'],
];
const GRADE_RISEN_TO = 'B';

const DISCLOSURE_SEVERITIES: readonly AlertSeverity[] = [
  'INFORMATIONAL',
  'INFORMATIONAL',
  'WARN',
  'CRITICAL',
];

/** After so many companies others have their turn. */
const COMPANIES_AT_ONCE = 250;

/** The alerts of the whole portfolio, computed once for each moment of the world. */
export class AlertEvents {
  readonly #context: SyntheticContext;
  #known: { readonly of: string; readonly events: Promise<readonly AlertEvent[]> } | null = null;

  constructor(context: SyntheticContext) {
    this.#context = context;
  }

  /** In the order in which they are listed: by day, and within one by guid. */
  all(): Promise<readonly AlertEvent[]> {
    const { moment } = this.#context.world;
    if (this.#known?.of === moment) return this.#known.events;
    const events = this.#compute();
    this.#known = { of: moment, events };
    return events;
  }

  async #compute(): Promise<readonly AlertEvent[]> {
    const { world, day } = this.#context;
    const events: AlertEvent[] = [];
    for (const [index, tenancy] of [...world.portfolio(day).values()].entries()) {
      if (index % COMPANIES_AT_ONCE === COMPANIES_AT_ONCE - 1) await setImmediate();
      events.push(...eventsOf(world, profileOf(tenancy, world.seedKey), day));
    }
    // A guid begins with the day.
    return events.sort((left, right) => left.guid - right.guid);
  }
}

/**
 * The alerts of one company in the days up to this one; none is older than its place in the portfolio. On its first day there is
 * nothing to compare with: what was made by hand that day is all.
 */
export function eventsOf(world: World, company: Profile, day: number): readonly AlertEvent[] {
  const { key, joined, guid } = company.tenancy;
  const oldest = day - ALERT_DAYS + 1;
  const from = Math.max(oldest, joined + 1);
  const number = numbering(world, company);
  const subject = { key, guid, name: company.name };
  const made = madeBreachesOf(subject, world.madeBreaches, Math.max(oldest, joined), day).map(
    (breach, index) => disclosureEvent(company, breach, number(breach.recorded, KINDS.made + index)),
  );
  if (from > day) return made;
  return [
    ...(company.isRated ? ratingEvents(company, from, day, number) : []),
    ...(company.isRated ? gradeEvents(company, from, day, number) : []),
    ...breachesOf(subject, from, day).map(breach =>
      disclosureEvent(company, breach, number(breach.recorded, KINDS.disclosure)),
    ),
    ...made,
  ];
}

function ratingEvents(company: Profile, from: number, to: number, number: Numbering): readonly AlertEvent[] {
  return ratingMoves(company.tenancy.key, from, to).flatMap(({ day, start, end }) => {
    const events: AlertEvent[] = [];
    const percent = Math.round(((end - start) / start) * 100);
    const fall = FALLS.find(([bound]) => percent <= bound);
    if (fall !== undefined) {
      const cause = { type: 'PERCENT_CHANGE', start, end, percent } as const;
      events.push({ guid: number(day, KINDS.percent), day, company, severity: fall[1], cause });
    }
    const crossed = crossedRating(start, end);
    if (crossed !== null) {
      const [threshold, severity] = crossed;
      const cause = { type: 'RATING_THRESHOLD', start, end, threshold } as const;
      events.push({ guid: number(day, KINDS.threshold), day, company, severity, cause });
    }
    return events;
  });
}

function crossedRating(start: number, end: number): readonly [number, AlertSeverity] | null {
  if (start < RISEN_TO && end >= RISEN_TO) return [RISEN_TO, 'INCREASE'];
  return FALLEN_TO.find(([rating]) => start > rating && end <= rating) ?? null;
}

function gradeEvents(company: Profile, from: number, to: number, number: Numbering): readonly AlertEvent[] {
  return gradeMoves(company.tenancy.key, from, to).flatMap(({ day, vector, start, end }) => {
    const crossed = crossedGrade(start, end);
    if (crossed === null) return [];
    const [threshold, severity] = crossed;
    const guid = number(day, KINDS.vector + vector.order);
    const cause = { type: 'RISK_CATEGORY', vector, start, end, threshold } as const;
    return [{ guid, day, company, severity, cause }];
  });
}

function crossedGrade(start: string, end: string): readonly [string, AlertSeverity] | null {
  const [from, to] = [GRADES.indexOf(start), GRADES.indexOf(end)];
  const risen = GRADES.indexOf(GRADE_RISEN_TO);
  if (from < risen && to >= risen) return [GRADE_RISEN_TO, 'INCREASE'];
  const fallen = GRADES_FALLEN_TO.find(([grade]) => {
    const bound = GRADES.indexOf(grade);
    return from > bound && to <= bound;
  });
  return fallen ?? null;
}

function disclosureEvent(company: Profile, breach: Breach, guid: number): AlertEvent {
  return {
    guid,
    day: breach.recorded,
    company,
    severity: DISCLOSURE_SEVERITIES[breach.severity] ?? 'INFORMATIONAL',
    cause: { type: 'PUBLIC_DISCLOSURE', breach },
  };
}

/** Of one company and day there is at most one alert of each kind; vectors are told apart by their order. */
const KINDS = { percent: 0, threshold: 1, disclosure: 2, vector: 8, made: 32 } as const;
const KINDS_OF_A_DAY = 64;
/** Slots that are kept free for companies added by hand. */
const SPARE_SLOTS = 1_000;

type Numbering = (day: number, kind: number) => number;

/** Day, kind and slot as one number: a slot is one company's on any day. */
function numbering(world: World, { tenancy }: Profile): Numbering {
  const slots = 10 ** Math.ceil(Math.log10(world.companies + SPARE_SLOTS));
  const first = dayNumber(FIRST_DAY);
  return (day, kind) => ((day - first) * KINDS_OF_A_DAY + kind) * slots + tenancy.slot;
}
