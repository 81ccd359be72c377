import { describe, expect, it } from 'vitest';
import { clientOf, GUID, rejectionOf, reply, script, TOKEN } from '../test/upstream.ts';
import { BitsightMalformedError, lastFourOf } from './index.ts';

describe('the last four characters of a token', () => {
  it.each([
    ['*****alb2', 'alb2'],
    [`${'*'.repeat(36)}a1b2`, 'a1b2'],
    [TOKEN, TOKEN.slice(-4)],
    ['****', null],
    ['*****ab2', null],
    ['', null],
  ])('of %j are %j', (token, lastFour) => {
    expect(lastFourOf(token)).toBe(lastFour);
  });
});

describe('a list of tokens', () => {
  it('is read in its older and its newer form, with and without roles', async () => {
    const tokens = [
      { guid: GUID, token: '*****alb2', description: 'SIEM' },
      {
        guid: 'b',
        token: `${'*'.repeat(36)}a1b2`,
        roles: [{ slug: 'customer_admin', display_name: 'Admin' }],
      },
      { guid: 'c', token: '*****c1c2', roles: null, group: null },
    ];
    const { client } = clientOf(script(reply(200, tokens)));
    expect(await client.apiTokens.list()).toEqual(tokens);
  });
});

describe('a token that was made but whose value cannot be read', () => {
  it.each([
    ['is masked', reply(201, { guid: GUID, token: `${'*'.repeat(36)}a1b2` })],
    ['is missing', reply(201, { guid: GUID })],
  ])('because it %s leaves open what upstream did, and is not asked for twice', async (_, answer) => {
    const upstream = script(answer, reply(201, { guid: GUID, token: TOKEN }));
    const error = await rejectionOf(clientOf(upstream).client.apiTokens.create({ description: 'SIEM' }));
    expect(error).toBeInstanceOf(BitsightMalformedError);
    expect(error).toMatchObject({ mayHaveBeenProcessed: true, attempts: 1 });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a token that is revoked', () => {
  it('is not taken for gone because a proxy answered with a page', async () => {
    const page = new Response('<html>Please sign in to the network</html>', { status: 200 });
    const upstream = script(page, reply(204));
    expect(await clientOf(upstream).client.apiTokens.revoke(GUID)).toBeUndefined();
    expect(upstream.requests).toHaveLength(2);
  });
});
