/** Tokens on Bitsight through a connection: against the sandbox as it is, and against a stand-in that fails. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { type Sandbox, startSandbox } from '../../src/app.ts';
import { readSandboxSettings } from '../../src/config.ts';
import { findHeldToken, type UpstreamToken } from '../../src/connections/upstream-tokens-view.ts';
import { createLogger } from '../../src/log.ts';
import { ADMIN, RotationLab } from './rotation-lab.ts';
import { REFUSAL_WORDS, startTokenUpstream, type TokenUpstream } from './token-upstream.ts';

describe('over the sandbox', () => {
  const PRESET = 'preset-company-token-of-the-sandbox-0001';
  let dataDir: string;
  let sandbox: Sandbox;
  let lab: RotationLab;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sightline-upstream-tokens-'));
    const flags = { port: 0, httpPort: 0, companies: 3, findingsPerCompany: 1, token: PRESET };
    const settings = { ...readSandboxSettings({ flags, env: {} }), dataDir };
    sandbox = await startSandbox(settings, { logger: createLogger({ level: 'silent' }) });
    const ca = readFileSync(String(sandbox.at.caFile), 'utf8');
    lab = await RotationLab.start({ host: new URL(sandbox.at.baseUrl).host, ca });
  });
  afterAll(async () => {
    await lab.close();
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('tokens are listed, made and revoked, the own one is marked and kept, and it is rotated', async () => {
    const path = await lab.connect(PRESET, { identifier: 'Sandbox' });
    const made = await lab.tokens.create(ADMIN, path, { description: 'GRC', group: null }, NO_ORIGIN);
    expect(await sandbox.authority.verify(made.value)).not.toBeNull();
    expect(made.token.token).toBe(`*****${made.value.slice(-4)}`);

    const listed = await lab.tokens.list(ADMIN, path);
    expect(listed.map(token => [token.description, token.is_own])).toEqual([
      ['Preset by --token', true],
      ['GRC', false],
    ]);
    expect(JSON.stringify(listed)).not.toContain(made.value);

    const own = listed.find(token => token.is_own)?.guid ?? '';
    await expect(lab.tokens.revoke(ADMIN, path, own, NO_ORIGIN)).rejects.toMatchObject({ code: 'CONFLICT' });
    await lab.tokens.revoke(ADMIN, path, made.token.guid, NO_ORIGIN);
    expect(await sandbox.authority.verify(made.value)).toBeNull();
    await expect(lab.tokens.revoke(ADMIN, path, made.token.guid, NO_ORIGIN)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });

    expect(await lab.rotations.rotate(ADMIN, path, NO_ORIGIN)).toMatchObject({ state: 'done', leftover: [] });
    expect(await sandbox.authority.verify(PRESET)).toBeNull();
    expect(await sandbox.authority.verify(await lab.storedToken(path))).not.toBeNull();
    expect(await lab.tokens.list(ADMIN, path)).toMatchObject([{ is_own: true }]);
    expect(await lab.rotations.rotate(ADMIN, path, NO_ORIGIN)).toMatchObject({ state: 'done', leftover: [] });
    expect(await lab.tokens.list(ADMIN, path)).toMatchObject([{ is_own: true }]);
  });

  test('a group that is not there is a fault of the field, and a token without the right is told so', async () => {
    const admin = await lab.connect(sandbox.admin.userToken);
    const input = { description: 'x', group: 'Nowhere' };
    await expect(lab.tokens.create(ADMIN, admin, input, NO_ORIGIN)).rejects.toMatchObject({
      code: 'INVALID',
      problems: [{ field: 'group' }],
    });
    const dead = await lab.connect('a-token-that-the-sandbox-does-not-know-1');
    await expect(lab.tokens.list(ADMIN, dead)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('over an upstream that fails', () => {
  let upstream: TokenUpstream;
  let lab: RotationLab;
  beforeAll(async () => {
    upstream = await startTokenUpstream();
    lab = await RotationLab.start(upstream);
  });
  afterAll(async () => {
    await lab.close();
    await upstream.close();
  });

  const INPUT = { description: 'GRC', group: null };
  async function scene() {
    const account = upstream.account();
    const own = account.add('Hub');
    return { account, own, path: await lab.connect(own.value) };
  }

  test('a token that was made although the answer was lost is named, and not made twice', async () => {
    for (const how of [500, 'silence', 'reset', 'page', 'masked'] as const) {
      const { account, path } = await scene();
      account.fault = { at: 1, when: 'after', how, stays: false };
      const { tokens } = how === 'silence' ? lab.impatient : lab;
      const error = await tokens.create(ADMIN, path, INPUT, NO_ORIGIN).catch(thrown => thrown);
      const made = account.tokens.find(token => token.description === 'GRC');
      expect(error, String(how)).toMatchObject({ code: 'UNAVAILABLE' });
      expect(error.detail, String(how)).toContain(made?.guid);
      expect(error.detail).not.toContain(REFUSAL_WORDS);
      expect(account.requests.filter(line => line.startsWith('POST'))).toHaveLength(1);
    }
  });

  test('one that was not made is said not to be listed, and one that nobody can tell of is said to be that', async () => {
    const first = await scene();
    first.account.fault = { at: 1, when: 'before', how: 500, stays: false };
    await expect(lab.tokens.create(ADMIN, first.path, INPUT, NO_ORIGIN)).rejects.toThrow(/lists no token/);
    const second = await scene();
    second.account.fault = { at: 0, when: 'before', how: 200, stays: false };
    await expect(lab.tokens.list(ADMIN, second.path)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('a token that may be the connection’s own is not revoked', async () => {
    const { account, own, path } = await scene();
    const twin = account.add('Hub', { value: `another-token-${own.value.slice(-4)}` });
    for (const guid of [own.guid, twin.guid])
      await expect(lab.tokens.revoke(ADMIN, path, guid, NO_ORIGIN)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    expect(account.tokens).toHaveLength(2);
  });

  test('which token is the own one is asked for once', async () => {
    const { account, path } = await scene();
    await lab.tokens.list(ADMIN, path);
    await lab.tokens.list(ADMIN, path);
    expect(account.requests.filter(line => line.includes('users/current'))).toHaveLength(1);
  });

  test('a User may do none of it', async () => {
    const { account, path } = await scene();
    const user = { ...ADMIN, role: 'customer_user' as const };
    await expect(lab.tokens.list(user, path)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(lab.tokens.create(user, path, INPUT, NO_ORIGIN)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(lab.tokens.revoke(user, path, 'x', NO_ORIGIN)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(account.requests).toEqual([]);
  });
});

describe('which token is held', () => {
  const token = fc.record({
    guid: fc.uuid(),
    lastFour: fc.constantFrom('aaaa', 'bbbb', ''),
    description: fc.constantFrom('Hub', 'SIEM', ''),
  });

  test('is said only of the one token that ends alike and has the name', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(token, { selector: each => each.guid, maxLength: 6 }),
        fc.constantFrom('Hub', 'SIEM', '', null),
        (listed, userName) => {
          const tokens = listed.map(
            (each): UpstreamToken => ({
              ...{ guid: each.guid, description: each.description, token: `*****${each.lastFour}` },
              ...{ created_at: null, creator_name: '', group: null, roles: [], is_own: false },
            }),
          );
          const alike = listed.filter(
            each => each.lastFour === 'aaaa' && each.description === userName && userName !== '',
          );
          const { guid } = findHeldToken(tokens, { lastFour: 'aaaa', userName });
          expect(guid).toBe(alike.length === 1 ? alike[0]?.guid : null);
        },
      ),
      { numRuns: 300 },
    );
  });
});
