/** How times, numbers and names are written. Pure functions; the clock and the locale are arguments. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest unit that fits, largest first, with how many seconds it has. */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago", "in 2 hours"; "just now" within half a minute. */
export function relativeTime(time: Date, now: Date): string {
  const seconds = (time.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) < 30) return 'just now';
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (unit === undefined) return relative.format(Math.sign(seconds), 'minute');
  return relative.format(Math.round(seconds / unit[1]), unit[0]);
}

/** Date, time and zone in full, for a title or a detail. */
export function absoluteTime(time: Date, locale?: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(time);
}

/** The day alone: "5 Mar 2026" in the order of the locale. */
export function dayText(time: Date, locale?: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone,
  }).format(time);
}

/** "1 company", "2 companies": the number grouped, the noun in its form. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`;
}

/** How long to wait, as people say it: "20 seconds", "3 minutes". Rounded up, since less would be refused again. */
export function waitingTime(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 2 * MINUTE ? countOf(whole, 'second') : countOf(Math.ceil(whole / MINUTE), 'minute');
}

/** Up to two letters for a person's picture. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .flatMap(word => (word === undefined ? [] : [[...word][0] ?? '']))
    .join('')
    .toUpperCase();
}

/** The browser and system of a User-Agent in a few words; the value itself when it is none we know. */
export function clientName(userAgent: string): string {
  const browser = firstMatch(userAgent, BROWSERS);
  const system = firstMatch(userAgent, SYSTEMS);
  if (browser === null) return userAgent;
  return system === null ? browser : `${browser} on ${system}`;
}

/** In this order: browsers name each other for compatibility, and the first that fits is the real one. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

function firstMatch(text: string, table: readonly (readonly [RegExp, string])[]): string | null {
  return table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
