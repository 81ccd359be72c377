/** What several accounts say, put together as one answer, without the addresses by which upstream leads on. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts';
import { valuesOf } from '../../../wire/parameters.ts';
import { comparisonOf, sortKeysOf } from '../../../wire/sorting.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { recordOf } from '../../paging.ts';
import { type Ask, JsonText } from '../../source.ts';

/** Rows in the order of their accounts. A row that another account has word for word says nothing new. */
export function unionOf(parts: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = parts;
  if (others.length === 0) return first;
  const known = new Set<string>();
  return parts.flatMap(part => {
    const fresh = part.filter(text => !known.has(text));
    for (const text of part) known.add(text);
    return fresh;
  });
}

/** The rows as the caller wants them sorted: one account has done that itself. */
export function inOrder(
  texts: readonly string[],
  accounts: number,
  endpoint: Endpoint | undefined,
  { parameters }: Ask,
): readonly string[] {
  const keys = sortKeysOf(valuesOf(parameters, 'sort'), endpoint?.list?.sorts ?? new Map());
  if (accounts < 2 || keys.length === 0) return texts;
  const compare = comparisonOf(keys);
  return texts
    .map(text => ({ text, row: recordOf(new JsonText(text)) }))
    .sort((left, right) => compare(left.row, right.row))
    .map(({ text }) => text);
}

const LEADING_ON: ReadonlySet<string> = new Set(['links', 'next_url', 'previous_url']);

/** A body without upstream's own addresses of other pages, in the three places that they are known to stand in. */
export function withoutLinks(body: JsonObject): JsonObject;
export function withoutLinks(body: JsonValue): JsonValue;
export function withoutLinks(body: JsonValue): JsonValue {
  if (!isJsonObject(body)) return body;
  const kept = Object.entries(body).flatMap(([key, value]) => {
    if (LEADING_ON.has(key)) return [];
    if ((key === 'next' || key === 'previous') && isAddress(value)) return [];
    return [[key, key === 'cursor' && value !== undefined ? withoutLinks(value) : value]];
  });
  return Object.fromEntries(kept);
}

function isAddress(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && (URL.canParse(value) || value.startsWith('/'));
}
