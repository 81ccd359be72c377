/** Endpoints about threats: what they are, whom they impact, what shows it, and what vendors say. Facts: bitsight-api.md, 4.8. */
import { listSchema, sortedBy } from '../../wire/list-schema.ts';
import { THREAT_COMPANY_SCHEMA, THREAT_EVIDENCE_SCHEMA, THREAT_SCHEMA } from '../../wire/threat-filters.ts';
import { COMPANY_SCOPE_OPTIONS } from './breaches.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, OF_COMPANY, rowsOf } from './endpoint.ts';

const ATTESTATIONS = listSchema({
  sorts: [
    'created_time',
    sortedBy('company.name'),
    sortedBy('company.guid'),
    sortedBy('threat.name'),
    sortedBy('attestation.slug'),
  ],
  order: '-created_time,company.guid,threat.name',
});

const ATTESTATION_NAMES = { root: 'attestations', row: 'attestation' };

export const THREAT_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'threats',
    path: '/v2/threats',
    methods: ['GET'],
    about: 'Threats, with how many companies each exposes, in pages.',
    facts: '4.8',
    shape: 'page',
    list: THREAT_SCHEMA,
    options: [
      ...COMPANY_SCOPE_OPTIONS,
      { name: 'impacts_selection', type: 'flag', about: 'only threats that impact the companies asked for' },
      { name: 'company_guid', type: 'texts', about: 'counts these companies; with impacts_selection=true' },
    ],
    names: { root: 'threats', row: 'threat' },
    hub: fromUpstream({ ...OF_ACCOUNT, parameterGuids: ['company_guid'] }),
  },
  {
    name: 'threats.summaries',
    path: '/v2/threats/summaries',
    methods: ['GET'],
    about: 'How many threats there are, how many impact the portfolio, and the bounds of their figures.',
    facts: '4.8',
    shape: 'body',
    options: COMPANY_SCOPE_OPTIONS,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'threat.companies',
    path: '/v2/threats/:guid/companies',
    methods: ['GET'],
    about: 'The companies that a threat impacts, in pages.',
    facts: '4.8',
    shape: 'page',
    list: THREAT_COMPANY_SCHEMA,
    options: COMPANY_SCOPE_OPTIONS,
    names: { root: 'companies', row: 'company' },
    hub: fromUpstream(rowsOf('company_guid')),
  },
  {
    name: 'threat.company.evidence',
    path: '/v2/threats/:guid/companies/:company/evidence',
    methods: ['GET'],
    about: 'What shows that a threat impacts a company, in pages.',
    facts: '4.8',
    shape: 'page',
    list: THREAT_EVIDENCE_SCHEMA,
    options: [{ name: 'force_masked', type: 'flag', about: 'hides the last half of IPv4 addresses' }],
    names: { root: 'evidence', row: 'item' },
    hub: fromUpstream({ ...OF_COMPANY, pathGuids: ['company'] }),
  },
  {
    name: 'threats.attestations',
    path: '/v1/threats/attestations',
    methods: ['GET'],
    about: 'What companies say of the threats that impact them, in pages.',
    facts: '4.8',
    shape: 'page',
    list: ATTESTATIONS,
    names: ATTESTATION_NAMES,
    hub: fromUpstream(rowsOf('company.guid')),
  },
  {
    name: 'company.threats.attestations',
    path: '/v1/companies/:guid/threats/attestations',
    methods: ['GET'],
    about: 'What a company says of the threats that impact it, in pages.',
    facts: '4.8',
    shape: 'page',
    list: ATTESTATIONS,
    names: ATTESTATION_NAMES,
    hub: fromUpstream(OF_COMPANY),
  },
];
