/** Endpoints about the portfolio as a whole. Facts: bitsight-api.md, 4.1. */
import { COMPANY_SCOPE_SCHEMA, PORTFOLIO_SCHEMA, PORTFOLIO_V1_SCHEMA } from '../../wire/portfolio-filters.ts';
import { type Endpoint, FROM_STORE, rowsOf } from './endpoint.ts';

const COMPANIES = { root: 'companies', row: 'company' };

export const PORTFOLIO_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'portfolio',
    path: '/v2/portfolio',
    methods: ['GET', 'POST'],
    about: 'The companies of the portfolio, in pages.',
    facts: '4.1',
    shape: 'page',
    list: PORTFOLIO_SCHEMA,
    names: COMPANIES,
    hub: {
      from: 'store',
      // The store does not know where a company's network is.
      gaps: [{ parameter: 'countries' }],
      passThrough: rowsOf('guid', { parameterGuids: ['guid', 'company.guid'] }),
    },
  },
  {
    name: 'portfolio.v1',
    path: '/v1/portfolio',
    alsoAt: ['/portfolio'],
    methods: ['GET'],
    about: 'The portfolio in the older shape, whole.',
    facts: '4.1',
    shape: 'framed',
    rowsKey: 'companies',
    list: PORTFOLIO_V1_SCHEMA,
    names: COMPANIES,
    hub: FROM_STORE,
  },
  {
    name: 'portfolio.guids',
    path: '/v1/portfolio/guids',
    methods: ['GET'],
    about: 'The guids of the portfolio’s companies, whole.',
    facts: '4.1',
    shape: 'body',
    list: COMPANY_SCOPE_SCHEMA,
    hub: FROM_STORE,
  },
  {
    name: 'portfolio.statistics',
    path: '/v1/portfolio/statistics',
    methods: ['GET'],
    about:
      'Lowest, highest and average rating, companies by bucket, and the average grade of each risk vector.',
    facts: '4.1',
    shape: 'body',
    list: COMPANY_SCOPE_SCHEMA,
    options: [
      { name: 'rating_date', type: 'day', about: 'the day of the ratings, at most a year back' },
      {
        name: 'types',
        type: 'texts',
        values: ['ratings', 'risk_vector_averages'],
        about: 'which statistics; all of them where it is absent',
      },
    ],
    hub: FROM_STORE,
  },
  {
    name: 'portfolio.grades',
    path: '/v1/portfolio/risk-vectors/grades',
    methods: ['GET'],
    about: 'The grade of each company in each risk vector, in pages of companies.',
    facts: '4.1',
    shape: 'page',
    list: COMPANY_SCOPE_SCHEMA,
    options: [
      {
        name: 'period',
        type: 'text',
        values: ['latest', 'monthly'],
        default: 'latest',
        about: 'the grades as they are, or once a month',
      },
    ],
    names: COMPANIES,
    hub: {
      from: 'store',
      // The store has the grades as they are now.
      gaps: [{ parameter: 'period', values: ['monthly'] }],
      passThrough: rowsOf('company.guid', { parameterGuids: ['guid', 'company.guid'] }),
    },
  },
];
