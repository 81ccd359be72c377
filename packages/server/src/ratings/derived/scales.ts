/** Scales that statistics need: buckets of ratings and the order of letter grades. Facts: bitsight-api.md, 5.1 and 5.3. */

/** From the highest to the lowest: lower bounds of the buckets of a rating. */
const BUCKETS = [
  ['advanced', 740],
  ['intermediate', 640],
  ['basic', 0],
] as const;

export type Bucket = (typeof BUCKETS)[number][0];

export const BUCKET_NAMES: readonly Bucket[] = BUCKETS.map(([name]) => name);

/** The bucket of a rating, as slugs are written; null without a rating. */
export function bucketOf(rating: number | null): Bucket | null {
  if (rating === null) return null;
  return BUCKETS.find(([, from]) => rating >= from)?.[0] ?? null;
}

const LETTERS: readonly unknown[] = ['F', 'D', 'C', 'B', 'A'];

/** The place of a letter grade, F lowest; null for `N/A` and whatever else is no letter. */
export function gradeRank(grade: unknown): number | null {
  const rank = LETTERS.indexOf(grade);
  return rank < 0 ? null : rank;
}

/** The letter nearest to an average of ranks. */
export function letterOf(rank: number): string {
  return String(LETTERS[Math.round(rank)] ?? 'N/A');
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const half = Math.floor(sorted.length / 2);
  return mean(
    sorted.length % 2 === 1 ? sorted.slice(half, half + 1) : sorted.slice(Math.max(0, half - 1), half + 1),
  );
}

/** Rounded to hundredths. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
