import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccessLab, principalOf } from './lab.ts';

let lab: AccessLab;
beforeEach(() => {
  lab = new AccessLab();
});
afterEach(() => lab.close());

it('a first start makes one organization, one Admin, one group and the Admin’s token; later starts find them', async () => {
  const node = await lab.node();
  const first = await lab.firstStart(node);
  expect(first).toMatchObject({
    isFirstStart: true,
    userName: 'Administrator',
    userToken: expect.stringMatching(/^slu_/),
  });
  expect(await principalOf(node.authority, first.userToken)).toMatchObject({
    organizationId: first.organizationId,
    userId: first.userId,
    role: 'customer_admin',
    via: 'user_token',
    isOwnerOrganization: true,
    scopes: [],
    group: { name: 'All Companies', allCompanies: true },
  });
  const later = await lab.node();
  expect(await lab.firstStart(later)).toEqual({ ...first, isFirstStart: false });
});

it('two starts at once agree', async () => {
  const nodes = await Promise.all([lab.node(), lab.node(), lab.node()]);
  const starts = await Promise.all(nodes.map(node => lab.firstStart(node)));
  expect(starts.filter(start => start.isFirstStart)).toHaveLength(1);
  expect(new Set(starts.map(start => start.userToken)).size).toBe(1);
  const [node] = nodes;
  for (const table of ['organizations', 'users', 'access_groups', 'api_tokens'] as const) {
    expect(await node?.store.db.selectFrom(table).selectAll().execute(), table).toHaveLength(1);
  }
});

it('an Admin without a live token gets a new one', async () => {
  const node = await lab.node();
  const first = await lab.firstStart(node);
  await node.store.db.updateTable('api_tokens').set({ revoked_at: 1 }).execute();
  const again = await lab.firstStart(node);
  expect(again.isFirstStart).toBe(false);
  expect(again.userToken).not.toBe(first.userToken);
  expect(await node.authority.verify(again.userToken)).not.toBeNull();
});
