/**
 * The tiers of the synthetic world, and below which ratings its companies are to be reviewed or escalated: the more important
 * the tier, the sooner. Shapes: bitsight-api.md, 4.6 and 4.11; the thresholds are invented.
 */
import type { JsonObject } from '../../../wire/json.ts';
import { textAt } from '../../../wire/json.ts';
import type { ActionPlan } from '../../local/account-base.ts';
import { listParts, rankOf, tierEntries } from '../../local/list-entries.ts';
import type { LocalSources } from '../../local/list-queries.ts';
import { tierRow } from '../../local/list-rows.ts';
import type { Queries, View } from '../../source.ts';
import { dayText, timeText } from './days.ts';
import { type Profile, tiersOf } from './profile.ts';
import { guidOf, hashText, mix } from './random.ts';
import type { World } from './world.ts';

/** By rank: below the first a company is escalated, below the second reviewed. */
const THRESHOLDS: readonly (readonly [escalate: number, review: number])[] = [
  [640, 740],
  [600, 700],
  [500, 640],
];

const DESCRIPTIONS: readonly string[] = [
  'Access to our network or to sensitive data.',
  'Limited access; daily work depends on them.',
  'No access to data or network.',
];

/** Rows of all tiers, made of the companies of the day. */
export function syntheticTiers(profiles: readonly Profile[], seedKey: number): readonly JsonObject[] {
  return tiersOf(seedKey).map(({ guid, name, order }) => {
    const members = profiles.filter(({ tier }) => tier?.guid === guid);
    return {
      rank: order,
      guid,
      name,
      description: DESCRIPTIONS[order - 1] ?? '',
      companies: members.map(({ tenancy }) => tenancy.guid),
      email_enabled: false,
      content_subscription_types: [...new Set(members.map(({ subscription }) => subscription.slug))],
    };
  });
}

/** What is to be done about the companies of a tier of this rank; a rank beyond the last is as the last. */
export function plansOfRank(rank: number): readonly ActionPlan[] {
  const [escalate, review] = THRESHOLDS[Math.min(rank, THRESHOLDS.length) - 1] ?? [0, 0];
  return [
    { plan: 'monitor', name: 'monitor', lt: null, gte: review },
    { plan: 'review', name: 'review', lt: review, gte: escalate },
    { plan: 'escalate', name: 'escalate', lt: escalate, gte: null },
  ];
}

/** `/v1/tiers/thresholds`: what the summary counts by, as settings of alerts. */
export function thresholdQueries(sources: LocalSources, world: World): Queries {
  return {
    'tiers.thresholds': async view => ({ kind: 'rows', rows: await thresholdRows(sources, world, view) }),
  };
}

async function thresholdRows(
  sources: LocalSources,
  world: World,
  view: View,
): Promise<readonly JsonObject[]> {
  const parts = await listParts(sources, view, 'tiers');
  return tierEntries(parts).map(entry => {
    const key = mix(world.seedKey, hashText(entry.guid));
    const { joined } = world.tenancy(0, world.day());
    return {
      guid: guidOf(key, 1),
      folder: entry.guid,
      critical_threshold: null,
      warn_threshold: null,
      increase_threshold: null,
      creator: null,
      is_folder_shared: false,
      is_enabled: false,
      type: 'RATING_THRESHOLD',
      created_date: `${dayText(joined)}T${timeText(key)}.${String(key % 1_000_000).padStart(6, '0')}Z`,
      creator_name: null,
      folder_name: textAt(tierRow(parts, entry), 'name'),
      is_editable: false,
      is_global: true,
      risk_category: null,
      nist_category: null,
      info_category: null,
      public_disclosure_category: null,
      tier_rating_thresholds: plansOfRank(rankOf(entry)).map(({ name, lt, gte }) => ({
        name,
        rating: { lt, gte },
      })),
    };
  });
}
