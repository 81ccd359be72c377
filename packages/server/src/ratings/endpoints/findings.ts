/** Endpoints about the findings of a company. Facts: bitsight-api.md, 4.3 and 4.11. */
import { FINDING_SCHEMA } from '../../wire/finding-filters.ts';
import { type Endpoint, OF_COMPANY, type StoreGap } from './endpoint.ts';

/**
 * What a stored finding does not tell: what upstream adds to a record only when it is named, and vulnerabilities, which it
 * fills in for most vectors only when one is asked for (bitsight-api.md, 6, "Content").
 */
export const FINDING_GAPS: readonly StoreGap[] = [
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
    hub: { from: 'store', gaps: FINDING_GAPS, passThrough: OF_COMPANY },
  },
];
