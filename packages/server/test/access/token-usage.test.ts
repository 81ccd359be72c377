/** tokens.md, "Kinds": last use and counts are buffered, and never delay or fail a request. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { TokenUsage } from '../../src/access/token-usage.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, makeToken, principalOf } from './lab.ts';

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let admin: Principal;
let usage: TokenUsage;
const origin = { address: '192.0.2.1', client: 'curl/8' };
beforeEach(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  const first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
  usage = new TokenUsage({ store, clock: lab.clock });
});
afterEach(() => lab.close());

async function seen(guid: string) {
  const token = (await authority.companyTokens.list(admin)).find(each => each.guid === guid);
  return [token?.requestCount, token?.lastUsedAt, token?.lastUsedAddress, token?.lastUsedClient];
}

describe('the use of a token', () => {
  it('is written on a flush, adds up over flushes, and tells of the last request', async () => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    for (let n = 0; n < 3; n += 1) usage.record({}, token.guid, origin);
    expect(await seen(token.guid)).toEqual([0, null, null, null]);
    await usage.flush();
    expect(await seen(token.guid)).toEqual([3, lab.clock.now(), '192.0.2.1', 'curl/8']);
    lab.clock.advance(1_000);
    usage.record({}, token.guid, { address: '::1', client: `é${'x'.repeat(300)}` });
    await usage.stop();
    expect(await seen(token.guid)).toEqual([4, lab.clock.now(), '::1', `é${'x'.repeat(199)}`]);
  });

  it('counts a request once, however often a stream proves its token', async () => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    const request = {};
    for (let n = 0; n < 5; n += 1) usage.record(request, token.guid, origin);
    await usage.flush();
    expect((await seen(token.guid))[0]).toBe(1);
  });

  it('is kept while the database cannot be written, and written afterwards', async () => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    let isBroken = true;
    const failures: unknown[] = [];
    const failing: Store = {
      ...store,
      write: work => (isBroken ? Promise.reject(new Error('disk full')) : store.write(work)),
    };
    const careful = new TokenUsage({
      store: failing,
      clock: lab.clock,
      onFailure: error => failures.push(error),
    });
    careful.record({}, token.guid, origin);
    await careful.flush();
    careful.record({}, token.guid, origin);
    await careful.flush();
    expect(failures).toHaveLength(2);
    isBroken = false;
    await careful.flush();
    expect((await seen(token.guid))[0]).toBe(2);
  });

  it('takes bounded memory: tokens beyond the limit are not counted', async () => {
    const made = [];
    for (const description of ['a', 'b', 'c']) made.push(await makeToken(authority, admin, { description }));
    const small = new TokenUsage({ store, clock: lab.clock, maxTokens: 2 });
    for (const { token } of made) for (let n = 0; n < 2; n += 1) small.record({}, token.guid, origin);
    await small.flush();
    const counts = await Promise.all(made.map(async ({ token }) => (await seen(token.guid))[0]));
    expect(counts).toEqual([2, 2, 0]);
  });

  it('of more tokens than one statement takes is written whole', async () => {
    const { token } = await makeToken(authority, admin, { description: 'x' });
    const row = await store.db
      .selectFrom('api_tokens')
      .selectAll()
      .where('id', '=', token.guid)
      .executeTakeFirstOrThrow();
    const ids = Array.from({ length: 450 }, (_, n) => `t${n}`);
    for (const id of ids) {
      await store.db
        .insertInto('api_tokens')
        .values({ ...row, id, token_hash: id })
        .execute();
      usage.record({}, id, origin);
    }
    await usage.flush();
    expect(await store.db.selectFrom('api_token_usage').selectAll().execute()).toHaveLength(450);
  });
});
