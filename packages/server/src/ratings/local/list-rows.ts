/** Folders and tiers as the wire shows them. Facts: bitsight-api.md, 4.6; the keys are those of the documented examples. */
import { may } from '../../access/permissions.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { companiesShown, isOpenTo, type ListEntry, type ListParts, rankOf } from './list-entries.ts';
import type { LocalFolder, LocalTier } from './local-lists.ts';
import { subscriptionsOf } from './seen-companies.ts';

/** The row of a folder. */
export function folderRow(parts: ListParts, entry: ListEntry<LocalFolder>): JsonObject {
  const companies = companiesShown(parts, entry);
  const { own, local } = entry;
  const row = own === null ? madeFolder(parts, entry) : own;
  return {
    ...row,
    ...(local === null ? {} : { name: local.name, description: local.description }),
    companies,
    ...contents(parts, entry),
    companies_count: companies.length,
    ...behindWall(parts, entry),
    ...marks(parts, entry),
  };
}

/** The row of a tier. */
export function tierRow(parts: ListParts, entry: ListEntry<LocalTier>): JsonObject {
  const { guid, own, local } = entry;
  const row = own === null ? { rank: rankOf(entry), guid, name: '', description: '' } : own;
  return {
    ...row,
    ...(local === null ? {} : { rank: local.rank, name: local.name, description: local.description }),
    companies: companiesShown(parts, entry),
    ...(own === null ? { email_enabled: false } : {}),
    ...contents(parts, entry),
    ...marks(parts, entry),
  };
}

/** A folder that was made here is everyone's who sees companies of it, and is changed by whoever may. */
function madeFolder({ view }: ListParts, { guid, local, position }: ListEntry<LocalFolder>): JsonObject {
  const { principal } = view;
  const isChanged = may(principal, 'data.manage') && isOpenTo(view, local?.groupId ?? null);
  return {
    guid,
    name: '',
    owner: local?.owner?.email ?? null,
    owner_name: local?.owner?.name ?? null,
    owner_guid: local?.owner?.guid ?? null,
    content_expiry_days: null,
    description: '',
    contains_all_companies: false,
    order: position,
    companies: [],
    is_selected: false,
    is_deletable: isChanged,
    customer_global: false,
    can_edit_properties: isChanged,
    shared_options: {
      is_shared: true,
      user_can_share: false,
      shared_with_all_users: true,
      group_can_edit_contents: true,
      group_can_edit_properties: true,
      shared_with: [],
      user_can_edit_contents: isChanged,
    },
    subscription_type: null,
    email_enabled: false,
  };
}

/** The subscriptions in a list: the account's word where it is about the very companies that are shown. */
function contents(parts: ListParts, { own, companies, isRearranged }: ListEntry<unknown>): JsonObject {
  const isWhole = parts.view.scope.groupId === null && !isRearranged;
  if (own !== null && isWhole) return {};
  return { content_subscription_types: subscriptionsOf(parts.seen, companies) };
}

/** What a group did not make it cannot change, and the people of other groups are not named to it. */
function behindWall({ view }: ListParts, { own, local }: ListEntry<LocalFolder>): JsonObject {
  if (isOpenTo(view, local?.groupId ?? null)) return {};
  const sharing = own?.shared_options;
  return {
    owner: null,
    owner_name: null,
    owner_guid: null,
    is_deletable: false,
    can_edit_properties: false,
    ...(isJsonObject(sharing) ? { shared_options: { ...sharing, shared_with: [] } } : {}),
  };
}

/** In the gateway what is not Bitsight's says so. */
function marks({ isEditable }: ListParts, { own, isRearranged }: ListEntry<unknown>): JsonObject {
  if (isEditable) return {};
  if (own === null) return { is_local: true };
  return isRearranged ? { local: ['companies'] } : {};
}
