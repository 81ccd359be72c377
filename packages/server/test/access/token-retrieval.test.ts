/** tokens.md, "Wire contract": a mailed link hands a token's value out once, and nothing in the database opens it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import type { RetrievalRequest } from '../../src/access/token-retrieval.ts';
import type { TokenServices } from '../../src/access/token-services.ts';
import type { Store } from '../../src/store/store.ts';
import { accountServices } from '../support/account-services.ts';
import { TestMailer } from '../support/accounts.ts';
import { AccessLab, principalOf } from './lab.ts';

const DAY = 86_400_000;
const NOT_FOUND = {
  status: 404,
  detail: 'This link is not valid, or was used already. Ask for a new token.',
};

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let admin: Principal;
let mailer: TestMailer;
let tokens: TokenServices;
beforeEach(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  const first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
  mailer = new TestMailer(true);
  const { vault, audit, clock } = lab;
  ({ tokens } = accountServices({ store, vault, audit, clock, authority }, undefined, { mailer }));
});
afterEach(() => lab.close());

/** Makes a token and reads the link in the mail. */
async function mailed(email = 'Ada@Example.com') {
  const asked = { description: 'mailed', email };
  const { token, value } = await tokens.retrieval.createMailed(admin, admin.organizationId, asked, NO_ORIGIN);
  const mail = mailer.mails.at(-1);
  const link = /^https:\/\/sightline\.example\/retrieve-token#(\S+)$/m.exec(mail?.text ?? '');
  const parameters = new URLSearchParams(link?.[1] ?? '');
  const request: RetrievalRequest = {
    email,
    userGuid: parameters.get('user_guid') ?? '',
    authToken: parameters.get('auth_token') ?? '',
  };
  return { token, value, request, mail };
}

const redeem = (request: RetrievalRequest) => tokens.retrieval.redeem(request, NO_ORIGIN);
const waiting = () => store.db.selectFrom('token_retrievals').selectAll().execute();

async function actions(): Promise<string[]> {
  const rows = await store.db.selectFrom('audit_log').select('action').orderBy('sequence').execute();
  return rows.map(row => row.action).slice(1);
}

describe('a mailed link', () => {
  it('gives the value once, to who has link and address, whatever its capitals', async () => {
    const { token, value, request, mail } = await mailed();
    expect(mail?.to).toBe('Ada@Example.com');
    expect(mail?.text).not.toContain(value);
    expect(request.userGuid).toBe(token.userId);
    expect(await redeem({ ...request, email: ' ada@example.COM ' })).toBe(value);
    expect(await principalOf(authority, value)).toMatchObject({ tokenGuid: token.guid });
    await expect(redeem(request)).rejects.toMatchObject(NOT_FOUND);
    expect(await waiting()).toEqual([]);
    await tokens.witnesses.failures.flush();
    expect(await actions()).toEqual([
      'token.created',
      'token.retrieval_mailed',
      'token.retrieved',
      'token.retrieval_failed',
    ]);
  });

  it('leaves neither the value nor its own secret in the database, and nothing there opens the value', async () => {
    const { value, request } = await mailed();
    const tables = ['api_tokens', 'users', 'token_retrievals', 'audit_log'] as const;
    const rows = await Promise.all(tables.map(table => store.db.selectFrom(table).selectAll().execute()));
    const dump = JSON.stringify(rows);
    expect(dump).not.toContain(value.slice(0, 36));
    expect(dump).not.toContain(request.authToken);
    const [row] = await waiting();
    expect(() => lab.vault.unseal(row?.sealed_value ?? '', `api-token:${row?.token_id}`)).toThrow();
  });

  it('is redeemed once when two ask at once', async () => {
    const { request } = await mailed();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => redeem(request)));
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('fails in one and the same way for every wrong value', async () => {
    const { request, value } = await mailed();
    const other = await mailed('bob@example.com');
    for (const wrong of [
      { ...request, email: 'eve@example.com' },
      { ...request, authToken: other.request.authToken },
      { ...request, authToken: '' },
      { ...request, userGuid: 'nothing' },
    ]) {
      await expect(redeem(wrong)).rejects.toMatchObject(NOT_FOUND);
    }
    expect(await redeem(request)).toBe(value);
  });

  it('is gone after five wrong tries, and its token with it, for nobody has the value', async () => {
    const { request, token, value } = await mailed();
    for (let n = 0; n < 5; n += 1) {
      await expect(redeem({ ...request, authToken: 'wrong' })).rejects.toMatchObject(NOT_FOUND);
    }
    await expect(redeem(request)).rejects.toMatchObject(NOT_FOUND);
    expect(await waiting()).toEqual([]);
    expect(await authority.verify(value)).toBeNull();
    expect((await authority.companyTokens.list(admin)).map(each => each.guid)).not.toContain(token.guid);
  });

  it('is gone after a day, whether anyone tries or not', async () => {
    const tried = await mailed();
    const untouched = await mailed();
    lab.clock.advance(DAY - 1);
    await tokens.upkeep.run();
    expect(await waiting()).toHaveLength(2);
    lab.clock.advance(1);
    await expect(redeem(tried.request)).rejects.toMatchObject(NOT_FOUND);
    await tokens.upkeep.run();
    expect(await waiting()).toEqual([]);
    for (const { value } of [tried, untouched]) expect(await authority.verify(value)).toBeNull();
  });

  it('is gone with its token', async () => {
    const { request, token } = await mailed();
    await authority.companyTokens.revoke(admin, admin.organizationId, token.guid, NO_ORIGIN);
    expect(await waiting()).toEqual([]);
    await expect(redeem(request)).rejects.toMatchObject(NOT_FOUND);
  });

  it('that cannot be mailed leaves no token behind', async () => {
    mailer.isFailing = true;
    await expect(mailed()).rejects.toThrow('on fire');
    expect(await authority.companyTokens.list(admin)).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('is not mailed for a request that would be refused, nor to what is no address', async () => {
    const { retrieval } = tokens;
    for (const asked of [
      { description: '', email: 'a@example.com' },
      { description: 'x', group: 'none', email: 'a@example.com' },
      { description: 'x', email: 'a@example.com\r\nBcc: b@example.com' },
      { description: 'x', email: 'a@example.com, b@example.com' },
    ]) {
      await expect(
        retrieval.createMailed(admin, admin.organizationId, asked, NO_ORIGIN),
      ).rejects.toMatchObject({ code: 'INVALID' });
    }
    expect(mailer.mails).toEqual([]);
  });

  it('is tried a limited number of times from one address', async () => {
    const origin = { address: '192.0.2.9', client: null };
    const wrong = { email: 'a@b.c', userGuid: 'x', authToken: 'y' };
    const statuses: unknown[] = [];
    for (let n = 0; n < 12; n += 1) {
      await tokens.retrieval.redeem(wrong, origin).catch((error: { status: number }) => {
        statuses.push(error.status);
      });
    }
    expect(statuses).toEqual([...Array(10).fill(404), 429, 429]);
    const { request, value } = await mailed();
    expect(await redeem(request)).toBe(value);
  });
});

describe('upkeep', () => {
  it('ends the user record of a token that expired, once, and leaves a record that another token speaks through', async () => {
    const create = (description: string, expiresAt: number | null) =>
      authority.companyTokens.create(admin, admin.organizationId, { description, expiresAt }, NO_ORIGIN);
    const expired = await create('expired', lab.clock.now() + 1_000);
    const rotated = await create('rotated', null);
    await authority.companyTokens.rotate(
      admin,
      admin.organizationId,
      rotated.token.guid,
      { overlapMs: 1_000 },
      NO_ORIGIN,
    );
    const status = async (id: string) =>
      (await store.db.selectFrom('users').select('status').where('id', '=', id).executeTakeFirst())?.status;
    await tokens.upkeep.run();
    expect(await status(expired.token.userId)).toBe('Activated');
    lab.clock.advance(1_000);
    await tokens.upkeep.run();
    await tokens.upkeep.run();
    expect(await status(expired.token.userId)).toBe('Deactivated');
    expect(await status(rotated.token.userId)).toBe('Activated');
    expect((await actions()).filter(action => action === 'token.revoked')).toHaveLength(2);
  });
});
