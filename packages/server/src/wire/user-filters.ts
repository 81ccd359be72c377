/** The filters and sort keys of `/v2/users`, as a table. Source: bitsight-api.md, 2. */

import { type Filter, type FilterType, filterTable, type Suffix } from './filters.ts';
import { type JsonObject, scalarsAt, textAt } from './json.ts';
import type { ListSchema } from './list-query.ts';
import { type SortField, sortTable } from './sorting.ts';

function filter(name: string, type: FilterType, suffixes: readonly Suffix[] = []): Filter<JsonObject> {
  const path = name.split('.');
  return { name, type, suffixes, read: row => scalarsAt(row, path) };
}

/** A user is a contact for other users' requests, or for a vendor's, nowhere here: both are false of everyone. */
const NO_CONTACT: Filter<JsonObject> = {
  name: 'is_preferred_contact',
  type: 'boolean',
  suffixes: [],
  read: () => [false],
};

const USER_FILTERS: readonly Filter<JsonObject>[] = Object.freeze([
  filter('guid', 'text'),
  filter('email', 'text', ['q']),
  filter('formal_name', 'text', ['q']),
  filter('status', 'text'),
  filter('roles.slug', 'text'),
  filter('group.guid', 'text'),
  filter('is_company_api_token', 'boolean'),
  filter('is_available_for_contact', 'boolean'),
  NO_CONTACT,
]);

function sortedBy(name: string): SortField<JsonObject> {
  const path = name.split('.');
  return { name, read: row => scalarsAt(row, path)[0] ?? null };
}

const byGuid = sortedBy('guid');
const USER_SORTS: readonly SortField<JsonObject>[] = Object.freeze([
  byGuid,
  sortedBy('formal_name'),
  sortedBy('last_login_time'),
  sortedBy('email'),
  sortedBy('group.name'),
  sortedBy('status'),
  sortedBy('joined_time'),
]);

/** What the list of users can be asked for; guids are in the order of their making. */
export const USER_SCHEMA: ListSchema<JsonObject> = Object.freeze({
  filters: filterTable(USER_FILTERS),
  sorts: sortTable(USER_SORTS),
  defaultOrder: [{ field: byGuid, descending: false }],
  searched: (row: JsonObject) => ['formal_name', 'friendly_name', 'email'].map(key => textAt(row, key)),
});
