/**
 * The detail view of a company and its ratings, put together again from what the sync has taken apart: the detail as upstream sent
 * it, with the ratings that were in it and no others of those that are stored.
 */
import { sql } from 'kysely';
import {
  daysOfRun,
  type RatingRun,
  readShownRatings,
  type ShownRatings,
} from '../../../store/shown-ratings.ts';
import type { Queryable } from '../../../store/store.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parsedJson,
} from '../../../wire/json.ts';

/** Null where upstream does not show the company's detail. */
export async function readDetail(db: Queryable, companyId: string): Promise<JsonObject | null> {
  const { rows } = await sql<{ detail: string | null; shown: string | null }>`
    select c.record -> '$.detail' as detail, l.ratings_shown as shown
    from company_listings l join companies c on c.id = l.company_id
    where l.company_id = ${companyId}`.execute(db);
  const [row] = rows;
  const detail = parsedJson(row?.detail ?? 'null');
  if (row === undefined || !isJsonObject(detail)) return null;
  if (row.shown === null) return detail;
  const shown = readShownRatings(row.shown);
  const ratings = await ratingsShown(db, companyId, shown);
  const fields = Object.entries(detail);
  return Object.fromEntries([...fields.slice(0, shown.at), ['ratings', ratings], ...fields.slice(shown.at)]);
}

/** The ratings of the detail view, as it shows them; null where upstream does not show it. */
export async function readRatings(db: Queryable, companyId: string): Promise<readonly JsonObject[] | null> {
  const row = await db
    .selectFrom('company_listings')
    .select('ratings_shown')
    .where('company_id', '=', companyId)
    .executeTakeFirst();
  const shown = row?.ratings_shown ?? null;
  if (shown === null) return (await readDetail(db, companyId)) === null ? null : [];
  return (await ratingsShown(db, companyId, readShownRatings(shown))).filter(isJsonObject);
}

async function ratingsShown(
  db: Queryable,
  companyId: string,
  { list }: ShownRatings,
): Promise<readonly JsonValue[]> {
  const texts: string[] = [];
  for (const entry of list) {
    const text = typeof entry === 'string' ? entry : await runText(db, companyId, entry);
    if (text !== null) texts.push(text);
  }
  const ratings = parsedJson(`[${texts.join(',')}]`);
  return isJsonArray(ratings) ? ratings : [];
}

/** The ratings of a run, the newest first, as JSON texts in one: a row for each day would cost more than all of them. */
async function runText(db: Queryable, companyId: string, run: RatingRun): Promise<string | null> {
  const { from, to } = daysOfRun(run);
  const { rows } = await sql<{ ratings: string | null }>`
    select group_concat(record, ',' order by rating_date desc) as ratings from company_ratings
    where company_id = ${companyId} and rating_date between ${from} and ${to}`.execute(db);
  return rows[0]?.ratings ?? null;
}
