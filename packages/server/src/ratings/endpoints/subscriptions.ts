/** Endpoints about subscriptions. Facts: bitsight-api.md, 4.7. */
import { type Endpoint, fromUpstream, OF_ACCOUNT } from './endpoint.ts';

export const SUBSCRIPTION_ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'subscriptions',
    path: '/v1/subscriptions',
    methods: ['GET'],
    about: 'How many companies each subscription is for, how many more it could be, and which they are.',
    facts: '4.7',
    shape: 'body',
    hub: fromUpstream({ ...OF_ACCOUNT, rows: { at: '*.companies', company: 'guid' } }),
  },
];
