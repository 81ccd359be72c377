/** Endpoints that explain rating changes. Facts: bitsight-api.md, 4.10 and 8; article 360006842894. */
import { listSchema } from '../../wire/list-schema.ts';
import { type Endpoint, fromUpstream, OF_ACCOUNT, type Option, rowsOf } from './endpoint.ts';

const RANGE_OPTIONS: readonly Option[] = [
  { name: 'start', type: 'day', about: 'changes on this day or later' },
  { name: 'end', type: 'day', about: 'changes on this day or earlier' },
  {
    name: 'score_delta_lt',
    type: 'number',
    default: -10,
    about: 'changes of less than so many points; falls are below zero',
  },
];

/** In which orders the rating changes of all companies can be asked for. */
export const RATING_CHANGES = listSchema({ sorts: ['date', 'company'], order: '-date,company' });

export const INSIGHT_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'insights',
    path: '/v1/insights',
    methods: ['GET'],
    about: 'The rating changes of a company with their reasons, the newest first.',
    facts: '4.10',
    shape: 'array',
    list: listSchema({ sorts: ['date'], order: '-date' }),
    options: [
      { name: 'company', type: 'text', required: true, about: 'guid of the company' },
      ...RANGE_OPTIONS,
    ],
    names: { root: 'insights', row: 'insight' },
    hub: fromUpstream({
      ...OF_ACCOUNT,
      parameterGuids: ['company'],
      rows: { at: '', company: 'entity' },
    }),
  },
  {
    name: 'insights.rating-changes',
    path: '/v1/insights/rating_changes',
    methods: ['GET'],
    about: 'The rating changes of all companies with their reasons, the newest first.',
    facts: '4.10',
    shape: 'page',
    list: RATING_CHANGES,
    options: RANGE_OPTIONS,
    names: { root: 'rating_changes', row: 'rating_change' },
    hub: fromUpstream(rowsOf('company')),
  },
];
