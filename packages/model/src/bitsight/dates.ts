// Days out of the three forms Bitsight writes dates in: `YYYY-MM-DD`, RFC 3339 date-times, `YYYY-MM-DD HH:MM:SS`.

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|([+-])(\d{2}):(\d{2}))?)?$/;

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The UTC day of a date or time, or null where it is malformed or no such day exists. No offset means UTC. */
export function dayOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const parts = FORM.exec(value);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, sign, offsetHour, offsetMinute] = parts;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const last = m === 2 && !isLeap(y) ? 28 : (DAYS_IN_MONTH[m - 1] ?? 0);
  if (d < 1 || d > last) return null;
  // A leap second is written as :60.
  if (hour !== undefined && (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)) return null;
  const date = `${year}-${month}-${day}`;
  if (sign === undefined) return date;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return null;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '+' ? -1 : 1);
  const minutes = Number(hour) * 60 + Number(minute) + offset;
  if (minutes >= 0 && minutes < 1440) return date;
  const utc = new Date(`${date}T00:00:00Z`);
  utc.setUTCDate(utc.getUTCDate() + (minutes < 0 ? -1 : 1));
  // Crossing into year -1 or 10000 leaves the four-digit form.
  const iso = utc.toISOString();
  return /^\d/.test(iso) ? iso.slice(0, 10) : null;
}
