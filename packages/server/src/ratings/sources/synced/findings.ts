/**
 * The stored findings of a company as the ratings API lists them: filtered, ordered and counted by one index
 * (`findings_listed`), the records read for the rows of the page alone and passed on as the text that upstream wrote.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { CallerError } from '../../../errors.ts';
import { allOf, databaseVersion, listOf } from '../../../store/sql.ts';
import type { Queryable, Store } from '../../../store/store.ts';
import { FINDING_SCHEMA } from '../../../wire/finding-filters.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import type { SortKey } from '../../../wire/sorting.ts';
import type { Tally, TallyName } from '../../portfolio-reader.ts';
import { JsonText, type RowPage } from '../../source.ts';
import { FINDING_KEPT, FINDING_ORDERS, FINDING_SEARCHED } from './finding-kept.ts';
import { readTallies } from './finding-tallies.ts';
import { KnownCounts, pageAsked } from './known-counts.ts';
import { keptPage, pageBytes, Remembered } from './remembered.ts';
import { compileConditions, compileOrder, compileSearch } from './sql-conditions.ts';

/** Rows of a page that are read at once; those of a larger page are read while they are sent. */
const MAX_ROWS_AT_ONCE = 1_000;
const CHUNK_ROWS = 250;
/** Of up to so many rows SQLite keeps the first ones while it looks at all; beyond, it is quicker to sort all. */
const MAX_FIRST_ROWS = 2_000;
const RETRY_AFTER_SECONDS = '5';

export class SyncedFindings {
  readonly #store: Store;
  readonly #counts = new KnownCounts();
  readonly #pages: Remembered<RowPage>;

  constructor(store: Store) {
    this.#store = store;
    this.#pages = new Remembered(store.db, pageBytes);
  }

  /**
   * The findings that upstream lists of the company (our own id). Count and page are of one state of the database.
   * Throws UNAVAILABLE while the list of an earlier version's database is being made.
   */
  findings(companyId: string, query: ListQuery): Promise<RowPage> {
    return this.#pages.get([companyId, ...pageAsked(query)], async () =>
      keptPage(await this.#read(companyId, query)),
    );
  }

  #read(companyId: string, query: ListQuery): Promise<RowPage> {
    return this.#store.read(async db => {
      await refuseIncomplete(db, companyId);
      const where = matches(companyId, query);
      const count = await this.#counts.of(await databaseVersion(db), companyId, query, () =>
        countOf(db, where),
      );
      const rows = Math.min(query.limit, count - query.offset);
      if (rows <= 0) return { count, rows: [] };
      const page = { where, order: query.order, rows, offset: query.offset };
      if (rows > MAX_ROWS_AT_ONCE) return { count, rows: this.#stream(companyId, await idsTextOf(db, page)) };
      if (isDefaultOrder(query.order)) return { count, rows: await recordsOf(db, page) };
      return { count, rows: await recordsWith(db, companyId, await idsOf(db, page)) };
    });
  }

  /** The findings that the query matches, counted by the values of some filters; in no order. Throws as `findings` does. */
  async tally(companyId: string, query: ListQuery, by: readonly TallyName[]): Promise<readonly Tally[]> {
    return this.#store.read(async db => {
      await refuseIncomplete(db, companyId);
      return readTallies(db, companyId, matches(companyId, query), by);
    });
  }

  /** The ids say which rows the page has; a record that changes while the page is sent is sent as it is by then. */
  async *#stream(companyId: string, ids: string): AsyncGenerator<JsonText> {
    for (const chunk of chunksOf(ids, CHUNK_ROWS)) yield* await recordsWith(this.#store.db, companyId, chunk);
  }
}

interface Page {
  readonly where: RawBuilder<SqlBool>;
  readonly order: readonly SortKey[];
  readonly rows: number;
  readonly offset: number;
}

/** A list without the rows whose columns are not computed yet would be short, and not say so. */
async function refuseIncomplete(db: Queryable, companyId: string): Promise<void> {
  const { rows } = await sql`
    select 1 from findings where company_id = ${companyId} and wire_version = 0 limit 1`.execute(db);
  if (rows.length === 0) return;
  throw new CallerError(
    'UNAVAILABLE',
    'After an upgrade, the findings of this company are still being prepared. Try again in a few seconds.',
    { headers: { 'retry-after': RETRY_AFTER_SECONDS } },
  );
}

/** `is_listed = 1` to the letter: that is what lets the index be used. */
function matches(companyId: string, { conditions, q }: ListQuery): RawBuilder<SqlBool> {
  return allOf([
    sql`company_id = ${companyId} and is_listed = 1`,
    ...compileConditions(conditions, FINDING_KEPT),
    ...(q === null ? [] : [compileSearch(q, FINDING_SEARCHED)]),
  ]);
}

async function countOf(db: Queryable, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from findings where ${where}`.execute(db);
  return Number(rows[0]?.total);
}

/** The page's records, in an order that the index has: each is read as it is come upon. */
async function recordsOf(db: Queryable, page: Page): Promise<readonly JsonText[]> {
  const { rows } = await sql<{ record: string }>`select record from findings ${placeOf(page)}`.execute(db);
  return rows.map(({ record }) => new JsonText(record));
}

/** The page's ids, in any order: what is sorted must be small. */
async function idsOf(db: Queryable, page: Page): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`${idsQuery(page)}`.execute(db);
  return rows.map(({ id }) => id);
}

/** The ids of a large page as one text, separated by commas: as many rows would take fifty times its memory. */
async function idsTextOf(db: Queryable, page: Page): Promise<string> {
  const { rows } = await sql<{ ids: string }>`
    select coalesce(group_concat(id, ','), '') as ids from (${idsQuery(page)})`.execute(db);
  return rows[0]?.ids ?? '';
}

/** So many ids at a time of a text that has all of them. */
function* chunksOf(ids: string, size: number): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; ) {
    const chunk: string[] = [];
    while (chunk.length < size && start < ids.length) {
      const comma = ids.indexOf(',', start);
      const end = comma < 0 ? ids.length : comma;
      chunk.push(ids.slice(start, end));
      start = end + 1;
    }
    yield chunk;
  }
}

function idsQuery(page: Page): RawBuilder<unknown> {
  if (isDefaultOrder(page.order) || page.offset + page.rows <= MAX_FIRST_ROWS)
    return sql`select id from findings ${placeOf(page)}`;
  return sql`with ordered as materialized (select id from findings ${orderOf(page)})
    select id from ordered ${cutOf(page)}`;
}

function placeOf(page: Page): RawBuilder<unknown> {
  return sql`${orderOf(page)} ${cutOf(page)}`;
}

/** Two findings that nothing in the default order tells apart are in the order of their ids. */
function orderOf({ where, order }: Page): RawBuilder<unknown> {
  const terms = [...compileOrder(order, FINDING_ORDERS), sql`id`];
  return sql`where ${where} order by ${sql.join(terms)}`;
}

function cutOf({ rows, offset }: Page): RawBuilder<unknown> {
  return sql`limit ${rows} offset ${offset}`;
}

/** The records of these findings, in their order. */
async function recordsWith(
  db: Queryable,
  companyId: string,
  ids: readonly string[],
): Promise<readonly JsonText[]> {
  const { rows } = await sql<{ id: string; record: string }>`
    select id, record from findings where company_id = ${companyId} and id in ${listOf(ids)}`.execute(db);
  const records = new Map(rows.map(({ id, record }) => [id, record]));
  return ids.map(id => {
    const record = records.get(id);
    // A page must not have fewer rows than its count has promised: better no end than a wrong one.
    if (record === undefined) throw new Error(`the finding ${id} is gone`);
    return new JsonText(record);
  });
}

function isDefaultOrder(order: readonly SortKey[]): boolean {
  const { defaultOrder } = FINDING_SCHEMA;
  return order.every((key, n) => {
    const usual = defaultOrder[n];
    return key.field === usual?.field && key.descending === usual.descending;
  });
}
