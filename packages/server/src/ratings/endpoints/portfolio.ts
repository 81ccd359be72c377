/** Endpoints about the portfolio as a whole. Facts: bitsight-api.md, 4.1. */
import { PORTFOLIO_SCHEMA, PORTFOLIO_V1_SCHEMA } from '../../wire/portfolio-filters.ts';
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
];
