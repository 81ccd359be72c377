/** Folders: lists of companies that people make. Facts: bitsight-api.md, 4.6; the graph is of medians (article 360050489734). */
import { type Endpoint, FROM_STORE } from './endpoint.ts';
import { SUMMARY_OPTIONS } from './findings.ts';
import type { BodyField, WriteEndpoint } from './write-endpoint.ts';

const FOLDERS = { root: 'folders', row: 'folder' };

export const FOLDER_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'folders',
    path: '/v1/folders',
    methods: ['GET'],
    about: 'The folders with their companies, whole.',
    facts: '4.6',
    shape: 'array',
    options: [
      {
        name: 'exclude_subscription_folders',
        type: 'flag',
        about: 'leaves out the folders that upstream keeps for a subscription',
      },
    ],
    names: FOLDERS,
    hub: FROM_STORE,
  },
  {
    name: 'folder',
    path: '/v1/folders/:guid',
    methods: ['GET'],
    about: 'A folder with its companies.',
    facts: '4.6',
    shape: 'body',
    names: FOLDERS,
    hub: FROM_STORE,
  },
  {
    name: 'folder.graph',
    path: '/v1/folders/:guid/graph_data',
    methods: ['GET'],
    about: 'The median rating of a folder’s companies, day by day, the oldest first.',
    facts: '4.6, 4.11',
    shape: 'body',
    hub: FROM_STORE,
  },
  {
    name: 'folder.findings.summary',
    path: '/v1/folders/:guid/findings/summary',
    methods: ['GET'],
    about:
      'Vulnerabilities, infections or server software of a folder’s companies in three periods that overlap.',
    facts: '4.6',
    shape: 'array',
    options: SUMMARY_OPTIONS,
    hub: FROM_STORE,
  },
];

const NAME: BodyField = {
  name: 'name',
  type: 'text',
  filled: true,
  maxLength: 255,
  about: 'what it is called',
};
const MORE: readonly BodyField[] = [
  { name: 'description', type: 'text', maxLength: 1_000, about: 'what it is for' },
  {
    name: 'content_expiry_days',
    type: 'whole',
    range: [1, 36_500],
    about: 'not possible on this server: a company stays until it is taken out',
  },
];
const ENVELOPE = { name: 'folder', many: false };

/** The two lists of a change of members, of a folder or a tier. */
export const MEMBER_FIELDS: readonly BodyField[] = [
  { name: 'add_companies', type: 'guids', about: 'guids of companies to put in' },
  { name: 'remove_companies', type: 'guids', about: 'guids of companies to take out' },
];

export const FOLDER_WRITES: readonly WriteEndpoint[] = [
  {
    name: 'folder.create',
    path: '/v1/folders',
    method: 'POST',
    about: 'Makes a folder that is kept by this server.',
    facts: '4.6',
    status: 201,
    body: [{ ...NAME, required: true }, ...MORE],
    envelope: ENVELOPE,
  },
  {
    name: 'folder.update',
    path: '/v1/folders/:guid',
    method: 'PATCH',
    about: 'Changes the name or the description of a folder.',
    facts: '4.6',
    status: 200,
    body: [NAME, ...MORE],
    envelope: ENVELOPE,
  },
  {
    name: 'folder.delete',
    path: '/v1/folders/:guid',
    method: 'DELETE',
    about: 'Deletes a folder; its companies stay in the portfolio.',
    facts: '4.6',
    status: 204,
    body: [],
  },
  {
    name: 'folder.companies',
    path: '/v1/folders/:guid/companies',
    method: 'PATCH',
    about: 'Puts companies into a folder and takes companies out of it.',
    facts: '4.6',
    status: 200,
    body: MEMBER_FIELDS,
    envelope: { name: 'company_actions', many: false },
  },
];
