/** A database of the first schema, with an Admin and tokens in it, opened by this version. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newTokenValue } from '../../src/access/token-format.ts';
import { hashOf, sealContext } from '../../src/access/token-rows.ts';
import { dataFiles } from '../../src/data-directory.ts';
import { openInstallation } from '../../src/installation.ts';
import { createLogger } from '../../src/log.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { initialSchema } from '../../src/store/migrations/0001-initial-schema.ts';
import { sqliteDialect } from '../../src/store/sqlite-dialect.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightline-upgrade-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** As the first version left it: every column of that time, and none since. */
async function writeFirstSchema(userToken: string, companyToken: string): Promise<void> {
  const vault = Vault.open({ dataDir });
  const path = dataFiles(dataDir).database;
  const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(path)) });
  const provider = { getMigrations: async () => ({ '0001-initial-schema': initialSchema }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  if (error !== undefined) throw error;
  const database = new DatabaseSync(path);
  const run = (sql: string, ...values: (string | number | null)[]) => database.prepare(sql).run(...values);
  run("insert into organizations values ('o', 'Acme', null, 1, 1, null)");
  run("insert into access_groups values ('g', 'o', 'All Companies', 1, 1, 1)");
  const user = "insert into users values (?, 'o', 'g', ?, ?, ?, ?, 'Activated', ?, 1)";
  run(user, 'admin', 'Admin@localhost', 'Administrator', 'Administrator', 'customer_admin', 0);
  run(user, 'siem', '', 'SIEM', 'SIEM', 'customer_user', 1);
  run(user, 'grc', '', 'GRC', 'GRC', 'customer_user', 1);
  const token =
    "insert into api_tokens values (?, 'o', ?, ?, ?, ?, ?, ?, '[]', 'admin', 'Administrator', 1, null)";
  const sealed = vault.seal(userToken, sealContext('t1'));
  run(token, 't1', 'admin', 'user', 'User API token', hashOf(userToken), userToken.slice(-4), sealed);
  run(token, 't2', 'siem', 'company', 'SIEM', hashOf(companyToken), companyToken.slice(-4), null);
  database.close();
}

it('keeps its tokens, finds its Admin by address, and can begin to use everything since', async () => {
  const [userToken, companyToken] = [newTokenValue('user'), newTokenValue('company')];
  await writeFirstSchema(userToken, companyToken);
  const installation = await openInstallation(dataDir, { logger: createLogger({ level: 'silent' }) });
  const { store, authority } = installation;
  const admin = await authority.verify(userToken);
  expect(admin).toMatchObject({ via: 'user_token', role: 'customer_admin', expiresAt: null });
  expect(await authority.verify(companyToken)).toMatchObject({ name: 'SIEM', via: 'company_token' });
  expect(await authority.userTokens.valueAtStart('admin')).toBe(userToken);
  const keys = await store.db.selectFrom('users').select(['id', 'email_key']).orderBy('id').execute();
  expect(keys).toEqual([
    { id: 'admin', email_key: 'admin@localhost' },
    { id: 'grc', email_key: null },
    { id: 'siem', email_key: null },
  ]);
  if (admin === null) throw new Error('the Admin is gone');
  const origin = { address: null, client: null };
  const made = await authority.companyTokens.create(admin, 'o', { description: 'new' }, origin);
  await authority.companyTokens.revoke(admin, 'o', 't2', origin);
  expect(await authority.verify(made.value)).not.toBeNull();
  expect(await authority.verify(companyToken)).toBeNull();
  const rows = await store.db.selectFrom('audit_log').select(['sequence', 'action']).execute();
  expect(rows).toEqual([
    { sequence: 1, action: 'token.created' },
    { sequence: 2, action: 'token.revoked' },
  ]);
  await installation.close();
});
