/** Remediation of findings: its status and who is to do it, kept by this server. Facts: bitsight-api.md, 4.3, 4.11 and 5.4. */
import { filter, listSchema } from '../../wire/list-schema.ts';
import type { Endpoint } from './endpoint.ts';
import type { BodyField, WriteEndpoint } from './write-endpoint.ts';

const STATUSES: readonly string[] = [
  'No Status',
  'Open',
  'To Do',
  'Work In Progress',
  'Resolved',
  'Risk Accepted',
];

const REMEDIATION_SCHEMA = listSchema({
  filters: [
    filter('company_guid', 'text'),
    filter('evidence_key', 'text'),
    filter('risk_vector', 'text'),
    filter('rolledup_observation_id', 'text'),
    filter('status', 'text', { path: 'status.value' }),
    filter('creator', 'text'),
    filter('created_time', 'date', { suffixes: ['gte', 'lte'] }),
  ],
  sorts: ['created_time', 'guid'],
  order: 'created_time,guid',
});

export const REMEDIATION_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'remediations',
    path: '/v1/remediations',
    methods: ['GET'],
    about: 'What was said here of the remediation of findings, in pages, the oldest first.',
    facts: '4.3, 4.11',
    shape: 'page',
    list: REMEDIATION_SCHEMA,
    names: { root: 'remediations', row: 'remediation' },
    hub: { from: 'local' },
  },
];

const FINDING: readonly BodyField[] = [
  {
    name: 'evidence_key',
    type: 'text',
    required: true,
    filled: true,
    maxLength: 2_048,
    about: 'of the finding',
  },
  {
    name: 'risk_vector',
    type: 'text',
    required: true,
    filled: true,
    maxLength: 64,
    about: 'slug of its risk vector',
  },
  {
    name: 'rolledup_observation_id',
    type: 'text',
    required: true,
    filled: true,
    maxLength: 128,
    about: 'of the finding',
  },
  {
    name: 'status',
    type: 'object',
    about: 'how far it is',
    fields: [
      { name: 'value', type: 'text', required: true, values: STATUSES, about: 'the status' },
      { name: 'public', type: 'flag', about: 'whether the company itself is meant to see it' },
    ],
  },
  { name: 'assignments', type: 'guids', about: 'guids of the users who are to do it' },
];
const OF_COMPANY: readonly BodyField[] = [
  {
    name: 'company_guid',
    type: 'text',
    required: true,
    filled: true,
    maxLength: 64,
    about: 'guid of the company',
  },
  ...FINDING,
];
const ENVELOPE = { name: 'data', many: true };

export const REMEDIATION_WRITES: readonly WriteEndpoint[] = [
  {
    name: 'remediations.create',
    path: '/v1/remediations',
    method: 'POST',
    about: 'Sets status or assignments of findings.',
    facts: '4.11',
    status: 201,
    body: OF_COMPANY,
    envelope: ENVELOPE,
  },
  {
    name: 'remediations.update',
    path: '/v1/remediations',
    method: 'PATCH',
    about: 'Sets status or assignments of findings; what is left out stays.',
    facts: '4.11',
    status: 200,
    body: OF_COMPANY,
    envelope: ENVELOPE,
  },
  {
    name: 'remediation.update',
    path: '/v1/remediations/:guid',
    method: 'PATCH',
    about: 'Sets status or assignments of a finding of the company that the path names.',
    facts: '4.3',
    status: 200,
    body: FINDING,
    envelope: { name: 'data', many: false },
  },
];
