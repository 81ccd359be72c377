/**
 * Comments on findings, kept by this server. Facts: bitsight-api.md, 4.3; what a client sends: the Bitsight integration of
 * demisto/content.
 */
import { filter, listSchema, RANGE } from '../../wire/list-schema.ts';
import type { Endpoint, Option } from './endpoint.ts';
import type { BodyField, WriteEndpoint } from './write-endpoint.ts';

const COMMENT_SCHEMA = listSchema({
  filters: [
    filter('guid', 'text'),
    filter('thread_guid', 'text'),
    filter('author.guid', 'text'),
    filter('is_public', 'boolean'),
    filter('created_time', 'date', { suffixes: RANGE }),
  ],
  sorts: ['created_time', 'guid'],
  order: 'created_time,guid',
  searched: ['message', 'author.name'],
});

export const COMMENT_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'company.finding.comments',
    path: '/v1/companies/:guid/findings/:finding/comments',
    methods: ['GET'],
    about:
      'The comments on a finding, in pages, the oldest first; a finding is named by its rolledup_observation_id.',
    facts: '4.3',
    shape: 'page',
    list: COMMENT_SCHEMA,
    names: { root: 'comments', row: 'comment' },
    hub: { from: 'local' },
  },
];

const COMMENT: readonly BodyField[] = [
  {
    name: 'message',
    type: 'lines',
    required: true,
    filled: true,
    maxLength: 10_000,
    about: 'the text; its author is whoever sends it',
  },
  { name: 'public', type: 'flag', about: 'whether the company itself is meant to see it' },
];

const OF_FINDING: readonly Option[] = [
  { name: 'company_guid', type: 'text', required: true, about: 'guid of the company' },
  { name: 'record_id', type: 'text', required: true, about: 'rolledup_observation_id of the finding' },
];

export const COMMENT_WRITES: readonly WriteEndpoint[] = [
  {
    name: 'thread.create',
    path: '/annotations/v1/threads',
    method: 'POST',
    about: 'Begins a thread of comments on a finding.',
    facts: '4.3',
    status: 201,
    options: OF_FINDING,
    body: COMMENT,
    envelope: { name: 'comments', many: true },
  },
  {
    name: 'comment.create',
    path: '/annotations/v1/threads/:thread/comments',
    method: 'POST',
    about: 'Adds a comment to a thread.',
    facts: '4.3',
    status: 201,
    body: COMMENT,
  },
];
