/** Endpoints about alerts. Facts: bitsight-api.md, 4.5; articles 231873368 and 360018620054. */
import type { Filter } from '../../wire/filters.ts';
import { filter, listSchema, RANGE } from '../../wire/list-schema.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, rowsOf } from './endpoint.ts';

const FILTERS: readonly Filter[] = [
  filter('alert_date', 'date', { suffixes: RANGE }),
  filter('alert_type', 'text'),
  filter('company_guid', 'text'),
  filter('folder_guid', 'text'),
];

/** What the alerts of v2 can be asked for. */
export const ALERTS = listSchema({
  filters: [...FILTERS, filter('severity', 'text')],
  sorts: ['guid', 'alert_type', 'alert_date', 'company_name', 'folder_name', 'trigger', 'severity'],
  order: 'alert_date,guid',
  searched: ['company_name'],
  expands: ['details', 'company_custom_id', 'custom_id'],
});

const ALERTS_V1 = listSchema({
  filters: [...FILTERS, filter('severity', 'text', { path: 'alert_severity' })],
  sorts: ['guid', 'alert_type', 'alert_date', 'company_name'],
  order: 'alert_date,guid',
  searched: ['company_name'],
});

const NAMES = { root: 'alerts', row: 'alert' };
const BY_COMPANY = { parameterGuids: ['company_guid'] };
const WHOLE = { ...OF_ACCOUNT, ...BY_COMPANY, rows: { at: '', company: 'company_guid' } };

export const ALERT_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'alerts',
    path: '/v2/alerts',
    // Of the account's own settings instead of a user's: a company token has no others.
    alsoAt: ['/v2/alerts/customer'],
    methods: ['GET'],
    about: 'What changed at the companies of the portfolio in the last months, the oldest first.',
    facts: '4.5',
    shape: 'page',
    list: ALERTS,
    names: NAMES,
    hub: fromUpstream(rowsOf('company_guid', BY_COMPANY)),
  },
  {
    name: 'alerts.latest',
    path: '/v2/alerts/latest',
    methods: ['GET'],
    about: 'The alerts of the newest day that has any.',
    facts: '4.5',
    shape: 'page',
    list: ALERTS,
    names: NAMES,
    hub: fromUpstream(rowsOf('company_guid', BY_COMPANY)),
  },
  {
    name: 'alerts.v1',
    path: '/v1/alerts',
    methods: ['GET'],
    about: 'The alerts in the older shape, whole; each says where its details are.',
    facts: '4.5',
    shape: 'array',
    list: ALERTS_V1,
    names: NAMES,
    hub: fromUpstream(WHOLE),
  },
  {
    name: 'alerts.v1.latest',
    path: '/v1/alerts/latest',
    methods: ['GET'],
    about: 'The alerts of the newest day that has any, in the older shape.',
    facts: '4.5',
    shape: 'array',
    list: ALERTS_V1,
    names: NAMES,
    hub: fromUpstream(WHOLE),
  },
  {
    name: 'alert.v1',
    path: '/v1/alerts/:type/:guid',
    methods: ['GET'],
    about: 'An alert with what its type tells of.',
    facts: '4.5',
    shape: 'body',
    hub: fromUpstream({ ...OF_ACCOUNT, rows: { at: '', company: 'company_guid' } }),
  },
];
