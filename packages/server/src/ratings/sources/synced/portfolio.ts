/**
 * The portfolio that the syncs have stored, as upstream sent it. Findings are another reader's (findings.ts); this one says whose
 * they are.
 */
import { sql } from 'kysely';
import { mayProvision } from '../../../access/permissions.ts';
import type { Principal } from '../../../access/principal.ts';
import { scopeOf } from '../../../access/scope.ts';
import { visibilityOf } from '../../../access/visibility.ts';
import type { Queryable, Store } from '../../../store/store.ts';
import { isJsonObject, type JsonObject, parsedJson, textAt } from '../../../wire/json.ts';
import type { ListQuery } from '../../../wire/list-query.ts';
import type {
  PortfolioOverview,
  PortfolioReader,
  RatedCompany,
  Tally,
  TallyName,
} from '../../portfolio-reader.ts';
import {
  type Awaitable,
  JsonText,
  type RowPage,
  type RowStream,
  sees,
  type View,
  type WireRow,
} from '../../source.ts';
import { fieldsGiven, type GivenHere, givenColumns, keptHere } from './kept-here.ts';
import { pageAsked } from './known-counts.ts';
import { readDetail, readRatings } from './portfolio-detail.ts';
import { readOverview } from './portfolio-overview.ts';
import { type ListingRow, type ListingRows, type MoreOf, readListings } from './portfolio-rows.ts';
import { seenCompanyId, visibilityOfView } from './portfolio-scope.ts';
import { keptPage, pageBytes, Remembered } from './remembered.ts';
import { shortRow } from './short-row.ts';

/** The stored findings of a company, by our own id of it. */
export interface StoredFindings {
  findings(companyId: string, query: ListQuery): Awaitable<RowPage>;
  tally(companyId: string, query: ListQuery, by: readonly TallyName[]): Awaitable<readonly Tally[]>;
}

const SHORT: MoreOf = {
  column: sql`v.record`,
  from: sql`left join account_lists v
    on v.connection_id = l.connection_id and v.list = 'companies' and v.guid = l.guid`,
};
/** The tier is in the row of the portfolio alone. */
const SHORT_WITH_TIER: MoreOf = {
  ...SHORT,
  column: sql`(case when json_type(v.record, '$.tier') is null
    then json_set(v.record, '$.tier', json(coalesce(l.listed -> '$.tier', 'null'))) else v.record end)`,
};
const RECORD: MoreOf = {
  column: sql`c.record`,
  from: sql`cross join companies c on c.id = l.company_id`,
};

export class SyncedPortfolio implements PortfolioReader {
  readonly #db: Queryable;
  readonly #findings: StoredFindings;
  readonly #pages: Remembered<RowPage>;
  readonly #overviews: Remembered<PortfolioOverview>;
  readonly #companies: Remembered<FoundCompany | null>;
  readonly #details: Remembered<JsonObject | null>;

  constructor({ store, findings }: { readonly store: Store; readonly findings: StoredFindings }) {
    this.#db = store.db;
    this.#findings = findings;
    this.#pages = new Remembered(store.db, pageBytes);
    this.#overviews = new Remembered(store.db, () => OVERVIEW_BYTES);
    this.#companies = new Remembered(store.db, () => COMPANY_BYTES);
    this.#details = new Remembered(store.db, detailBytes);
  }

  async overview(view: View): Promise<PortfolioOverview> {
    const read = async () => {
      const visibility = await visibilityOfView(this.#db, view);
      return readOverview(this.#db, visibility, guid => sees(view, guid));
    };
    // Behind a wall it is made of the caller's set of companies, which may be a moment older than the database.
    return view.scope.companies === 'all' ? this.#overviews.get(whoAsks(view), read) : read();
  }

  /** The organization's own company, where the principal sees it. */
  async ownCompany(principal: Principal): Promise<string | null> {
    const visibility = await visibilityOf(this.#db, principal, null);
    const scope = scopeOf(principal);
    const { myCompanyGuid } = await readOverview(this.#db, visibility, guid => sees({ scope }, guid));
    return myCompanyGuid;
  }

  async portfolio(view: View, query: ListQuery): Promise<RowPage> {
    return this.#pages.get([...whoAsks(view), ...pageAsked(query)], async () => {
      const visibility = await visibilityOfView(this.#db, view);
      const { count, rows } = await readListings(this.#db, visibility, query);
      return keptPage({ count, rows: mapped(rows, row => withGiven(row.listed, row)) });
    });
  }

  async companies(
    view: View,
    query: ListQuery,
    { withTier }: { readonly withTier: boolean },
  ): Promise<RowPage> {
    const visibility = await visibilityOfView(this.#db, view);
    const short = withTier ? SHORT_WITH_TIER : SHORT;
    const { count, rows } = await readListings(this.#db, visibility, whole(query), short);
    return { count, rows: mapped(rows, withTier ? shortWithTier : shortOf) };
  }

  async *rated(view: View, query: ListQuery): AsyncGenerator<RatedCompany> {
    const visibility = await visibilityOfView(this.#db, view);
    const { rows } = await readListings(this.#db, visibility, whole(query), RECORD);
    for await (const row of rows) yield ratedOf(row);
  }

  async company(view: View, guid: string): Promise<JsonObject | null> {
    const id = await this.companyId(view, guid);
    if (id === null) return null;
    return this.#details.get([id], async () => {
      const { organizationId } = await visibilityOfView(this.#db, view);
      const detail = await readDetail(this.#db, id);
      const given = detail === null ? null : await this.#givenTo(organizationId, id);
      return given === null ? detail : { ...detail, ...given };
    });
  }

  async ratings(view: View, guid: string): Promise<readonly JsonObject[] | null> {
    const id = await this.companyId(view, guid);
    return id === null ? null : readRatings(this.#db, id);
  }

  async findings(view: View, guid: string, query: ListQuery): Promise<RowPage | null> {
    const id = await this.companyId(view, guid);
    return id === null ? null : this.#findings.findings(id, query);
  }

  /** False of a company that the view sees and whose findings no run has read to their end. */
  async knowsFindings(view: View, guid: string): Promise<boolean> {
    const found = await this.#found(view, guid);
    return found === null || found.hasFindings;
  }

  async tally(
    view: View,
    guid: string,
    query: ListQuery,
    by: readonly TallyName[],
  ): Promise<readonly Tally[] | null> {
    const id = await this.companyId(view, guid);
    return id === null ? null : this.#findings.tally(id, query, by);
  }

  /** The custom id that was given to a company here, as a field of its detail view, which has no tier. */
  async #givenTo(organizationId: string, companyId: string): Promise<JsonObject | null> {
    const kept = { ...(await keptHere(this.#db, organizationId)), tiers: false };
    if (!kept.customIds) return null;
    const { rows } = await sql<GivenHere>`select ${givenColumns(kept)} from company_listings l
      where l.company_id = ${companyId}`.execute(this.#db);
    const [given] = rows;
    return given === undefined ? null : fieldsGiven(given);
  }

  /** Our own id of the company of that guid; null where there is none that the view sees. */
  async companyId(view: View, guid: string): Promise<string | null> {
    return (await this.#found(view, guid))?.id ?? null;
  }

  #found(view: View, guid: string): Promise<FoundCompany | null> {
    return this.#companies.get([...whoAsks(view), guid.toLowerCase()], async () => {
      const id = await seenCompanyId(this.#db, await visibilityOfView(this.#db, view), guid);
      if (id === null) return null;
      const read = await this.#db
        .selectFrom('company_sync')
        .select('findings_synced_at')
        .where('company_id', '=', id)
        .executeTakeFirst();
      return { id, hasFindings: (read?.findings_synced_at ?? null) !== null };
    });
  }
}

/** A company that a view sees. */
interface FoundCompany {
  readonly id: string;
  /** Has a run read its findings to their end? */
  readonly hasFindings: boolean;
}

const OVERVIEW_BYTES = 1_000;
const COMPANY_BYTES = 100;
/** An object takes about so many times the characters of its text. */
const OBJECT_FACTOR = 4;

function detailBytes(detail: JsonObject | null): number {
  return OBJECT_FACTOR * JSON.stringify(detail).length;
}
/** What of a view decides what it sees, besides the database: its group's companies are in that. */
function whoAsks({ scope, connectionId, principal }: View): readonly unknown[] {
  return [scope.organizationId, scope.groupId, connectionId, mayProvision(principal)];
}

function whole(query: ListQuery): ListQuery {
  return { ...query, offset: 0, limit: Number.MAX_SAFE_INTEGER };
}

function mapped(rows: ListingRows['rows'], map: (row: ListingRow) => WireRow): RowStream {
  return Symbol.iterator in rows ? [...rows].map(map) : mappedLater(rows, map);
}

async function* mappedLater(
  rows: AsyncIterable<ListingRow>,
  map: (row: ListingRow) => WireRow,
): AsyncGenerator<WireRow> {
  for await (const row of rows) yield map(row);
}

/** The row, with what was given to its company here. */
function withGiven(text: string, given: GivenHere): WireRow {
  const fields = fieldsGiven(given);
  return fields === null ? new JsonText(text) : { ...parsed(text), ...fields };
}

function shortOf({ listed, more: short, givenCustomId }: ListingRow): WireRow {
  const fields = fieldsGiven({ givenCustomId, givenTier: null });
  if (short !== null && fields === null) return new JsonText(short);
  return { ...(short === null ? shortRow(parsed(listed)) : parsed(short)), ...fields };
}

/** Of the tier a row of v1 has the guid alone. */
function shortWithTier({ listed, more: short, ...given }: ListingRow): WireRow {
  const fields = fieldsGiven(given);
  if (short !== null && fields === null) return new JsonText(short);
  const { tier_name: _name, tier_order: _order, ...shown } = fields ?? {};
  const row = parsed(listed);
  return { ...(short === null ? { ...shortRow(row), tier: row.tier ?? null } : parsed(short)), ...shown };
}

function ratedOf({ listed, more: record }: ListingRow): RatedCompany {
  const { rating, rating_date: date, ...row } = parsed(listed);
  return {
    guid: textAt(row, 'guid'),
    name: textAt(row, 'name'),
    rating: typeof rating === 'number' ? rating : null,
    ratingDate: typeof date === 'string' ? date : null,
    // Many who ask for companies never look at their grades.
    get details() {
      const { detail } = parsed(record ?? '{}');
      const vectors = isJsonObject(detail) ? detail.rating_details : null;
      return isJsonObject(vectors) ? vectors : null;
    },
  };
}

function parsed(text: string): JsonObject {
  const value = parsedJson(text);
  return isJsonObject(value) ? value : {};
}
