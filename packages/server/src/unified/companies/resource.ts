/** `/v2/tprm/companies` as a list. */
import { TprmCompany } from '@sightline/model';
import type { ListResource } from '../paging/list-resource.ts';
import { COMPANY_FILTERS } from './filters.ts';
import { COMPANY_SORTS, type CompanyRow, companyKeys, readCompanies } from './queries.ts';
import { companyText } from './shape.ts';

export const tprmCompanies: ListResource<CompanyRow> = {
  surface: 'tprm/companies',
  item: 'company',
  schema: TprmCompany,
  filters: COMPANY_FILTERS,
  sorts: COMPANY_SORTS,
  defaultSort: () => 'id',
  includes: [],
  read: (db, selection, window) => readCompanies(db, COMPANY_FILTERS, selection, window),
  keysOf: companyKeys,
  text: companyText,
};
