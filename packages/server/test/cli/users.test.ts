/** `sightline setup-link` and `sightline users`, offline on the data directory, all recorded as the operator's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPersonByEmail } from '../../src/access/accounts/account-rows.ts';
import { entryOf, readAuditRows } from '../../src/access/audit/audit-reader.ts';
import { AccountsLab } from './accounts-lab.ts';

const LINK = /^https:\/\/hub\.example\.com\/(set-up|activate|reset-password)#\S+\n$/;
const BASE = ['--base-url', 'https://hub.example.com'];

let lab: AccountsLab;
beforeAll(async () => {
  lab = new AccountsLab();
  await lab.begin();
});
afterAll(() => lab.close());

/** The newest events, as `action by`. */
async function recorded(rows: number): Promise<string[]> {
  const found = await lab.open(({ store }) =>
    readAuditRows(store.db, lab.organizationId, {}, { from: null, backwards: false, rows }),
  );
  return found.map(entryOf).map(entry => `${entry.action} by ${entry.actor.kind}`);
}

/** As if the person had taken the link and set a password. */
async function activate(email: string): Promise<void> {
  await lab.open(async ({ store }) => {
    await store.db
      .updateTable('users')
      .set({
        status: 'Activated',
        password_hash: 'a hash',
        totp_enabled_at: 1,
        sealed_totp: 'sealed',
        password_changed_at: 1,
      })
      .where('email_key', '=', email)
      .execute();
  });
}

test('setup-link prints a new link as long as there is no Admin, and each is recorded', async () => {
  const first = await lab.run('setup-link', ...BASE);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(LINK);
  const json = await lab.run('setup-link', '--json');
  expect(JSON.parse(json.stdout).url).toMatch(
    /^https:\/\/127\.0\.0\.1:8443\/set-up#|^https:\/\/localhost:8443\/set-up#/,
  );
  expect(JSON.parse(json.stdout).url).not.toBe(first.stdout.trim());
  expect(await recorded(2)).toEqual(['set_up.link_created by operator', 'set_up.link_created by operator']);
});

test('users are invited with a link, listed, reset, deactivated and activated, and it is recorded', async () => {
  const invited = await lab.run(
    'users',
    'invite',
    'Ada@example.com',
    '--name',
    'Ada Lovelace',
    '--role',
    'customer_admin',
    ...BASE,
  );
  expect(invited.code, invited.stderr).toBe(0);
  expect(invited.stdout).toMatch(LINK);
  await lab.run('users', 'invite', 'bob@example.com', '--name', 'Bob', '--json');
  const listed = await lab.run('users', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { email: 'Ada@example.com', formal_name: 'Ada Lovelace', role: 'customer_admin', status: 'Created' },
    { email: 'bob@example.com', role: 'customer_user', group: 'All Companies' },
  ]);
  await activate('ada@example.com');
  await activate('bob@example.com');

  const reset = await lab.run('users', 'reset', 'ADA@example.com', ...BASE);
  expect(reset.code, reset.stderr).toBe(0);
  expect(reset.stdout).toMatch(LINK);
  expect(await recorded(1)).toEqual(['user.password_reset_requested by operator']);
  const totp = await lab.run('users', 'reset', 'ada@example.com', '--totp');
  expect(totp).toMatchObject({ code: 0, stdout: '' });
  const ada = await lab.open(({ store }) => findPersonByEmail(store.db, 'ada@example.com'));
  expect(ada).toMatchObject({ totp_enabled_at: null, sealed_totp: null });
  expect(await recorded(1)).toEqual(['user.totp_disabled by operator']);

  const off = await lab.run('users', 'deactivate', 'bob@example.com', '--json');
  expect(JSON.parse(off.stdout)).toMatchObject({ status: 'Deactivated' });
  expect((await lab.run('users', 'activate', 'bob@example.com')).stderr).toContain('Activated');
});

test('what cannot be is refused in words', async () => {
  const ends = await Promise.all([
    lab.run('setup-link'),
    lab.run('users', 'reset', 'nobody@example.com'),
    lab.run('users', 'deactivate', 'ada@example.com'),
    lab.run('users', 'invite', 'ada@example.com', '--name', 'Another'),
    lab.run('users', 'invite', 'no address', '--name', 'Nobody'),
  ]);
  for (const end of ends) expect(end).toMatchObject({ code: 1, stdout: '' });
  expect(ends[0]?.stderr).toContain('An Admin can sign in already');
  expect((await lab.run('users', 'invite', 'x@example.com', '--name', 'X', '--role', 'king')).code).toBe(2);
});
