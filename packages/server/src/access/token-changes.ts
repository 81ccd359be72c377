/** What may be changed of a company token after it was made: its words, its end, and the mark for review. */
import { CallerError } from '../errors.ts';
import type { ApiTokenView } from './token-rows.ts';
import { checkDescription, checkExpiry } from './token-rules.ts';

export interface CompanyTokenChanges {
  description?: string | undefined;
  /** Epoch milliseconds; null for never. */
  expiresAt?: number | null | undefined;
  /** Takes the mark away that its creator's demotion left. */
  reviewed?: true | undefined;
}

/** The token as it is after the changes. Throws CallerError INVALID that names the field, CONFLICT for a replaced one's end. */
export function changedToken(before: ApiTokenView, changes: CompanyTokenChanges, now: number): ApiTokenView {
  const { description, expiresAt, reviewed } = changes;
  if (expiresAt !== undefined && before.replacedBy !== null) {
    throw new CallerError('CONFLICT', 'This token was replaced; it ends when its overlap does.');
  }
  return {
    ...before,
    ...(description === undefined ? {} : { description: checkDescription(description) }),
    ...(expiresAt === undefined ? {} : { expiresAt: checkExpiry(expiresAt, now) }),
    ...(reviewed === undefined ? {} : { needsReview: false }),
  };
}
