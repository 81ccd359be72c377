/**
 * What does not change about a synthetic company while it is in the portfolio: its name, industry, tier and the like.
 * Industries and their slugs, subscriptions, life cycles and relationships: bitsight-api.md, 5.3 and 5.4.
 */

import type { TierPlace } from '../../local/local-lists.ts';
import type { AddedCompany } from './changes.ts';
import { type CompanyName, companyName } from './names.ts';
import { guidOf, mix } from './random.ts';
import { subscriptionFolder } from './subscription-folders.ts';
import type { Tenancy } from './world.ts';

export interface Named {
  readonly name: string;
  readonly slug: string;
}

/** Bitsight's slug of an industry: lower case, `/` dropped, spaces and `&` to `_`. */
function industry(name: string): Named {
  return { name, slug: name.toLowerCase().replaceAll('/', '').replaceAll(' & ', '_').replaceAll(' ', '_') };
}

export interface Industry extends Named {
  readonly parts: readonly (Named & { readonly trade: string })[];
}

export const INDUSTRIES: readonly Industry[] = (
  [
    [
      'Technology',
      ['Computer & Network Security', 'Security'],
      ['Computer Software', 'Software'],
      ['Information Technology & Services', 'Systems'],
    ],
    ['Finance', ['Banking', 'Bank'], ['Investment Management', 'Capital'], ['Financial Services', 'Finance']],
    ['Healthcare/Wellness', ['Hospitals & Clinics', 'Health'], ['Medical Devices', 'Medical']],
    [
      'Manufacturing',
      ['Industrial Automation', 'Automation'],
      ['Machinery', 'Works'],
      ['Plastics', 'Plastics'],
    ],
    ['Retail', ['Supermarkets', 'Markets'], ['Apparel & Fashion', 'Apparel']],
    ['Business Services', ['Staffing & Recruiting', 'Staffing'], ['Management Consulting', 'Consulting']],
    ['Transportation', ['Logistics & Supply Chain', 'Logistics'], ['Maritime', 'Shipping']],
    ['Insurance', ['Insurance', 'Assurance']],
    ['Energy/Resources', ['Renewables & Environment', 'Renewables'], ['Oil & Energy', 'Energy']],
    ['Telecommunications', ['Wireless', 'Telecom']],
    ['Legal', ['Law Practice', 'Law']],
    ['Education', ['Higher Education', 'Institute']],
    ['Media/Entertainment', ['Broadcast Media', 'Media']],
    ['Aerospace/Defense', ['Aviation & Aerospace', 'Aerospace']],
    ['Food Production', ['Food & Beverages', 'Foods']],
    ['Engineering', ['Construction', 'Construction']],
    ['Utilities', ['Water Supply', 'Water']],
    ['Government/Politics', ['Public Administration', 'Public Services']],
  ] as const
).map(([name, ...parts]) => ({
  ...industry(name),
  parts: parts.map(([part, trade]) => ({ ...industry(part), trade })),
}));

export const SUBSCRIPTIONS: readonly (Named & { weight: number })[] = [
  { name: 'Total Risk Monitoring', slug: 'continuous_monitoring', weight: 78 },
  { name: 'Risk Monitoring', slug: 'alerts-only', weight: 12 },
  { name: 'Vendor Selection', slug: 'vendor-selection', weight: 6 },
  { name: 'Countries', slug: 'countries', weight: 4 },
];
export const OWN_SUBSCRIPTION: Named = { name: 'MySubsidiary', slug: 'my_subsidiary' };
const TIER_NAMES = [
  'Tier 1: critical vendors',
  'Tier 2: important vendors',
  'Tier 3: standard vendors',
] as const;
/** How many folders people have made, besides those of the subscriptions. */
export const FOLDERS = 5;
const LIFE_CYCLES: readonly Named[] = ['Onboarding', 'Monitoring', 'Re-Assessment'].map(named);
const RELATIONSHIPS: readonly Named[] = [
  'Vendor',
  'Strategic Partner',
  'Competitor',
  'Fourth Party',
  'Other',
].map(named);
const COUNTRIES = ['US', 'DE', 'GB', 'FR', 'NL', 'IN', 'CA', 'SE', 'ES', 'JP', 'BR', 'PL'] as const;

/** The guid of one of the folders. */
export function folderGuid(seedKey: number, folder: number): string {
  return guidOf(seedKey, 950 + folder);
}

/** The tiers of the world, by rank. */
export function tiersOf(seedKey: number): readonly TierPlace[] {
  return TIER_NAMES.map((name, tier) => ({ guid: guidOf(seedKey, 900 + tier), name, order: tier + 1 }));
}

function named(name: string): Named {
  return { name, slug: name.toLowerCase().replaceAll(/[ -]/g, '_') };
}

/** What does not change while a company is in the portfolio. */
export interface Profile extends CompanyName {
  readonly tenancy: Tenancy;
  readonly isOwn: boolean;
  readonly industry: Named;
  readonly subIndustry: Named;
  readonly customId: string | null;
  readonly types: readonly string[];
  readonly subscription: Named;
  readonly tier: TierPlace | null;
  readonly lifeCycle: Named | null;
  readonly relationship: Named | null;
  readonly networkSize: number;
  readonly people: number;
  readonly countries: readonly string[];
  readonly folders: readonly string[];
  /** False for the few companies that have no rating. */
  readonly isRated: boolean;
}

/** The profile of a company. */
export function profileOf(tenancy: Tenancy, seedKey: number): Profile {
  const drawn = drawnProfile(tenancy, seedKey);
  return tenancy.added === undefined ? drawn : { ...drawn, ...said(tenancy.added) };
}

/** Slugs of industries and of their parts. */
export const INDUSTRY_SLUGS: readonly string[] = [
  ...new Set(INDUSTRIES.flatMap(({ slug, parts }) => [slug, ...parts.map(part => part.slug)])),
];

/** What was said of a company that was added. */
function said({ name, domain, customId, industry, key }: AddedCompany): Partial<Profile> {
  const texts = { name, shortname: name, domain, customId };
  if (industry === null) return texts;
  const places = INDUSTRIES.flatMap(sector => sector.parts.map(part => ({ sector, part })));
  const fitting = places.filter(({ sector, part }) => sector.slug === industry || part.slug === industry);
  const { sector, part } = chosen(fitting, mix(key, 102) % fitting.length);
  return {
    ...texts,
    industry: { name: sector.name, slug: sector.slug },
    subIndustry: { name: part.name, slug: part.slug },
  };
}

/** The profile as chance has it. */
function drawnProfile(tenancy: Tenancy, seedKey: number): Profile {
  const { key, slot } = tenancy;
  const roll = (purpose: number, bound: number) => mix(key, 100 + purpose) % bound;
  const isOwn = slot === 0;
  const sector = chosen(INDUSTRIES, roll(1, INDUSTRIES.length));
  const part = chosen(sector.parts, roll(2, sector.parts.length));
  const tier = roll(3, 100) < 20 ? 0 : roll(3, 100) < 50 ? 1 : 2;
  const home = roll(4, COUNTRIES.length);
  const subscription = isOwn ? OWN_SUBSCRIPTION : subscriptionOf(roll(8, 100));
  return {
    ...companyName(tenancy.ordinal, seedKey, part.trade),
    tenancy,
    isOwn,
    industry: { name: sector.name, slug: sector.slug },
    subIndustry: { name: part.name, slug: part.slug },
    customId: roll(5, 100) < 45 ? `VND-${String(10_000 + roll(6, 90_000))}` : null,
    types:
      roll(7, 100) < 12 ? ['CURATED', 'SELF-PUBLISHED'] : roll(7, 100) < 20 ? ['PROVISIONAL'] : ['CURATED'],
    subscription,
    tier: isOwn || roll(9, 100) < 15 ? null : (tiersOf(seedKey)[tier] ?? null),
    lifeCycle:
      isOwn || roll(10, 100) < 10
        ? null
        : chosen(LIFE_CYCLES, roll(11, 10) < 7 ? 1 : roll(11, 10) < 8 ? 0 : 2),
    relationship:
      isOwn || roll(12, 100) < 10
        ? null
        : chosen(RELATIONSHIPS, roll(13, 10) < 7 ? 0 : roll(14, RELATIONSHIPS.length)),
    networkSize: 4 + tenancy.findingSlots * 3 + roll(15, 4000),
    people: 10 + roll(16, 20_000),
    countries: [...new Set([chosen(COUNTRIES, home), chosen(COUNTRIES, roll(17, COUNTRIES.length))])],
    folders: [
      ...Array.from({ length: FOLDERS }, (_, n) => n)
        .filter(n => roll(18 + n, 100) < 25)
        .map(n => folderGuid(seedKey, n)),
      subscriptionFolder({ subscription }, seedKey).guid,
    ],
    isRated: isOwn || roll(30, 40) !== 0,
  };
}

function chosen<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}

function subscriptionOf(roll: number): Named {
  let left = roll;
  for (const { name, slug, weight } of SUBSCRIPTIONS) {
    left -= weight;
    if (left < 0) return { name, slug };
  }
  return OWN_SUBSCRIPTION;
}
