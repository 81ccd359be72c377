/**
 * From a Resource's id back to its company. The id is a hash of the company's id and no column holds it, so it is computed
 * for the companies that are visible; computed ids are remembered, for they never change.
 */
import { resourceId } from '@sightline/model';

/** About 10 MB of remembered ids; beyond it the memory begins anew. */
const MAX_REMEMBERED = 100_000;

const remembered = new Map<string, string>();

/** The id of a company's Resource. */
function resourceIdOf(companyId: string): string {
  const known = remembered.get(companyId);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const id = resourceId(companyId);
  remembered.set(companyId, id);
  return id;
}

/** Those of the companies whose Resource is among `resourceIds`. */
export function companiesOfResources(
  companyIds: readonly string[],
  resourceIds: readonly string[],
): string[] {
  const wanted = new Set(resourceIds);
  return companyIds.filter(companyId => wanted.has(resourceIdOf(companyId)));
}
