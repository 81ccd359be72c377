/** Rows of a table for the tests of the pass-through: one for each shape and each kind of rule. */
import {
  type Endpoint,
  fromUpstream,
  OF_ACCOUNT,
  OF_COMPANY,
  rowsOf,
} from '../../src/ratings/endpoints/endpoint.ts';
import { filter, listSchema, RANGE } from '../../src/wire/list-schema.ts';

const ALERTS = listSchema({
  filters: [
    filter('alert_date', 'date', { suffixes: RANGE }),
    filter('severity', 'text'),
    filter('company_guid', 'text'),
    filter('details.grade', 'text'),
  ],
  sorts: ['alert_date', 'guid'],
  order: 'alert_date,guid',
  searched: ['company_name'],
  expands: ['details'],
});
const PLAIN = listSchema({ sorts: ['name'], order: 'name', searched: ['name'] });

const row = (
  name: string,
  path: string,
  shape: Endpoint['shape'],
  hub: Endpoint['hub'],
  more: Partial<Endpoint> = {},
): Endpoint => ({ name, path, shape, hub, methods: ['GET'], about: name, facts: 'a test', ...more });

export const ROWS: readonly Endpoint[] = [
  row(
    'alerts',
    '/v2/alerts',
    'page',
    fromUpstream(rowsOf('company_guid', { parameterGuids: ['company_guid'] })),
    { methods: ['GET', 'POST'], list: ALERTS, options: [{ name: 'since', type: 'day', about: 'a day' }] },
  ),
  row('assets', '/v1/companies/:guid/assets', 'page', fromUpstream(OF_COMPANY), { list: PLAIN }),
  row(
    'providers',
    '/v1/companies/:guid/providers',
    'wrapped',
    fromUpstream({ ...OF_COMPANY, minimumRole: 'customer_group_admin' }),
    { list: PLAIN },
  ),
  row('threats', '/v2/threats', 'page', fromUpstream(OF_ACCOUNT), { list: PLAIN }),
  row(
    'evidence',
    '/v2/threats/:guid/companies/:company/evidence',
    'page',
    fromUpstream({ ...OF_COMPANY, pathGuids: ['company'] }),
    { list: PLAIN },
  ),
  row(
    'breaches',
    '/v1/portfolio/breaches',
    'array',
    fromUpstream({
      ...OF_ACCOUNT,
      parameterGuids: ['company'],
      rows: { at: '', company: 'affected_portfolio_company.guid' },
    }),
    { list: PLAIN, options: [{ name: 'company', type: 'texts', about: 'guids' }] },
  ),
  row(
    'short',
    '/v1/companies',
    'framed',
    fromUpstream({ ...OF_ACCOUNT, rows: { at: 'companies', company: 'guid' } }),
    { list: PLAIN, rowsKey: 'companies' },
  ),
  row(
    'subscriptions',
    '/v1/subscriptions',
    'body',
    fromUpstream({ ...OF_ACCOUNT, rows: { at: '*.companies', company: 'guid' } }),
  ),
  row(
    'nested',
    '/v1/nested',
    'body',
    fromUpstream({ ...OF_ACCOUNT, rows: { at: 'a.b', company: 'company' } }),
  ),
  row(
    'alert',
    '/v1/alerts/:type/:guid',
    'body',
    fromUpstream({ ...OF_ACCOUNT, rows: { at: '', company: 'company_guid' } }),
  ),
  row('tree', '/v1/companies/:guid/company-tree', 'body', fromUpstream(OF_COMPANY)),
  row('observations', '/v1/companies/:guid/observations', 'body', fromUpstream(OF_COMPANY), {
    options: [{ name: 'cursor', type: 'text', about: 'where the page before ended' }],
  }),
  row(
    'history',
    '/v1/companies/:guid/reports/ratings-history',
    'csv',
    fromUpstream({ ...OF_COMPANY, withheld: ['async'] }),
    { options: [{ name: 'async', type: 'flag', about: 'a job' }] },
  ),
  row('types', '/v1/alerts/types', 'body', fromUpstream(OF_ACCOUNT)),
  row(
    'findings',
    '/v1/companies/:guid/findings',
    'page',
    {
      from: 'store',
      gaps: [{ parameter: 'expand', values: ['tag_details'] }, { parameter: 'unsampled' }],
      passThrough: OF_COMPANY,
      ofFindings: true,
    },
    { list: PLAIN },
  ),
];
