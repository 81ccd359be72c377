/**
 * The rows of an upstream answer that a view may see: found where the endpoint's row of the table says, kept when the company
 * they name is the view's. What stands beside rows of which some were left out stays only if it cannot tell of the others.
 */
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parsedJson,
  scalarsAt,
} from '../../../wire/json.ts';
import type { PassedRows } from '../../endpoints/endpoint.ts';
import { unknownForm } from './failures.ts';
import type { UpstreamAccount, Wall } from './upstream-accounts.ts';
import { behindWall } from './wall.ts';

/** How the rows of one account are cut for one view. */
export interface Cut {
  /** Of which companies rows are kept. */
  readonly companies: UpstreamAccount['companies'];
  /** Where a row names its company; null: rows are not chosen. */
  readonly company: readonly string[] | null;
  readonly wall: Wall | null;
}

/** The cut of an endpoint's rows for one account. */
export function cutOf(rows: PassedRows | null, { companies }: UpstreamAccount, wall: Wall | null): Cut {
  const isChosen = rows !== null && rows.company !== 'path' && companies !== 'all';
  return { companies, wall, company: isChosen ? rows.company.split('.') : null };
}

/** May rows be left out, so that upstream's own count and pages are not the view's? */
export function leavesOut({ company, wall }: Cut): boolean {
  return company !== null || wall !== null;
}

/** The row as the view sees it; undefined when it is not the view's. */
function cutRow(row: JsonValue, cut: Cut): JsonValue | undefined {
  if (!isOwnRow(row, cut)) return undefined;
  return cut.wall === null ? row : behindWall(row, cut.wall);
}

/** The rows that the view sees. */
export function cutRows(rows: readonly JsonValue[], cut: Cut): readonly JsonValue[] {
  return rows.flatMap(row => {
    const seen = cutRow(row, cut);
    return seen === undefined ? [] : [seen];
  });
}

/** The same over JSON texts; a row that is not changed keeps its text. */
export function cutTexts(texts: readonly string[], cut: Cut): readonly string[] {
  if (!leavesOut(cut)) return texts;
  return texts.flatMap(text => {
    const row = parsedJson(text);
    const seen = cutRow(row, cut);
    if (seen === undefined) return [];
    return [seen === row ? text : JSON.stringify(seen)];
  });
}

/** A row that names no company, or any other one, is not the view's. */
function isOwnRow(row: JsonValue, { company, companies }: Cut): boolean {
  if (company === null || companies === 'all') return true;
  if (!isJsonObject(row)) return false;
  return scalarsAt(row, company).every(guid => typeof guid === 'string' && companies.has(guid.toLowerCase()));
}

/**
 * A whole body as the view sees it; undefined when nothing of it is the view's. Throws CallerError BAD_GATEWAY when rows have
 * to be chosen and are not where the table says.
 */
export function cutBody(body: JsonValue, at: string, cut: Cut): JsonValue | undefined {
  const chosen = cut.company === null ? body : cutAt(body, at === '' ? [] : at.split('.'), cut);
  if (chosen === undefined || cut.wall === null) return chosen;
  return behindWall(chosen, cut.wall);
}

function cutAt(value: JsonValue, at: readonly string[], cut: Cut): JsonValue | undefined {
  const [step, ...rest] = at;
  if (step === undefined) return cutHere(value, cut);
  if (!isJsonObject(value)) throw unknownForm();
  if (step === '*') {
    const entries = Object.entries(value).flatMap(([key, item]) => {
      if (!isJsonObject(item)) return isHarmless(item) ? [[key, item]] : [];
      return hasRows(item, rest) ? [[key, cutAt(item, rest, cut)]] : [];
    });
    return Object.fromEntries(entries);
  }
  if (value[step] === undefined) throw unknownForm();
  const below = cutAt(value[step], rest, cut);
  const beside = Object.entries(value).filter(([key, item]) => key !== step && isHarmless(item));
  const isCounted = Array.isArray(below) && typeof value.count === 'number';
  const count = isCounted ? { count: below.length } : {};
  return { ...Object.fromEntries(beside), ...count, [step]: below };
}

/** Rows, or one object that is itself the row. */
function cutHere(value: JsonValue, cut: Cut): JsonValue | undefined {
  if (isJsonObject(value)) return isOwnRow(value, cut) ? value : undefined;
  if (!isJsonArray(value)) throw unknownForm();
  return value.filter(row => isOwnRow(row, cut));
}

function hasRows(item: JsonObject, [step]: readonly string[]): boolean {
  return step === undefined || item[step] !== undefined;
}

/** Numbers beside rows count them or weigh them; objects and lists may name what was left out. */
export function isHarmless(value: JsonValue | undefined): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}
