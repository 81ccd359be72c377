import type { Mapped } from '../mapped.ts';
import type { CompanyContent, RatingPoint } from '../schemas/company.ts';
export interface CompanyRecord {
  detail: unknown | null;
  listed: unknown;
}
export function mapCompany(
  _record: CompanyRecord,
  _context: { connectionId: string },
): Mapped<CompanyContent & { ratings: RatingPoint[] }> {
  return { ok: false, problems: ['not built yet'] };
}
