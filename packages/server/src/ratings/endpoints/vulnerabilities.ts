/**
 * Endpoints about vulnerabilities: those of the portfolio, and the catalogue. Facts: bitsight-api.md, 4.1 (the portfolio's) and
 * 4.6 (defaults).
 */
import { SEVERITY_ORDER } from '../../wire/finding-filters.ts';
import type { ListSchema } from '../../wire/list-query.ts';
import { filter, listSchema, rankedBy } from '../../wire/list-schema.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, type Option } from './endpoint.ts';

function vulnerabilitySchema(...moreSorts: readonly string[]): ListSchema {
  return listSchema({
    filters: [
      filter('severity', 'text'),
      // Rows that stand for several, and aliases that several share, are in no catalogue here.
      filter('status', 'text', { read: () => ['unique_alias_supported'] }),
    ],
    sorts: ['name', 'alias', 'display_name', rankedBy('severity', SEVERITY_ORDER), ...moreSorts],
    order: 'name',
    searched: ['name', 'alias', 'display_name', 'description'],
  });
}

/** `severity` is a word, its bounds are CVSS base scores. */
const SEVERITY_BOUNDS: readonly Option[] = [
  { name: 'severity_lt', type: 'number', about: 'CVSS base score below this' },
  { name: 'severity_lte', type: 'number', about: 'CVSS base score of at most this' },
  { name: 'severity_gt', type: 'number', about: 'CVSS base score above this' },
  { name: 'severity_gte', type: 'number', about: 'CVSS base score of at least this' },
];

const NAMES = { root: 'vulnerabilities', row: 'vulnerability' };

export const VULNERABILITY_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'portfolio.vulnerabilities',
    path: '/v1/portfolio/vulnerabilities',
    methods: ['GET'],
    about: 'The vulnerabilities that findings of the portfolio show, with how many companies have each.',
    facts: '4.1',
    shape: 'page',
    list: vulnerabilitySchema('companies_impacted'),
    options: [{ name: 'scope', type: 'text', about: 'spm: counts the own company alone' }],
    names: NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'vulnerabilities',
    path: '/v1/vulnerabilities',
    methods: ['GET'],
    about: 'The catalogue of vulnerabilities, in pages.',
    facts: '4.1',
    shape: 'page',
    list: vulnerabilitySchema(),
    options: SEVERITY_BOUNDS,
    names: NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
  {
    name: 'defaults.vulnerabilities',
    path: '/v1/defaults/vulnerabilities',
    methods: ['GET'],
    about: 'The catalogue of vulnerabilities, whole.',
    facts: '4.6',
    shape: 'array',
    list: listSchema({ sorts: ['name'], order: 'name' }),
    names: NAMES,
    hub: fromUpstream(OF_ACCOUNT),
  },
];
