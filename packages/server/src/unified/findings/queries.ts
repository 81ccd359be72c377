/**
 * Queries of findings. Findings have no index that is not led by their company, so every query starts from the companies
 * that are visible and goes to findings by company; `cross join` keeps SQLite's planner to that order.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Visibility, visibleCompanies } from '../../access/visibility.ts';
import { allOf, BY_COMPANY, beyond, type Condition, listOf, orderedBy } from '../../store/sql.ts';
import type { Queryable } from '../../store/store.ts';
import type { Window } from '../paging/keyset.ts';
import type { Sort } from '../paging/list-resource.ts';
import { COLUMN_SEVERITIES } from './filters.ts';

/** A finding with what its company adds to it. */
export interface FindingRow {
  id: string;
  company_id: string;
  company_guid: string;
  connection_id: string;
  state: 'OPEN' | 'RESOLVED' | 'REOPENED';
  severity: string;
  category: string | null;
  factor: string;
  affects_score: number | null;
  first_seen: string | null;
  last_seen: string | null;
  has_fix: number;
  created_at: number;
  updated_at: number;
  state_updated_at: number;
  findings_synced_at: number | null;
  record: string;
}

/** What is wanted of the findings. */
export interface FindingSelection {
  readonly visibility: Visibility;
  readonly conditions: readonly Condition[];
  /** Whether the severity is among the conditions. */
  readonly bySeverity: boolean;
  /** Whether a condition names findings or companies, so that few rows are left whatever the rest says. */
  readonly byKey: boolean;
  readonly sort: Sort;
}

/** Rows of a window, in the order of reading. */
export function readFindings(
  db: Queryable,
  selection: FindingSelection,
  window: Window,
): Promise<readonly FindingRow[]> {
  return selection.sort.name === 'updated_at'
    ? inOrderOfUpdate(db, selection, window)
    : inOrderOfCompany(db, selection, window);
}

/** One finding, wherever among the visible companies it is. */
export async function findFinding(
  db: Queryable,
  visibility: Visibility,
  by: { id: string } | { vulnerabilityId: string },
): Promise<FindingRow | null> {
  const condition =
    'id' in by ? sql<SqlBool>`f.id = ${by.id}` : sql<SqlBool>`f.vulnerability_id = ${by.vulnerabilityId}`;
  const keys = fromCompanies(visibility, [condition], sql`c.id as company_id, f.id as id`);
  const rows = await rowsOf(db, sql`${keys} limit 1`, [sql`page.company_id`], false);
  return rows[0] ?? null;
}

/**
 * The default order, (company, finding). A window that starts inside a company reads the rest of that company first, from
 * its key on; one comparison of both columns would read the company again from its beginning.
 */
async function inOrderOfCompany(
  db: Queryable,
  selection: FindingSelection,
  window: Window,
): Promise<readonly FindingRow[]> {
  const descending = selection.sort.descending !== window.backwards;
  // With filters on columns the planner is to take their index, and sort the matches of one company after the other.
  const fromFilters = selection.conditions.length > 0 && !selection.byKey;
  const read = (range: readonly Condition[], rows: number) => {
    const conditions = [...range, ...selection.conditions, ...indexable(selection)];
    const keys = fromCompanies(selection.visibility, conditions, sql`c.id as company_id, f.id as id`);
    const order = orderedBy([...(fromFilters ? [sql`c.id`] : BY_COMPANY), sql`f.id`], descending);
    const page = sql`${keys} order by ${order} limit ${rows}`;
    return rowsOf(db, page, [sql`page.company_id`, sql`page.id`], descending);
  };
  if (window.from === null) return read([], window.rows);
  const { keys, inclusive } = window.from;
  const [company, finding] = [keys.slice(0, 1), keys.slice(1)];
  const inCompany = sql<SqlBool>`c.id = ${company[0]}`;
  const rest = await read(
    [inCompany, beyond([sql`f.id`], { keys: finding, inclusive }, descending)],
    window.rows,
  );
  if (rest.length >= window.rows) return rest;
  const further = beyond([sql`c.id`], { keys: company, inclusive: false }, descending);
  return [...rest, ...(await read([further], window.rows - rest.length))];
}

/** The order of change, which has an index of its own; a condition that leaves few rows is followed instead. */
function inOrderOfUpdate(
  db: Queryable,
  selection: FindingSelection,
  window: Window,
): Promise<readonly FindingRow[]> {
  const descending = selection.sort.descending !== window.backwards;
  const columns = [sql`f.updated_at`, sql`f.company_id`, sql`f.id`];
  const conditions = [...selection.conditions];
  if (window.from !== null) conditions.push(beyond(columns, window.from, descending));
  const what = sql`f.company_id as company_id, f.id as id, f.updated_at as updated_at`;
  const keys = selection.byKey
    ? fromCompanies(selection.visibility, conditions, what)
    : fromChanges(selection.visibility, conditions, what);
  const page = sql`${keys} order by ${orderedBy(columns, descending)} limit ${window.rows}`;
  const order = [sql`page.updated_at`, sql`page.company_id`, sql`page.id`];
  return rowsOf(db, page, order, descending);
}

function fromCompanies(
  visibility: Visibility,
  conditions: readonly Condition[],
  what: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`select ${what} from companies c cross join findings f
    where ${visibleCompanies(visibility)} and f.company_id = c.id and ${allOf(conditions)}`;
}

function fromChanges(
  visibility: Visibility,
  conditions: readonly Condition[],
  what: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`select ${what} from findings f cross join companies c
    where f.organization_id = ${visibility.organizationId} and c.id = f.company_id
    and ${visibleCompanies(visibility)} and ${allOf(conditions)}`;
}

/**
 * The index of the filters begins with company and severity: naming every severity lets a condition on a later column
 * use it too.
 */
function indexable(selection: FindingSelection): Condition[] {
  if (selection.bySeverity || selection.byKey || selection.conditions.length === 0) return [];
  return [sql<SqlBool>`f.severity in ${listOf(COLUMN_SEVERITIES)}`];
}

/** The wide rows of a page of keys: only what is shown is read in full. */
async function rowsOf(
  db: Queryable,
  keys: RawBuilder<unknown>,
  order: readonly RawBuilder<unknown>[],
  descending: boolean,
): Promise<readonly FindingRow[]> {
  const { rows } = await sql<FindingRow>`
    with page as materialized (${keys})
    select f.id, f.company_id, c.vendor_id as company_guid, c.connection_id, f.state, f.severity, f.category, f.factor,
      f.affects_score, f.first_seen, f.last_seen, f.has_fix, f.created_at, f.updated_at, f.state_updated_at,
      s.findings_synced_at, f.record
    from page cross join findings f cross join companies c left join company_sync s on s.company_id = c.id
    where f.company_id = page.company_id and f.id = page.id and c.id = page.company_id
    order by ${orderedBy(order, descending)}`.execute(db);
  return rows;
}
