import type { Mapped } from '../mapped.ts';
import type { FindingContent, FindingHistory, TprmFinding } from '../schemas/finding.ts';
export interface FindingContext {
  connectionId: string;
  companyGuid: string;
  companyId: string;
}
export function mapFinding(_record: unknown, _context: FindingContext): Mapped<FindingContent> {
  return { ok: false, problems: ['not built yet'] };
}
export function hasFix(content: Pick<FindingContent, 'has_fix'>): boolean {
  return content.has_fix;
}
export function findingOf(content: FindingContent, history: FindingHistory): TprmFinding {
  const { reported_state: _s, has_fix: _f, ...rest } = content;
  return { ...rest, ...history };
}
