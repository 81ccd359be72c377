import type { OverallGrade, Severity } from '../vocabulary.ts';
export function severityOf(_category: unknown, _value: unknown): Severity | null {
  return null;
}
export function overallGradeOf(_range: unknown, _score: number | null): OverallGrade | null {
  return null;
}
