import { describe, expect, it } from 'vitest';
import { clientOf, GUID, rejectionOf, reply, script } from '../test/upstream.ts';
import { BitsightForbiddenError, BitsightMalformedError, BitsightTooLargeError } from './index.ts';

type Client = ReturnType<typeof clientOf>['client'];

const LISTS: [string, (client: Client) => Promise<unknown>][] = [
  ['/ratings/v1/folders', client => client.folders.list()],
  ['/ratings/v1/tiers', client => client.tiers.list()],
  ['/ratings/v1/tiers/summary', client => client.tiers.summary()],
];

describe.each(LISTS)('%s', (path, list) => {
  it('is a bare array, whose records come as they are', async () => {
    const records = [{ guid: GUID, name: 'One', companies: [GUID], 'a key of tomorrow': { deep: [1] } }, {}];
    const upstream = script(reply(200, records));
    expect(await list(clientOf(upstream).client)).toEqual(records);
    expect(upstream.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET https://api.bitsighttech.com${path}`,
    ]);
  });

  it.each([
    ['an object', reply(200, { results: [] }), BitsightMalformedError],
    ['a list of something else', reply(200, ['guid']), BitsightMalformedError],
    ['403', reply(403, { detail: 'no' }), BitsightForbiddenError],
    ['413', reply(413, { detail: 'too large' }), BitsightTooLargeError],
  ])('%s is an error, and is not asked for twice', async (_, answer, type) => {
    const upstream = script(answer.clone());
    expect(await rejectionOf(list(clientOf(upstream).client))).toBeInstanceOf(type);
    expect(upstream.requests).toHaveLength(1);
  });
});
