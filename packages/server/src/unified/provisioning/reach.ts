/**
 * Which organizations a caller may provision: its own, and every one with the scope `provisioning` (unified API, "Who owns
 * what"). Any other is answered as if it did not exist.
 */
import { mayProvision } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { CallerError } from '../../errors.ts';
import type { Queryable } from '../../store/store.ts';

export interface OrganizationRow {
  id: string;
  name: string;
  identifier: string | null;
  created_at: number;
  is_owner: number;
}

const NO_ORGANIZATION = 'There is no such organization.';

/** The organization, if the caller may know of it. Throws CallerError NOT_FOUND. */
export async function reachableOrganization(
  db: Queryable,
  principal: Principal,
  organizationId: string,
): Promise<OrganizationRow> {
  const mayReach = principal.organizationId === organizationId || mayProvision(principal);
  const row = mayReach ? await livingOrganization(db, organizationId) : null;
  if (row === null) throw new CallerError('NOT_FOUND', NO_ORGANIZATION);
  return row;
}

/** The organization, unless it was deleted. */
export async function livingOrganization(
  db: Queryable,
  organizationId: string,
): Promise<OrganizationRow | null> {
  const row = await db
    .selectFrom('organizations')
    .select(['id', 'name', 'identifier', 'created_at', 'is_owner'])
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}
