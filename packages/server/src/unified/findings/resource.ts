/** `/v2/tprm/findings` as a list. */
import { TprmFinding } from '@sightline/model';
import { conditionsOf } from '../paging/filters.ts';
import type { ListResource, Selection } from '../paging/list-resource.ts';
import { FINDING_FILTERS } from './filters.ts';
import { type FindingRow, type FindingSelection, readFindings } from './queries.ts';
import { findingText } from './shape.ts';

/** Filters that name findings or companies. */
const BY_KEY = ['ids', 'company_id', 'cve', 'asset'];

/** The selection in terms of the tables; `more` are conditions that always hold. */
export function findingSelection(
  selection: Selection,
  conditions: FindingSelection['conditions'],
  byKey: readonly string[] = BY_KEY,
): FindingSelection {
  return {
    visibility: selection.visibility,
    conditions,
    bySeverity: selection.filters.severity !== undefined,
    byKey: byKey.some(name => selection.filters[name] !== undefined),
    sort: selection.sort,
  };
}

/** Keys of a finding in an order of findings. */
export function findingKeys(row: FindingRow, sort: Selection['sort']): (string | number)[] {
  return sort.name === 'updated_at' ? [row.updated_at, row.company_id, row.id] : [row.company_id, row.id];
}

export const tprmFindings: ListResource<FindingRow> = {
  surface: 'tprm/findings',
  item: 'finding',
  schema: TprmFinding,
  filters: FINDING_FILTERS,
  sorts: ['id', 'updated_at'],
  // Whoever asks for what changed since is served from the order of change, which has an index.
  defaultSort: filters => (filters.updated_since === undefined ? 'id' : 'updated_at'),
  includes: ['raw'],
  read: (db, selection, window) =>
    readFindings(db, findingSelection(selection, conditionsOf(FINDING_FILTERS, selection.filters)), window),
  keysOf: findingKeys,
  text: findingText,
};
