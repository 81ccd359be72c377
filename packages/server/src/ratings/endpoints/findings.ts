/** Endpoints about the findings of a company. Facts: bitsight-api.md, 4.3 and 4.11. */
import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import type { ListSchema } from '../../wire/list-query.ts';
import { SUMMARY_TYPES } from '../derived/finding-summary.ts';
import {
  COMPANY_BODY,
  type Endpoint,
  type HubRule,
  OF_COMPANY,
  type Option,
  type PassThrough,
  type StoreGap,
} from './endpoint.ts';

/**
 * What a stored finding does not tell: what upstream adds to a record only when it is named, and vulnerabilities, which it
 * fills in for most vectors only when one is asked for (bitsight-api.md, 6, "Content").
 */
const FINDING_GAPS: readonly StoreGap[] = [
  {
    parameter: 'expand',
    values: [
      'attributed_companies',
      'tag_details',
      'assets.tag_details',
      'remediation_validation',
      'threat_insights',
    ],
  },
  { parameter: 'unsampled' },
  { parameter: 'attributed_companies.guid' },
  { parameter: 'attributed_companies.name' },
  { parameter: 'vulnerabilities' },
  { parameter: 'details.vulnerabilities.severity' },
  { parameter: 'threat_groups' },
  { parameter: 'threat_activity_score_label' },
];

const PASSED: PassThrough = { ...OF_COMPANY, parameterGuids: ['attributed_companies.guid'] };

const STORED_FINDINGS = {
  from: 'store',
  gaps: FINDING_GAPS,
  passThrough: PASSED,
  ofFindings: true,
} as const;

/** Figures about all findings of a company: no parameter asks for more than is stored. */
export const FINDING_FIGURES: HubRule = Object.freeze({
  from: 'store',
  passThrough: COMPANY_BODY,
  ofFindings: true,
});

/** The filters of findings, over months instead of findings. */
const MONTHLY_SCHEMA: ListSchema = {
  ...FINDING_SCHEMA,
  expands: ['first_seen_count', 'last_seen_count', 'active_count', 'resolved_count'],
};

/** What a summary of findings can be asked for, of a company or of a folder. */
export const SUMMARY_OPTIONS: readonly Option[] = [
  {
    name: 'type',
    type: 'text',
    values: SUMMARY_TYPES,
    default: 'vulnerability',
    about: 'what is summed up',
  },
  {
    name: 'confidence',
    type: 'text',
    values: ['LOW', 'HIGH'],
    about: 'of vulnerabilities with this confidence',
  },
  { name: 'history', type: 'flag', default: true, about: 'false: of the newest period alone' },
];

export const FINDING_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company.findings',
    path: '/v1/companies/:guid/findings',
    methods: ['GET', 'POST'],
    about: 'The findings of a company, in pages.',
    facts: '4.3',
    shape: 'page',
    list: FINDING_SCHEMA,
    names: { root: 'findings', row: 'finding' },
    hub: STORED_FINDINGS,
  },
  {
    name: 'company.findings.filters',
    path: '/v1/companies/:guid/findings/filters',
    methods: ['GET'],
    about: 'The vulnerabilities that the findings of a company name.',
    facts: '4.3',
    shape: 'body',
    hub: FINDING_FIGURES,
  },
  {
    name: 'company.findings.summary',
    path: '/v1/companies/:guid/findings/summary',
    methods: ['GET'],
    about: 'Vulnerabilities, infections or server software of a company in three periods that overlap.',
    facts: '4.3',
    shape: 'array',
    options: SUMMARY_OPTIONS,
    hub: FINDING_FIGURES,
  },
  {
    name: 'company.findings.summaries',
    path: '/v1/companies/:guid/findings/summaries',
    methods: ['GET'],
    about: 'How many findings a company has, in all and by risk vector.',
    facts: '4.3',
    shape: 'body',
    list: FINDING_SCHEMA,
    hub: { ...STORED_FINDINGS, passThrough: { ...PASSED, rows: COMPANY_BODY.rows } },
  },
  {
    name: 'company.findings.statistics',
    path: '/v1/companies/:guid/findings/statistics',
    methods: ['GET'],
    about: 'How many findings a company had, month by month.',
    facts: '4.3',
    shape: 'array',
    list: MONTHLY_SCHEMA,
    hub: { ...STORED_FINDINGS, passThrough: { ...PASSED, rows: COMPANY_BODY.rows } },
  },
];
