/** What the lists of an account say beyond its records, and its companies as they are listed: what the ratings API serves. */
import { type Kysely, type Migration, sql } from 'kysely';

export const accountLists: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createAccountLists(db);
    await createListings(db);
  },
};

async function createAccountLists(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account_lists')
    .addColumn('connection_id', 'text', c => c.notNull().references('connections.id'))
    .addColumn('list', 'text', c => c.notNull())
    .addColumn('guid', 'text', c => c.notNull())
    .addColumn('position', 'integer', c => c.notNull())
    .addColumn('record', 'text', c => c.notNull())
    .addColumn('synced_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('account_lists_key', ['connection_id', 'list', 'guid'])
    .execute();
  await db.schema
    .createTable('account_list_frames')
    .addColumn('connection_id', 'text', c => c.notNull().references('connections.id'))
    .addColumn('list', 'text', c => c.notNull())
    .addColumn('record', 'text', c => c.notNull())
    .addColumn('synced_at', 'bigint', c => c.notNull())
    .addPrimaryKeyConstraint('account_list_frames_key', ['connection_id', 'list'])
    .execute();
}

async function createListings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('company_listings')
    .addColumn('company_id', 'text', c => c.primaryKey().notNull().references('companies.id'))
    .addColumn('organization_id', 'text', c => c.notNull())
    .addColumn('connection_id', 'text', c => c.notNull())
    .addColumn('guid', 'text', c => c.notNull())
    .addColumn('guid_key', 'text', c => c.notNull())
    .addColumn('name_key', 'text', c => c.notNull())
    .addColumn('shortname_key', 'text')
    .addColumn('domain_key', 'text')
    .addColumn('custom_id_key', 'text')
    .addColumn('rating', 'numeric')
    .addColumn('added_date', 'text')
    .addColumn('industry_key', 'text')
    .addColumn('industry_slug', 'text')
    .addColumn('sub_industry_key', 'text')
    .addColumn('sub_industry_slug', 'text')
    .addColumn('subscription_key', 'text')
    .addColumn('subscription_slug', 'text')
    .addColumn('life_cycle_key', 'text')
    .addColumn('life_cycle_slug', 'text')
    .addColumn('relationship_key', 'text')
    .addColumn('relationship_slug', 'text')
    .addColumn('tier_key', 'text')
    .addColumn('tier_order', 'numeric')
    .addColumn('types', 'text')
    .addColumn('grades', 'text', c => c.notNull())
    .addColumn('listed', 'text', c => c.notNull())
    .addColumn('ratings_shown', 'text')
    .addColumn('content_hash', 'text', c => c.notNull())
    .execute();
  // A company by its guid, and the same company of another connection.
  await index(db, 'guid', ['guid_key', 'connection_id'], true);
  // The default order of every list of companies.
  await index(db, 'name', ['name_key', 'guid_key']);
  await index(db, 'rating', ['rating']);
  await index(db, 'tier', ['tier_key']);
  await index(db, 'industry', ['industry_slug']);
  await index(db, 'industry_name', ['industry_key']);
}

async function index(
  db: Kysely<unknown>,
  name: string,
  columns: readonly string[],
  isUnique = false,
): Promise<void> {
  const list = sql.join(['organization_id', ...columns].map(column => sql.ref(column)));
  await sql`create ${isUnique ? sql`unique ` : sql``}index ${sql.ref(`company_listings_${name}`)}
    on company_listings (${list})`.execute(db);
}
