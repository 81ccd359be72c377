/** tokens.md, the error table: a token seen in a URL or over plain HTTP is recorded, and revoked where that is the setting. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExposedTokens } from '../../src/access/exposed-tokens.ts';
import type { FirstAdmin } from '../../src/access/first-start.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { newTokenValue } from '../../src/access/token-format.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, makeToken, principalOf } from './lab.ts';

let lab: AccessLab;
let store: Store;
let authority: TokenAuthority;
let first: FirstAdmin;
let admin: Principal;
const origin = { address: '192.0.2.3', client: 'curl/8' };
beforeEach(async () => {
  lab = new AccessLab();
  ({ store, authority } = await lab.node());
  first = await lab.firstStart({ store, authority });
  admin = await principalOf(authority, first.userToken);
});
afterEach(() => lab.close());

function exposed(revoke: boolean): ExposedTokens {
  return new ExposedTokens({ authority, store, audit: lab.audit, clock: lab.clock, revoke });
}

function rows() {
  return store.db
    .selectFrom('audit_log')
    .select(['action', 'count', 'after', 'target_id', 'address'])
    .where('action', 'in', ['token.exposed', 'token.revoked'])
    .orderBy('sequence')
    .execute();
}

describe('an exposed token', () => {
  it('is recorded once a minute, with how often it was seen', async () => {
    const { token, value } = await makeToken(authority, admin, { description: 'x' });
    const log = exposed(false);
    const see = (where: 'url' | 'plain_http') => log.record({ token: value, where, origin });
    expect(await see('url')).toMatchObject({ tokenGuid: token.guid });
    for (let n = 0; n < 20; n += 1) expect(await see('plain_http')).toBeNull();
    lab.clock.advance(60_000);
    await see('plain_http');
    expect(await rows()).toEqual([
      {
        action: 'token.exposed',
        count: 1,
        after: '{"where":"url"}',
        target_id: token.guid,
        address: '192.0.2.3',
      },
      {
        action: 'token.exposed',
        count: 21,
        after: '{"where":"plain_http"}',
        target_id: token.guid,
        address: '192.0.2.3',
      },
    ]);
    expect(await authority.verify(value)).not.toBeNull();
  });

  it('is not recorded when it is no live token', async () => {
    for (const token of [newTokenValue('company'), 'nothing', '']) {
      expect(await exposed(true).record({ token, where: 'url', origin })).toBeNull();
    }
    expect(await rows()).toEqual([]);
  });

  it.each(['company', 'user'] as const)(
    'is ended at once where that is the setting: a %s token',
    async kind => {
      const made = await makeToken(authority, admin, { description: 'x' });
      const value = kind === 'user' ? first.userToken : made.value;
      authority.start();
      await authority.verify(value);
      await exposed(true).record({ token: value, where: 'plain_http', origin });
      expect(await authority.verify(value)).toBeNull();
      expect((await rows()).map(row => row.action)).toEqual(['token.exposed', 'token.revoked']);
      authority.stop();
    },
  );

  it('is recorded by the next exposure when the database failed at the first', async () => {
    const { value } = await makeToken(authority, admin, { description: 'x' });
    let isBroken = true;
    const failing: Store = {
      ...store,
      write: work => (isBroken ? Promise.reject(new Error('disk full')) : store.write(work)),
    };
    const log = new ExposedTokens({
      ...{ authority, store: failing, audit: lab.audit, clock: lab.clock },
      revoke: false,
    });
    await expect(log.record({ token: value, where: 'url', origin })).rejects.toThrow('disk full');
    isBroken = false;
    expect(await log.record({ token: value, where: 'url', origin })).not.toBeNull();
  });
});
