/** Where the hub gets an answer from: the store, unless the request asks for what it does not have. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { sourceOf } from '../../src/ratings/source.ts';
import { createHubSource } from '../../src/ratings/sources/hub-source.ts';
import { uuid } from '../unified/seed.ts';
import { NOTHING_SYNCED, PassThroughLab } from './pass-through-lab.ts';
import { ROWS } from './pass-through-rows.ts';
import { failure, PassThroughUpstream } from './pass-through-upstream.ts';

const TOKEN = 'upstream-token-0123456789-0123456789-012';
const A = uuid('a');
const PATH = `/v1/companies/${A}/findings`;

let upstream: PassThroughUpstream;
let lab: PassThroughLab;
let known = true;
beforeAll(async () => {
  upstream = await PassThroughUpstream.start();
  const synced = {
    ...sourceOf({ findings: () => ({ kind: 'rows', rows: [{ name: 'stored' }] }) }),
    knowsFindings: async () => known,
  };
  lab = await PassThroughLab.start({ upstream, endpoints: ROWS, synced });
  await lab.connect(TOKEN, [A]);
  upstream.account(TOKEN).lists[PATH] = [{ name: 'passed' }];
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});
beforeEach(() => {
  known = true;
  upstream.requests.length = 0;
});

test.each([
  ['', 'stored'],
  ['?q=s&limit=3', 'stored'],
  ['?expand=remediation_history', 'stored'],
  ['?expand=', 'stored'],
  ['?unsampled=', 'stored'],
  ['?unsampled=true', 'passed'],
  ['?expand=remediation_history,tag_details', 'passed'],
  ['?expand=TAG_DETAILS', 'passed'],
  ['?expand=tag__details', 'stored'],
])('findings%s are %s', async (query, name) => {
  const { json } = await lab.call(`${PATH}${query}`);
  expect(json).toMatchObject({ count: 1, results: [{ name }] });
  expect(upstream.requests).toHaveLength(name === 'stored' ? 0 : 1);
  lab.clock.advance(61_000);
});

test('a company whose findings were never read is asked for upstream, and what upstream refuses is refused', async () => {
  known = false;
  expect((await lab.call(PATH)).json).toMatchObject({ count: 1, results: [{ name: 'passed' }] });
  lab.clock.advance(61_000);
  upstream.reply = () => failure(403);
  expect((await lab.call(PATH)).status).toBe(403);
  upstream.reply = () => null;
});

test('what is served is what somebody answers', () => {
  const endpoint = (name: string, hub: Endpoint['hub']): Endpoint => ({
    ...{ name, hub, path: `/${name}`, methods: ['GET'], about: '', facts: '', shape: 'body' },
  });
  const passThrough = {
    minimumRole: 'customer_user',
    pathGuids: [],
    parameterGuids: [],
    rows: null,
  } as const;
  const source = createHubSource({
    synced: { ...NOTHING_SYNCED, serves: ({ name }) => name === 'stored' },
    local: { kept: () => null },
    passed: { answer: async () => null },
  });
  const served = [
    endpoint('stored', { from: 'store' }),
    endpoint('not-stored', { from: 'store' }),
    endpoint('not-stored-yet', { from: 'store', passThrough }),
    endpoint('passed', { from: 'upstream', passThrough }),
    endpoint('kept', { from: 'local' }),
    endpoint('not-kept', { from: 'local' }),
  ].filter(one => source.serves(one));
  expect(served.map(({ name }) => name)).toEqual(['stored', 'not-stored-yet', 'passed', 'kept']);
});
