/**
 * A company's row in `company_listings`: what the lists of the portfolio show of it, and the keys they filter and order by. The
 * keys are what the wire's table of filters reads (wire/portfolio-filters.ts), kept so that the database answers as a list in
 * memory would.
 */
import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { CompanyListingsTable, Database } from '../store/schema.ts';
import { type ShownRatings, shownRatings } from '../store/shown-ratings.ts';
import { comparable } from '../wire/filters.ts';
import { isJsonObject, type JsonObject, type JsonScalar, scalarsAt, textAt } from '../wire/json.ts';
import { keptText, LAST_TEXT } from '../wire/kept-values.ts';

/** What a listing is made of. */
export interface ListingSource {
  organizationId: string;
  connectionId: string;
  companyId: string;
  guid: string;
  /** The row of the portfolio. */
  listed: JsonObject;
  /** The detail; null where upstream does not show it. */
  detail: JsonObject | null;
  ratingsShown: ShownRatings | null;
}

/** Writes the listing, unless it is stored as it is already. */
export async function writeListing(db: Kysely<Database>, source: ListingSource): Promise<void> {
  const row = listingOf(source);
  const stored = await db
    .selectFrom('company_listings')
    .select('content_hash')
    .where('company_id', '=', row.company_id)
    .executeTakeFirst();
  if (stored?.content_hash === row.content_hash) return;
  const { company_id: _key, ...values } = row;
  await db
    .insertInto('company_listings')
    .values(row)
    .onConflict(c => c.column('company_id').doUpdateSet(values))
    .execute();
}

/** The row of a company. */
export function listingOf(source: ListingSource): CompanyListingsTable {
  const { listed, detail, guid, ratingsShown } = source;
  const row = {
    company_id: source.companyId,
    organization_id: source.organizationId,
    connection_id: source.connectionId,
    guid,
    guid_key: keptText(guid),
    ...keysOf(listed),
    types: typesOf(listed),
    grades: JSON.stringify(gradesOf(detail)),
    listed: JSON.stringify(listed),
    ratings_shown: ratingsShown === null ? null : JSON.stringify(ratingsShown),
  };
  return { ...row, content_hash: hash('sha256', JSON.stringify(row), 'base64url') };
}

function keysOf(listed: JsonObject) {
  const scalar = (path: string) => scalarsAt(listed, path.split('.'))[0] ?? null;
  const text = (path: string) => textOf(scalar(path));
  const number = (path: string) => numberOf(scalar(path));
  return {
    name_key: text('name') ?? LAST_TEXT,
    shortname_key: text('shortname'),
    domain_key: text('primary_domain'),
    custom_id_key: text('custom_id'),
    rating: number('rating'),
    added_date: text('added_date'),
    industry_key: text('industry.name'),
    industry_slug: text('industry.slug'),
    sub_industry_key: text('sub_industry.name'),
    sub_industry_slug: text('sub_industry.slug'),
    subscription_key: text('subscription_type.name'),
    subscription_slug: text('subscription_type.slug'),
    life_cycle_key: text('life_cycle.name'),
    life_cycle_slug: text('life_cycle.slug'),
    relationship_key: text('relationship.name'),
    relationship_slug: text('relationship.slug'),
    tier_key: text('tier'),
    tier_order: number('tier_order'),
  };
}

function textOf(value: JsonScalar): string | null {
  return value === null ? null : keptText(String(value));
}

function numberOf(value: JsonScalar): number | null {
  const number = comparable('number', value);
  return typeof number === 'number' ? number : null;
}

function typesOf(listed: JsonObject): string | null {
  const types = scalarsAt(listed, ['type']);
  if (types.every(type => type === null)) return null;
  return JSON.stringify(types.map(type => (type === null ? null : comparable('text', type))));
}

function gradesOf(detail: JsonObject | null): Record<string, string> {
  const vectors = detail?.rating_details;
  if (!isJsonObject(vectors)) return {};
  const grades: Record<string, string> = {};
  for (const [slug, rated] of Object.entries(vectors)) {
    const grade = isJsonObject(rated) ? textAt(rated, 'grade') : '';
    if (grade !== '') grades[slug.toLowerCase()] = grade.toLowerCase();
  }
  return grades;
}

/** A detail without its ratings, and what the ratings were: as JSON texts by day, and which of them the detail shows. */
export interface SplitDetail {
  rest: JsonObject;
  /** JSON text of the rating of each day. */
  records: ReadonlyMap<string, string>;
  /** Null where the detail has no list of ratings; such a field stays in `rest`. */
  shown: ShownRatings | null;
}

/** Takes the ratings out of a detail. `storedDays` are those a rating can be stored under. */
export function splitRatings(detail: JsonObject, storedDays: ReadonlySet<string>): SplitDetail {
  const { ratings, ...rest } = detail;
  const records = new Map<string, string>();
  if (!Array.isArray(ratings)) return { rest: detail, records, shown: null };
  const texts = ratings.map(rating => JSON.stringify(rating));
  const days = ratings.map(rating => (isJsonObject(rating) ? textAt(rating, 'rating_date') : ''));
  for (const [index, day] of days.entries()) if (storedDays.has(day)) records.set(day, texts[index] ?? '');
  const shown = shownRatings(Object.keys(detail).indexOf('ratings'), texts, (text, index) => {
    const day = days[index] ?? '';
    // Of two ratings of one day the last is stored.
    return records.get(day) === text ? day : null;
  });
  return { rest, records, shown };
}
