/**
 * The folders of the synthetic world, as `/v1/folders` lists them: some that people made, and one for each subscription, which
 * upstream keeps by itself. Facts: bitsight-api.md, 4.6.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { FOLDERS, folderGuid, type Profile } from './profile.ts';
import { guidOf } from './random.ts';
import { subscriptionFolder } from './subscription-folders.ts';

const MADE: readonly (readonly [name: string, description: string])[] = [
  ['Critical suppliers', 'Without them we stop.'],
  ['Cloud and hosting', 'Where our systems run.'],
  ['Payment services', 'They move our money.'],
  ['Personal data', 'They hold data of our customers or staff.'],
  ['Under review', 'To be talked about in the next meeting.'],
];

/** Someone of the customer's, who made the folders and writes the comments. */
export interface SyntheticPerson {
  readonly guid: string;
  readonly name: string;
  readonly email: string;
}

/** The vendor manager of the world, at the domain of its own company. */
export function vendorManager(seedKey: number, ownDomain: string): SyntheticPerson {
  return { guid: guidOf(seedKey, 970), name: 'Vendor Risk', email: `vendor.risk@${ownDomain}` };
}

/** Rows of all folders, made of the companies of the day. */
export function syntheticFolders(
  profiles: readonly Profile[],
  seedKey: number,
  owner: SyntheticPerson,
): readonly JsonObject[] {
  const made = MADE.slice(0, FOLDERS).map(([name, description], folder) =>
    folderRow({ guid: folderGuid(seedKey, folder), name, description, subscription: null }, owner, profiles),
  );
  const subscriptions = new Map(profiles.map(profile => [profile.subscription.slug, profile]));
  const kept = [...subscriptions].toSorted().map(([slug, profile]) => {
    const { guid, name } = subscriptionFolder(profile, seedKey);
    const description = `Companies under the subscription ${name}.`;
    return folderRow({ guid, name, description, subscription: slug }, owner, profiles);
  });
  return [...made, ...kept].map((row, position) => ({ ...row, order: position }));
}

function folderRow(
  {
    guid,
    name,
    description,
    subscription,
  }: {
    readonly guid: string;
    readonly name: string;
    readonly description: string;
    readonly subscription: string | null;
  },
  owner: SyntheticPerson,
  profiles: readonly Profile[],
): JsonObject {
  const members = profiles.filter(({ folders }) => folders.includes(guid));
  const companies = members.map(({ tenancy }) => tenancy.guid);
  const isMade = subscription === null;
  return {
    guid,
    name,
    owner: owner.email,
    owner_name: owner.name,
    owner_guid: owner.guid,
    content_expiry_days: null,
    description,
    contains_all_companies: false,
    order: 0,
    companies,
    is_selected: false,
    is_deletable: isMade,
    customer_global: !isMade,
    can_edit_properties: isMade,
    shared_options: {
      is_shared: isMade,
      user_can_share: isMade,
      shared_with_all_users: isMade,
      group_can_edit_contents: isMade,
      group_can_edit_properties: isMade,
      shared_with: [],
      user_can_edit_contents: isMade,
    },
    subscription_type: subscription,
    email_enabled: false,
    content_subscription_types: [...new Set(members.map(profile => profile.subscription.slug))],
    companies_count: companies.length,
  };
}
