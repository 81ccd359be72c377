/** tokens.md, "Kinds": what is kept of a token, who it speaks for, and how fast a revocation holds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { FirstAdmin } from '../../src/access/first-start.ts';
import { presetCompanyToken } from '../../src/access/preset-token.ts';
import type { Principal } from '../../src/access/principal.ts';
import { bumpAccessVersion } from '../../src/access/repository.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { newTokenValue } from '../../src/access/token-format.ts';
import { VerifiedTokens } from '../../src/access/verified-tokens.ts';
import { newId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, makeToken, principalOf } from './lab.ts';

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

describe('a company token', () => {
  it('leaves its hash and last four characters behind, and nothing else', async () => {
    const { token, value } = await makeToken(authority, admin, { description: 'SIEM' });
    const tables = ['api_tokens', 'users', 'meta', 'access_version'] as const;
    const rows = await Promise.all(tables.map(table => store.db.selectFrom(table).selectAll().execute()));
    const dump = JSON.stringify(rows);
    expect(dump).not.toContain(value.slice(0, 36));
    expect(dump).not.toContain(value.slice(4, 34));
    const row = rows[0]?.find(each => 'token_hash' in each && each.id === token.guid);
    expect(row).toMatchObject({
      last_four: value.slice(-4),
      sealed_value: null,
      kind: 'company',
      user_id: token.userId,
    });
  });

  it('speaks through a user record of its own', async () => {
    const { token, value } = await makeToken(authority, admin, {
      description: 'SIEM',
      role: 'customer_user',
    });
    expect(await principalOf(authority, value)).toEqual({
      organizationId: first.organizationId,
      userId: token.userId,
      name: 'SIEM',
      tokenGuid: token.guid,
      via: 'company_token',
      sessionId: null,
      expiresAt: null,
      role: 'customer_user',
      scopes: [],
      isOwnerOrganization: true,
      group: admin.group,
    });
    const user = await store.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', token.userId)
      .executeTakeFirst();
    expect(user).toMatchObject({
      is_company_api_token: 1,
      status: 'Activated',
      formal_name: 'SIEM',
      email: '',
    });
  });

  it('survives its creator, whose user token ends', async () => {
    const { value } = await makeToken(authority, admin, { description: 'SIEM' });
    await store.write(async transaction => {
      await transaction
        .updateTable('users')
        .set({ status: 'Deactivated' })
        .where('id', '=', first.userId)
        .execute();
      await bumpAccessVersion(transaction);
    });
    expect(await authority.verify(first.userToken)).toBeNull();
    expect(await authority.verify(value)).not.toBeNull();
  });

  it('cannot be above its creator, or carry a scope its creator may not give', async () => {
    const made = await makeToken(authority, admin, { description: 'VRM', role: 'vrm_admin' });
    const vrm = await principalOf(authority, made.value);
    for (const role of ['customer_admin', 'customer_group_admin'] as const) {
      await expect(makeToken(authority, vrm, { description: 'x', role })).rejects.toThrow(/^role/);
    }
    await expect(makeToken(authority, vrm, { description: 'x', scopes: ['provisioning'] })).rejects.toThrow(
      /^scopes/,
    );
    await expect(makeToken(authority, admin, { description: 'x', scopes: ['root'] })).rejects.toThrow(
      /^scopes/,
    );
    const key = await makeToken(authority, admin, {
      description: 'x',
      scopes: ['provisioning', 'provisioning'],
    });
    expect((await principalOf(authority, key.value)).scopes).toEqual(['provisioning']);
  });

  it('ends with its organization, and cannot be seen or revoked from another one', async () => {
    const made = await makeToken(authority, admin, { description: 'SIEM' });
    const stranger: Principal = { ...admin, organizationId: newId() };
    expect(await authority.companyTokens.list(stranger)).toEqual([]);
    await expect(
      authority.companyTokens.revoke(stranger, stranger.organizationId, made.token.guid, NO_ORIGIN),
    ).rejects.toMatchObject({
      status: 404,
    });
    await store.write(async transaction => {
      await transaction.updateTable('organizations').set({ deleted_at: 1 }).execute();
      await bumpAccessVersion(transaction);
    });
    expect(await authority.verify(made.value)).toBeNull();
  });

  it('stays within the group of a principal that has a narrower one', async () => {
    const emea = { guid: newId(), name: 'EMEA', allCompanies: false };
    await store.db
      .insertInto('access_groups')
      .values({
        id: emea.guid,
        organization_id: first.organizationId,
        name: emea.name,
        all_companies: 0,
        is_default: 0,
        created_at: 0,
      })
      .execute();
    const outside = await makeToken(authority, admin, { description: 'outside' });
    const walled: Principal = { ...admin, group: { ...emea, companies: new Set() } };
    const own = await makeToken(authority, walled, { description: 'own' });
    expect(own.token.group.name).toBe('EMEA');
    for (const group of ['All Companies', 'APAC']) {
      await expect(makeToken(authority, walled, { description: 'x', group })).rejects.toThrow(
        'group is not the name of an access control group that you can use.',
      );
    }
    expect((await authority.companyTokens.list(walled)).map(token => token.guid)).toEqual([own.token.guid]);
    await expect(
      authority.companyTokens.revoke(walled, walled.organizationId, outside.token.guid, NO_ORIGIN),
    ).rejects.toMatchObject({
      status: 404,
    });
    expect(await authority.companyTokens.list(admin)).toHaveLength(2);
  });
});

describe('a user token', () => {
  it('can be seen again by its owner, and is replaced by a new one', async () => {
    expect(await authority.userTokens.valueAtStart(first.userId)).toBe(first.userToken);
    authority.start();
    expect(await authority.verify(first.userToken)).not.toBeNull();
    const next = (await authority.userTokens.generate(admin, first.userId, NO_ORIGIN)).value;
    expect(next).toMatch(/^slu_/);
    expect(await authority.verify(first.userToken)).toBeNull();
    expect(await authority.verify(next)).not.toBeNull();
    expect(await authority.userTokens.valueAtStart(first.userId)).toBe(next);
    expect(await authority.userTokens.valueAtStart(newId())).toBeNull();
    authority.stop();
  });

  it('is one for each user, also when ten are generated at once', async () => {
    const values = await Promise.all(
      Array.from(
        { length: 10 },
        async () => (await authority.userTokens.generate(admin, first.userId, NO_ORIGIN)).value,
      ),
    );
    const live = await Promise.all(values.map(value => authority.verify(value)));
    expect(live.filter(principal => principal !== null)).toHaveLength(1);
  });

  it('is for people: a company token has none beside itself', async () => {
    const { token, value } = await makeToken(authority, admin, { description: 'SIEM' });
    const own = await principalOf(authority, value);
    await expect(authority.userTokens.generate(own, token.userId, NO_ORIGIN)).rejects.toMatchObject({
      status: 404,
    });
  });

  it('is sealed for its own row', async () => {
    const rows = await store.db.selectFrom('api_tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(first.userToken.slice(4, 34));
    await store.db.updateTable('api_tokens').set({ id: newId() }).execute();
    await expect(authority.userTokens.valueAtStart(first.userId)).rejects.toThrow(/altered or moved/);
  });
});

describe('a preset token', () => {
  const parts = () => ({ store, audit: lab.audit, clock: lab.clock, newId });
  const preset = (value: string) => ({
    value,
    description: 'sandbox',
    organizationId: first.organizationId,
    creatorUserId: first.userId,
  });

  it('is made once, with its creator’s role, whatever its characters', async () => {
    const value = `${'sandbox-token/'.repeat(2)}${'!'.repeat(12)}`;
    const { guid } = await presetCompanyToken(parts(), preset(value));
    expect(await presetCompanyToken(parts(), preset(value))).toEqual({ guid });
    expect(await principalOf(authority, value)).toMatchObject({ role: 'customer_admin', tokenGuid: guid });
    expect(await authority.companyTokens.list(admin)).toHaveLength(1);
  });

  it('is refused when it cannot be a token, was revoked, or is another organization’s', async () => {
    for (const wrong of [
      'short',
      'x'.repeat(41),
      `${'x'.repeat(39)}:`,
      `${'x'.repeat(39)}é`,
      `slc_${'0'.repeat(36)}`,
    ]) {
      await expect(presetCompanyToken(parts(), preset(wrong)), wrong).rejects.toThrow(/40 printable ASCII/);
    }
    const value = 'y'.repeat(40);
    const { guid } = await presetCompanyToken(parts(), preset(value));
    await authority.companyTokens.revoke(admin, admin.organizationId, guid, NO_ORIGIN);
    await expect(presetCompanyToken(parts(), preset(value))).rejects.toThrow(/revoked/);
    await expect(
      presetCompanyToken(parts(), { ...preset('z'.repeat(40)), organizationId: newId() }),
    ).rejects.toThrow(/organization/);
  });
});

describe('verification', () => {
  it('refuses what cannot be a token without a look-up', async () => {
    await store.close();
    for (const value of ['', 'x', `slu_${'0'.repeat(36)}`, first.userToken.slice(1), `${first.userToken} `]) {
      expect(await authority.verify(value)).toBeNull();
    }
    await expect(authority.verify(newTokenValue('company'))).rejects.toMatchObject({ status: 503 });
  });

  it('answers from memory between polls, and from the database when it has not polled for a second', async () => {
    await authority.refresh();
    expect(authority.verifyCached(first.userToken)).toBeUndefined();
    const principal = await authority.verify(first.userToken);
    expect(authority.verifyCached(first.userToken)).toBe(principal);
    lab.clock.advance(999);
    expect(authority.verifyCached(first.userToken)).toBe(principal);
    lab.clock.advance(1);
    expect(authority.verifyCached(first.userToken)).toBeUndefined();
    await authority.refresh();
    expect(authority.verifyCached(first.userToken)).toBe(principal);
    lab.clock.advance(-60_000);
    expect(authority.verifyCached(first.userToken)).toBeUndefined();
  });

  it('says 503 and never answers from memory when the database is gone for a second', async () => {
    await authority.refresh();
    await authority.verify(first.userToken);
    await store.close();
    expect(await authority.refresh()).toBe(false);
    lab.clock.advance(1_000);
    await expect(authority.verify(first.userToken)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
    });
  });

  it('does not put back a token that was revoked while its look-up ran', async () => {
    await authority.refresh();
    const { token, value } = await makeToken(authority, admin, { description: 'slow' });
    await authority.refresh();
    const lookUps = Array.from({ length: 20 }, () => authority.verify(value));
    await authority.companyTokens.revoke(admin, admin.organizationId, token.guid, NO_ORIGIN);
    await Promise.all(lookUps);
    expect(authority.verifyCached(value)).toBeUndefined();
    expect(await authority.verify(value)).toBeNull();
  });

  it('remembers a bounded number of tokens, the least used forgotten first, and no unknown ones', async () => {
    const verified = new VerifiedTokens(3);
    for (const hash of ['a', 'b', 'c']) verified.remember(hash, admin, verified.generation);
    verified.get('a');
    verified.remember('d', admin, verified.generation);
    expect(verified.size).toBe(3);
    expect(verified.get('b')).toBeUndefined();
    expect(verified.get('a')).toBe(admin);
    const before = verified.generation;
    verified.forgetAll();
    verified.remember('e', admin, before);
    expect(verified.size).toBe(0);
  });
});

describe('a revocation or change', () => {
  it('holds on another node as soon as that has polled, whatever changed', async () => {
    const other = await lab.node();
    const { token, value } = await makeToken(authority, admin, { description: 'SIEM' });
    await other.authority.refresh();
    await other.authority.verify(value);
    expect(other.authority.verifyCached(value)).not.toBeUndefined();
    await authority.companyTokens.revoke(admin, admin.organizationId, token.guid, NO_ORIGIN);
    await other.authority.refresh();
    expect(other.authority.verifyCached(value)).toBeUndefined();
    expect(await other.authority.verify(value)).toBeNull();
  });

  it('of a role holds at once for who is told, and gives the token the rights its user has now', async () => {
    await authority.refresh();
    await authority.verify(first.userToken);
    await store.write(async transaction => {
      await transaction.updateTable('users').set({ role: 'customer_user' }).execute();
      await bumpAccessVersion(transaction);
    });
    authority.accessChanged();
    expect((await principalOf(authority, first.userToken)).role).toBe('customer_user');
  });

  it('holds on another node after a second even when it could not poll', async () => {
    const other = await lab.node();
    const { token, value } = await makeToken(authority, admin, { description: 'SIEM' });
    await other.authority.refresh();
    await other.authority.verify(value);
    await authority.companyTokens.revoke(admin, admin.organizationId, token.guid, NO_ORIGIN);
    lab.clock.advance(1_000);
    expect(await other.authority.verify(value)).toBeNull();
  });

  const changes: readonly [string, (guid: string, userId: string) => Promise<unknown>, string][] = [
    [
      'revocation',
      guid => authority.companyTokens.revoke(admin, admin.organizationId, guid, NO_ORIGIN),
      'refused',
    ],
    [
      'rotation',
      guid => authority.companyTokens.rotate(admin, admin.organizationId, guid, { overlapMs: 0 }, NO_ORIGIN),
      'refused',
    ],
    [
      'expiry',
      // The other process lives in the present, which is long after the time of this one.
      guid =>
        authority.companyTokens.update(
          admin,
          admin.organizationId,
          guid,
          { expiresAt: lab.clock.now() + 60_000 },
          NO_ORIGIN,
        ),
      'refused',
    ],
    [
      'change of group',
      (_guid, userId) =>
        store.write(async transaction => {
          const group = {
            id: newId(),
            organization_id: first.organizationId,
            name: 'EMEA',
            all_companies: 0 as const,
            is_default: 0 as const,
            created_at: 0,
          };
          await transaction.insertInto('access_groups').values(group).execute();
          await transaction
            .updateTable('users')
            .set({ group_id: group.id })
            .where('id', '=', userId)
            .execute();
          await bumpAccessVersion(transaction);
        }),
      'EMEA',
    ],
  ];
  it.each(changes)('by %s holds in a second process within one second', async (_, change, expected) => {
    const { token, value } = await makeToken(authority, admin, { description: 'SIEM' });
    const script = fileURLToPath(new URL('./other-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, lab.dataDir, lab.databasePath, value], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    try {
      expect(await once(lines, 'line')).toEqual(['live']);
      const changed = once(lines, 'line');
      await change(token.guid, token.userId);
      const changedAt = performance.now();
      expect(await changed).toEqual([expected]);
      expect(performance.now() - changedAt).toBeLessThan(1_000);
      await once(child, 'exit');
    } finally {
      child.kill();
    }
  });
});
