/** What is read of folders and tiers, of both sources. Facts: bitsight-api.md, 4.6 and 4.11. */
import { setImmediate } from 'node:timers/promises';
import { isJsonObject, type JsonObject, textAt } from '../../wire/json.ts';
import { summaryOf } from '../derived/finding-summary.ts';
import { median } from '../derived/scales.ts';
import { type Answer, type Ask, flagOption, type Queries, textOption, type View } from '../source.ts';
import { notFound } from '../wire-errors.ts';
import type { AccountBase, ActionPlan } from './account-base.ts';
import {
  companiesShown,
  folderEntries,
  type ListEntry,
  type ListParts,
  listParts,
  rankOf,
  tierEntries,
} from './list-entries.ts';
import { folderRow, tierRow } from './list-rows.ts';
import type { LocalFolder } from './local-lists.ts';
import type { LocalReader } from './local-state.ts';

/** What the local queries read from. */
export interface LocalSources {
  readonly base: AccountBase;
  readonly local: LocalReader;
}

export function listQueries(sources: LocalSources): Queries {
  return {
    folders: (view, ask) => folders(sources, view, ask),
    folder: async (view, ask) => {
      const { parts, entry } = await folderOf(sources, view, ask.path.guid ?? '');
      return { kind: 'body', body: folderRow(parts, entry) };
    },
    'folder.graph': (view, ask) => graph(sources, view, ask),
    'folder.findings.summary': async (view, ask) => {
      const { parts, entry } = await folderOf(sources, view, ask.path.guid ?? '');
      return summaryOf(sources.base.reader, view, ask, companiesShown(parts, entry));
    },
    tiers: async view => {
      const parts = await listParts(sources, view, 'tiers');
      return { kind: 'rows', rows: tierEntries(parts).map(entry => tierRow(parts, entry)) };
    },
    tier: async (view, ask) => ({ kind: 'body', body: await tierShown(sources, view, ask.path.guid ?? '') }),
    'tiers.summary': (view, ask) => tierSummaries(sources, view, ask),
  };
}

/** The row of a folder. Throws NOT_FOUND for one that the view does not see. */
export async function folderShown(sources: LocalSources, view: View, guid: string): Promise<JsonObject> {
  const { parts, entry } = await folderOf(sources, view, guid);
  return folderRow(parts, entry);
}

/** The row of a tier. Throws NOT_FOUND for one that the view does not see. */
export async function tierShown(sources: LocalSources, view: View, guid: string): Promise<JsonObject> {
  const parts = await listParts(sources, view, 'tiers');
  return tierRow(parts, entryOf(tierEntries(parts), guid));
}

/** The entry of a guid, in whatever case. Throws NOT_FOUND where there is none. */
export function entryOf<Local>(entries: readonly ListEntry<Local>[], guid: string): ListEntry<Local> {
  const key = guid.toLowerCase();
  const entry = entries.find(candidate => candidate.guid === key);
  if (entry === undefined) throw notFound();
  return entry;
}

async function folders(sources: LocalSources, view: View, ask: Ask): Promise<Answer> {
  const parts = await listParts(sources, view, 'folders');
  const rows = folderEntries(parts).map(entry => folderRow(parts, entry));
  const isKept = flagOption(ask, 'exclude_subscription_folders')
    ? (row: JsonObject) => (row.subscription_type ?? null) === null
    : () => true;
  return { kind: 'rows', rows: rows.filter(isKept) };
}

async function folderOf(
  sources: LocalSources,
  view: View,
  guid: string,
): Promise<{ readonly parts: ListParts; readonly entry: ListEntry<LocalFolder> }> {
  const parts = await listParts(sources, view, 'folders');
  return { parts, entry: entryOf(folderEntries(parts), guid) };
}

/** Days of which no company has a rating are no points. */
async function graph(sources: LocalSources, view: View, ask: Ask): Promise<Answer> {
  const { parts, entry } = await folderOf(sources, view, ask.path.guid ?? '');
  const byDay = new Map<string, number[]>();
  for (const company of companiesShown(parts, entry)) {
    // A folder may hold a whole portfolio; others are answered in between.
    await setImmediate();
    for (const { rating_date: day, rating } of (await sources.base.reader.ratings(view, company)) ?? []) {
      if (typeof day !== 'string' || typeof rating !== 'number') continue;
      const known = byDay.get(day);
      if (known === undefined) byDay.set(day, [rating]);
      else known.push(rating);
    }
  }
  const ratings = [...byDay]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([x, values]) => ({ x, y: Math.round(median(values) ?? 0) }));
  return { kind: 'body', body: { name: textAt(folderRow(parts, entry), 'name'), ratings } };
}

/** Companies that have no rating are in no category; so categories sum to the rated ones. */
async function tierSummaries(sources: LocalSources, view: View, ask: Ask): Promise<Answer> {
  const parts = await listParts(sources, view, 'tiers');
  const plansOf = await sources.base.actionPlans(view);
  const counted = await companiesIn(sources, view, textOption(ask, 'folder'));
  const rows = tierEntries(parts).map(entry => {
    const companies = entry.companies.filter(company => counted?.has(company) !== false);
    const ratings = companies.map(company => parts.seen.get(company)?.rating ?? null);
    const row = tierRow(parts, entry);
    return {
      guid: textAt(row, 'guid'),
      name: textAt(row, 'name'),
      count: companies.length,
      categories: plansOf({ guid: entry.guid, rank: rankOf(entry) }).map(plan => category(plan, ratings)),
    };
  });
  return { kind: 'rows', rows };
}

/** The companies of a folder; null where none is named. As everywhere in a query, one that is not there has none. */
async function companiesIn(
  sources: LocalSources,
  view: View,
  folder: string | undefined,
): Promise<ReadonlySet<string> | null> {
  if (folder === undefined) return null;
  const entries = folderEntries(await listParts(sources, view, 'folders'));
  return new Set(entries.find(({ guid }) => guid === folder.toLowerCase())?.companies);
}

function category({ plan, name, lt, gte }: ActionPlan, ratings: readonly unknown[]): JsonObject {
  const isIn = (rating: unknown) =>
    typeof rating === 'number' && (lt === null || rating < lt) && (gte === null || rating >= gte);
  return { count: ratings.filter(isIn).length, vendor_action_plan: plan, name, rating: { lt, gte } };
}

/** The action plans that a row of `/v1/tiers/summary` names. */
export function actionPlansIn({ categories }: JsonObject): readonly ActionPlan[] {
  if (!Array.isArray(categories)) return [];
  return categories.filter(isJsonObject).map(({ vendor_action_plan: plan, name, rating }) => ({
    plan: String(plan ?? ''),
    name: String(name ?? plan ?? ''),
    lt: boundAt(rating, 'lt'),
    gte: boundAt(rating, 'gte'),
  }));
}

function boundAt(rating: unknown, key: 'lt' | 'gte'): number | null {
  const bound = isJsonObject(rating) ? rating[key] : null;
  return typeof bound === 'number' ? bound : null;
}
