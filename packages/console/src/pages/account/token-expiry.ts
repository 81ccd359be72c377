/** When a token expires: the choices that are offered, the time each means, and how near the end is. */
import type { Choice } from '../../components/select.tsx';
import { endOfDay } from '../../text/day.ts';

const DAY_MS = 86_400_000;

/** Close enough to say so. */
const SOON_MS = 14 * DAY_MS;

export const EXPIRY_CHOICES: readonly Choice[] = [
  { value: 'none', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In 365 days' },
  { value: 'date', label: 'On a date' },
];

/** The time of a choice as RFC 3339, null for never. A date means its end where the person is. Null, too, for a date that is none. */
export function expiryOf(choice: string, date: string, now: Date): string | null {
  if (choice === 'date') return endOfDay(date);
  const days = Number(choice);
  return Number.isInteger(days) && days > 0 ? new Date(now.getTime() + days * DAY_MS).toISOString() : null;
}

/** What is wrong with a date of expiry, or null. */
export function expiryProblem(choice: string, date: string, now: Date): string | null {
  if (choice !== 'date') return null;
  const end = endOfDay(date);
  if (end === null) return 'Choose a date.';
  return Date.parse(end) <= now.getTime() ? 'Choose a date that is not over.' : null;
}

export type ExpiryState = 'never' | 'later' | 'soon' | 'over';

export function expiryState(expiresAt: string | null, now: Date): ExpiryState {
  if (expiresAt === null) return 'never';
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return 'over';
  return left <= SOON_MS ? 'soon' : 'later';
}
