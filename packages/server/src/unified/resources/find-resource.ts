/** One Resource by its id, which no column holds: through the companies that are visible. */

import type { Visibility } from '../../access/visibility.ts';
import type { Queryable } from '../../store/store.ts';
import { type CompanyRow, findCompany, visibleCompanyIds } from '../companies/queries.ts';
import { companiesOfResources } from './resource-ids.ts';

/** The company whose Resource has this id, or null. */
export async function findResource(
  db: Queryable,
  visibility: Visibility,
  resourceId: string,
): Promise<CompanyRow | null> {
  const [companyId] = companiesOfResources(await visibleCompanyIds(db, visibility), [resourceId]);
  return companyId === undefined ? null : findCompany(db, visibility, companyId);
}
