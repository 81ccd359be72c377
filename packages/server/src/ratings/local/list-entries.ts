/**
 * Folders and tiers as a view sees them: the account's with what was changed here, and those that were made here. Whoever sees
 * a part of the companies sees of a list that part, and of the lists those that have some, or were made in the own group.
 */
import type { JsonObject } from '../../wire/json.ts';
import { textAt } from '../../wire/json.ts';
import type { View } from '../source.ts';
import type { AccountBase } from './account-base.ts';
import { isMember, type LocalLists, tierGuidOf } from './local-lists.ts';
import type { LocalReader } from './local-state.ts';
import { guidsAt, guidsOf, type SeenCompanies, seenCompanies } from './seen-companies.ts';

/** What folders and tiers are made of, as it stood at one moment. */
export interface ListParts {
  readonly view: View;
  readonly organizationId: string;
  readonly isEditable: boolean;
  readonly seen: SeenCompanies;
  /** The account's own rows. */
  readonly own: readonly JsonObject[];
  readonly lists: LocalLists;
}

/** A folder or tier. */
export interface ListEntry<Local> {
  readonly guid: string;
  /** The account's own row; null for one that was made here. */
  readonly own: JsonObject | null;
  readonly local: Local | null;
  /** The companies of it that the view sees: lower-case guids, those of the account's list first. */
  readonly companies: readonly string[];
  /** Whether its companies are others than the account says. */
  readonly isRearranged: boolean;
  /** Its place among those that the view sees. */
  readonly position: number;
}

/** What a change of folders or tiers starts from besides the lists themselves, which it reads in its transaction. */
export async function listParts(
  { base, local }: { readonly base: AccountBase; readonly local: LocalReader },
  view: View,
  kind: 'folders' | 'tiers',
): Promise<ListParts> {
  const organizationId = await base.organizationOf(view);
  return {
    view,
    organizationId,
    isEditable: base.isEditable,
    seen: await seenCompanies(base.reader, view),
    own: await base[kind](view),
    lists: await local.lists(organizationId),
  };
}

/** The folders that the view sees, the account's first. */
export function folderEntries(parts: ListParts) {
  const { lists, seen } = parts;
  return entriesOf(parts, lists.folders, (folder, ownCompanies) => {
    const own = new Set(ownCompanies);
    const kept = ownCompanies.filter(company => seen.has(company) && isMember(lists, company, folder, true));
    const joined = [...seen.keys()].filter(
      company => !own.has(company) && isMember(lists, company, folder, false),
    );
    return [...kept, ...joined];
  });
}

/** The tiers that the view sees, by rank. */
export function tierEntries(parts: ListParts) {
  const { lists, seen, own } = parts;
  const ownTiers = ownTiersOf(own);
  const entries = entriesOf(parts, lists.tiers, (tier, ownCompanies) => {
    const listed = new Set(ownCompanies);
    const isIn = (company: string) =>
      tierGuidOf(lists, company, ownTiers.get(company) ?? null) === tier && seen.has(company);
    return [
      ...ownCompanies.filter(isIn),
      ...[...seen.keys()].filter(company => !listed.has(company) && isIn(company)),
    ];
  });
  return entries.toSorted((left, right) => rankOf(left) - rankOf(right));
}

/** Company to tier, as the account has it. */
export function ownTiersOf(tiers: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    tiers.flatMap(tier =>
      guidsAt(tier, 'companies').map(company => [company, textAt(tier, 'guid').toLowerCase()] as const),
    ),
  );
}

/** The rank of a tier; one without any comes last. */
export function rankOf({ own, local }: ListEntry<{ readonly rank: number }>): number {
  if (local !== null) return local.rank;
  return typeof own?.rank === 'number' ? own.rank : Number.MAX_SAFE_INTEGER;
}

function entriesOf<
  Local extends { readonly guid: string; readonly groupId: string | null; readonly isHidden: boolean },
>(
  parts: ListParts,
  locals: ReadonlyMap<string, Local>,
  companiesOf: (guid: string, ownCompanies: readonly string[]) => readonly string[],
): readonly ListEntry<Local>[] {
  const { own, seen, view } = parts;
  const entries: ListEntry<Local>[] = [];
  const add = (guid: string, row: JsonObject | null, local: Local | null) => {
    const ownCompanies = row === null ? [] : guidsAt(row, 'companies').filter(company => seen.has(company));
    const companies = companiesOf(guid, ownCompanies);
    const isRearranged = row !== null && companies.join() !== ownCompanies.join();
    if (isOpenTo(view, local?.groupId ?? null) || companies.length > 0)
      entries.push({ guid, own: row, local, companies, isRearranged, position: entries.length });
  };
  const ownGuids = new Set<string>();
  for (const row of own) {
    const guid = textAt(row, 'guid').toLowerCase();
    ownGuids.add(guid);
    const local = locals.get(guid) ?? null;
    if (local?.isHidden !== true) add(guid, row, local);
  }
  for (const local of locals.values()) {
    if (!ownGuids.has(local.guid) && !local.isHidden) add(local.guid, null, local);
  }
  return entries;
}

/** Whether what was made in a group is the view's to change: its own group's, or anything for a view of all companies. */
export function isOpenTo({ scope }: View, groupId: string | null): boolean {
  return scope.groupId === null || scope.groupId === groupId;
}

/** The guids of an entry's companies as the portfolio writes them. */
export function companiesShown({ seen }: ListParts, { companies }: ListEntry<unknown>): readonly string[] {
  return guidsOf(seen, companies);
}
