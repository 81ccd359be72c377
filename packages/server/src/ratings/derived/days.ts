/** Arithmetic of `YYYY-MM-DD` days, all in UTC. */

const DAY_MS = 86_400_000;

/** The day so many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The same day so many months earlier, or the last of that month where it has no such day. */
export function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return date.toISOString().slice(0, 10);
}

/** First and last day of every calendar month from one day to another. */
export function monthsFrom(
  first: string,
  last: string,
): readonly { readonly start: string; readonly end: string }[] {
  const months: { start: string; end: string }[] = [];
  for (let start = `${first.slice(0, 7)}-01`; start <= last; ) {
    const next = monthsBefore(start, -1);
    months.push({ start, end: dayAfter(next, -1) });
    start = next;
  }
  return months;
}
