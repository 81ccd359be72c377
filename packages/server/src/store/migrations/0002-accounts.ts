/** Accounts: passwords, sessions, links, groups with companies, token limits and usage, the audit log, upstream rotations. */
import { type Kysely, type Migration, sql } from 'kysely';

export const accounts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await extendUsers(db);
    await extendTokens(db);
    await createGroupCompanies(db);
    await createSessions(db);
    await createAudit(db);
    await createRotations(db);
  },
};

async function extendUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('email_key', 'text').execute();
  await db.schema.alterTable('users').addColumn('password_hash', 'text').execute();
  await db.schema.alterTable('users').addColumn('password_changed_at', 'bigint').execute();
  await db.schema.alterTable('users').addColumn('sealed_totp', 'text').execute();
  await db.schema.alterTable('users').addColumn('totp_enabled_at', 'bigint').execute();
  await db.schema.alterTable('users').addColumn('totp_last_step', 'bigint').execute();
  await db.schema
    .alterTable('users')
    .addColumn('recovery_codes', 'text', c => c.notNull().defaultTo('[]'))
    .execute();
  await db.schema.alterTable('users').addColumn('last_login_at', 'bigint').execute();
  // The Administrator of an installation from before has an address and no key.
  await sql`update users set email_key = lower(email) where is_company_api_token = 0 and email <> ''`.execute(
    db,
  );
  // Sign-in looks a person up by address alone, so an address belongs to one person of the installation. Nulls do not clash.
  await db.schema.createIndex('users_email').on('users').column('email_key').unique().execute();
  await db.schema.createIndex('users_group').on('users').columns(['group_id', 'id']).execute();
}

async function extendTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('api_tokens').addColumn('expires_at', 'bigint').execute();
  await db.schema.alterTable('api_tokens').addColumn('replaced_by', 'text').execute();
  await db.schema
    .alterTable('api_tokens')
    .addColumn('needs_review', 'integer', c => c.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('api_tokens_expiry').on('api_tokens').column('expires_at').execute();
  // A demotion marks what its person made.
  await db.schema.createIndex('api_tokens_creator').on('api_tokens').column('creator_user_id').execute();
  await db.schema
    .createTable('api_token_usage')
    .addColumn('token_id', 'text', c => c.primaryKey().notNull().references('api_tokens.id'))
    .addColumn('request_count', 'bigint', c => c.notNull())
    .addColumn('last_used_at', 'bigint', c => c.notNull())
    .addColumn('last_used_address', 'text')
    .addColumn('last_used_client', 'text')
    .execute();
  await db.schema
    .createTable('token_retrievals')
    .addColumn('token_id', 'text', c => c.primaryKey().notNull().references('api_tokens.id'))
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('user_id', 'text', c => c.notNull().unique())
    .addColumn('email_key', 'text', c => c.notNull())
    .addColumn('auth_hash', 'text', c => c.notNull())
    .addColumn('sealed_value', 'text', c => c.notNull())
    .addColumn('wrong_tries', 'integer', c => c.notNull())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('expires_at', 'bigint', c => c.notNull())
    .execute();
}

async function createGroupCompanies(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('access_group_companies')
    .addColumn('group_id', 'text', c => c.notNull().references('access_groups.id'))
    .addColumn('company_guid', 'text', c => c.notNull())
    .addPrimaryKeyConstraint('access_group_companies_key', ['group_id', 'company_guid'])
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('user_id', 'text', c => c.notNull().references('users.id'))
    .addColumn('secret_hash', 'text', c => c.notNull().unique())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('last_seen_at', 'bigint', c => c.notNull())
    .addColumn('expires_at', 'bigint', c => c.notNull())
    .addColumn('confirmed_at', 'bigint', c => c.notNull())
    .addColumn('address', 'text')
    .addColumn('client', 'text')
    .addColumn('ended_at', 'bigint')
    .execute();
  await db.schema.createIndex('sessions_user').on('sessions').columns(['user_id', 'id']).execute();
  await db.schema
    .createTable('one_time_links')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull().references('organizations.id'))
    .addColumn('kind', 'text', c => c.notNull())
    .addColumn('user_id', 'text', c => c.references('users.id'))
    .addColumn('token_hash', 'text', c => c.notNull().unique())
    .addColumn('created_at', 'bigint', c => c.notNull())
    .addColumn('expires_at', 'bigint', c => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('one_time_links_user').on('one_time_links').column('user_id').execute();
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_log')
    .addColumn('sequence', 'bigint', c => c.primaryKey().notNull())
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('at', 'bigint', c => c.notNull())
    .addColumn('action', 'text', c => c.notNull())
    .addColumn('outcome', 'text', c => c.notNull())
    .addColumn('actor_kind', 'text', c => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text')
    .addColumn('address', 'text')
    .addColumn('client', 'text')
    .addColumn('target_kind', 'text')
    .addColumn('target_id', 'text')
    .addColumn('target_name', 'text')
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('count', 'integer', c => c.notNull())
    .addColumn('mac', 'text', c => c.notNull())
    .execute();
  await db.schema
    .createIndex('audit_log_organization')
    .on('audit_log')
    .columns(['organization_id', 'sequence'])
    .execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'text', c => c.primaryKey().notNull())
    .addColumn('sequence', 'bigint', c => c.notNull())
    .addColumn('mac', 'text', c => c.notNull())
    .execute();
}

async function createRotations(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('connections').addColumn('upstream_token_guid', 'text').execute();
  await db.schema
    .createTable('connection_rotations')
    .addColumn('connection_id', 'text', c => c.primaryKey().notNull().references('connections.id'))
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('state', 'text', c => c.notNull())
    .addColumn('step', 'text', c => c.notNull())
    .addColumn('marker', 'text', c => c.notNull())
    .addColumn('facts', 'text', c => c.notNull())
    .addColumn('sealed_old_credentials', 'text')
    .addColumn('sealed_credentials', 'text')
    .addColumn('new_guid', 'text')
    .addColumn('old_guid', 'text')
    .addColumn('waits_for', 'text', c => c.notNull())
    .addColumn('switched_at', 'bigint')
    .addColumn('leftover', 'text', c => c.notNull())
    .addColumn('message', 'text', c => c.notNull())
    .addColumn('holder', 'text')
    .addColumn('held_until', 'bigint', c => c.notNull())
    .addColumn('started_at', 'bigint', c => c.notNull())
    .addColumn('updated_at', 'bigint', c => c.notNull())
    .execute();
}
