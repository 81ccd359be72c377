/** How an organization comes into the database: with its default group, which its first user or token needs. */
import type { Queryable } from '../store/store.ts';

/** The default group's name (bitsight-api.md, 1.5). */
const DEFAULT_GROUP_NAME = 'All Companies';

export interface NewOrganization {
  id: string;
  name: string;
  /** The provisioner's own id for it. */
  identifier: string | null;
  isOwner: boolean;
  createdAt: number;
  defaultGroupId: string;
}

/** Adds the organization and its default group, "All Companies". */
export async function insertOrganization(
  transaction: Queryable,
  organization: NewOrganization,
): Promise<void> {
  await transaction
    .insertInto('organizations')
    .values({
      id: organization.id,
      name: organization.name,
      identifier: organization.identifier,
      is_owner: organization.isOwner ? 1 : 0,
      created_at: organization.createdAt,
      deleted_at: null,
    })
    .execute();
  await transaction
    .insertInto('access_groups')
    .values({
      id: organization.defaultGroupId,
      organization_id: organization.id,
      name: DEFAULT_GROUP_NAME,
      all_companies: 1,
      is_default: 1,
      created_at: organization.createdAt,
    })
    .execute();
}
