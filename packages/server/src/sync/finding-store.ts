/** Findings in the database, as the sync writes them: one page in one transaction, then the end of a company's walk. */
import { FINDING_STATES, type FindingState, vulnerabilityFindingId } from '@sightline/model';
import { type Kysely, type SqlBool, sql } from 'kysely';
import { bulkInsert } from '../store/bulk-insert.ts';
import type { Database } from '../store/schema.ts';
import { FINDING_COLUMN_NAMES, findingColumns } from './finding-columns.ts';
import type { FindingWrite, PagePlan, StoredFinding } from './finding-page.ts';
import { isSameContent, readFindingRow, type UnmappedRow, type WalkContext } from './finding-row.ts';

/** Ids in one look-up; a fixed size keeps the statement prepared. */
const LOOKUP_IDS = 250;

const insertFindings = bulkInsert(
  'findings',
  [
    'company_id',
    'id',
    'organization_id',
    'state',
    'severity',
    'category',
    'factor',
    'affects_score',
    'first_seen',
    'last_seen',
    'has_fix',
    'is_vulnerability',
    'vulnerability_id',
    'asset',
    'content_hash',
    'created_at',
    'updated_at',
    'state_updated_at',
    'record',
    'is_listed',
    ...FINDING_COLUMN_NAMES,
  ],
  insert =>
    insert.onConflict(c =>
      c.columns(['company_id', 'id']).doUpdateSet(eb => ({
        state: eb.ref('excluded.state'),
        severity: eb.ref('excluded.severity'),
        category: eb.ref('excluded.category'),
        factor: eb.ref('excluded.factor'),
        affects_score: eb.ref('excluded.affects_score'),
        first_seen: eb.ref('excluded.first_seen'),
        last_seen: eb.ref('excluded.last_seen'),
        has_fix: eb.ref('excluded.has_fix'),
        is_vulnerability: eb.ref('excluded.is_vulnerability'),
        vulnerability_id: eb.ref('excluded.vulnerability_id'),
        asset: eb.ref('excluded.asset'),
        content_hash: eb.ref('excluded.content_hash'),
        updated_at: eb.ref('excluded.updated_at'),
        state_updated_at: eb
          .case()
          .when('findings.state', '=', eb.ref('excluded.state'))
          .then(eb.ref('findings.state_updated_at'))
          .else(eb.ref('excluded.state_updated_at'))
          .end(),
        record: eb.ref('excluded.record'),
        is_listed: eb.ref('excluded.is_listed'),
        ...Object.fromEntries(FINDING_COLUMN_NAMES.map(name => [name, eb.ref(`excluded.${name}`)])),
      })),
    ),
);

const insertTerms = bulkInsert('finding_terms', ['company_id', 'term', 'finding_id'], insert =>
  insert.onConflict(c => c.doNothing()),
);

export async function companyHasFindings(db: Kysely<Database>, companyId: string): Promise<boolean> {
  const row = await db
    .selectFrom('findings')
    .select('id')
    .where('company_id', '=', companyId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Adds the stored rows among `ids` to `into`. */
export async function lookUpFindings(
  db: Kysely<Database>,
  companyId: string,
  ids: readonly string[],
  into: Map<string, StoredFinding>,
): Promise<void> {
  for (let start = 0; start < ids.length; start += LOOKUP_IDS) {
    const chunk = ids.slice(start, start + LOOKUP_IDS);
    const padding = chunk[0] ?? '';
    while (chunk.length < LOOKUP_IDS) chunk.push(padding);
    const rows = await db
      .selectFrom('findings')
      .select(['id', 'content_hash', 'state', 'is_listed'])
      .where('company_id', '=', companyId)
      .where('id', 'in', chunk)
      .execute();
    for (const row of rows) {
      into.set(row.id, {
        contentHash: row.content_hash,
        state: stateOf(row.state),
        isListed: row.is_listed === 1,
      });
    }
  }
}

/** Writes a page's rows; a row that differs only in the order of its fields is not written. Returns how many were updated. */
export async function writeFindings(
  db: Kysely<Database>,
  context: WalkContext,
  writes: Pick<PagePlan, 'created' | 'updated' | 'relisted'>,
  nowMs: number,
): Promise<{ updated: number }> {
  const before = await readRecords(db, context.companyId, writes.updated);
  const updated = writes.updated.filter(
    write => write.stateChanged || !isSameContent(before.get(write.id) ?? 'null', write.row.record),
  );
  const all = [...writes.created, ...updated];
  await insertFindings(
    db,
    all.map(write => ({
      company_id: context.companyId,
      id: write.id,
      organization_id: context.organizationId,
      state: write.state,
      severity: write.row.severity,
      category: write.row.category,
      factor: write.row.factor,
      affects_score: write.row.affectsScore,
      first_seen: write.row.firstSeen,
      last_seen: write.row.lastSeen,
      has_fix: write.row.hasFix,
      is_vulnerability: write.row.isVulnerability,
      vulnerability_id: vulnerabilityIdOf(write),
      asset: write.row.asset,
      content_hash: write.row.contentHash,
      created_at: nowMs,
      updated_at: nowMs,
      state_updated_at: nowMs,
      record: write.row.record,
      is_listed: 1,
      ...findingColumns(write.row.content),
    })),
  );
  await relistFindings(db, context.companyId, writes.relisted);
  await deleteOutdatedTerms(db, context, updated, before);
  await insertTerms(
    db,
    all.flatMap(write =>
      write.row.terms.map(term => ({
        company_id: context.companyId,
        term,
        finding_id: write.id,
      })),
    ),
  );
  return { updated: updated.length };
}

async function readRecords(
  db: Kysely<Database>,
  companyId: string,
  writes: readonly FindingWrite[],
): Promise<Map<string, string>> {
  const records = new Map<string, string>();
  for (let start = 0; start < writes.length; start += LOOKUP_IDS) {
    const ids = writes.slice(start, start + LOOKUP_IDS).map(write => write.id);
    const rows = await db
      .selectFrom('findings')
      .select(['id', 'record'])
      .where('company_id', '=', companyId)
      .where('id', 'in', ids)
      .execute();
    for (const row of rows) records.set(row.id, row.record);
  }
  return records;
}

/** The old terms are told by the old record: finding them by the finding would need an index that nothing else uses. */
async function deleteOutdatedTerms(
  db: Kysely<Database>,
  context: WalkContext,
  updated: readonly FindingWrite[],
  recordsBefore: ReadonlyMap<string, string>,
): Promise<void> {
  for (const write of updated) {
    const record = recordsBefore.get(write.id);
    if (record === undefined) continue;
    const before = readFindingRow(JSON.parse(record), record, context);
    if (!before.ok) continue;
    const kept = new Set(write.row.terms);
    for (const term of before.row.terms) {
      if (kept.has(term)) continue;
      await db
        .deleteFrom('finding_terms')
        .where('company_id', '=', context.companyId)
        .where('term', '=', term)
        .where('finding_id', '=', write.id)
        .execute();
    }
  }
}

/** A row that keeps its own id brings it along; one that collided has another. */
function vulnerabilityIdOf({ id, row }: FindingWrite): string | null {
  if (id === row.id || row.isVulnerability === 0) return row.vulnerabilityId;
  return vulnerabilityFindingId(id);
}

/** What the connection's options let a walk return. */
export interface WalkedRange {
  factors: readonly string[] | null;
  severities: readonly string[] | null;
  lastSeenFrom: string | null;
}

/** Findings of a company that upstream listed when it last told, within the range. */
export async function listListedIds(
  db: Kysely<Database>,
  companyId: string,
  range: WalkedRange,
): Promise<string[]> {
  let query = db
    .selectFrom('findings')
    .select('id')
    .where('company_id', '=', companyId)
    .where(sql<SqlBool>`is_listed = 1`);
  if (range.factors !== null) query = query.where('factor', 'in', [...range.factors]);
  if (range.severities !== null) query = query.where('severity', 'in', [...range.severities]);
  if (range.lastSeenFrom !== null) query = query.where('last_seen', '>=', range.lastSeenFrom);
  return (await query.execute()).map(row => row.id);
}

/**
 * Upstream no longer lists these findings: those that are not resolved are now. Returns how many; one that upstream itself had
 * reported as remediated was resolved before.
 */
export async function unlistFindings(
  db: Kysely<Database>,
  companyId: string,
  ids: readonly string[],
  nowMs: number,
): Promise<number> {
  let resolved = 0;
  for (let start = 0; start < ids.length; start += LOOKUP_IDS) {
    const chunk = ids.slice(start, start + LOOKUP_IDS);
    const ofChunk = db.updateTable('findings').where('company_id', '=', companyId).where('id', 'in', chunk);
    const { numUpdatedRows } = await ofChunk
      .set({ state: 'RESOLVED', state_updated_at: nowMs, updated_at: nowMs, is_listed: 0 })
      .where('state', '!=', 'RESOLVED')
      .executeTakeFirstOrThrow();
    await ofChunk.set({ is_listed: 0 }).where('is_listed', '=', 1).execute();
    resolved += Number(numUpdatedRows);
  }
  return resolved;
}

async function relistFindings(
  db: Kysely<Database>,
  companyId: string,
  ids: readonly string[],
): Promise<void> {
  for (let start = 0; start < ids.length; start += LOOKUP_IDS) {
    await db
      .updateTable('findings')
      .set({ is_listed: 1 })
      .where('company_id', '=', companyId)
      .where('id', 'in', ids.slice(start, start + LOOKUP_IDS))
      .execute();
  }
}

/** Open and reopened findings by severity: what a Resource shows. */
export async function countOpenFindings(
  db: Kysely<Database>,
  companyId: string,
): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('findings')
    .select(eb => ['severity', eb.fn.countAll<number>().as('total')])
    .where('company_id', '=', companyId)
    .where('state', '!=', 'RESOLVED')
    .groupBy('severity')
    .execute();
  const counts: Record<string, number> = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
  for (const row of rows) counts[row.severity] = Number(row.total);
  return counts;
}

/** Keeps records that could not be mapped, once each however often they are read, and lists them under the run. */
export async function writeUnmapped(
  db: Kysely<Database>,
  place: { connectionId: string; runId: string; stream: string; part: string },
  rows: readonly UnmappedRow[],
  nowMs: number,
): Promise<void> {
  const { stream, part } = place;
  for (const row of rows) {
    const key = { connection_id: place.connectionId, stream, part, content_hash: row.contentHash };
    const problems = JSON.stringify(row.problems);
    await db
      .insertInto('unmapped_records')
      .values({ ...key, problems, record: row.record, created_at: nowMs })
      .onConflict(c =>
        c.columns(['connection_id', 'stream', 'part', 'content_hash']).doUpdateSet({ problems }),
      )
      .execute();
    await db
      .insertInto('unmapped_in_runs')
      .values({ ...key, run_id: place.runId })
      .onConflict(c => c.doNothing())
      .execute();
  }
}

function stateOf(text: string): FindingState {
  const state = FINDING_STATES.find(known => known === text);
  if (state === undefined) throw new Error(`stored finding state ${text} is none`);
  return state;
}
