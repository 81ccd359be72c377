/** Endpoints about current and past ratings. Facts: bitsight-api.md, 4.10 (current ratings) and 4.11 (graph data). */
import { filter, listSchema, RANGE } from '../../wire/list-schema.ts';
import { type Endpoint, FROM_STORE } from './endpoint.ts';
import { FINDING_FIGURES } from './findings.ts';

const CURRENT_RATINGS = listSchema({
  filters: [
    filter('guid', 'text'),
    filter('name', 'text', { suffixes: ['q', 'contains'] }),
    filter('rating', 'number', { suffixes: [...RANGE, 'isnull'] }),
    filter('rating_category', 'text'),
  ],
  sorts: ['name', 'rating', 'guid'],
  order: 'name,guid',
  searched: ['name'],
});

export const RATING_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'current-ratings',
    path: '/v1/current-ratings',
    methods: ['GET'],
    about: 'The current rating of every company, in pages.',
    facts: '4.10',
    shape: 'page',
    list: CURRENT_RATINGS,
    names: { root: 'companies', row: 'company' },
    hub: FROM_STORE,
  },
  {
    name: 'current-ratings.of',
    path: '/v1/current-ratings',
    methods: ['POST'],
    about: 'The current ratings of the companies that the body names.',
    facts: '4.10',
    shape: 'body',
    options: [{ name: 'guids', type: 'texts', required: true, about: 'guids of companies' }],
    hub: FROM_STORE,
  },
  {
    name: 'company.graph',
    path: '/v1/companies/:guid/graph_data',
    methods: ['GET'],
    about: 'The ratings of a company as points of a graph, the oldest first.',
    facts: '4.11',
    shape: 'body',
    hub: FROM_STORE,
  },
  {
    name: 'company.diligence.statistics',
    path: '/v1/companies/:guid/diligence/statistics',
    methods: ['GET'],
    about: 'The diligence findings of a company by risk vector and grade.',
    facts: '4.11',
    shape: 'body',
    hub: FINDING_FIGURES,
  },
  {
    name: 'company.observations.statistics',
    path: '/v1/companies/:guid/observations/statistics',
    methods: ['GET'],
    about: 'The events of a company by risk vector.',
    facts: '4.11',
    shape: 'body',
    options: [
      { name: 'include_durations', type: 'flag', about: 'adds how many days they lasted on average' },
      { name: 'include_patching_cadence', type: 'flag', about: 'counts patching as well' },
    ],
    hub: FINDING_FIGURES,
  },
];
