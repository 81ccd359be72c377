/**
 * Where companies stand in their life cycle, and what they are to the organization. Facts: bitsight-api.md, 4.6 and 5.4; rows:
 * article 360049227993 and the schema of company relationships in Bitsight's OpenAPI document.
 */
import { filter, listSchema } from '../../wire/list-schema.ts';
import { type Endpoint, FROM_STORE, type Option } from './endpoint.ts';

const OF_COMPANIES: readonly Option[] = [
  { name: 'folder', type: 'texts', about: 'guids of folders: of their companies alone' },
  { name: 'tier', type: 'texts', about: 'guids of tiers, or `untiered`: of their companies alone' },
];

const LIFE_CYCLE_SCHEMA = listSchema({
  filters: [
    filter('company_guid', 'text', { path: 'company.guid', aliases: ['company.guid'] }),
    filter('life_cycle_type', 'text', { path: 'api_name', aliases: ['api_name'] }),
    filter('is_completed', 'boolean'),
  ],
  sorts: ['company.name', 'company.guid', 'api_name'],
  order: 'company.name,company.guid',
  searched: ['company.name'],
});

const RELATIONSHIP_SCHEMA = listSchema({
  filters: [filter('company_guid', 'text'), filter('relationship_type', 'text')],
  sorts: ['company_name', 'company_guid', 'relationship_type'],
  order: 'company_name,company_guid',
  searched: ['company_name'],
});

export const LIFE_CYCLE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company-life-cycles',
    path: '/v1/company-life-cycles',
    methods: ['GET'],
    about: 'The stage of the life cycle of every company that has one, in pages.',
    facts: '4.6',
    shape: 'page',
    list: LIFE_CYCLE_SCHEMA,
    options: OF_COMPANIES,
    names: { root: 'life_cycles', row: 'life_cycle' },
    hub: FROM_STORE,
  },
  {
    name: 'company-relationships',
    path: '/v1/company-relationships',
    methods: ['GET'],
    about: 'What every company that has a relationship is to the organization, in pages.',
    facts: '4.6',
    shape: 'page',
    list: RELATIONSHIP_SCHEMA,
    options: OF_COMPANIES,
    names: { root: 'relationships', row: 'relationship' },
    hub: FROM_STORE,
  },
];
