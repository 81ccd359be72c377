/** Endpoints about what there is beyond the portfolio: the inventory, industries, static data. Facts: bitsight-api.md, 4.2 and 4.6. */
import { filter, listSchema } from '../../wire/list-schema.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream, OF_ACCOUNT, rowsOf } from './endpoint.ts';

/** What a search of the inventory can be asked for besides the company itself. */
export const COMPANY_SEARCH = listSchema({
  filters: [filter('industry', 'text'), filter('industry_slug', 'text')],
  sorts: ['name', 'guid', 'industry', 'primary_domain'],
  order: 'name,guid',
  searched: ['name', 'primary_domain'],
  expands: ['details'],
});

export const CATALOGUE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'companies.search',
    path: '/v1/companies/search',
    methods: ['GET', 'POST'],
    about: 'Companies of the inventory by name, domain or guid, in the portfolio or not.',
    facts: '4.2',
    shape: 'page',
    list: COMPANY_SEARCH,
    options: [
      { name: 'name', type: 'text', about: 'part of a name' },
      { name: 'domain', type: 'text', about: 'a domain, or part of one' },
      { name: 'guids', type: 'texts', about: 'guids of companies' },
      { name: 'in_portfolio', type: 'flag', about: 'true: those of the portfolio; false: the others' },
    ],
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream(rowsOf('guid', { parameterGuids: ['guids'] })),
  },
  {
    name: 'industries',
    path: '/v1/industries',
    methods: ['GET'],
    about: 'The industries with their average ratings.',
    facts: '4.6',
    shape: 'framed',
    rowsKey: 'industries',
    list: listSchema({ sorts: ['id', 'name', 'rating'], order: 'id', expands: ['rating_details'] }),
    options: [{ name: 'add_sub_industries', type: 'flag', about: 'true: lists the parts of industries too' }],
    names: { root: 'industries', row: 'industry' },
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'company.industries.statistics',
    path: '/v1/companies/:guid/industries/statistics',
    methods: ['GET'],
    about: 'How many findings are usual in a company’s industry, and how long they last, by risk vector.',
    facts: '4.11',
    shape: 'body',
    hub: fromUpstream(COMPANY_BODY),
  },
  {
    name: 'defaults',
    path: '/v1/defaults',
    methods: ['GET'],
    about: 'Scales, colours, risk vectors and the names of everything that has a slug.',
    facts: '4.6',
    shape: 'body',
    hub: fromUpstream(OF_ACCOUNT),
  },
];
