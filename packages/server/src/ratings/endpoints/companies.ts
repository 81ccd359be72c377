/** Endpoints about companies. Facts: bitsight-api.md, 4.2. */
import { PORTFOLIO_V1_SCHEMA } from '../../wire/portfolio-filters.ts';
import { type Endpoint, FROM_STORE } from './endpoint.ts';

export const COMPANY_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'companies',
    path: '/v1/companies',
    methods: ['GET'],
    about: 'The companies of the portfolio in short, whole.',
    facts: '4.2',
    shape: 'framed',
    rowsKey: 'companies',
    list: PORTFOLIO_V1_SCHEMA,
    names: { root: 'companies', row: 'company' },
    hub: FROM_STORE,
  },
  {
    name: 'company',
    path: '/v1/companies/:guid',
    methods: ['GET'],
    about: 'A company with its grades and a year of ratings, newest first.',
    facts: '4.2',
    shape: 'body',
    names: { root: 'companies', row: 'company' },
    hub: FROM_STORE,
  },
];
