/**
 * One company's findings, read to the end. Upstream pages by offset over an order with ties and tells no modification time,
 * so a walk is complete only when the list kept its count and every row of it was seen; otherwise it is walked again. Only a
 * complete, full walk may say that a finding is gone. (Pitfalls: Bitsight API facts, "Paging, order, deduplication".)
 */
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import { planFindingPage, type StoredFinding, twinIds } from './finding-page.ts';
import type { FindingRow, WalkContext } from './finding-row.ts';
import {
  companyHasFindings,
  countOpenFindings,
  listListedIds,
  lookUpFindings,
  unlistFindings,
  type WalkedRange,
  writeFindings,
  writeUnmapped,
} from './finding-store.ts';
import { readCheckpoint, writeCheckpoint } from './run-repository.ts';
import type { RunWriter } from './run-writer.ts';
import type { FindingPage, UpstreamReader } from './upstream-reader.ts';

export const FINDINGS_STREAM = 'findings';
const PAGE_ROWS = 1_000;
/** A list that changes under every one of so many walks is left incomplete, and said so. */
const MAX_WALKS = 3;
const RESOLVE_ROWS = 1_000;

const Position = z.object({
  walk: z.int().min(1),
  /** Where the next page begins. */
  offset: z.int().min(0),
  /** Rows upstream said there are when this walk began; null before its first page. */
  count: z.int().min(0).nullable(),
  /** Whether the count has changed since. */
  moved: z.boolean(),
  /** Whether a walk before this one has seen every row of it (then a repeated row is upstream's own). */
  newInWalk: z.int().min(0),
  done: z.boolean(),
});
type Position = z.infer<typeof Position>;

const START: Position = { walk: 1, offset: 0, count: null, moved: false, newInWalk: 0, done: false };

export interface WalkRequest extends WalkContext {
  runId: string;
  /** Query parameters besides sort, limit and offset. */
  filters: Record<string, string>;
  /** What the filters let through; null when absence from this walk says nothing (an incremental walk). */
  resolves: WalkedRange | null;
}

export interface WalkDeps {
  store: Store;
  writer: RunWriter;
  reader: UpstreamReader;
  signal: AbortSignal;
}

/** Reads all findings of one company from where this run left off; returns whether the walk was complete. */
export async function walkFindings(deps: WalkDeps, request: WalkRequest): Promise<boolean> {
  const key = { runId: request.runId, stream: FINDINGS_STREAM, part: request.companyGuid };
  const saved = await readCheckpoint(deps.store.db, key);
  let position = saved === null ? START : Position.parse(saved);
  if (position.done) return true;
  for (;;) {
    const walk = await CompanyWalk.open(deps, request, position);
    position = await walk.run();
    const verdict = walk.verdict();
    if (verdict === 'again' && position.walk < MAX_WALKS) {
      position = { ...START, walk: position.walk + 1 };
      await deps.writer.commit(async (db, nowMs) => {
        await writeCheckpoint(db, key, position, nowMs);
        return { findings: { rewalks: 1 } };
      });
      continue;
    }
    await finishWalk(deps, request, position, verdict === 'complete');
    return verdict === 'complete';
  }
}

class CompanyWalk {
  readonly #deps: WalkDeps;
  readonly #request: WalkRequest;
  readonly #seen: Set<string>;
  /** Ids of earlier walks of this run, to tell rows that those missed from rows that upstream repeats. */
  readonly #seenBefore: ReadonlySet<string>;
  readonly #mayBeStored: boolean;
  #position: Position;

  private constructor(
    deps: WalkDeps,
    request: WalkRequest,
    position: Position,
    seen: Set<string>,
    seenBefore: Set<string>,
    mayBeStored: boolean,
  ) {
    this.#deps = deps;
    this.#request = request;
    this.#position = position;
    this.#seen = seen;
    this.#seenBefore = seenBefore;
    this.#mayBeStored = mayBeStored;
  }

  static async open(deps: WalkDeps, request: WalkRequest, position: Position): Promise<CompanyWalk> {
    const { db } = deps.store;
    const seen = new Set<string>();
    const seenBefore = new Set<string>();
    const pages = await db
      .selectFrom('walk_pages')
      .select(['walk', 'finding_ids'])
      .where('run_id', '=', request.runId)
      .where('company_id', '=', request.companyId)
      .execute();
    for (const page of pages) {
      const target = page.walk === position.walk ? seen : seenBefore;
      for (const id of idList(page.finding_ids)) target.add(id);
    }
    const mayBeStored = await companyHasFindings(db, request.companyId);
    return new CompanyWalk(deps, request, position, seen, seenBefore, mayBeStored);
  }

  /** Reads and writes page after page; returns the position after the last. */
  async run(): Promise<Position> {
    const { reader, signal } = this.#deps;
    const { filters } = this.#request;
    const query = { filters, offset: this.#position.offset, limit: PAGE_ROWS };
    for await (const page of reader.findingPages(this.#request, query, signal)) {
      signal.throwIfAborted();
      await this.#writePage(page);
    }
    return this.#position;
  }

  verdict(): 'complete' | 'again' {
    const { moved, count, newInWalk, walk } = this.#position;
    if (moved) return 'again';
    if (this.#seen.size === (count ?? 0)) return 'complete';
    // The same rows again and none new: upstream repeats rows for good, nothing was skipped.
    return walk > 1 && newInWalk === 0 ? 'complete' : 'again';
  }

  async #writePage(page: FindingPage): Promise<void> {
    const { store, writer } = this.#deps;
    const request = this.#request;
    const { rows, unmapped } = page;
    const stored = await this.#lookUp(store, rows);
    const plan = planFindingPage(rows, stored, this.#seen, request);
    const unmappedIds = unmapped.map(row => `unmapped:${row.contentHash}`).filter(id => !this.#seen.has(id));
    const seenIds = [...plan.seenIds, ...new Set(unmappedIds)];
    const isFirstPage = this.#position.count === null;
    const position: Position = {
      ...this.#position,
      offset: page.offset + page.received,
      count: this.#position.count ?? page.count,
      moved: this.#position.moved || (this.#position.count ?? page.count) !== page.count,
      newInWalk: this.#position.newInWalk + seenIds.filter(id => !this.#seenBefore.has(id)).length,
    };
    await writer.commit(async (db, nowMs) => {
      const { updated } = await writeFindings(db, request, plan, nowMs);
      await writeUnmapped(
        db,
        { ...request, stream: FINDINGS_STREAM, part: request.companyGuid },
        unmapped,
        nowMs,
      );
      await db
        .insertInto('walk_pages')
        .values({
          run_id: request.runId,
          company_id: request.companyId,
          walk: position.walk,
          page_offset: page.offset,
          finding_ids: JSON.stringify(seenIds),
        })
        .onConflict(c => c.columns(['run_id', 'company_id', 'walk', 'page_offset']).doNothing())
        .execute();
      const key = { runId: request.runId, stream: FINDINGS_STREAM, part: request.companyGuid };
      await writeCheckpoint(db, key, position, nowMs);
      return {
        findings: {
          expected: isFirstPage && position.walk === 1 ? page.count : 0,
          read: page.received,
          created: plan.created.length,
          updated,
          unchanged: plan.unchanged + plan.updated.length - updated,
          duplicates: plan.duplicates,
          collisions: plan.collisions,
          unmapped: unmapped.length,
        },
      };
    });
    for (const id of seenIds) this.#seen.add(id);
    this.#position = position;
  }

  async #lookUp(store: Store, rows: readonly FindingRow[]): Promise<Map<string, StoredFinding>> {
    const stored = new Map<string, StoredFinding>();
    const { companyId } = this.#request;
    const ids = this.#mayBeStored
      ? rows.map(row => row.id)
      : rows.map(row => row.id).filter(id => this.#seen.has(id));
    await lookUpFindings(store.db, companyId, ids, stored);
    await lookUpFindings(store.db, companyId, twinIds(rows, stored, this.#seen, this.#request), stored);
    return stored;
  }
}

/** Resolves and unlists what a complete walk no longer returned, then closes the company's part of the run. Each step can be repeated. */
async function finishWalk(
  deps: WalkDeps,
  request: WalkRequest,
  position: Position,
  complete: boolean,
): Promise<void> {
  const { store, writer, signal } = deps;
  if (complete && request.resolves !== null) {
    const seen = await seenInRun(store, request);
    const listed = await listListedIds(store.db, request.companyId, request.resolves);
    const gone = listed.filter(id => !seen.has(id));
    for (let start = 0; start < gone.length; start += RESOLVE_ROWS) {
      signal.throwIfAborted();
      const ids = gone.slice(start, start + RESOLVE_ROWS);
      await writer.commit(async (db, nowMs) => {
        return { findings: { resolved: await unlistFindings(db, request.companyId, ids, nowMs) } };
      });
    }
  }
  await writer.commit(async (db, nowMs) => {
    const key = { runId: request.runId, stream: FINDINGS_STREAM, part: request.companyGuid };
    await writeCheckpoint(db, key, { ...position, done: true }, nowMs);
    await db
      .deleteFrom('walk_pages')
      .where('run_id', '=', request.runId)
      .where('company_id', '=', request.companyId)
      .execute();
    const fullWalk =
      complete && request.resolves !== null
        ? { findings_full_walk_at: nowMs, findings_full_walk_run: request.runId }
        : {};
    await db
      .updateTable('company_sync')
      .set({
        findings_synced_at: nowMs,
        open_finding_counts: JSON.stringify(await countOpenFindings(db, request.companyId)),
        ...fullWalk,
      })
      .where('company_id', '=', request.companyId)
      .execute();
    return { findings: complete ? { companies_done: 1 } : { companies_done: 1, failed: 1 } };
  });
}

async function seenInRun(store: Store, request: WalkRequest): Promise<Set<string>> {
  const pages = await store.db
    .selectFrom('walk_pages')
    .select('finding_ids')
    .where('run_id', '=', request.runId)
    .where('company_id', '=', request.companyId)
    .execute();
  const seen = new Set<string>();
  for (const page of pages) for (const id of idList(page.finding_ids)) seen.add(id);
  return seen;
}

const IdList = z.array(z.string());

function idList(text: string): string[] {
  return IdList.parse(JSON.parse(text));
}
