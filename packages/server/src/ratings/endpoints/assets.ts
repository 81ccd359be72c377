/** Endpoints about the assets of a company. Facts: bitsight-api.md, 4.2; shapes of statistics and summaries are upstream's API description's. */
import { ASSET_SCHEMA } from '../../wire/asset-filters.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream, OF_COMPANY } from './endpoint.ts';

export const ASSET_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company.assets',
    path: '/v1/companies/:guid/assets',
    methods: ['GET'],
    about: 'The assets of a company with the number of their findings, in pages.',
    facts: '4.2',
    shape: 'page',
    list: ASSET_SCHEMA,
    names: { root: 'assets', row: 'asset' },
    hub: fromUpstream(OF_COMPANY),
  },
  {
    name: 'company.assets.statistics',
    path: '/v1/companies/:guid/assets/statistics',
    methods: ['GET'],
    about: 'The findings of a company by the importance of their assets, and by severity and grade.',
    facts: '4.2',
    shape: 'body',
    options: [
      { name: 'grade', type: 'texts', about: 'counts only findings with these grades' },
      { name: 'status', type: 'texts', about: 'counts only findings with these remediation statuses' },
    ],
    hub: fromUpstream(COMPANY_BODY),
  },
  {
    name: 'company.assets.summaries',
    path: '/v1/companies/:guid/assets/summaries',
    methods: ['GET'],
    about: 'The countries, hosts, services, products and threats of a company’s assets.',
    facts: '4.2',
    shape: 'body',
    hub: fromUpstream(COMPANY_BODY),
  },
];
