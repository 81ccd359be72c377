/**
 * Rows of the portfolio lists as the store has them: filtered, ordered and cut by the database, sent as the text that upstream
 * sent, and read in parts, so that a list of any length needs little memory.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Visibility } from '../../../access/visibility.ts';
import { allOf, type Condition as Where } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import { PORTFOLIO_ORDERS, portfolioFilters, SEARCHED } from './portfolio-columns.ts';
import { visibleListings } from './portfolio-scope.ts';
import { compileConditions, compileOrder, compileSearch } from './sql-conditions.ts';

/** Rows of a list, and how many match in all. */
export interface ListingRows<Row> {
  readonly count: number;
  readonly rows: AsyncIterable<Row> | Iterable<Row>;
}

/** What is read of each row: columns of `l` (company_listings), `c` (companies) and `v` (the company in short). */
export interface ListingColumns {
  readonly select: RawBuilder<unknown>;
  /** Tables to join to `l` for them. */
  readonly from?: RawBuilder<unknown>;
}

/** Rows read at once. */
const PART_ROWS = 500;

/** The page of a query over the companies that are seen. */
export async function readListings<Row>(
  db: Queryable,
  visibility: Visibility,
  query: ListQuery,
  columns: ListingColumns,
): Promise<ListingRows<Row>> {
  const list: MatchingListings = {
    where: allOf([
      ...visibleListings(visibility),
      ...compileConditions(query.conditions, portfolioFilters(visibility.connectionIds)),
      ...(query.q === null ? [] : [compileSearch(query.q, SEARCHED)]),
    ]),
    order: sql.join([...compileOrder(query.order, PORTFOLIO_ORDERS)]),
    columns,
  };
  const { offset, limit } = query;
  const first = await readPart<Row>(db, list, { offset, limit: Math.min(limit, PART_ROWS) });
  const count = first[0]?.count ?? (await countOf(db, list));
  const end = Math.min(offset + limit, count);
  return { count, rows: end - offset <= PART_ROWS ? first : partsOf(db, list, first, { offset, end }) };
}

interface MatchingListings {
  readonly where: Where;
  readonly order: RawBuilder<unknown>;
  readonly columns: ListingColumns;
}

type Counted<Row> = Row & { readonly count: number };

/** Keys first: ordering ids is cheap, ordering records is not. Rows and their count are of one moment. */
async function readPart<Row>(
  db: Queryable,
  { where, order, columns }: MatchingListings,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly Counted<Row>[]> {
  const { rows } = await sql<Counted<Row>>`
    with page as materialized (
      select l.company_id as id from company_listings l where ${where} order by ${order} limit ${limit} offset ${offset})
    select (select count(*) from company_listings l where ${where}) as count, ${columns.select}
    from page cross join company_listings l ${columns.from ?? sql``}
    where l.company_id = page.id order by ${order}`.execute(db);
  return rows;
}

async function countOf(db: Queryable, { where }: MatchingListings): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from company_listings l where ${where}`.execute(db);
  return rows[0]?.count ?? 0;
}

async function* partsOf<Row>(
  db: Queryable,
  list: MatchingListings,
  first: readonly Row[],
  { offset, end }: { readonly offset: number; readonly end: number },
): AsyncGenerator<Row> {
  yield* first;
  for (let at = offset + first.length; at < end; at += PART_ROWS) {
    const part = await readPart<Row>(db, list, { offset: at, limit: Math.min(PART_ROWS, end - at) });
    for (const row of part) yield row;
  }
}
