/** What this server keeps of companies and findings by itself: folders, tiers, custom ids, comments, remediations. */
import type { Kysely, Migration } from 'kysely';

export const local: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createFolders(db);
    await createTiers(db);
    await createCustomIds(db);
    await createComments(db);
    await createRemediations(db);
  },
};

async function createFolders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_folders')
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('guid', 'text', c => c.notNull())
    .addColumn('group_id', 'text')
    .addColumn('owner_user_id', 'text')
    .addColumn('owner_name', 'text')
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('description', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .addPrimaryKeyConstraint('local_folders_key', ['organization_id', 'guid'])
    .execute();
  await db.schema
    .createTable('local_folder_companies')
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('company_guid', 'text', c => c.notNull())
    .addColumn('folder_guid', 'text', c => c.notNull())
    .addColumn('is_member', 'integer', c => c.notNull())
    .addColumn('changed_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('local_folder_companies_key', ['organization_id', 'company_guid', 'folder_guid'])
    .execute();
  await db.schema
    .createIndex('local_folder_companies_folder')
    .on('local_folder_companies')
    .columns(['organization_id', 'folder_guid'])
    .execute();
}

async function createTiers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_tiers')
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('guid', 'text', c => c.notNull())
    .addColumn('group_id', 'text')
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('description', 'text', c => c.notNull())
    .addColumn('rank', 'integer', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .addPrimaryKeyConstraint('local_tiers_key', ['organization_id', 'guid'])
    .execute();
  await db.schema
    .createTable('local_company_tiers')
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('company_guid', 'text', c => c.notNull())
    .addColumn('tier_guid', 'text')
    .addColumn('changed_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('local_company_tiers_key', ['organization_id', 'company_guid'])
    .execute();
  await db.schema
    .createIndex('local_company_tiers_tier')
    .on('local_company_tiers')
    .columns(['organization_id', 'tier_guid'])
    .execute();
}

async function createCustomIds(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_custom_ids')
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('company_guid', 'text', c => c.notNull())
    .addColumn('custom_id', 'text')
    .addColumn('custom_id_key', 'text')
    .addColumn('changed_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('local_custom_ids_key', ['organization_id', 'company_guid'])
    .execute();
}

async function createComments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_comments')
    .addColumn('guid', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('company_guid', 'text', c => c.notNull())
    .addColumn('finding_id', 'text', c => c.notNull())
    .addColumn('thread_guid', 'text', c => c.notNull())
    .addColumn('author_guid', 'text', c => c.notNull())
    .addColumn('author_name', 'text', c => c.notNull())
    .addColumn('message', 'text', c => c.notNull())
    .addColumn('is_public', 'integer', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .execute();
  await db.schema
    .createIndex('local_comments_finding')
    .on('local_comments')
    .columns(['organization_id', 'company_guid', 'finding_id'])
    .execute();
  await db.schema
    .createIndex('local_comments_thread')
    .on('local_comments')
    .columns(['organization_id', 'thread_guid'])
    .execute();
}

async function createRemediations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('local_remediations')
    .addColumn('guid', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('company_guid', 'text', c => c.notNull())
    .addColumn('finding_id', 'text', c => c.notNull())
    .addColumn('evidence_key', 'text', c => c.notNull())
    .addColumn('risk_vector', 'text', c => c.notNull())
    .addColumn('status', 'text', c => c.notNull())
    .addColumn('is_public', 'integer', c => c.notNull())
    .addColumn('assignments', 'text', c => c.notNull())
    .addColumn('creator', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .execute();
  await db.schema
    .createIndex('local_remediations_finding')
    .on('local_remediations')
    .columns(['organization_id', 'company_guid', 'finding_id', 'evidence_key', 'risk_vector'])
    .unique()
    .execute();
}
