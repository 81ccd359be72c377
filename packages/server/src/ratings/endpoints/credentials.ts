/** Endpoints about exposed credentials: leaks, the companies they affect, and the accounts in them. Facts: bitsight-api.md, 4.10. */
import {
  AFFECTED_COMPANY_SCHEMA,
  EXPOSED_ACCOUNT_SCHEMA,
  EXPOSURE_EVENT_SCHEMA,
  LEAK_SCHEMA,
} from '../../wire/credential-filters.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY, rowsOf } from './endpoint.ts';

export const CREDENTIAL_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'credentials.leaks',
    path: '/v1/exposed-credentials/leaks',
    methods: ['GET'],
    about: 'Leaks of credentials that affect companies of the portfolio, in pages.',
    facts: '4.10',
    shape: 'page',
    list: LEAK_SCHEMA,
    names: { root: 'leaks', row: 'leak' },
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'credentials.affected-companies',
    path: '/v1/exposed-credentials/affected-companies',
    methods: ['GET'],
    about: 'The companies of the portfolio that each leak affects, in pages.',
    facts: '4.10',
    shape: 'page',
    list: AFFECTED_COMPANY_SCHEMA,
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream(rowsOf('company_guid')),
  },
  {
    name: 'company.credentials.events',
    path: '/v1/companies/:guid/exposed-credentials/events',
    methods: ['GET'],
    about: 'The leaks that affect a company, with how many of its accounts are in each.',
    facts: '4.10',
    shape: 'page',
    list: EXPOSURE_EVENT_SCHEMA,
    names: { root: 'events', row: 'event' },
    hub: fromUpstream(OF_COMPANY),
  },
  {
    name: 'company.credentials',
    path: '/v1/companies/:guid/exposed-credentials/credentials',
    methods: ['GET'],
    about: 'The accounts of a company that are in leaks.',
    facts: '4.10',
    shape: 'array',
    list: EXPOSED_ACCOUNT_SCHEMA,
    names: { root: 'credentials', row: 'credential' },
    hub: fromUpstream(COMPANY_BODY),
  },
  {
    name: 'company.credentials.summaries',
    path: '/v1/companies/:guid/exposed-credentials/summaries',
    methods: ['GET'],
    about: 'How many accounts of a company are in leaks, in all and of late.',
    facts: '4.10',
    shape: 'body',
    hub: fromUpstream(COMPANY_BODY),
  },
];
