/** The first schema. Column meanings are in ../schema.ts; here are keys, indexes and why each index exists. */
import { type Kysely, type Migration, sql } from 'kysely';

export const initialSchema: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createAccessTables(db);
    await createConnectionTables(db);
    await createSyncTables(db);
    await createCompanyTables(db);
    await createFindingTables(db);
  },
};

async function createAccessTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('key', 'text', c => c.primaryKey())
    .addColumn('value', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('organizations')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('identifier', 'text')
    .addColumn('is_owner', 'integer', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await db.schema
    .createTable('access_groups')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('all_companies', 'integer', c => c.notNull())
    .addColumn('is_default', 'integer', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addUniqueConstraint('access_groups_name', ['organization_id', 'name'])
    .execute();
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('group_id', 'text', c => c.notNull().references('access_groups.id'))
    .addColumn('email', 'text', c => c.notNull())
    .addColumn('formal_name', 'text', c => c.notNull())
    .addColumn('friendly_name', 'text', c => c.notNull())
    .addColumn('role', 'text', c => c.notNull())
    .addColumn('status', 'text', c => c.notNull())
    .addColumn('is_company_api_token', 'integer', c => c.notNull())
    .addColumn('joined_at', 'bigint', c => c.notNull())
    .execute();
  await db.schema.createIndex('users_organization').on('users').columns(['organization_id', 'id']).execute();
  await db.schema
    .createTable('api_tokens')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('user_id', 'text', c => c.notNull().references('users.id'))
    .addColumn('kind', 'text', c => c.notNull())
    .addColumn('description', 'text', c => c.notNull())
    .addColumn('token_hash', 'text', c => c.notNull().unique())
    .addColumn('last_four', 'text', c => c.notNull())
    .addColumn('sealed_value', 'text')
    .addColumn('scopes', 'text', c => c.notNull())
    .addColumn('creator_user_id', 'text', c => c.notNull())
    .addColumn('creator_name', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute();
  // Live company tokens of an organization in the order they were made: the list of the api-tokens endpoint.
  await db.schema
    .createIndex('api_tokens_organization')
    .on('api_tokens')
    .columns(['organization_id', 'kind', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('api_tokens_user').on('api_tokens').columns(['user_id']).execute();
  await db.schema
    .createTable('access_version')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('version', 'bigint', c => c.notNull())
    .execute();
}

async function createConnectionTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('vendor', 'text', c => c.notNull())
    .addColumn('identifier', 'text')
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('options', 'text', c => c.notNull())
    .addColumn('sealed_credentials', 'text')
    .addColumn('refresh_interval_secs', 'integer', c => c.notNull())
    .addColumn('timeout_secs', 'integer', c => c.notNull())
    .addColumn('health', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addColumn('last_synced_at', 'bigint')
    .addColumn('next_sync_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('connections_organization')
    .on('connections')
    .columns(['organization_id', 'id'])
    .execute();
  await db.schema
    .createTable('connection_invites')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('token_hash', 'text', c => c.notNull().unique())
    .addColumn('vendor', 'text', c => c.notNull())
    .addColumn('connection_id', 'text')
    .addColumn('identifier', 'text')
    .addColumn('options', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('expires_at', 'bigint', c => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
}

async function createSyncTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sync_runs')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('connection_id', 'text', c => c.notNull().references('connections.id'))
    .addColumn('mode', 'text', c => c.notNull())
    .addColumn('streams', 'text', c => c.notNull())
    .addColumn('requested_by', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('counters', 'text', c => c.notNull())
    .addColumn('failure', 'text')
    .execute();
  await db.schema
    .createIndex('sync_runs_connection')
    .on('sync_runs')
    .columns(['connection_id', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('sync_runs_state').on('sync_runs').columns(['state', 'created_at']).execute();
  await db.schema
    .createTable('checkpoints')
    .addColumn('run_id', 'text', c => c.notNull().references('sync_runs.id'))
    .addColumn('stream', 'text', c => c.notNull())
    .addColumn('part', 'text', c => c.notNull())
    .addColumn('position', 'text', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('checkpoints_key', ['run_id', 'stream', 'part'])
    .execute();
  await db.schema
    .createTable('walk_pages')
    .addColumn('run_id', 'text', c => c.notNull())
    .addColumn('company_id', 'text', c => c.notNull())
    .addColumn('walk', 'integer', c => c.notNull())
    .addColumn('page_offset', 'integer', c => c.notNull())
    .addColumn('finding_ids', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('walk_pages_key', ['run_id', 'company_id', 'walk', 'page_offset'])
    .execute();
  await db.schema
    .createTable('unmapped_records')
    .addColumn('connection_id', 'text', c => c.notNull())
    .addColumn('stream', 'text', c => c.notNull())
    .addColumn('part', 'text', c => c.notNull())
    .addColumn('content_hash', 'text', c => c.notNull())
    .addColumn('problems', 'text', c => c.notNull())
    .addColumn('record', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('unmapped_records_key', ['connection_id', 'stream', 'part', 'content_hash'])
    .execute();
  await db.schema
    .createTable('unmapped_in_runs')
    .addColumn('run_id', 'text', c => c.notNull())
    .addColumn('content_hash', 'text', c => c.notNull())
    .addColumn('stream', 'text', c => c.notNull())
    .addColumn('part', 'text', c => c.notNull())
    .addColumn('connection_id', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('unmapped_in_runs_key', ['run_id', 'content_hash', 'stream', 'part'])
    .execute();
}

async function createCompanyTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('companies')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('connection_id', 'text', c => c.notNull().references('connections.id'))
    .addColumn('vendor_id', 'text', c => c.notNull())
    .addColumn('name', 'text', c => c.notNull())
    .addColumn('name_key', 'text', c => c.notNull())
    .addColumn('domain', 'text')
    .addColumn('industry_key', 'text')
    .addColumn('score', 'integer')
    .addColumn('grade', 'text')
    .addColumn('tier', 'text')
    .addColumn('lifecycle', 'text')
    .addColumn('is_monitored', 'integer', c => c.notNull())
    .addColumn('content_hash', 'text', c => c.notNull())
    .addColumn('content', 'text', c => c.notNull())
    .addColumn('record', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  // Every read of findings starts here: the companies a principal may see, in the order of their ids.
  await db.schema
    .createIndex('companies_organization')
    .unique()
    .on('companies')
    .columns(['organization_id', 'id', 'connection_id', 'vendor_id'])
    .execute();
  await db.schema
    .createIndex('companies_connection')
    .on('companies')
    .columns(['connection_id', 'id'])
    .execute();
  await db.schema
    .createTable('company_sync')
    .addColumn('company_id', 'text', c => c.primaryKey())
    .addColumn('connection_id', 'text', c => c.notNull())
    .addColumn('last_synced_at', 'bigint', c => c.notNull())
    .addColumn('findings_synced_at', 'bigint')
    .addColumn('findings_full_walk_at', 'bigint')
    .addColumn('findings_full_walk_run', 'text')
    .addColumn('open_finding_counts', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createTable('company_ratings')
    .addColumn('company_id', 'text', c => c.notNull())
    .addColumn('rating_date', 'text', c => c.notNull())
    .addColumn('score', 'integer', c => c.notNull())
    .addColumn('grade', 'text')
    .addColumn('record', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('company_ratings_key', ['company_id', 'rating_date'])
    .execute();
}

async function createFindingTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('findings')
    .addColumn('company_id', 'text', c => c.notNull())
    .addColumn('id', 'text', c => c.notNull())
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('severity', 'text', c => c.notNull())
    .addColumn('category', 'text')
    .addColumn('factor', 'text', c => c.notNull())
    .addColumn('affects_score', 'integer')
    .addColumn('first_seen', 'text')
    .addColumn('last_seen', 'text')
    .addColumn('has_fix', 'integer', c => c.notNull())
    .addColumn('is_vulnerability', 'integer', c => c.notNull())
    .addColumn('vulnerability_id', 'text')
    .addColumn('asset', 'text')
    .addColumn('content_hash', 'text', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .addColumn('state_updated_at', 'bigint', c => c.notNull())
    .addColumn('record', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('findings_key', ['company_id', 'id'])
    .execute();
  // Answers any mix of column filters from the index alone, a company at a time; the wide record is read for the page's rows.
  await db.schema
    .createIndex('findings_filters')
    .on('findings')
    .columns([
      'company_id',
      'severity',
      'state',
      'factor',
      'last_seen',
      'first_seen',
      'affects_score',
      'has_fix',
      'is_vulnerability',
      'category',
      'state_updated_at',
      'updated_at',
      'id',
    ])
    .execute();
  // `updated_since` with `sort=updated_at`: what a polling client asks for.
  await db.schema
    .createIndex('findings_updated')
    .on('findings')
    .columns(['organization_id', 'updated_at', 'company_id', 'id'])
    .execute();
  await db.schema.createIndex('findings_asset').on('findings').columns(['company_id', 'asset']).execute();
  await db.schema
    .createIndex('findings_vulnerability')
    .on('findings')
    .columns(['company_id', 'vulnerability_id'])
    .execute();
  await db.schema
    .createTable('finding_terms')
    .addColumn('company_id', 'text', c => c.notNull())
    .addColumn('term', 'text', c => c.notNull())
    .addColumn('finding_id', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('finding_terms_key', ['company_id', 'term', 'finding_id'])
    .modifyEnd(sql`without rowid`)
    .execute();
}
