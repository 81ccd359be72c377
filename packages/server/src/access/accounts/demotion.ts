/**
 * What a demotion means for the company tokens a person made: they go on working and are marked for an Admin to look at
 * (tokens.md, "Kinds").
 */
import type { Queryable } from '../../store/store.ts';
import type { Actor, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { GRANTABLE_ROLES } from '../permissions.ts';
import { ROLES, type Role } from '../principal.ts';

/** Marks the live tokens of the person whose role it could not give any more, and records each. */
export async function markTokensForReview(
  transaction: Queryable,
  audit: AuditLog,
  demoted: { organizationId: string; userId: string; role: Role },
  by: { actor: Actor; origin: Origin },
): Promise<void> {
  const beyond = ROLES.filter(role => !GRANTABLE_ROLES[demoted.role].includes(role));
  if (beyond.length === 0) return;
  const tokens = await transaction
    .selectFrom('api_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select(['t.id', 't.description'])
    .where('t.creator_user_id', '=', demoted.userId)
    .where('t.organization_id', '=', demoted.organizationId)
    .where('t.kind', '=', 'company')
    .where('t.revoked_at', 'is', null)
    .where('t.needs_review', '=', 0)
    .where('u.role', 'in', beyond)
    .execute();
  for (const token of tokens) {
    await transaction.updateTable('api_tokens').set({ needs_review: 1 }).where('id', '=', token.id).execute();
    await audit.append(transaction, {
      organizationId: demoted.organizationId,
      action: 'token.marked_for_review',
      ...by,
      target: { kind: 'token', guid: token.id, name: token.description },
      after: { creator_role: demoted.role },
    });
  }
}
