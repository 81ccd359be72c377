/** Endpoints about the tree of a company. Facts: bitsight-api.md, 4.2. */
import { listSchema } from '../../wire/list-schema.ts';
import { COMPANY_BODY, type Endpoint, fromUpstream } from './endpoint.ts';

export const COMPANY_TREE_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company.tree',
    path: '/v1/companies/:guid/company-tree',
    methods: ['GET'],
    about: 'A company with its subsidiaries, and theirs.',
    facts: '4.2',
    shape: 'body',
    list: listSchema({ order: '', expands: ['is_shell', 'confidence'] }),
    hub: fromUpstream(COMPANY_BODY),
  },
  {
    name: 'company.tree.guids',
    path: '/v1/companies/:guid/company-tree/guids',
    methods: ['GET'],
    about: 'The guids of a company and its subsidiaries.',
    facts: '4.2',
    shape: 'body',
    options: [
      { name: 'q', type: 'text', about: 'part of a name or domain' },
      { name: 'name', type: 'text', about: 'part of a name' },
      { name: 'domain', type: 'text', about: 'part of a domain' },
    ],
    hub: fromUpstream(COMPANY_BODY),
  },
];
