/** `/v2/resources` as a list: the companies once more, as resources of type VENDOR, in the order of the companies. */
import { Resource } from '@sightline/model';
import { type SqlBool, sql } from 'kysely';
import { isOneOf } from '../../store/sql.ts';
import type { Queryable } from '../../store/store.ts';
import { companyUpdatedFilter, searchFilter } from '../companies/filters.ts';
import {
  COMPANY_SORTS,
  type CompanyRow,
  companyKeys,
  readCompanies,
  visibleCompanyIds,
} from '../companies/queries.ts';
import { resourceText } from '../companies/shape.ts';
import { type Filters, filter, idList, wordList } from '../paging/filters.ts';
import type { ListResource, Selection } from '../paging/list-resource.ts';
import { companiesOfResources } from './resource-ids.ts';

/** `ids` here are those of companies by the time they become a condition: see {@link withCompanyIds}. */
const RESOURCE_FILTERS = Object.freeze({
  type: filter(
    wordList(['VENDOR']),
    () => sql<SqlBool>`1 = 1`,
    'Kind of resource; vendors are all there is.',
    'vendor',
  ),
  ids: filter(idList, ids => isOneOf(sql`c.id`, ids), 'Resources with these ids, at most 100.'),
  q: searchFilter,
  updated_since: companyUpdatedFilter,
}) satisfies Filters;

async function withCompanyIds(db: Queryable, selection: Selection): Promise<Selection> {
  const { ids } = selection.filters;
  if (!Array.isArray(ids)) return selection;
  const companies = await visibleCompanyIds(db, selection.visibility);
  return { ...selection, filters: { ...selection.filters, ids: companiesOfResources(companies, ids) } };
}

export const resources: ListResource<CompanyRow> = {
  surface: 'resources',
  item: 'resource',
  schema: Resource,
  filters: RESOURCE_FILTERS,
  sorts: COMPANY_SORTS,
  defaultSort: () => 'id',
  includes: [],
  read: async (db, selection, window) =>
    readCompanies(db, RESOURCE_FILTERS, await withCompanyIds(db, selection), window),
  keysOf: companyKeys,
  text: resourceText,
};
