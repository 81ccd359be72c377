/**
 * Static data: scales, colours, risk vectors and the names of everything that has a slug. Fields: bitsight-api.md, 4.6 and article
 * 360061987354; values: 1.4, 5.1, 5.3 and 5.4. What no source states is null or empty.
 */
import { RISK_CATEGORIES, RISK_VECTORS } from '@sightline/model';
import { ROLE_NAMES, ROLES } from '../../../access/principal.ts';
import type { JsonObject } from '../../../wire/json.ts';
import type { Queries } from '../../source.ts';
import { BREACH_KINDS } from './breaches.ts';
import { GRADE_COLORS, RANGE_COLORS } from './ratings.ts';

export function defaultsQueries(): Queries {
  return { defaults: () => ({ kind: 'body', body: DEFAULTS }) };
}

/** Of two vectors the description of the API says what they weigh. */
const IMPACTS: Readonly<Record<string, string>> = {
  application_security: 'medium',
  botnet_infections: 'high',
};
const REFRESHABLE: Readonly<Record<string, boolean>> = {
  application_security: true,
  botnet_infections: false,
};

const DETAILS_BY_NAME: JsonObject = Object.fromEntries(
  RISK_VECTORS.map(({ name, category, slug, order, beta, shortId }) => [
    name,
    {
      category,
      impact: IMPACTS[slug] ?? null,
      slug,
      order,
      beta,
      refreshable: REFRESHABLE[slug] ?? null,
      id: shortId,
    },
  ]),
);

const SUBSCRIPTION_TYPES: readonly JsonObject[] = (
  [
    ['continuous_monitoring', 'Total Risk Monitoring'],
    ['alerts-only', 'Risk Monitoring'],
    ['my_subsidiary', 'MySubsidiary'],
    ['countries', 'Countries'],
    ['vendor-selection', 'Vendor Selection', 30],
    ['one-time', 'One-Time'],
    ['applicants', 'Applicants'],
  ] as const
).map(([slug, name, duration = null]) => ({
  duration,
  api_key_name: slug,
  display_name: name,
  name: duration === null ? slug : `${slug.replaceAll('-', '_')}_${duration}_days`,
}));

const RELATIONSHIPS = [
  ['vendor', 'Vendor'],
  ['strategic_partner', 'Strategic Partner'],
  ['competitor', 'Competitor'],
  ['fourth_party', 'Fourth Party'],
  ['subsidiary', 'Subsidiary'],
  ['other', 'Other'],
] as const;

function range(name: keyof typeof RANGE_COLORS, min: number, max: number, description: string): JsonObject {
  return { color: RANGE_COLORS[name], max, min, name, description };
}

const DEFAULTS: JsonObject = Object.freeze({
  subscription_types: SUBSCRIPTION_TYPES,
  vendor_access_request_reasons: [
    {
      description: 'To learn what a rating is and what it is made of.',
      slug: 'informational',
      name: 'Informational',
    },
  ],
  filter_order: [],
  risk_vectors: { color_by_grade: GRADE_COLORS, details_by_name: DETAILS_BY_NAME },
  risk_categories: RISK_CATEGORIES,
  relationship_types: RELATIONSHIPS.map(([slug, name]) => ({ api_key_name: slug, display_name: name })),
  public_disclosure_categories: [
    { subcategories: BREACH_KINDS.map(({ name }) => name), slug: 'breach', name: 'Breach' },
    {
      subcategories: ['Account Takeover (Employee)', 'Account Takeover (User)', 'DNS', 'Human Error'],
      slug: 'general',
      name: 'General Security Incident',
    },
    { subcategories: ['Fraud'], slug: 'other', name: 'Other Disclosure' },
  ],
  nist_categories: [],
  vendor_action_plan_names: { '1': ['monitor'], '2': ['review'], '3': ['escalate'] },
  rating_ranges: {
    basic: range('Basic', 250, 640, 'A breach is more likely here than elsewhere.'),
    intermediate: range('Intermediate', 640, 740, 'Most companies are here.'),
    advanced: range('Advanced', 740, 900, 'A breach is less likely here than elsewhere.'),
  },
  roles: ROLES.map(slug => ({ presentation: ROLE_NAMES[slug], slug })),
});
