/** Brings a database to the schema of this version, and refuses one that a newer version has written. */
import { type Kysely, type Migration, type MigrationProvider, Migrator } from 'kysely';
import { OperatorError } from '../../errors.ts';
import type { Database } from '../schema.ts';
import { initialSchema } from './0001-initial-schema.ts';
import { accounts } from './0002-accounts.ts';
import { wireFindings } from './0003-wire-findings.ts';
import { accountLists } from './0004-account-lists.ts';
import { local } from './0005-local.ts';

/** In order of their names; a landed migration is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = Object.freeze({
  '0001-initial-schema': initialSchema,
  '0002-accounts': accounts,
  '0003-wire-findings': wireFindings,
  '0004-account-lists': accountLists,
  '0005-local': local,
});

const provider: MigrationProvider = { getMigrations: async () => ({ ...MIGRATIONS }) };

/** Throws OperatorError when the database was written by a newer version, or a migration fails (it is rolled back). */
export async function migrateToLatest(db: Kysely<Database>, path: string): Promise<void> {
  const migrator = new Migrator({ db, provider });
  await refuseNewerDatabase(db, path);
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw new OperatorError(
    `The database ${path} could not be brought to this version's schema; it was left as it was (${
      error instanceof Error ? error.message : String(error)
    }).`,
    { cause: error },
  );
}

async function refuseNewerDatabase(db: Kysely<Database>, path: string): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(table => table.name === 'kysely_migration')) {
    if (tables.length === 0) return;
    throw new OperatorError(`The database ${path} is not a Sightline database. Choose another --data-dir.`);
  }
  const applied = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = applied.map(row => row.name).filter(name => !(name in MIGRATIONS));
  if (unknown.length === 0) return;
  throw new OperatorError(
    `The database ${path} was written by a newer version of Sightline (it has ${unknown.join(', ')}). ` +
      'Install that version, or restore a backup made with this one; nothing was changed.',
  );
}
