/**
 * Rows of the portfolio lists as the store has them: filtered, ordered and cut by the database, sent as the text that upstream
 * sent, and read in parts, so that a list of any length needs little memory.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Visibility } from '../../../access/visibility.ts';
import { allOf, type Condition as Where } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import { type GivenHere, givenColumns, keptHere, searchedTexts } from './kept-here.ts';
import { portfolioFilters, portfolioOrders } from './portfolio-columns.ts';
import { visibleListings } from './portfolio-scope.ts';
import { compileConditions, compileOrder, compileSearch } from './sql-conditions.ts';

/** A company of a list, and what was given to it here. */
export interface ListingRow extends GivenHere {
  /** Its row of `/v2/portfolio`, as JSON text. */
  readonly listed: string;
  /** What else was asked for; null where there is none. */
  readonly more: string | null;
}

/** Rows of a list, and how many match in all. */
export interface ListingRows {
  readonly count: number;
  readonly rows: AsyncIterable<ListingRow> | Iterable<ListingRow>;
}

/** A column to be read beside `l` (company_listings), and the table to join for it. */
export interface MoreOf {
  readonly column: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
}

const NOTHING_MORE: MoreOf = { column: sql`null`, from: sql`` };
/** Rows read at once. */
const PART_ROWS = 500;

/** The page of a query over the companies that are seen. */
export async function readListings(
  db: Queryable,
  visibility: Visibility,
  query: ListQuery,
  more: MoreOf = NOTHING_MORE,
): Promise<ListingRows> {
  const kept = await keptHere(db, visibility.organizationId);
  const list: MatchingListings = {
    where: allOf([
      ...visibleListings(visibility),
      ...compileConditions(query.conditions, portfolioFilters(visibility.connectionIds, kept)),
      ...(query.q === null ? [] : [compileSearch(query.q, searchedTexts(kept))]),
    ]),
    order: sql.join([...compileOrder(query.order, portfolioOrders(kept))]),
    given: givenColumns(kept),
    more,
  };
  const { offset, limit } = query;
  const first = await readPart(db, list, { offset, limit: Math.min(limit, PART_ROWS) });
  const count = first[0]?.count ?? (await countOf(db, list));
  const end = Math.min(offset + limit, count);
  return { count, rows: end - offset <= PART_ROWS ? first : partsOf(db, list, first, { offset, end }) };
}

interface MatchingListings {
  readonly where: Where;
  readonly order: RawBuilder<unknown>;
  readonly given: RawBuilder<unknown>;
  readonly more: MoreOf;
}

type CountedRow = ListingRow & { readonly count: number };

/** Keys first: ordering ids is cheap, ordering records is not. Rows and their count are of one moment. */
async function readPart(
  db: Queryable,
  { where, order, given, more }: MatchingListings,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly CountedRow[]> {
  const { rows } = await sql<CountedRow>`
    with page as materialized (
      select l.company_id as id from company_listings l where ${where} order by ${order} limit ${limit} offset ${offset})
    select (select count(*) from company_listings l where ${where}) as count, l.listed as listed, ${more.column} as more,
      ${given}
    from page cross join company_listings l ${more.from}
    where l.company_id = page.id order by ${order}`.execute(db);
  return rows;
}

async function countOf(db: Queryable, { where }: MatchingListings): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from company_listings l where ${where}`.execute(db);
  return rows[0]?.count ?? 0;
}

async function* partsOf(
  db: Queryable,
  list: MatchingListings,
  first: readonly ListingRow[],
  { offset, end }: { readonly offset: number; readonly end: number },
): AsyncGenerator<ListingRow> {
  yield* first;
  for (let at = offset + first.length; at < end; at += PART_ROWS) {
    yield* await readPart(db, list, { offset: at, limit: Math.min(PART_ROWS, end - at) });
  }
}
