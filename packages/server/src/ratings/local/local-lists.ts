/**
 * What an organization has said here of folders, tiers and custom ids, as one value; and what it makes of a company. Guids are
 * in lower case. What is not said here is as the account has it (account-base.ts).
 */

/** A folder or tier that was made here, or what was changed here of one of the account's. */
interface LocalEntry {
  readonly guid: string;
  /** The access control group it was made in; null where it is the account's own. */
  readonly groupId: string | null;
  readonly name: string;
  readonly description: string;
  /** True for one of the account's that was deleted here. */
  readonly isHidden: boolean;
}

export interface FolderOwner {
  readonly guid: string;
  readonly name: string;
  /** null for a company token, which has none, and for a user who is gone. */
  readonly email: string | null;
}

export interface LocalFolder extends LocalEntry {
  readonly owner: FolderOwner | null;
}

export interface LocalTier extends LocalEntry {
  /** 1 is the most important. */
  readonly rank: number;
}

export interface LocalLists {
  readonly folders: ReadonlyMap<string, LocalFolder>;
  readonly tiers: ReadonlyMap<string, LocalTier>;
  /** Company to folder to whether it is in it. */
  readonly memberships: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
  /** Company to the tier it was given; null for none. */
  readonly companyTiers: ReadonlyMap<string, string | null>;
  /** Company to its custom id; null for none. */
  readonly customIds: ReadonlyMap<string, string | null>;
}

/** Nothing was said here. */
export const NO_LISTS: LocalLists = Object.freeze({
  folders: new Map(),
  tiers: new Map(),
  memberships: new Map(),
  companyTiers: new Map(),
  customIds: new Map(),
});

/** A tier as the rows of its companies show it. */
export interface TierPlace {
  readonly guid: string;
  readonly name: string;
  readonly order: number;
}

/** Where a company stands in the lists. */
export interface Placement {
  readonly customId: string | null;
  readonly tier: TierPlace | null;
  /** Guids of folders. */
  readonly folders: readonly string[];
}

/**
 * Where a company stands, given where the account has it.
 * @param tierOf the account's tiers by guid.
 */
export function placed(
  lists: LocalLists,
  company: string,
  own: Placement,
  tierOf: (guid: string) => TierPlace | null,
): Placement {
  const customId = lists.customIds.get(company);
  return {
    customId: customId === undefined ? own.customId : customId,
    tier: tierPlaced(lists, company, own.tier, tierOf),
    folders: foldersPlaced(lists, company, own.folders),
  };
}

/** The guid of the tier that a company is in, hidden or not. */
export function tierGuidOf(lists: LocalLists, company: string, own: string | null): string | null {
  const given = lists.companyTiers.get(company);
  return given === undefined ? own : given;
}

/** Whether a company is in a folder. */
export function isMember(lists: LocalLists, company: string, folder: string, own: boolean): boolean {
  return lists.memberships.get(company)?.get(folder) ?? own;
}

function tierPlaced(
  lists: LocalLists,
  company: string,
  own: TierPlace | null,
  tierOf: (guid: string) => TierPlace | null,
): TierPlace | null {
  const guid = tierGuidOf(lists, company, own?.guid ?? null);
  if (guid === null) return null;
  const local = lists.tiers.get(guid);
  if (local === undefined) return guid === own?.guid ? own : tierOf(guid);
  return local.isHidden ? null : { guid, name: local.name, order: local.rank };
}

function foldersPlaced(lists: LocalLists, company: string, own: readonly string[]): readonly string[] {
  const said = lists.memberships.get(company);
  const kept = own.filter(folder => said?.get(folder) !== false);
  const joined = [...(said ?? [])].flatMap(([folder, member]) =>
    member && !own.includes(folder) ? [folder] : [],
  );
  return [...kept, ...joined].filter(folder => lists.folders.get(folder)?.isHidden !== true);
}
