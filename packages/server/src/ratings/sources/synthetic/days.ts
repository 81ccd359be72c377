/** Days as whole numbers since 1970-01-01, and the texts that the wire shows for them (bitsight-api.md, 3.2). */

const DAY_MS = 86_400_000;
const texts = new Map<number, string>();

/** `YYYY-MM-DD`. The texts are kept: a world touches a few thousand days, and a page names thousands of dates. */
export function dayText(day: number): string {
  let text = texts.get(day);
  if (text === undefined) {
    if (texts.size > 20_000) texts.clear();
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    texts.set(day, text);
  }
  return text;
}

/** `YYYY-MM-DD` of a day, null of none. */
export function dayOrNull(day: number | null): string | null {
  return day === null ? null : dayText(day);
}

/** The day number of `YYYY-MM-DD`. */
export function dayNumber(text: string): number {
  return Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
}

/** The day number of an instant. */
export function dayOfInstant(epochMs: number): number {
  return Math.floor(epochMs / DAY_MS);
}

/** `hh:mm:ss` from a hash. */
export function timeText(hash: number): string {
  const seconds = hash % 86_400;
  return `${two((seconds / 3600) | 0)}:${two(((seconds / 60) | 0) % 60)}:${two(seconds % 60)}`;
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}
