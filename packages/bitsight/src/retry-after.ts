/**
 * `Retry-After`, in seconds or as a date, in any of the three date forms of HTTP. Source: RFC 9110, 10.2.3 and 5.6.7;
 * Bitsight sends seconds, the proxies in front of it may send a date.
 */

/** Milliseconds to wait as of `nowMs`, never negative and of any size; null when absent or not understood. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Only what begins with a day's name: Date.parse would read "-5" as a day in 2001.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return null;
  // The oldest form (asctime) names no zone, and is UTC all the same.
  const atMs = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
