/** What upstream says around the lists of companies: when the portfolio was made, its newest ratings, the own company. */
import { type RawBuilder, sql } from 'kysely';
import type { Visibility } from '../../../access/visibility.ts';
import { allOf, isOneOf } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { isJsonObject, type JsonObject, parsedJson, textAt } from '../../../wire/json.ts';
import type { PortfolioOverview } from '../../portfolio-reader.ts';
import { visibleListings } from './portfolio-scope.ts';

interface Frames {
  /** Around `/v1/companies`. */
  readonly companies: JsonObject;
  /** The `summaries` of `/v2/portfolio`. */
  readonly portfolio: JsonObject;
}

/**
 * Of several connections the portfolio is as old as the oldest and has the newest day of all. The own company is that of the
 * connection made first, among those whose own company `isSeen`.
 */
export async function readOverview(
  db: Queryable,
  visibility: Visibility,
  isSeen: (guid: string) => boolean,
): Promise<PortfolioOverview> {
  const frames = await framesOf(db, visibility.connectionIds);
  const days = (key: string) => frames.flatMap(({ companies }) => textAt(companies, key) || []).sort();
  const ratingDate = days('rating_date').at(-1) ?? (await newestRatingDate(db, visibility));
  const [only] = frames;
  const isWhole = visibility.groupId === null && frames.length === 1 && only !== undefined;
  return {
    myCompanyGuid: frames.map(ownCompany).find(guid => guid !== '' && isSeen(guid)) ?? null,
    created: days('created')[0] ?? '',
    ratingDate,
    ...(isWhole ? { beside: { frame: only.companies, summaries: only.portfolio } } : {}),
  };
}

/** What each connection says, in the order they were made (their ids are in that order); of one that said nothing, nothing. */
async function framesOf(db: Queryable, connectionIds: readonly string[]): Promise<readonly Frames[]> {
  const { rows } = await sql<{ connection_id: string; list: string; record: string }>`
    select connection_id, list, record from account_list_frames
    where ${isOneOf(sql`connection_id`, connectionIds)} and list in ('companies', 'portfolio')`.execute(db);
  const frameOf = (connection: string, list: string) =>
    objectOf(rows.find(row => row.connection_id === connection && row.list === list)?.record);
  return connectionIds.map(id => ({
    companies: frameOf(id, 'companies'),
    portfolio: frameOf(id, 'portfolio'),
  }));
}

function objectOf(record: string | undefined): JsonObject {
  const value = parsedJson(record ?? '{}');
  return isJsonObject(value) ? value : {};
}

function ownCompany({ companies, portfolio }: Frames): string {
  const { my_company: own } = companies;
  return textAt(portfolio, 'my-company') || (isJsonObject(own) ? textAt(own, 'guid') : '');
}

/** For an account whose list of companies cannot be read: the newest day of the ratings that its portfolio shows, or `''`. */
async function newestRatingDate(db: Queryable, visibility: Visibility): Promise<string> {
  const day: RawBuilder<unknown> = sql`l.listed ->> '$.rating_date'`;
  const { rows } = await sql<{ newest: string | null }>`
    select max(${day}) as newest from company_listings l where ${allOf(visibleListings(visibility))}`.execute(
    db,
  );
  return rows[0]?.newest ?? '';
}
