/** `sightline connections upstream-tokens` and `rotate` as they are run: a stand-in upstream, a data directory without a server. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureFirstAdmin } from '../../src/access/first-start.ts';
import { newId } from '../../src/ids.ts';
import { openInstallation } from '../../src/installation.ts';
import { createLogger } from '../../src/log.ts';
import { startTokenUpstream, type TokenUpstream } from '../connections/token-upstream.ts';
import { ProgramLab } from '../support/program-lab.ts';

let lab: ProgramLab;
let upstream: TokenUpstream;
beforeAll(async () => {
  lab = new ProgramLab();
  upstream = await startTokenUpstream();
  writeFileSync(lab.path('ca.pem'), upstream.ca);
  const installation = await openInstallation(lab.path('hub'), { logger: createLogger({ level: 'silent' }) });
  await ensureFirstAdmin({ ...installation, newId, organizationName: 'Sightline' });
  await installation.close();
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});

test('tokens are made, listed, rotated and revoked, and a rotation that fails says what is left over', async () => {
  const account = upstream.account();
  const own = account.add('Hub');
  const flags = ['--data-dir', lab.path('hub'), '--upstream-host', upstream.host];
  const run = (args: string[], input?: string) =>
    lab.run(
      ['connections', ...args, ...flags, '--upstream-ca', lab.path('ca.pem')],
      input === undefined ? {} : { input },
    );
  const added = await run(['add', '--base-url', upstream.url, '--token-file', '-'], own.value);
  const id = added.stdout.trim();

  const made = await run(['upstream-tokens', 'create', id, '--description', 'GRC']);
  const grc = account.tokens.find(token => token.description === 'GRC');
  expect([made.code, made.stdout.trim()]).toEqual([0, grc?.value]);

  const listed = await run(['upstream-tokens', 'list', id, '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ is_own: true }, { description: 'GRC' }]);
  expect(listed.stdout).not.toContain(own.value);

  account.fault = { at: account.requests.length + 7, when: 'before', how: 403, stays: false };
  const failed = await run(['rotate', id]);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain(own.guid);
  expect(failed.stderr).toContain('The new token is being tested.');
  expect(account.isLive(own.value)).toBe(true);

  const rotated = await run(['rotate', id, '--json']);
  expect([rotated.code, JSON.parse(rotated.stdout)]).toMatchObject([0, { state: 'done', leftover: [] }]);
  expect(account.tokens).toHaveLength(2);

  const revoked = await run(['upstream-tokens', 'revoke', id, String(grc?.guid)]);
  expect(revoked.code).toBe(0);
  expect(account.tokens).toHaveLength(1);
  const said = [added, listed, failed, rotated, revoked].map(({ stdout, stderr }) => stdout + stderr).join();
  for (const value of [own.value, ...account.tokens.map(token => token.value)])
    expect(said).not.toContain(value);
});
