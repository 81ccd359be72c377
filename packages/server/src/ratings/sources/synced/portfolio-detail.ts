/**
 * The detail view of a company and its ratings, put together again from what the sync has taken apart: the detail as upstream sent
 * it, with the ratings that were in it and no others of those that are stored.
 */
import { sql } from 'kysely';
import { ratingTexts, readShownRatings, type ShownRatings, shownDays } from '../../../store/shown-ratings.ts';
import type { Queryable } from '../../../store/store.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts';

/** Null where upstream does not show the company's detail. */
export async function readDetail(db: Queryable, companyId: string): Promise<JsonObject | null> {
  const { rows } = await sql<{ detail: string | null; shown: string | null }>`
    select c.record -> '$.detail' as detail, l.ratings_shown as shown
    from company_listings l join companies c on c.id = l.company_id
    where l.company_id = ${companyId}`.execute(db);
  const [row] = rows;
  const detail: unknown = JSON.parse(row?.detail ?? 'null');
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
  shown: ShownRatings,
): Promise<readonly JsonValue[]> {
  const days = shownDays(shown);
  const rows =
    days === null
      ? []
      : await db
          .selectFrom('company_ratings')
          .select(['rating_date', 'record'])
          .where('company_id', '=', companyId)
          .where('rating_date', '>=', days.from)
          .where('rating_date', '<=', days.to)
          .execute();
  const stored = new Map(rows.map(({ rating_date, record }) => [rating_date, record]));
  const texts = ratingTexts(shown, day => stored.get(day));
  const ratings: unknown = JSON.parse(`[${texts.join(',')}]`);
  return Array.isArray(ratings) ? ratings : [];
}
