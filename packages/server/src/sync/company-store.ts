/** Companies and their rating history in the database, as the sync writes them: what did not change is not written. */
import { hash } from 'node:crypto';
import type { CompanyContent, RatingPoint } from '@sightline/model';
import type { Kysely } from 'kysely';
import { bulkInsert } from '../store/bulk-insert.ts';
import type { Database } from '../store/schema.ts';
import type { JsonObject } from '../wire/json.ts';
import { type SplitDetail, writeListing } from './company-listing.ts';
import type { CounterDelta } from './run-counters.ts';

export interface CompanyWrite {
  organizationId: string;
  connectionId: string;
  content: CompanyContent;
  ratings: readonly RatingPoint[];
  /** The row of the portfolio, as received. */
  listed: JsonObject;
  /** The detail, its ratings apart; null where upstream does not show it. */
  detail: SplitDetail | null;
}

const NO_OPEN_FINDINGS = JSON.stringify({ CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 });

const insertRatings = bulkInsert(
  'company_ratings',
  ['company_id', 'rating_date', 'score', 'grade', 'record'],
  insert =>
    insert.onConflict(c =>
      c.columns(['company_id', 'rating_date']).doUpdateSet(eb => ({
        score: eb.ref('excluded.score'),
        grade: eb.ref('excluded.grade'),
        record: eb.ref('excluded.record'),
      })),
    ),
);

/** Writes one company and the ratings it does not have yet; returns what that adds to the run's counters. */
export async function writeCompany(
  db: Kysely<Database>,
  company: CompanyWrite,
  nowMs: number,
): Promise<CounterDelta> {
  const { content } = company;
  const contentJson = JSON.stringify(content);
  const record = JSON.stringify({ listed: company.listed, detail: company.detail?.rest ?? null });
  const contentHash = hash('sha256', contentJson + record, 'base64url');
  const stored = await db
    .selectFrom('companies')
    .select(['content_hash', 'deleted_at'])
    .where('id', '=', content.id)
    .executeTakeFirst();
  const isUnchanged = stored?.content_hash === contentHash && stored.deleted_at === null;
  if (!isUnchanged) await upsertCompany(db, company, { contentJson, contentHash, record }, nowMs);
  await writeListing(db, {
    organizationId: company.organizationId,
    connectionId: company.connectionId,
    companyId: content.id,
    guid: content.vendor_id,
    listed: company.listed,
    detail: company.detail?.rest ?? null,
    ratingsShown: company.detail?.shown ?? null,
  });
  await db
    .insertInto('company_sync')
    .values({
      company_id: content.id,
      connection_id: company.connectionId,
      last_synced_at: nowMs,
      findings_synced_at: null,
      findings_full_walk_at: null,
      findings_full_walk_run: null,
      open_finding_counts: NO_OPEN_FINDINGS,
    })
    .onConflict(c => c.column('company_id').doUpdateSet({ last_synced_at: nowMs }))
    .execute();
  const ratings = await writeRatings(db, company);
  return {
    companies: {
      created: stored === undefined ? 1 : 0,
      updated: stored !== undefined && !isUnchanged ? 1 : 0,
      unchanged: isUnchanged ? 1 : 0,
    },
    ratings,
  };
}

async function upsertCompany(
  db: Kysely<Database>,
  company: CompanyWrite,
  { contentJson, contentHash, record }: { contentJson: string; contentHash: string; record: string },
  nowMs: number,
): Promise<void> {
  const { content } = company;
  const values = {
    name: content.name,
    name_key: content.name.toLowerCase(),
    domain: content.domain?.toLowerCase() ?? null,
    industry_key: content.industry?.toLowerCase() ?? null,
    score: content.overall_score,
    grade: content.overall_grade,
    tier: content.tier,
    lifecycle: content.lifecycle,
    is_monitored: content.is_monitored ? (1 as const) : (0 as const),
    content_hash: contentHash,
    content: contentJson,
    record,
    updated_at: nowMs,
    deleted_at: null,
  };
  await db
    .insertInto('companies')
    .values({
      id: content.id,
      organization_id: company.organizationId,
      connection_id: company.connectionId,
      vendor_id: content.vendor_id,
      created_at: nowMs,
      ...values,
    })
    .onConflict(c => c.column('id').doUpdateSet(values))
    .execute();
}

async function writeRatings(
  db: Kysely<Database>,
  company: CompanyWrite,
): Promise<{ read: number; created: number; updated: number; unchanged: number }> {
  const stored = new Map(
    (
      await db
        .selectFrom('company_ratings')
        .select(['rating_date', 'record'])
        .where('company_id', '=', company.content.id)
        .execute()
    ).map(row => [row.rating_date, row.record]),
  );
  const counts = { read: 0, created: 0, updated: 0, unchanged: 0 };
  const rows = [];
  for (const point of company.ratings) {
    counts.read += 1;
    const record = company.detail?.records.get(point.date) ?? JSON.stringify(point);
    const before = stored.get(point.date);
    if (before === record) {
      counts.unchanged += 1;
      continue;
    }
    if (before === undefined) counts.created += 1;
    else counts.updated += 1;
    rows.push({
      company_id: company.content.id,
      rating_date: point.date,
      score: point.score,
      grade: point.grade,
      record,
    });
  }
  await insertRatings(db, rows);
  return counts;
}

/** Marks companies that a complete listing no longer names; returns how many left. */
export async function markDeparted(
  db: Kysely<Database>,
  connectionId: string,
  listedIds: ReadonlySet<string>,
  nowMs: number,
): Promise<number> {
  const present = await db
    .selectFrom('companies')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('deleted_at', 'is', null)
    .execute();
  const departed = present.map(row => row.id).filter(id => !listedIds.has(id));
  for (const id of departed) {
    await db
      .updateTable('companies')
      .set({ deleted_at: nowMs, updated_at: nowMs })
      .where('id', '=', id)
      .execute();
    await db.deleteFrom('company_listings').where('company_id', '=', id).execute();
  }
  return departed.length;
}
