/** Endpoints about breaches of companies and of their providers. Facts: bitsight-api.md, 4.1 and 4.9; article 360017830414. */
import type { ListSchema } from '../../wire/list-query.ts';
import { filter, listSchema, RANGE } from '../../wire/list-schema.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY, type Option } from './endpoint.ts';
import { ALL_ROWS } from './fourth-parties.ts';

/** Which companies of the portfolio a request is about. */
export const COMPANY_SCOPE_OPTIONS: readonly Option[] = [
  { name: 'folder', type: 'texts', about: 'guids of folders' },
  { name: 'tier', type: 'texts', about: 'guids of tiers, `untiered` for companies in none' },
];

const BREACHES = listSchema({
  filters: [filter('severity', 'number', { suffixes: RANGE })],
  sorts: ['date', 'date_created', 'severity', 'guid', 'affected_portfolio_company.guid'],
  order: '-date,guid,affected_portfolio_company.guid',
  searched: ['text', 'breached_company.name', 'affected_portfolio_company.name'],
});

function providerBreaches(searched: string): ListSchema {
  return listSchema({
    filters: [
      filter('date', 'date', { suffixes: RANGE }),
      filter('date_created', 'date', { suffixes: RANGE }),
      filter('severity', 'number', { suffixes: RANGE }),
      filter('event_type', 'text'),
    ],
    sorts: ['date', 'date_created', 'severity', 'event_type', 'guid'],
    order: '-date_created,guid',
    searched: ['text', 'event_type_description', searched],
    limit: ALL_ROWS,
  });
}

const NAMES = { root: 'breaches', row: 'breach' };

export const BREACH_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'portfolio.breaches',
    path: '/v1/portfolio/breaches',
    methods: ['GET'],
    about: 'The breaches that affect companies of the portfolio, their own and those of their providers.',
    facts: '4.1',
    shape: 'array',
    list: BREACHES,
    options: [
      { name: 'company', type: 'text', about: 'guid of the only company' },
      { name: 'start', type: 'day', about: 'published on this day or later' },
      { name: 'end', type: 'day', about: 'published before this day' },
      ...COMPANY_SCOPE_OPTIONS,
    ],
    names: NAMES,
    hub: fromUpstream({
      ...OF_ACCOUNT,
      parameterGuids: ['company'],
      rows: { at: '', company: 'affected_portfolio_company.guid' },
    }),
  },
  {
    name: 'portfolio.provider-breaches',
    path: '/v1/portfolio/providers/breaches',
    methods: ['GET'],
    about: 'The breaches of providers, each with the number of companies that depend on one.',
    facts: '4.9',
    shape: 'wrapped',
    list: providerBreaches('breached_companies.name'),
    names: NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'company.provider-breaches',
    path: '/v1/companies/:guid/providers/breaches',
    methods: ['GET'],
    about: 'The breaches of the providers that a company depends on, with the products concerned.',
    facts: '4.9',
    shape: 'wrapped',
    list: providerBreaches('breached_company.name'),
    names: NAMES,
    hub: fromUpstream(OF_COMPANY),
  },
];
