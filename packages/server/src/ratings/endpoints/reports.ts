/** Endpoints about the past and the spread of companies and the portfolio. Facts: bitsight-api.md, 4.1, 4.2 and 4.11. */
import { listSchema } from '../../wire/list-schema.ts';
import { COMPANY_SCOPE_OPTIONS } from './breaches.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY } from './endpoint.ts';

const OF_COMPANY_WHOLE = fromUpstream({ ...OF_COMPANY, rows: { at: '', company: 'path' } });

export const REPORT_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'portfolio.ratings',
    path: '/v1/portfolio/ratings',
    methods: ['GET', 'POST'],
    about: 'The ratings of each company over a time, the newest first.',
    facts: '4.1',
    shape: 'array',
    list: listSchema({ order: '', expands: ['rating_details'] }),
    options: [
      {
        name: 'period',
        type: 'text',
        values: ['daily', 'weekly', 'monthly', 'latest'],
        default: 'monthly',
        about: 'which days',
      },
      { name: 'start_date', type: 'day', about: 'no older ratings' },
      { name: 'end_date', type: 'day', about: 'no newer ratings' },
      { name: 'companies', type: 'texts', about: 'guids of the only companies' },
    ],
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream({
      ...OF_ACCOUNT,
      parameterGuids: ['companies'],
      rows: { at: '', company: 'guid' },
    }),
  },
  {
    name: 'portfolio.summaries',
    path: '/v2/portfolio/summaries',
    methods: ['GET'],
    about: 'The values by which the portfolio can be filtered.',
    facts: '4.1',
    shape: 'body',
    options: COMPANY_SCOPE_OPTIONS,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.filters',
    path: '/v1/portfolio/filters',
    methods: ['GET'],
    about: 'The infections, open ports and vulnerabilities that are found in the portfolio.',
    facts: '4.1',
    shape: 'body',
    options: [
      {
        name: 'exclude_alerts_only',
        type: 'flag',
        about: 'true: without companies of which only the rating is watched',
      },
      ...COMPANY_SCOPE_OPTIONS,
    ],
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.countries',
    path: '/v1/portfolio/countries',
    methods: ['GET'],
    about: 'The addresses of each company by country, and of all together.',
    facts: '4.1',
    shape: 'body',
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'company.countries',
    path: '/v1/companies/:guid/countries',
    methods: ['GET'],
    about: 'The addresses of a company by country.',
    facts: '4.11',
    shape: 'body',
    hub: OF_COMPANY_WHOLE,
  },
  {
    name: 'company.ratings-history',
    path: '/v1/companies/:guid/reports/ratings-history',
    methods: ['GET'],
    about: 'A year of ratings and grades, a row for each day.',
    facts: '4.2',
    shape: 'csv',
    names: { root: 'days', row: 'day' },
    hub: OF_COMPANY_WHOLE,
  },
  {
    name: 'company.vectors.summaries',
    path: '/v1/companies/:guid/risk-vectors/summaries',
    methods: ['GET'],
    about: 'The risk vectors of a company with their grades and what was found, a row for each.',
    facts: '4.2',
    shape: 'csv',
    names: { root: 'risk_vectors', row: 'risk_vector' },
    hub: OF_COMPANY_WHOLE,
  },
  {
    name: 'company.diligence.history',
    path: '/v1/companies/:guid/diligence/historical-statistics',
    methods: ['GET'],
    about: 'How many diligence findings a company had, month by month and by grade, the newest first.',
    facts: '4.11',
    shape: 'wrapped',
    list: listSchema({ sorts: ['date'], order: '-date' }),
    options: [
      { name: 'risk_type', type: 'text', about: 'slug of the only risk vector' },
      { name: 'lens', type: 'text', values: ['grade'], about: 'adds the grade of that risk vector' },
    ],
    names: { root: 'days', row: 'day' },
    hub: fromUpstream(OF_COMPANY),
  },
];
