/** Endpoints about requests for companies, and about jobs. Facts: bitsight-api.md, 3.3 (asynchronous downloads) and 4.10. */
import { textAt } from '../../wire/json.ts';
import { filter, listSchema, RANGE } from '../../wire/list-schema.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream, rowsOf } from './endpoint.ts';

const REQUESTS = listSchema({
  filters: [
    filter('status', 'text'),
    filter('domain', 'text', { suffixes: ['q', 'contains'] }),
    filter('subscription_type', 'text'),
    // Filters of time are of whole days (bitsight-api.md, 6).
    filter('created_time', 'date', {
      suffixes: RANGE,
      read: row => [textAt(row, 'created_time').slice(0, 10)],
    }),
  ],
  sorts: ['created_time', 'updated_time', 'domain', 'status', 'guid'],
  order: '-created_time,guid',
  searched: ['domain', 'company.name'],
});

export const REQUEST_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company-requests',
    path: '/v2/company-requests',
    methods: ['GET'],
    about: 'The companies that were asked for, and what became of it.',
    facts: '4.10',
    shape: 'page',
    list: REQUESTS,
    names: { root: 'company_requests', row: 'company_request' },
    hub: fromUpstream(rowsOf('company.guid')),
  },
  {
    name: 'company.findings.download',
    path: '/v1/companies/:guid/findings/core-affects-ratings-download',
    methods: ['GET'],
    about: 'The findings that affect the rating of a company, at once or by a job.',
    facts: '3.3',
    shape: 'csv',
    options: [{ name: 'async', type: 'flag', about: 'true: starts a job, whose guid is the answer' }],
    statuses: [200, 202],
    names: { root: 'findings', row: 'finding' },
    // Passed on, the download is made at once: a job would be upstream's, and its result at an address of upstream's.
    hub: fromUpstream({ ...COMPANY_BODY, withheld: ['async'] }),
  },
  {
    name: 'job',
    path: '/v1/jobs/:guid',
    methods: ['GET'],
    about: 'How far a job is: 202 while it runs, and 303 to what it made.',
    facts: '3.3',
    shape: 'body',
    statuses: [202, 303],
    // The hub starts no jobs.
    hub: { from: 'local' },
  },
];
