/**
 * Which of a company's stored ratings its detail view showed, and in which order. The store keeps every rating there has been;
 * upstream shows about a year of them (bitsight-api.md, 4.2), and may leave days out. Consecutive days are written as one run.
 */
import { z } from 'zod';

const DAY_MS = 86_400_000;

const RatingRun = z.tuple([z.string(), z.int().positive()]);
export type RatingRun = z.infer<typeof RatingRun>;

const ShownRatings = z.object({
  /** How many keys the detail has before `ratings`. */
  at: z.int().nonnegative(),
  /** `[newest day, days]`: so many stored ratings, one for each day back from it. Anything else is a rating as JSON text. */
  list: z.array(z.union([RatingRun, z.string()])),
});
export type ShownRatings = z.infer<typeof ShownRatings>;

/** Reads what {@link shownRatings} wrote. */
export function readShownRatings(text: string): ShownRatings {
  return ShownRatings.parse(JSON.parse(text));
}

/**
 * Writes down a detail's ratings, given as JSON texts in upstream's order; `storedDay` tells under which day a rating is stored to
 * the letter, or null where it is not.
 */
export function shownRatings(
  at: number,
  ratings: readonly string[],
  storedDay: (rating: string, index: number) => string | null,
): ShownRatings {
  const list: ShownRatings['list'] = [];
  for (const [index, rating] of ratings.entries()) {
    const day = storedDay(rating, index);
    const run = list.at(-1);
    if (day === null) list.push(rating);
    else if (Array.isArray(run) && dayBefore(run[0], run[1]) === day) run[1] += 1;
    else list.push([day, 1]);
  }
  return { at, list };
}

/** The first and the last day of a run. */
export function daysOfRun([newest, days]: RatingRun): { readonly from: string; readonly to: string } {
  return { from: dayBefore(newest, days - 1), to: newest };
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
