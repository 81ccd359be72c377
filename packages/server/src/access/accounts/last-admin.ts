/**
 * An organization never loses its last Admin: a person, active, in a group of all companies. The check and the change are one
 * transaction, so two Admins that demote one another at once leave one.
 */
import { CallerError } from '../../errors.ts';
import type { Queryable } from '../../store/store.ts';

/**
 * Makes the change, and throws CallerError CONFLICT when it leaves the organization without an Admin where there was one. Call
 * it inside the write transaction, which the error undoes.
 */
export async function keepingAnAdmin<T>(
  transaction: Queryable,
  organizationId: string,
  change: () => Promise<T>,
): Promise<T> {
  const before = await countAdmins(transaction, organizationId);
  const result = await change();
  if (before > 0 && (await countAdmins(transaction, organizationId)) === 0) {
    throw new CallerError(
      'CONFLICT',
      'This is the last active Admin of the organization. Make another person an Admin first.',
    );
  }
  return result;
}

async function countAdmins(transaction: Queryable, organizationId: string): Promise<number> {
  const { count } = await transaction
    .selectFrom('users as u')
    .innerJoin('access_groups as g', 'g.id', 'u.group_id')
    .select(expression => expression.fn.countAll<number>().as('count'))
    .where('u.organization_id', '=', organizationId)
    .where('u.role', '=', 'customer_admin')
    .where('u.status', '=', 'Activated')
    .where('u.is_company_api_token', '=', 0)
    .where('g.all_companies', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** True when an Admin of the organization has a password, and so can sign in. */
export async function hasAdminWithPassword(db: Queryable, organizationId: string): Promise<boolean> {
  const found = await db
    .selectFrom('users')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'customer_admin')
    .where('status', '=', 'Activated')
    .where('is_company_api_token', '=', 0)
    .where('password_hash', 'is not', null)
    .executeTakeFirst();
  return found !== undefined;
}
