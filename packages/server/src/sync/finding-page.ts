/**
 * What one page of a walk means for the rows already stored; pure. Identity rules: unified API, TprmFinding. Upstream pages
 * over an order with ties, so a row can come twice, and two different rows can have one identity: both are kept.
 */
import { collidedFindingId, type FindingState, nextFindingState } from '@sightline/model';
import type { FindingRow, WalkContext } from './finding-row.ts';

export interface StoredFinding {
  contentHash: string;
  state: FindingState;
  /** Whether upstream listed it when it was last looked for. */
  isListed: boolean;
}

export interface FindingWrite {
  id: string;
  row: FindingRow;
  state: FindingState;
  /** Whether the state differs from the stored one; true for a new finding. */
  stateChanged: boolean;
}

export interface PagePlan {
  created: FindingWrite[];
  updated: FindingWrite[];
  unchanged: number;
  /** Ids that upstream lists again, whether or not anything else about them has changed. */
  relisted: string[];
  reopened: number;
  duplicates: number;
  collisions: number;
  /** Ids of this page that the walk had not seen before. */
  seenIds: string[];
}

/**
 * `stored` holds the rows of this page's ids and of their `twinIds`, `seen` the ids of the walk's earlier pages.
 * Neither is changed.
 */
export function planFindingPage(
  rows: readonly FindingRow[],
  stored: ReadonlyMap<string, StoredFinding>,
  seen: ReadonlySet<string>,
  context: WalkContext,
): PagePlan {
  const plan: PagePlan = {
    created: [],
    updated: [],
    unchanged: 0,
    relisted: [],
    reopened: 0,
    duplicates: 0,
    collisions: 0,
    seenIds: [],
  };
  const seenHere = new Map<string, string>();
  const hashOfSeen = (id: string): string | null =>
    seenHere.get(id) ?? (seen.has(id) ? (stored.get(id)?.contentHash ?? '') : null);

  for (const row of rows) {
    const id = idToWrite(row, stored, hashOfSeen, context);
    if (id === null) {
      plan.duplicates += 1;
      continue;
    }
    if (id !== row.id) plan.collisions += 1;
    seenHere.set(id, row.contentHash);
    plan.seenIds.push(id);
    planRow(plan, id, row, stored.get(id));
  }
  return plan;
}

/** The id a row is stored under, or null when the walk has read the very same row before. */
function idToWrite(
  row: FindingRow,
  stored: ReadonlyMap<string, StoredFinding>,
  hashOfSeen: (id: string) => string | null,
  context: WalkContext,
): string | null {
  const seenHash = hashOfSeen(row.id);
  if (seenHash === row.contentHash) return null;
  const storedHash = stored.get(row.id)?.contentHash;
  if (seenHash === null && (storedHash === undefined || storedHash === row.contentHash)) return row.id;
  const collidedId = collidedIdOf(row, context);
  if (hashOfSeen(collidedId) === row.contentHash) return null;
  // An earlier run stored this very row beside its twin: it keeps its id even when the twin comes later this time.
  const collides = seenHash !== null || stored.has(collidedId);
  return collides ? collidedId : row.id;
}

/**
 * Ids of rows that may have a twin: their identity is stored, was seen or comes again on this page with other content.
 * Their stored rows must be known to `planFindingPage` too, besides those of every row's own id.
 */
export function twinIds(
  rows: readonly FindingRow[],
  stored: ReadonlyMap<string, StoredFinding>,
  seen: ReadonlySet<string>,
  context: WalkContext,
): string[] {
  const onPage = new Map<string, string>();
  const ids = new Set<string>();
  for (const row of rows) {
    const other = stored.get(row.id)?.contentHash ?? onPage.get(row.id);
    if (seen.has(row.id) || (other !== undefined && other !== row.contentHash)) {
      ids.add(collidedIdOf(row, context));
    }
    onPage.set(row.id, row.contentHash);
  }
  return [...ids];
}

function collidedIdOf(row: FindingRow, context: WalkContext): string {
  return collidedFindingId(context.connectionId, context.companyGuid, row.identity, row.contentHash);
}

function planRow(plan: PagePlan, id: string, row: FindingRow, stored: StoredFinding | undefined): void {
  const state = nextFindingState(stored?.state ?? null, row.reportedState);
  if (stored === undefined) {
    plan.created.push({ id, row, state, stateChanged: true });
    return;
  }
  if (!stored.isListed) plan.relisted.push(id);
  const stateChanged = state !== stored.state;
  if (stateChanged && state === 'REOPENED') plan.reopened += 1;
  if (!stateChanged && stored.contentHash === row.contentHash) {
    plan.unchanged += 1;
    return;
  }
  plan.updated.push({ id, row, state, stateChanged });
}
