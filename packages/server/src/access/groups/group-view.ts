/** Access control groups as their managers see them, with what they hold counted. */
import type { Queryable } from '../../store/store.ts';
import type { CompanyDirectory } from './company-directory.ts';
import { countGroups, type GroupRow } from './group-repository.ts';

export interface GroupView {
  readonly guid: string;
  readonly name: string;
  readonly allCompanies: boolean;
  readonly isDefault: boolean;
  /** Persons who are not gone. */
  readonly userCount: number;
  readonly companyCount: number;
}

/** Views of groups of one organization. Not to be called in a transaction: the directory has queries of its own. */
export async function groupViews(
  db: Queryable,
  directory: CompanyDirectory,
  groups: readonly GroupRow[],
): Promise<GroupView[]> {
  const counts = await countGroups(
    db,
    groups.map(group => group.id),
  );
  const whole = groups.find(group => group.all_companies === 1);
  const portfolio = whole === undefined ? 0 : await directory.count(whole.organization_id);
  return groups.map(group => ({
    guid: group.id,
    name: group.name,
    allCompanies: group.all_companies === 1,
    isDefault: group.is_default === 1,
    userCount: counts.users.get(group.id) ?? 0,
    companyCount: group.all_companies === 1 ? portfolio : (counts.companies.get(group.id) ?? 0),
  }));
}
