/** The companies that a view sees, as the portfolio lists them: whatever is told of a folder or tier is told of these alone. */
import { isJsonObject, type JsonObject, scalarsAt, textAt } from '../../wire/json.ts';
import type { ListQuery } from '../../wire/list-query.ts';
import { WHOLE_PORTFOLIO } from '../../wire/portfolio-filters.ts';
import { recordOf } from '../paging.ts';
import type { PortfolioReader } from '../portfolio-reader.ts';
import type { View } from '../source.ts';

/** Guid in lower case to the row of `/v2/portfolio`, in the portfolio's order. */
export type SeenCompanies = ReadonlyMap<string, JsonObject>;

/** The companies of the view that a query of the portfolio finds; its page is not cut. */
export async function seenCompanies(
  reader: PortfolioReader,
  view: View,
  query: ListQuery = WHOLE_PORTFOLIO,
): Promise<SeenCompanies> {
  const page = await reader.portfolio(view, { ...query, offset: 0, limit: Number.MAX_SAFE_INTEGER });
  const seen = new Map<string, JsonObject>();
  for await (const row of page.rows) {
    const record = recordOf(row);
    seen.set(textAt(record, 'guid').toLowerCase(), record);
  }
  return seen;
}

/** Guids as the portfolio writes them. */
export function guidsOf(seen: SeenCompanies, companies: Iterable<string>): readonly string[] {
  return [...companies].map(company => textAt(seen.get(company) ?? {}, 'guid'));
}

/** The guids of a list in a record, in lower case. */
export function guidsAt(record: JsonObject, key: string): readonly string[] {
  const guids = record[key];
  return Array.isArray(guids)
    ? guids.flatMap((guid: unknown) => (typeof guid === 'string' ? [guid.toLowerCase()] : []))
    : [];
}

/** The subscriptions that some of them have, by slug: each once, in their order. */
export function subscriptionsOf(seen: SeenCompanies, companies: Iterable<string>): readonly string[] {
  const slugs = [...companies].flatMap(company => {
    const row = seen.get(company);
    const slug = row === undefined ? null : (scalarsAt(row, ['subscription_type', 'slug'])[0] ?? null);
    return typeof slug === 'string' ? [slug] : [];
  });
  return [...new Set(slugs)];
}

/** The slug and name of a field like `life_cycle`; null where the company has none. */
export function namedAt(
  row: JsonObject,
  key: string,
): { readonly slug: string; readonly name: string } | null {
  const value = row[key];
  if (!isJsonObject(value)) return null;
  const slug = textAt(value, 'slug');
  return slug === '' ? null : { slug, name: textAt(value, 'name') };
}
