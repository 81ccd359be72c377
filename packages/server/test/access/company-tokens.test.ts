/** tokens.md, "Kinds" and "A group is a wall": expiry, rotation, changes and revocation of company tokens, and who may do them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { FirstAdmin } from '../../src/access/first-start.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, makeToken, principalOf } from './lab.ts';

const MINUTE = 60_000;

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let first: FirstAdmin;
let admin: Principal;
beforeEach(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
});
afterEach(() => lab.close());

const revoke = (by: Principal, guid: string) =>
  authority.companyTokens.revoke(by, by.organizationId, guid, NO_ORIGIN);
const rotate = (by: Principal, guid: string, overlapMs = 0) =>
  authority.companyTokens.rotate(by, by.organizationId, guid, { overlapMs }, NO_ORIGIN);
const update = (by: Principal, guid: string, changes: object) =>
  authority.companyTokens.update(by, by.organizationId, guid, changes, NO_ORIGIN);
const listed = async (by = admin) => (await authority.companyTokens.list(by)).map(token => token.guid);

async function userStatus(id: string): Promise<string | undefined> {
  const row = await store.db.selectFrom('users').select('status').where('id', '=', id).executeTakeFirst();
  return row?.status;
}

async function auditedActions(): Promise<string[]> {
  const rows = await store.db.selectFrom('audit_log').select('action').orderBy('sequence').execute();
  return rows.map(row => row.action);
}

describe('an expiry', () => {
  it('ends the token at its very millisecond, from memory and from the database, and takes it off every list', async () => {
    const expiresAt = lab.clock.now() + 500;
    const { token, value } = await makeToken(authority, admin, { description: 'short', expiresAt });
    await authority.refresh();
    expect(await authority.verify(value)).toMatchObject({ expiresAt });
    lab.clock.advance(499);
    expect(authority.verifyCached(value)).toMatchObject({ tokenGuid: token.guid });
    lab.clock.advance(1);
    expect(authority.verifyCached(value)).toBeNull();
    authority.accessChanged();
    expect(await authority.verify(value)).toBeNull();
    expect(await listed()).toEqual([]);
    const { companyTokens } = authority;
    const window = { from: null, backwards: false, rows: 10 };
    expect(await companyTokens.page(admin, admin.organizationId, window)).toEqual([]);
    for (const act of [
      () => companyTokens.get(admin, admin.organizationId, token.guid),
      () => revoke(admin, token.guid),
      () => rotate(admin, token.guid),
      () => update(admin, token.guid, { expiresAt: null }),
    ]) {
      await expect(act()).rejects.toMatchObject({ status: 404 });
    }
  });

  it('can be set, moved and taken away, in the future only', async () => {
    const now = lab.clock.now();
    const { token, value } = await makeToken(authority, admin, { description: 'x' });
    await authority.refresh();
    await authority.verify(value);
    await update(admin, token.guid, { expiresAt: now + MINUTE });
    expect((await principalOf(authority, value)).expiresAt).toBe(now + MINUTE);
    lab.clock.advance(MINUTE - 1);
    expect((await update(admin, token.guid, { expiresAt: null })).expiresAt).toBeNull();
    lab.clock.advance(MINUTE);
    expect(await authority.verify(value)).not.toBeNull();
    for (const expiresAt of [lab.clock.now(), 0, Number.NaN, 0.5]) {
      await expect(update(admin, token.guid, { expiresAt })).rejects.toThrow(/^expires_at/);
      await expect(makeToken(authority, admin, { description: 'x', expiresAt })).rejects.toThrow(
        /^expires_at/,
      );
    }
  });
});

describe('a rotation', () => {
  it('without overlap ends the old token at once and keeps everything but the value', async () => {
    const made = await makeToken(authority, admin, {
      description: 'SIEM',
      role: 'vrm_admin',
      scopes: ['read_only'],
    });
    const next = await rotate(admin, made.token.guid);
    expect(next.value).not.toBe(made.value);
    expect(await authority.verify(made.value)).toBeNull();
    const before = made.token;
    expect(next.token).toEqual({
      ...before,
      guid: next.token.guid,
      lastFour: next.value.slice(-4),
    });
    expect(await principalOf(authority, next.value)).toMatchObject({
      userId: before.userId,
      name: 'SIEM',
      role: 'vrm_admin',
      scopes: ['read_only'],
    });
    expect(await userStatus(before.userId)).toBe('Activated');
    expect(await listed()).toEqual([next.token.guid]);
    await revoke(admin, next.token.guid);
    expect(await userStatus(before.userId)).toBe('Deactivated');
  });

  it('with overlap lets both work, and the old one no longer than it would have', async () => {
    const until = lab.clock.now() + 2 * MINUTE;
    const plain = await makeToken(authority, admin, { description: 'plain' });
    const ending = await makeToken(authority, admin, { description: 'ending', expiresAt: until });
    const a = await rotate(admin, plain.token.guid, 5 * MINUTE);
    const b = await rotate(admin, ending.token.guid, 5 * MINUTE);
    for (const { value } of [plain, ending, a, b]) expect(await authority.verify(value)).not.toBeNull();
    expect(a.token.expiresAt).toBeNull();
    expect(b.token.expiresAt).toBe(until);
    const old = await authority.companyTokens.get(admin, admin.organizationId, ending.token.guid);
    expect(old).toMatchObject({ replacedBy: b.token.guid, expiresAt: until });
    lab.clock.advance(2 * MINUTE);
    expect(await authority.verify(ending.value)).toBeNull();
    expect(await authority.verify(plain.value)).not.toBeNull();
    lab.clock.advance(3 * MINUTE);
    expect(await authority.verify(plain.value)).toBeNull();
    expect(await authority.verify(a.value)).not.toBeNull();
  });

  it('happens once to a token, also when two ask at once, and its end cannot be moved afterwards', async () => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    const results = await Promise.allSettled([
      rotate(admin, token.guid, MINUTE),
      rotate(admin, token.guid, MINUTE),
    ]);
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await listed()).toHaveLength(2);
    await expect(update(admin, token.guid, { expiresAt: null })).rejects.toMatchObject({ status: 409 });
    expect((await update(admin, token.guid, { description: 'y' })).description).toBe('y');
  });

  it('leaves the user record to the token that goes on, whichever of the two is revoked', async () => {
    const { token, value } = await makeToken(authority, admin, { description: 'x' });
    const next = await rotate(admin, token.guid, MINUTE);
    await revoke(admin, next.token.guid);
    expect(await authority.verify(value)).not.toBeNull();
    expect(await userStatus(token.userId)).toBe('Activated');
    await revoke(admin, token.guid);
    expect(await userStatus(token.userId)).toBe('Deactivated');
  });

  it.each([-1, 0.5, 604_800_001, Number.NaN])('refuses an overlap of %s ms', async overlapMs => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    await expect(rotate(admin, token.guid, overlapMs)).rejects.toThrow(/^overlap_secs/);
  });

  it('gives a token that had a life the same life again', async () => {
    const life = 10 * MINUTE;
    const { token } = await makeToken(authority, admin, {
      description: 'x',
      expiresAt: lab.clock.now() + life,
    });
    lab.clock.advance(9 * MINUTE);
    expect((await rotate(admin, token.guid)).token.expiresAt).toBe(lab.clock.now() + life);
  });
});

describe('who is below a token', () => {
  it('may revoke it, but neither replace, prolong nor approve it', async () => {
    const vrm = await principalOf(
      authority,
      (await makeToken(authority, admin, { description: 'vrm', role: 'vrm_admin' })).value,
    );
    const above = [
      await makeToken(authority, admin, { description: 'admin', role: 'customer_admin' }),
      await makeToken(authority, admin, { description: 'group', role: 'customer_group_admin' }),
      await makeToken(authority, admin, {
        description: 'key',
        role: 'customer_user',
        scopes: ['provisioning'],
      }),
    ];
    for (const { token } of above) {
      await expect(rotate(vrm, token.guid, MINUTE)).rejects.toMatchObject({ status: 403 });
      await expect(update(vrm, token.guid, { reviewed: true })).rejects.toMatchObject({ status: 403 });
      await expect(update(vrm, token.guid, { expiresAt: null })).rejects.toMatchObject({ status: 403 });
      await revoke(vrm, token.guid);
    }
    expect(await listed()).toHaveLength(1);
  });

  it('by group does not know it: another group’s token is 404 to list, read, change, replace and revoke', async () => {
    const guid = newId();
    await store.db
      .insertInto('access_groups')
      .values({
        id: guid,
        organization_id: first.organizationId,
        name: 'EMEA',
        all_companies: 0,
        is_default: 0,
        created_at: 0,
      })
      .execute();
    const maker = await makeToken(authority, admin, {
      description: 'walled',
      group: 'EMEA',
      role: 'customer_admin',
    });
    const walled = await principalOf(authority, maker.value);
    const outside = await makeToken(authority, admin, { description: 'outside' });
    for (const act of [
      () => authority.companyTokens.get(walled, walled.organizationId, outside.token.guid),
      () => revoke(walled, outside.token.guid),
      () => rotate(walled, outside.token.guid),
      () => update(walled, outside.token.guid, { description: 'mine' }),
      () => revoke(walled, newId()),
    ]) {
      await expect(act()).rejects.toMatchObject({
        status: 404,
        detail: 'There is no company API token with this guid.',
      });
    }
    expect((await rotate(walled, maker.token.guid)).token.group.name).toBe('EMEA');
    expect((await makeToken(authority, walled, { description: 'child' })).token.group.name).toBe('EMEA');
    expect(await authority.companyTokens.groups(walled, walled.organizationId)).toEqual([
      { guid, name: 'EMEA' },
    ]);
    expect(
      (await authority.companyTokens.groups(admin, admin.organizationId)).map(group => group.name),
    ).toEqual(['All Companies', 'EMEA']);
    for (const group of await authority.companyTokens.list(walled)) expect(group.group.guid).toBe(guid);
  });
});

describe('another organization', () => {
  it('is reached with the scope provisioning alone, and its tokens provision nothing', async () => {
    const [other, group] = [newId(), newId()];
    await store.db
      .insertInto('organizations')
      .values({ id: other, name: 'Other', identifier: null, is_owner: 0, created_at: 0, deleted_at: null })
      .execute();
    await store.db
      .insertInto('access_groups')
      .values({
        id: group,
        organization_id: other,
        name: 'Everyone',
        all_companies: 1,
        is_default: 1,
        created_at: 0,
      })
      .execute();
    const create = (by: Principal, scopes: string[]) =>
      authority.companyTokens.create(
        by,
        other,
        { description: 'tenant', role: 'customer_user', scopes },
        NO_ORIGIN,
      );
    await expect(create(admin, [])).rejects.toMatchObject({ status: 404 });
    const provisioner: Principal = { ...admin, scopes: ['provisioning'] };
    await expect(create(provisioner, ['provisioning'])).rejects.toThrow(/^scopes/);
    const { token, value } = await create(provisioner, ['read_only']);
    expect(token.group).toEqual({ guid: group, name: 'Everyone' });
    expect(await principalOf(authority, value)).toMatchObject({
      organizationId: other,
      isOwnerOrganization: false,
    });
    await expect(
      authority.companyTokens.create(provisioner, newId(), { description: 'x' }, NO_ORIGIN),
    ).rejects.toThrow();
    await expect(authority.companyTokens.revoke(admin, other, token.guid, NO_ORIGIN)).rejects.toMatchObject({
      status: 404,
    });
    await authority.companyTokens.revoke(provisioner, other, token.guid, NO_ORIGIN);
    expect(await authority.verify(value)).toBeNull();
  });
});

describe('two Admins at once', () => {
  it('both get their token; of two user tokens one is left', async () => {
    const made = await Promise.all([
      makeToken(authority, admin, { description: 'a' }),
      makeToken(authority, admin, { description: 'b' }),
    ]);
    for (const { value } of made) expect(await authority.verify(value)).not.toBeNull();
    expect(await listed()).toHaveLength(2);
  });
});

describe('the audit log', () => {
  it('tells of everything that happened to a token, by whom, and never its value', async () => {
    const origin = { address: '192.0.2.7', client: 'curl/8' };
    const { companyTokens, userTokens } = authority;
    const organizationId = admin.organizationId;
    const a = await companyTokens.create(admin, organizationId, { description: 'a' }, origin);
    await companyTokens.update(admin, organizationId, a.token.guid, { description: 'b' }, origin);
    const b = await companyTokens.rotate(admin, organizationId, a.token.guid, { overlapMs: 0 }, origin);
    await companyTokens.revoke(admin, organizationId, b.token.guid, origin);
    const own = await userTokens.generate(admin, admin.userId, origin);
    await userTokens.reveal(admin, admin.userId, origin);
    expect(await auditedActions()).toEqual([
      'token.created', // of the first start
      'token.created',
      'token.updated',
      'token.rotated',
      'token.revoked',
      'token.rotated',
      'token.revealed',
    ]);
    const rows = await store.db.selectFrom('audit_log').selectAll().where('sequence', '>', 1).execute();
    for (const row of rows) {
      expect(row).toMatchObject({
        actor_kind: 'user_token',
        actor_id: admin.userId,
        address: '192.0.2.7',
        client: 'curl/8',
        target_kind: 'token',
      });
    }
    const text = JSON.stringify(rows);
    for (const { value } of [a, b, own]) expect(text).not.toContain(value.slice(4, 34));
  });

  it('has no row for what was refused or rolled back', async () => {
    const before = (await auditedActions()).length;
    await expect(makeToken(authority, admin, { description: '' })).rejects.toThrow();
    await expect(makeToken(authority, admin, { description: 'x', group: 'none' })).rejects.toThrow();
    await expect(revoke(admin, newId())).rejects.toThrow();
    expect(await auditedActions()).toHaveLength(before);
  });
});

describe('verification', () => {
  it('of a token verified lately makes no query, also after tokens were made', async () => {
    let queries = 0;
    const counted: Store = {
      ...store,
      db: store.db.withPlugin({
        transformQuery: ({ node }) => {
          queries += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      }),
    };
    const watching = lab.authorityOver(counted);
    await watching.refresh();
    await watching.verify(first.userToken);
    const { token, value } = await makeToken(authority, admin, { description: 'new' });
    await watching.refresh();
    const before = queries;
    for (let n = 0; n < 50; n += 1) expect(await watching.verify(first.userToken)).not.toBeNull();
    expect(queries).toBe(before);
    await watching.verify(value);
    expect(queries).toBeGreaterThan(before);
    await revoke(admin, token.guid);
    await watching.refresh();
    expect(await watching.verify(value)).toBeNull();
  });
});

describe('a user token', () => {
  it('is made, shown and described for its owner alone, or the operator', async () => {
    const stranger: Principal = { ...admin, userId: newId() };
    const { userTokens } = authority;
    for (const act of [
      () => userTokens.reveal(stranger, first.userId, NO_ORIGIN),
      () => userTokens.generate(stranger, first.userId, NO_ORIGIN),
      () => userTokens.describe(stranger, first.userId),
    ]) {
      await expect(act()).rejects.toMatchObject({ status: 403 });
    }
    const reader: Principal = { ...admin, scopes: ['read_only'] };
    await expect(userTokens.reveal(reader, first.userId, NO_ORIGIN)).rejects.toMatchObject({ status: 403 });
    const operator: Principal = { ...stranger, via: 'operator' };
    expect(await userTokens.reveal(operator, first.userId, NO_ORIGIN)).toBe(first.userToken);
    expect(await userTokens.describe(admin, first.userId)).toMatchObject({
      lastFour: first.userToken.slice(-4),
      requestCount: 0,
      lastUsedAt: null,
    });
  });
});
