/** Endpoints about fourth parties: what companies depend on. Facts: bitsight-api.md, 4.9; articles 115012193247 and 360012052053. */
import type { ListSchema } from '../../wire/list-query.ts';
import { listSchema } from '../../wire/list-schema.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY, type Option, rowsOf } from './endpoint.ts';

/** These lists answer with all rows unless a limit is given; this many are more than there are. */
export const ALL_ROWS = 100_000;

const FIGURES = [
  'company_count',
  'domain_count',
  'percent_dependent',
  'percent_dependent_company',
  'relative_importance',
  'relative_criticality',
  'last_seen_date',
];

function listOf(sorts: readonly string[], order: string, searched: readonly string[]): ListSchema {
  return listSchema({ sorts, order, searched, limit: ALL_ROWS });
}

export const PROVIDERS = listOf(
  ['provider_name', 'provider_guid', 'provider_industry', 'provider_rating', 'product_count', ...FIGURES],
  'provider_name,provider_guid',
  ['provider_name', 'provider_industry', 'product_types'],
);

export const PRODUCTS = listOf(
  ['product_name', 'product_guid', 'provider_name', 'provider_industry', ...FIGURES],
  'product_name,product_guid',
  ['product_name', 'provider_name', 'product_types'],
);

const FOURTH_PARTIES = listOf(
  ['product_name', 'provider_name', 'provider_rating', 'relationship_type', 'row_guid'],
  'product_name,row_guid',
  ['product_name', 'provider_name', 'product_types'],
);

export const PRODUCT_TYPES = listOf(['product_type'], 'product_type', ['product_type']);

const DEPENDENTS = listOf(
  ['company_name', 'company_guid', 'domain_count', 'percent_dependent', 'relationship_source'],
  'company_name,company_guid',
  ['company_name'],
);

const RELATIONSHIP_TYPE: Option = {
  name: 'relationship_type',
  type: 'text',
  values: ['bitsight', 'self', 'none'],
  about: 'how the relationship is known',
};

export const PROVIDER_NAMES = { root: 'providers', row: 'provider' };
export const PRODUCT_NAMES = { root: 'products', row: 'product' };
export const PRODUCT_TYPE_NAMES = { root: 'product_types', row: 'product_type' };

export const FOURTH_PARTY_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company.providers',
    path: '/v1/companies/:guid/providers',
    methods: ['GET'],
    about: 'The service providers that a company depends on.',
    facts: '4.9',
    shape: 'wrapped',
    list: PROVIDERS,
    names: PROVIDER_NAMES,
    hub: fromUpstream(OF_COMPANY),
  },
  {
    name: 'company.products',
    path: '/v1/companies/:guid/products',
    methods: ['GET'],
    about: 'The products that are used at the domains of a company.',
    facts: '4.9',
    shape: 'wrapped',
    list: PRODUCTS,
    names: PRODUCT_NAMES,
    hub: fromUpstream(OF_COMPANY),
  },
  {
    name: 'company.fourth-parties',
    path: '/v1/companies/:guid/fourth-parties',
    methods: ['GET'],
    about: 'The relationships of a company with products and their providers.',
    facts: '4.9',
    shape: 'wrapped',
    list: FOURTH_PARTIES,
    names: { root: 'fourth_parties', row: 'fourth_party' },
    hub: fromUpstream(OF_COMPANY),
  },
  {
    name: 'portfolio.providers',
    path: '/v1/portfolio/providers',
    methods: ['GET'],
    about: 'The service providers that companies of the portfolio depend on.',
    facts: '4.9',
    shape: 'wrapped',
    list: PROVIDERS,
    names: PROVIDER_NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.products',
    path: '/v1/portfolio/products',
    methods: ['GET'],
    about: 'The products that companies of the portfolio use.',
    facts: '4.9',
    shape: 'wrapped',
    list: PRODUCTS,
    names: PRODUCT_NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.product-types',
    path: '/v1/portfolio/product-types',
    methods: ['GET'],
    about: 'The types of product in use, each with the companies that use it.',
    facts: '4.9',
    shape: 'wrapped',
    list: PRODUCT_TYPES,
    names: PRODUCT_TYPE_NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.provider.companies',
    path: '/v1/portfolio/providers/:provider/companies',
    methods: ['GET'],
    about: 'The companies of the portfolio that depend on a service provider.',
    facts: '4.9',
    shape: 'wrapped',
    list: DEPENDENTS,
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream(rowsOf('company_guid')),
  },
  {
    name: 'portfolio.provider.products',
    path: '/v1/portfolio/providers/:provider/products',
    methods: ['GET'],
    about: 'The products of a service provider that companies of the portfolio use.',
    facts: '4.9',
    shape: 'wrapped',
    list: PRODUCTS,
    options: [RELATIONSHIP_TYPE],
    names: PRODUCT_NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
];
