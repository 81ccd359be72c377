/** Queries of companies and their rating history. Only visible companies are ever read. */
import { type SqlBool, sql } from 'kysely';
import { type Visibility, visibleCompanies } from '../../access/visibility.ts';
import { allOf, beyond, type Condition, orderedBy } from '../../store/sql.ts';
import type { Queryable } from '../../store/store.ts';
import { conditionsOf, type Filters } from '../paging/filters.ts';
import type { Keys, Window } from '../paging/keyset.ts';
import type { Selection, Sort } from '../paging/list-resource.ts';

/** A company with what the last syncs say of it. */
export interface CompanyRow {
  id: string;
  connection_id: string;
  vendor_id: string;
  name_key: string;
  score: number | null;
  content: string;
  record: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  last_synced_at: number | null;
  open_finding_counts: string | null;
}

/** The column of each order. A company without a rating stands where a rating of 0 would. */
const SORT_COLUMNS = {
  name: sql`c.name_key`,
  score: sql`coalesce(c.score, 0)`,
  updated_at: sql`c.updated_at`,
} as const;

/** Orders of a list of companies; the first is the default. */
export const COMPANY_SORTS: [string, ...string[]] = ['id', 'name', 'score', 'updated_at'];

/** A company's place in an order. */
export function companyKeys(row: CompanyRow, sort: Sort): Keys {
  if (sort.name === 'name') return [row.name_key, row.id];
  if (sort.name === 'score') return [row.score ?? 0, row.id];
  return sort.name === 'updated_at' ? [row.updated_at, row.id] : [row.id];
}

/** Rows of a window, in the order of reading. */
export async function readCompanies(
  db: Queryable,
  filters: Filters,
  selection: Selection,
  window: Window,
): Promise<readonly CompanyRow[]> {
  const descending = selection.sort.descending !== window.backwards;
  const sorted = Object.entries(SORT_COLUMNS).find(([name]) => name === selection.sort.name)?.[1];
  const columns = sorted === undefined ? [sql`c.id`] : [sorted, sql`c.id`];
  const conditions = conditionsOf(filters, selection.filters);
  if (window.from !== null) conditions.push(beyond(columns, window.from, descending));
  return companyRows(db, selection.visibility, conditions, columns, descending, window.rows);
}

/** One visible company, or null. */
export async function findCompany(
  db: Queryable,
  visibility: Visibility,
  companyId: string,
): Promise<CompanyRow | null> {
  const rows = await companyRows(db, visibility, [sql<SqlBool>`c.id = ${companyId}`], [sql`c.id`], false, 1);
  return rows[0] ?? null;
}

/** Ids of all visible companies. */
export async function visibleCompanyIds(db: Queryable, visibility: Visibility): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select c.id from companies c where ${visibleCompanies(visibility)} order by c.id`.execute(db);
  return rows.map(row => row.id);
}

async function companyRows(
  db: Queryable,
  visibility: Visibility,
  conditions: readonly Condition[],
  columns: readonly ReturnType<typeof sql>[],
  descending: boolean,
  limit: number,
): Promise<readonly CompanyRow[]> {
  const order = orderedBy(columns, descending);
  // Keys first: sorting ids is cheap, sorting contents and records is not.
  const { rows } = await sql<CompanyRow>`
    with page as materialized (
      select c.id from companies c where ${visibleCompanies(visibility)} and ${allOf(conditions)}
      order by ${order} limit ${limit})
    select c.id, c.connection_id, c.vendor_id, c.name_key, c.score, c.content, c.record, c.created_at, c.updated_at,
      c.deleted_at, s.last_synced_at, s.open_finding_counts
    from page cross join companies c left join company_sync s on s.company_id = c.id
    where c.id = page.id
    order by ${order}`.execute(db);
  return rows;
}

/** Ratings of a company by day, oldest first. */
export async function readRatings(
  db: Queryable,
  companyId: string,
  range: { from: string | null; to: string | null },
): Promise<{ date: string; score: number; grade: string | null }[]> {
  let query = db
    .selectFrom('company_ratings')
    .select(['rating_date as date', 'score', 'grade'])
    .where('company_id', '=', companyId);
  if (range.from !== null) query = query.where('rating_date', '>=', range.from);
  if (range.to !== null) query = query.where('rating_date', '<=', range.to);
  return query.orderBy('rating_date').execute();
}
