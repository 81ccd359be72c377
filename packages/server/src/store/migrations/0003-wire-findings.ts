/**
 * What the ratings API lists findings by. Rows from before are not listed, and have no values in the new columns, until the sync
 * worker has computed them (sync/finding-columns-upkeep.ts).
 */
import { type Kysely, type Migration, sql } from 'kysely';

const TEXTS = [
  'order_first_seen',
  'order_observation',
  'order_evidence',
  'order_asset',
  'wire_last_seen',
  'wire_risk_vector',
  'wire_risk_vector_label',
  'wire_risk_category',
  'wire_severity_category',
  'wire_grade',
  'wire_impact',
  'wire_asset_category',
  'wire_importance',
  'wire_status_label',
  'wire_status_date',
  'wire_decay_date',
  'wire_grace_end',
  'wire_guest_end',
  'wire_check_pass',
  'wire_lists',
  'wire_search',
  'wire_temporary_id',
];
const NUMBERS = ['order_severity', 'wire_cvss', 'wire_remaining_decay', 'wire_duration'];
const FLAGS = ['wire_affects_rating', 'wire_is_monitored', 'wire_remediated'];

/** The default order, then the other columns, those that are asked for most first: a column costs those before it. */
const LISTED = [
  'company_id',
  'order_severity',
  'order_first_seen',
  'order_observation',
  'order_evidence',
  'order_asset',
  'id',
  'wire_risk_vector',
  'wire_severity_category',
  'wire_last_seen',
  'wire_asset_category',
  'wire_risk_category',
  'wire_grade',
  'wire_affects_rating',
  'wire_impact',
  'wire_remaining_decay',
  'wire_decay_date',
  'wire_status_label',
  'wire_importance',
  'wire_cvss',
  'wire_duration',
  'wire_is_monitored',
  'wire_remediated',
  'wire_status_date',
  'wire_grace_end',
  'wire_guest_end',
  'wire_check_pass',
  'wire_risk_vector_label',
  'wire_search',
  'wire_lists',
  'wire_temporary_id',
];

export const wireFindings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const alter = db.schema.alterTable('findings');
    for (const flag of ['is_listed', 'wire_version'])
      await alter.addColumn(flag, 'integer', c => c.notNull().defaultTo(0)).execute();
    for (const column of TEXTS) await alter.addColumn(column, 'text').execute();
    for (const column of NUMBERS) await alter.addColumn(column, 'double precision').execute();
    for (const column of FLAGS) await alter.addColumn(column, 'integer').execute();
    // Answers every filter, `q`, the count and the default order of a company's findings from the index alone. What is not
    // listed is not in it. PostgreSQL takes 32 columns, and rows of 2.7 kB: there, texts and lists without a bound belong elsewhere.
    await sql`create index findings_listed on findings (${sql.join(LISTED.map(column => sql.ref(column)))})
      where is_listed = 1`.execute(db);
    // Empty but for the time after an upgrade: is a company's list whole, and what is left to compute?
    await sql`create index findings_uncomputed on findings (company_id, id) where wire_version = 0`.execute(
      db,
    );
  },
};
