/** A day as a date control writes it, "2026-01-31", as moments in the zone of the person. */

/** The last millisecond of a day like "2026-01-31" in the local zone, or null. */
export function endOfDay(date: string): string | null {
  return atTime(date, '23:59:59.999');
}

/** The first moment of such a day, or null. */
export function startOfDay(date: string): string | null {
  return atTime(date, '00:00:00.000');
}

function atTime(date: string, time: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return null;
  const moment = new Date(`${date}T${time}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** The first moment of the day after such a day, or null: the end of a span that does not hold its end. */
export function startOfNextDay(date: string): string | null {
  const start = startOfDay(date);
  if (start === null) return null;
  const next = new Date(start);
  // By the calendar, since a day may have 23 or 25 hours.
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}
