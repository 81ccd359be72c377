/**
 * Which of a company's stored ratings its detail view showed, and in which order. The store keeps every rating there has been;
 * upstream shows about a year of them (bitsight-api.md, 4.2), and may leave days out. Consecutive days are written as one run.
 */
import { z } from 'zod';

const DAY_MS = 86_400_000;

const ShownRatings = z.object({
  /** How many keys the detail has before `ratings`. */
  at: z.int().nonnegative(),
  /** `[newest day, days]`: so many stored ratings, one for each day back from it. Anything else is a rating as JSON text. */
  list: z.array(z.union([z.tuple([z.string(), z.int().positive()]), z.string()])),
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

/** The ratings as JSON texts; `stored` gives the text of a day. A day that is stored no more is passed over. */
export function ratingTexts(
  { list }: ShownRatings,
  stored: (day: string) => string | undefined,
): readonly string[] {
  return list.flatMap(entry => {
    if (typeof entry === 'string') return [entry];
    return Array.from({ length: entry[1] }, (_, age) => stored(dayBefore(entry[0], age)) ?? []).flat();
  });
}

/** The oldest and newest of the stored days that are shown; null where there are none. */
export function shownDays({ list }: ShownRatings): { readonly from: string; readonly to: string } | null {
  const runs = list.filter(entry => typeof entry !== 'string');
  const [first] = runs;
  if (first === undefined) return null;
  let [from, to] = [first[0], first[0]];
  for (const [newest, days] of runs) {
    const oldest = dayBefore(newest, days - 1);
    if (oldest < from) from = oldest;
    if (newest > to) to = newest;
  }
  return { from, to };
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
