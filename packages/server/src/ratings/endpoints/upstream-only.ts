/**
 * Documented reads that neither the store nor the sandbox answers: the hub passes them on, the sandbox says 501. Shapes are those
 * of Bitsight's OpenAPI; where it has none, or nothing tells whose a row is, only principals of all companies may ask. Contacts,
 * and what else tells of people and of groups upstream, is left out.
 */
import { filter, listSchema } from '../../wire/list-schema.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY, rowsOf } from './endpoint.ts';
import {
  PRODUCT_NAMES,
  PRODUCT_TYPE_NAMES,
  PRODUCT_TYPES,
  PRODUCTS,
  PROVIDER_NAMES,
  PROVIDERS,
} from './fourth-parties.ts';

const SEEN = ['lte', 'gte'] as const;

const MONITORED_THREATS = listSchema({
  filters: [
    filter('category', 'text'),
    filter('severity_level', 'text'),
    filter('severity', 'number', { suffixes: SEEN }),
    filter('first_seen_date', 'date', { suffixes: SEEN }),
    filter('last_seen_date', 'date', { suffixes: SEEN }),
    filter('evidence_certainty', 'text'),
    filter('exposure_detection', 'text'),
  ],
  sorts: [
    'guid',
    'name',
    'first_seen_date',
    'last_seen_date',
    'severity',
    'exposure_detection',
    'evidence_certainty',
    'evidence_record_count',
  ],
  order: '',
});

/** The filters and the sort key that name groups are left out: groups upstream are no business of ours. */
const SUBSCRIPTIONS = listSchema({
  filters: [
    filter('company.name', 'text'),
    filter('tier.guid', 'text'),
    filter('folder.guid', 'text'),
    filter('type', 'text'),
    filter('industry.name', 'text'),
    filter('country.code', 'text'),
    filter('subscription.guid', 'text'),
  ],
  sorts: ['company.name', 'start_date', 'end_date', 'type'],
  order: '',
});

const ADMIN = { ...OF_ACCOUNT, minimumRole: 'customer_admin' } as const;
/** Quotas and subscriptions: for those who may add companies. */
const EDITOR = { ...OF_ACCOUNT, minimumRole: 'customer_portfolio_manager' } as const;

/** A company with its subsidiaries: the figures are of all of them, whoever may see which. */
const OF_TREE = { ...OF_COMPANY, rows: null } as const;

/** The fourth parties of a part of the portfolio, which can hold companies of any group. */
function ofPart(part: 'folder' | 'tier'): readonly Endpoint[] {
  const lists = [
    { list: PROVIDERS, names: PROVIDER_NAMES, what: 'providers', words: 'The service providers' },
    { list: PRODUCTS, names: PRODUCT_NAMES, what: 'products', words: 'The products' },
    { list: PRODUCT_TYPES, names: PRODUCT_TYPE_NAMES, what: 'product-types', words: 'The types of product' },
  ];
  return lists.map(({ list, names, what, words }) => ({
    name: `${part}.${what}`,
    path: `/v1/${part}s/:guid/${what}`,
    methods: ['GET'],
    about: `${words} that companies of a ${part} depend on.`,
    facts: '4.9',
    shape: 'wrapped',
    list,
    names,
    hub: fromUpstream(OF_ACCOUNT),
  }));
}

export const UPSTREAM_ONLY_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'alert-sets',
    path: '/v1/alert-sets',
    methods: ['GET'],
    about: 'The sets of rules by which alerts are made.',
    facts: '4.5',
    shape: 'body',
    hub: fromUpstream(ADMIN),
  },
  {
    name: 'alert-types',
    path: '/v1/alerts/types',
    methods: ['GET'],
    about: 'The types of alert.',
    facts: '4.5',
    shape: 'body',
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'alert.affected-companies',
    path: '/v2/alerts/:guid/affected-companies',
    methods: ['GET'],
    about: 'The companies that a breach of a fourth party affects, for the alert that tells of it.',
    facts: '4.5',
    shape: 'page',
    list: listSchema({ order: '' }),
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream(rowsOf('guid')),
  },
  {
    name: 'company-life-cycle-types',
    path: '/v1/company-life-cycle-types',
    methods: ['GET'],
    about: 'The stages that a company can be in.',
    facts: '4.6',
    shape: 'body',
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'subscriptions.expired',
    path: '/v1/subscriptions/expired',
    methods: ['GET'],
    about: 'Subscriptions that have ended, in pages.',
    facts: '4.7',
    shape: 'page',
    list: listSchema({ order: '' }),
    options: [
      {
        name: 'include_active_subscriptions',
        type: 'flag',
        about: 'true: also those of companies that are subscribed to again',
      },
    ],
    names: { root: 'subscriptions', row: 'subscription' },
    hub: fromUpstream(EDITOR),
  },
  {
    name: 'subscriptions.companies',
    path: '/v1/subscriptions/companies',
    methods: ['GET'],
    about: 'The subscriptions of companies, in pages.',
    facts: '4.7',
    shape: 'page',
    list: SUBSCRIPTIONS,
    options: [
      { name: 'include_expired', type: 'flag', about: 'true: also those that have ended' },
      { name: 'include_inactive_companies', type: 'flag', about: 'true: also those to inactive companies' },
    ],
    names: { root: 'subscriptions', row: 'subscription' },
    // A row may name the group that owns the subscription.
    hub: fromUpstream(ADMIN),
  },
  {
    name: 'company.subscription',
    path: '/v1/subscriptions/:guid',
    methods: ['GET'],
    about: 'The subscription to a company.',
    facts: '4.7',
    shape: 'body',
    hub: fromUpstream({ ...COMPANY_BODY, minimumRole: 'customer_portfolio_manager' }),
  },
  {
    name: 'portfolio.custom-ids',
    path: '/v1/portfolio/entity-custom-ids',
    methods: ['GET'],
    about: 'The own ids that companies of the portfolio were given.',
    facts: '4.1',
    shape: 'body',
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'portfolio.monitored-threats',
    path: '/v1/portfolio/monitored-assets/threats',
    methods: ['GET'],
    about: 'The threats to assets that are monitored, in pages.',
    facts: '4.8',
    shape: 'page',
    list: MONITORED_THREATS,
    names: { root: 'threats', row: 'threat' },
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'company.observations',
    path: '/v1/companies/:guid/observations',
    methods: ['GET'],
    about: 'The single events behind the findings of a company; `cursor` leads on.',
    facts: '4.3',
    shape: 'body',
    options: [
      { name: 'risk_types', type: 'texts', about: 'slugs of risk vectors' },
      { name: 'start_date', type: 'day', about: 'no older events' },
      { name: 'end_date', type: 'day', about: 'no newer events' },
      { name: 'ip_address', type: 'text', about: 'events at this address' },
      { name: 'domain_name', type: 'text', about: 'events at this domain' },
      { name: 'port', type: 'whole', about: 'events at this port' },
      { name: 'grades', type: 'texts', about: 'events with these grades' },
      { name: 'limit', type: 'whole', about: 'events in one answer' },
      { name: 'cursor', type: 'text', about: '`cursor.next` of the answer before' },
    ],
    hub: fromUpstream(COMPANY_BODY),
  },
  {
    name: 'company.tree.providers',
    path: '/v1/companies/:guid/company-tree/providers',
    methods: ['GET'],
    about: 'The service providers that a company and its subsidiaries depend on.',
    facts: '4.9',
    shape: 'wrapped',
    list: PROVIDERS,
    names: PROVIDER_NAMES,
    hub: fromUpstream(OF_TREE),
  },
  {
    name: 'company.tree.products',
    path: '/v1/companies/:guid/company-tree/products',
    methods: ['GET'],
    about: 'The products that a company and its subsidiaries use.',
    facts: '4.9',
    shape: 'wrapped',
    list: PRODUCTS,
    names: PRODUCT_NAMES,
    hub: fromUpstream(OF_TREE),
  },
  ...ofPart('folder'),
  ...ofPart('tier'),
  {
    name: 'fast-ratings.quota',
    path: '/v1/fast-ratings/quota',
    methods: ['GET'],
    about: 'How many fast ratings are left.',
    facts: '4.10',
    shape: 'body',
    hub: fromUpstream(EDITOR),
  },
];
