// From Bitsight's scales to ours: severities and rating bands. Sources: unified API ("severity"), Bitsight's
// /defaults `rating_ranges`, and the severity bands its integrations filter by.
import { OVERALL_GRADES, type OverallGrade, SCORE_SCALE, type Severity } from '../vocabulary.ts';
import { numberOf, textOf, wholeOf } from './readers.ts';

const BY_CATEGORY: ReadonlyMap<string, Severity> = new Map([
  ['severe', 'CRITICAL'],
  ['material', 'HIGH'],
  ['moderate', 'MEDIUM'],
  ['minor', 'LOW'],
]);

/** Severity from Bitsight's word, else from its number (≥ 9, 7, 4), else null. */
export function severityOf(category: unknown, value: unknown): Severity | null {
  if (typeof category === 'string') {
    const severity = BY_CATEGORY.get(category) ?? BY_CATEGORY.get(category.trim().toLowerCase());
    if (severity !== undefined) return severity;
  }
  const number = numberOf(value);
  if (number === null) return null;
  if (number >= 9) return 'CRITICAL';
  if (number >= 7) return 'HIGH';
  return number >= 4 ? 'MEDIUM' : 'LOW';
}

/** A security rating: a whole number on the scale. Anything else is no rating. */
export function scoreOf(value: unknown): number | null {
  const score = wholeOf(value);
  return score !== null && score >= SCORE_SCALE.min && score <= SCORE_SCALE.max ? score : null;
}

/** The band Bitsight names (`range`, `rating_category`), else the band of the score: 250, 640 and 740 inclusive. */
export function overallGradeOf(range: unknown, score: number | null): OverallGrade | null {
  const word = textOf(range)?.trim().toUpperCase();
  const named = OVERALL_GRADES.find(grade => grade === word);
  if (named !== undefined) return named;
  if (score === null || scoreOf(score) === null) return null;
  if (score >= 740) return 'ADVANCED';
  return score >= 640 ? 'INTERMEDIATE' : 'BASIC';
}
