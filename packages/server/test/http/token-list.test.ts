/** The list of company tokens when there are thousands: whole, in order, and ended with the token that asked for it. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { newTokenValue } from '../../src/access/token-format.ts';
import { companyTokenUser, tokenRow } from '../../src/access/token-rows.ts';
import { newId } from '../../src/ids.ts';
import { call } from './call.ts';
import { type Installation, install } from './installation.ts';

const TOKENS = '/ratings/v1/customers/current/api-tokens';
const STORED = 2_500;
const Listed = z.array(z.object({ guid: z.string(), token: z.string().regex(/^\*{5}.{4}$/) }));

let at: Installation;
let guids: string[];
beforeAll(async () => {
  at = await install();
  const organization_id = at.admin.organizationId;
  const principal = await at.authority.verify(at.admin.userToken);
  const groupId = principal?.group.guid ?? '';
  guids = Array.from({ length: STORED }, () => newId()).sort();
  await at.store.write(async transaction => {
    for (const [n, id] of guids.entries()) {
      const user = companyTokenUser(newId(), organization_id, groupId, `token ${n}`, 'customer_user', 1);
      await transaction.insertInto('users').values(user).execute();
      const token = tokenRow('company', newTokenValue('company'), {
        ...{ id, organization_id, user_id: user.id, description: `token ${n}`, scopes: '[]' },
        ...{ creator_user_id: at.admin.userId, creator_name: 'Administrator' },
        // Many of one moment, so that a page ends amid them.
        created_at: 1_000 + Math.floor(n / 700),
      });
      await transaction.insertInto('api_tokens').values(token).execute();
    }
  });
});
afterAll(() => at.close());

it('is one array of all of them, oldest first, in every format', async () => {
  const json = await call(at, TOKENS);
  expect(json.status).toBe(200);
  expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(Listed.parse(json.json).map(token => token.guid)).toEqual(guids);
  const csv = await call(at, `${TOKENS}?format=csv`);
  expect(csv.text.trim().split('\r\n')).toHaveLength(STORED + 1);
});

it('breaks off when the token that asked is revoked meanwhile', async () => {
  const { authority } = at;
  const principal = await authority.verify(at.admin.userToken);
  if (principal === null) throw new Error('the Admin has no live token');
  const { organizationId } = principal;
  const origin = { address: null, client: null };
  const asked = { description: 'asks', role: 'customer_admin' } as const;
  const { value, token } = await authority.companyTokens.create(principal, organizationId, asked, origin);
  let looks = 0;
  const verify = authority.verify.bind(authority);
  const spy = vi.spyOn(authority, 'verify').mockImplementation(async presented => {
    looks += 1;
    // The request itself and two pages have been let in: the answer has begun.
    if (looks === 4) await authority.companyTokens.revoke(principal, organizationId, token.guid, origin);
    return verify(presented);
  });
  await expect(call(at, TOKENS, { token: value })).rejects.toThrow();
  spy.mockRestore();
  expect(looks).toBe(4);
  expect((await call(at, TOKENS, { token: value })).status).toBe(401);
  expect((await call(at, TOKENS)).status).toBe(200);
});
