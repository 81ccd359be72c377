/** Rating history thinned to one point for each day, week or month: the last rating in it. Weeks begin on Monday. */

export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

const DAY_MS = 86_400_000;

/** The last point of each interval. `points` are in order of their dates. */
export function lastOfInterval<Point extends { date: string }>(
  points: readonly Point[],
  interval: Interval,
): Point[] {
  return points.filter((point, index) => {
    const following = points[index + 1];
    return (
      following === undefined || intervalOf(following.date, interval) !== intervalOf(point.date, interval)
    );
  });
}

/** What days of the same interval have in common. */
function intervalOf(date: string, interval: Interval): string {
  if (interval === 'day') return date;
  if (interval === 'month') return date.slice(0, 7);
  // 1970-01-01 was a Thursday, the fourth day of its week.
  return String(Math.floor((Date.parse(date) / DAY_MS + 3) / 7));
}
