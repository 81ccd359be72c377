/** Tiers, written: a company is in one at most, so that putting it into one takes it out of another. Facts: bitsight-api.md, 4.6. */
import type { AuditTarget } from '../../access/audit/audit-event.ts';
import type { Queryable } from '../../store/store.ts';
import { type JsonObject, textAt } from '../../wire/json.ts';
import { badField } from '../account-requests.ts';
import type { View } from '../source.ts';
import { numberIn, textIn, textsIn, type WriteAsk, type Writes } from '../writes.ts';
import {
  askedMembers,
  bodyOf,
  changeLists,
  type LocalWriting,
  type MemberChange,
  memberAnswer,
  memberChange,
  recordChange,
  requireOpen,
} from './list-change.ts';
import { type ListEntry, type ListParts, rankOf, tierEntries } from './list-entries.ts';
import { entryOf, tierShown } from './list-queries.ts';
import type { LocalTier } from './local-lists.ts';
import {
  forgetCompaniesOfTier,
  forgetCompanyTiers,
  removeTier,
  saveCompanyTiers,
  saveTier,
  untierCompaniesOf,
} from './local-repository.ts';

/** Of the ranks that a tier may have, the least important. */
const LAST_RANK = 5;

export function tierWrites(writing: LocalWriting): Writes {
  return {
    'tier.create': (view, ask) => create(writing, view, ask),
    'tier.update': (view, ask) => update(writing, view, ask, false),
    'tier.replace': (view, ask) => update(writing, view, ask, true),
    'tier.delete': (view, ask) => remove(writing, view, ask),
    'tier.companies': (view, ask) => changeCompanies(writing, view, ask),
  };
}

interface TierSettings {
  readonly name: string;
  readonly description: string;
  readonly rank: number;
}

async function create(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const body = bodyOf(ask);
  const guid = writing.newId();
  await changeLists(writing, view, 'tiers', async (transaction, parts) => {
    const ranks = tierEntries(parts)
      .map(rankOf)
      .filter(rank => rank < LAST_RANK);
    const after: TierSettings = {
      name: textIn(body, 'name') ?? '',
      description: textIn(body, 'description') ?? '',
      rank: numberIn(body, 'rank') ?? Math.max(0, ...ranks) + 1,
    };
    const entry = { guid, own: null, local: null, companies: [], isRearranged: false, position: 0 };
    const groupId = view.principal.group.guid;
    await saveTier(transaction, rowOf(parts, guid, groupId, after, writing.clock.now()));
    const change = await replaceCompanies(writing, transaction, parts, entry, textsIn(body, 'companies'));
    await recordChange(writing, transaction, view, ask.origin, {
      action: 'tier.created',
      target: targetOf(guid, after),
      after: { ...after, companies: change?.added ?? [] },
    });
  });
  return tierShown(writing, view, guid);
}

async function update(
  writing: LocalWriting,
  view: View,
  ask: WriteAsk,
  isWhole: boolean,
): Promise<JsonObject> {
  const body = bodyOf(ask);
  const guid = ask.path.guid ?? '';
  await changeLists(writing, view, 'tiers', async (transaction, parts) => {
    const entry = openTier(parts, guid);
    const before = settingsOf(entry);
    const after: TierSettings = {
      name: textIn(body, 'name') ?? before.name,
      description: textIn(body, 'description') ?? (isWhole ? '' : before.description),
      rank: numberIn(body, 'rank') ?? before.rank,
    };
    const groupId = entry.local?.groupId ?? null;
    await saveTier(transaction, rowOf(parts, entry.guid, groupId, after, writing.clock.now()));
    const change = await replaceCompanies(writing, transaction, parts, entry, textsIn(body, 'companies'));
    await recordChange(writing, transaction, view, ask.origin, {
      action: 'tier.updated',
      target: targetOf(entry.guid, after),
      before: { ...before, ...(change === null ? {} : { removed: change.removed }) },
      after: { ...after, ...(change === null ? {} : { added: change.added }) },
    });
  });
  return tierShown(writing, view, guid);
}

/** One of the account's own is hidden; one that was made here is gone. Its companies are then in no tier, or in the account's. */
async function remove(writing: LocalWriting, view: View, ask: WriteAsk): Promise<undefined> {
  await changeLists(writing, view, 'tiers', async (transaction, parts) => {
    const entry = openTier(parts, ask.path.guid ?? '');
    const { organizationId, isEditable } = parts;
    const now = writing.clock.now();
    const before = settingsOf(entry);
    if (entry.own !== null) {
      await saveTier(transaction, { ...rowOf(parts, entry.guid, null, before, now), deleted_at: now });
    } else {
      const of = { organizationId, tier: entry.guid, now };
      if (isEditable) await untierCompaniesOf(transaction, of);
      else await forgetCompaniesOfTier(transaction, of);
      await removeTier(transaction, organizationId, entry.guid);
    }
    await recordChange(writing, transaction, view, ask.origin, {
      action: 'tier.deleted',
      target: targetOf(entry.guid, before),
      before: { ...before },
    });
  });
  return undefined;
}

async function changeCompanies(writing: LocalWriting, view: View, ask: WriteAsk): Promise<JsonObject> {
  const asked = askedMembers(bodyOf(ask));
  const guid = ask.path.guid ?? '';
  const { parts, change } = await changeLists(writing, view, 'tiers', async (transaction, parts) => {
    const entry = openTier(parts, guid);
    const change = memberChange(parts, entry, asked);
    await moveCompanies(writing, transaction, parts, entry.guid, change);
    await recordChange(writing, transaction, view, ask.origin, {
      action: 'tier.companies_changed',
      target: targetOf(entry.guid, settingsOf(entry)),
      before: { removed: change.removed },
      after: { added: change.added },
    });
    return { parts, change };
  });
  return memberAnswer(parts, change, await tierShown(writing, view, guid));
}

/** Gives a tier these companies of those that the view sees. Throws BAD_PARAMETER for any other; null where nothing was said. */
async function replaceCompanies(
  writing: LocalWriting,
  transaction: Queryable,
  parts: ListParts,
  entry: ListEntry<LocalTier>,
  wanted: readonly string[] | undefined,
): Promise<MemberChange | null> {
  if (wanted === undefined) return null;
  const unknown = wanted.find(company => !parts.seen.has(company));
  if (unknown !== undefined)
    throw badField('companies', `companies: ${unknown} is not a company of your portfolio.`);
  const kept = new Set(wanted);
  const members = new Set(entry.companies);
  const change = {
    added: wanted.filter(company => !members.has(company)),
    removed: entry.companies.filter(company => !kept.has(company)),
    notAdded: [],
    notRemoved: [],
  };
  await moveCompanies(writing, transaction, parts, entry.guid, change);
  return change;
}

async function moveCompanies(
  { clock }: LocalWriting,
  transaction: Queryable,
  { organizationId, isEditable }: ListParts,
  tier: string,
  { added, removed }: MemberChange,
): Promise<void> {
  const now = clock.now();
  await saveCompanyTiers(transaction, { organizationId, tier, now }, added);
  // In the gateway a company that leaves a tier of this server is where Bitsight has it.
  if (isEditable) await saveCompanyTiers(transaction, { organizationId, tier: null, now }, removed);
  else await forgetCompanyTiers(transaction, organizationId, removed);
}

/** The tier of a guid. Throws NOT_FOUND where the view sees none, FORBIDDEN where it may not change it. */
function openTier(parts: ListParts, guid: string): ListEntry<LocalTier> {
  const entry = entryOf(tierEntries(parts), guid);
  requireOpen(parts, entry, 'tier');
  return entry;
}

function settingsOf(entry: ListEntry<LocalTier>): TierSettings {
  const { own, local } = entry;
  const rank = Math.min(rankOf(entry), LAST_RANK);
  if (local !== null) return { name: local.name, description: local.description, rank };
  return { name: textAt(own ?? {}, 'name'), description: textAt(own ?? {}, 'description'), rank };
}

function rowOf(
  { organizationId }: ListParts,
  guid: string,
  groupId: string | null,
  settings: TierSettings,
  now: number,
) {
  return {
    organization_id: organizationId,
    guid,
    group_id: groupId,
    ...settings,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  };
}

function targetOf(guid: string, { name }: TierSettings): AuditTarget {
  return { kind: 'tier', guid, name };
}
