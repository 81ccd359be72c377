/**
 * Tiers: how important a company is; a company is in one at most. Facts: bitsight-api.md, 4.6 and 4.11; ranks and lengths:
 * article 360021278733.
 */
import { type Endpoint, FROM_STORE, fromUpstream, OF_ACCOUNT } from './endpoint.ts';
import { MEMBER_FIELDS } from './folders.ts';
import type { BodyField, WriteEndpoint } from './write-endpoint.ts';

const TIERS = { root: 'tiers', row: 'tier' };

export const TIER_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'tiers',
    path: '/v1/tiers',
    methods: ['GET'],
    about: 'The tiers with their companies by rank, whole.',
    facts: '4.6',
    shape: 'array',
    names: TIERS,
    hub: FROM_STORE,
  },
  {
    name: 'tiers.summary',
    path: '/v1/tiers/summary',
    methods: ['GET'],
    about: 'How many companies of each tier are to be monitored, reviewed or escalated, by rank.',
    facts: '4.6',
    shape: 'array',
    options: [{ name: 'folder', type: 'text', about: 'counts the companies of this folder alone' }],
    names: TIERS,
    hub: FROM_STORE,
  },
  {
    name: 'tiers.thresholds',
    path: '/v1/tiers/thresholds',
    methods: ['GET'],
    about: 'The ratings below which a company of a tier is to be reviewed or escalated.',
    facts: '4.11',
    shape: 'array',
    names: TIERS,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'tier',
    path: '/v1/tiers/:guid',
    methods: ['GET'],
    about: 'A tier with its companies.',
    facts: '4.6',
    shape: 'body',
    names: TIERS,
    hub: FROM_STORE,
  },
];

const NAME: BodyField = {
  name: 'name',
  type: 'text',
  filled: true,
  maxLength: 30,
  about: 'what it is called',
};
const MORE: readonly BodyField[] = [
  { name: 'description', type: 'text', maxLength: 140, about: 'what it is for' },
  { name: 'rank', type: 'whole', range: [1, 5], about: 'its importance, 1 the highest' },
  { name: 'companies', type: 'guids', about: 'guids of the companies it has, and no other' },
];
const ENVELOPE = { name: 'tier', many: false };

export const TIER_WRITES: readonly WriteEndpoint[] = [
  {
    name: 'tier.create',
    path: '/v1/tiers',
    method: 'POST',
    about: 'Makes a tier that is kept by this server.',
    facts: '4.6',
    status: 201,
    body: [{ ...NAME, required: true }, ...MORE],
    envelope: ENVELOPE,
  },
  {
    name: 'tier.replace',
    path: '/v1/tiers/:guid',
    method: 'PUT',
    about: 'Gives a tier these properties; those that are left out become empty, its companies stay.',
    facts: '4.6',
    status: 200,
    body: [{ ...NAME, required: true }, ...MORE],
    envelope: ENVELOPE,
  },
  {
    name: 'tier.update',
    path: '/v1/tiers/:guid',
    method: 'PATCH',
    about: 'Changes properties or companies of a tier.',
    facts: '4.6',
    status: 200,
    body: [NAME, ...MORE],
    envelope: ENVELOPE,
  },
  {
    name: 'tier.delete',
    path: '/v1/tiers/:guid',
    method: 'DELETE',
    about: 'Deletes a tier; its companies stay in the portfolio.',
    facts: '4.6',
    status: 204,
    body: [],
  },
  {
    name: 'tier.companies',
    path: '/v1/tiers/:guid/companies',
    method: 'PATCH',
    about: 'Puts companies into a tier, out of the one they are in, and takes companies out of it.',
    facts: '4.6',
    status: 200,
    body: MEMBER_FIELDS,
    envelope: { name: 'company_actions', many: false },
  },
];
