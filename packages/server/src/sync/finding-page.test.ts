import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFindingPage, type StoredFinding, twinIds } from './finding-page.ts';
import type { FindingRow, WalkContext } from './finding-row.ts';

const CONTEXT: WalkContext = { organizationId: 'o', connectionId: 'c', companyGuid: 'g', companyId: 'i' };

function findingRow(identity: number, content: number, reportedState: 'OPEN' | 'RESOLVED'): FindingRow {
  return {
    id: `id-${identity}`,
    identity: `identity-${identity}`,
    contentHash: `hash-${identity}-${content}`,
    reportedState,
    severity: 'LOW',
    category: null,
    factor: 'spf',
    affectsScore: null,
    firstSeen: null,
    lastSeen: null,
    hasFix: 0,
    isVulnerability: 0,
    vulnerabilityId: null,
    asset: null,
    terms: [],
    content: {},
    record: '{}',
  };
}

/** Few identities and contents, so that repeats and twins are common. */
const anyRow = fc
  .tuple(fc.nat(6), fc.nat(2))
  .map(([identity, content]) => findingRow(identity, content, content === 2 ? 'RESOLVED' : 'OPEN'));
const anyWalk = fc.array(fc.array(anyRow, { maxLength: 8 }), { maxLength: 5 });

/** One walk over the store, as finding-walk does it; returns the ids seen and what was written. */
function walk(pages: readonly FindingRow[][], store: Map<string, StoredFinding>) {
  const seen = new Set<string>();
  let created = 0;
  let updated = 0;
  for (const rows of pages) {
    const known = new Map<string, StoredFinding>();
    const lookUp = (ids: readonly string[]) => {
      for (const id of ids) {
        const stored = store.get(id);
        if (stored !== undefined) known.set(id, stored);
      }
    };
    lookUp(rows.map(row => row.id));
    lookUp(twinIds(rows, known, seen, CONTEXT));
    const plan = planFindingPage(rows, known, seen, CONTEXT);
    for (const { id, row, state } of [...plan.created, ...plan.updated]) {
      store.set(id, { contentHash: row.contentHash, state, isListed: true });
    }
    for (const id of plan.seenIds) seen.add(id);
    created += plan.created.length;
    updated += plan.updated.length;
    expect(plan.seenIds.length + plan.duplicates).toBe(rows.length);
    expect(plan.created.length + plan.updated.length + plan.unchanged).toBe(plan.seenIds.length);
  }
  return { seen, created, updated };
}

describe('a page of findings', () => {
  it('loses no row and repeats none: every different row of a walk is stored once', () => {
    fc.assert(
      fc.property(anyWalk, pages => {
        const store = new Map<string, StoredFinding>();
        const { seen } = walk(pages, store);
        const different = new Set(pages.flat().map(row => row.contentHash));
        expect(seen.size).toBe(different.size);
        expect(new Set([...store.values()].map(stored => stored.contentHash))).toEqual(different);
      }),
    );
  });

  it('writes nothing when the same walk is made again, in the same order or the other way round', () => {
    fc.assert(
      fc.property(anyWalk, fc.boolean(), (pages, reversed) => {
        const store = new Map<string, StoredFinding>();
        walk(pages, store);
        const again = reversed ? pages.toReversed().map(rows => rows.toReversed()) : pages;
        expect(walk(again, store)).toMatchObject({ created: 0, updated: 0 });
      }),
    );
  });

  it('is the same however the rows are cut into pages', () => {
    fc.assert(
      fc.property(anyWalk, pages => {
        const cut = new Map<string, StoredFinding>();
        const whole = new Map<string, StoredFinding>();
        walk(pages, cut);
        walk([pages.flat()], whole);
        expect(cut).toEqual(whole);
      }),
    );
  });
});
