import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Visibility } from '../../src/access/visibility.ts';
import type { CompaniesTable, FindingsTable } from '../../src/store/schema.ts';
import { tprmCompanies } from '../../src/unified/companies/resource.ts';
import { tprmFindings } from '../../src/unified/findings/resource.ts';
import { EVERYTHING } from '../../src/unified/item-text.ts';
import { readPage } from '../../src/unified/paging/list-pages.ts';
import { type ListRequest, sortOf } from '../../src/unified/paging/list-query.ts';
import type { ListResource } from '../../src/unified/paging/list-resource.ts';
import { type Harness, NOW, OWNER_ORGANIZATION, startHarness } from './harness.ts';
import { addCompanies, addConnection, addFindings, companyRow, findingRow, uuid } from './seed.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

let worlds = 0;

/** A connection of its own for each run, so that runs do not see each other. */
async function newWorld(): Promise<{ connectionId: string; visibility: Visibility }> {
  worlds += 1;
  const connectionId = await addConnection(harness.store, uuid(`world-${worlds}`));
  const visibility: Visibility = {
    organizationId: OWNER_ORGANIZATION,
    connectionIds: [connectionId],
    narrowedTo: connectionId,
    groupId: null,
  };
  return { connectionId, visibility };
}

interface Walk {
  ids: string[];
  /** Pages forward, as lists of ids. */
  pages: string[][];
  lastPrevious: string | null;
}

async function walk<Row extends { id: string }>(
  resource: ListResource<Row>,
  visibility: Visibility,
  request: Omit<ListRequest, 'cursor' | 'format' | 'view'>,
  start: { cursor: string | null; backwards: boolean },
  between: () => Promise<void> = async () => {},
): Promise<Walk> {
  const pages: string[][] = [];
  let cursor = start.cursor;
  let lastPrevious: string | null = null;
  for (let turns = 0; turns < 500; turns += 1) {
    const page = await readPage(
      { db: harness.store.db, cursorKey: harness.cursorKey },
      resource,
      visibility,
      {
        ...request,
        ...(cursor === null ? {} : { filters: {}, sort: sortOf('id') }),
        cursor,
        format: 'json',
        view: EVERYTHING,
      },
    );
    pages.push(page.rows.map(row => row.id));
    lastPrevious = page.previousCursor;
    cursor = start.backwards ? page.previousCursor : page.nextCursor;
    if (cursor === null) return { ids: pages.flat(), pages, lastPrevious };
    await between();
  }
  throw new Error('the list does not end');
}

const anyFinding = fc.record({
  company: fc.nat(4),
  severity: fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'),
  state: fc.constantFrom('OPEN', 'RESOLVED', 'REOPENED'),
  factor: fc.constantFrom('open_ports', 'spf', 'dkim'),
  affects_score: fc.constantFrom<0 | 1 | null>(0, 1, null),
  updated: fc.nat(4),
  cve: fc.boolean(),
});
type AnyFinding = typeof anyFinding extends fc.Arbitrary<infer T> ? T : never;

const anyFilters = fc.record(
  {
    severity: fc.subarray(['CRITICAL', 'HIGH', 'LOW', 'UNKNOWN'], { minLength: 1 }),
    state: fc.subarray(['OPEN', 'RESOLVED', 'REOPENED'], { minLength: 1 }),
    factor: fc.subarray(['spf', 'dkim'], { minLength: 1 }),
    affects_score: fc.boolean(),
    cve: fc.constant(['CVE-2024-1', 'CVE-2024-2']),
    updated_since: fc.nat(4).map(step => NOW + step),
  },
  { requiredKeys: [] },
);

function matches(
  row: FindingsTable,
  hasCve: boolean,
  filters: typeof anyFilters extends fc.Arbitrary<infer T> ? T : never,
): boolean {
  return (
    (filters.severity?.includes(row.severity) ?? true) &&
    (filters.state?.includes(row.state) ?? true) &&
    (filters.factor?.includes(row.factor) ?? true) &&
    (filters.affects_score === undefined || row.affects_score === (filters.affects_score ? 1 : 0)) &&
    (filters.cve === undefined || hasCve) &&
    (filters.updated_since === undefined || row.updated_at >= filters.updated_since)
  );
}

function seedsOf(companies: readonly CompaniesTable[], findings: readonly AnyFinding[], from = 0) {
  return findings.flatMap((finding, index) => {
    const company = companies[finding.company];
    if (company === undefined) return [];
    const { severity, state, factor, affects_score } = finding;
    return findingRow(company, String(index + from), {
      severity,
      state,
      factor,
      affects_score,
      updated_at: NOW + finding.updated,
      terms: finding.cve ? ['cve:CVE-2024-1', 'cve:CVE-2024-2'] : [],
    });
  });
}

const keyOf = (row: FindingsTable, sort: string): string =>
  `${sort.endsWith('updated_at') ? row.updated_at : ''}|${row.company_id}|${row.id}`;

test('walking forward and backward gives exactly what a filter over the rows gives, once each, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFinding, { maxLength: 40 }),
      anyFilters,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('id', '-id', 'updated_at', '-updated_at'),
      async (findings, filters, limit, sort) => {
        const { connectionId, visibility } = await newWorld();
        const companies = [0, 1, 2, 3, 4].map(n => companyRow(connectionId, uuid(`${connectionId}-${n}`)));
        const seeds = seedsOf(companies, findings);
        await harness.store.write(async transaction => {
          await addCompanies(transaction, companies);
          await addFindings(transaction, seeds);
        });
        const expected = seeds
          .filter(({ row, terms }) => matches(row, terms.length > 0, filters))
          .map(({ row }) => row)
          .sort((a, b) => (keyOf(a, sort) < keyOf(b, sort) ? -1 : 1))
          .map(row => row.id);
        if (sort.startsWith('-')) expected.reverse();
        const request = { filters, sort: sortOf(sort), limit };
        const forward = await walk(tprmFindings, visibility, request, { cursor: null, backwards: false });
        expect(forward.ids).toEqual(expected);
        if (forward.lastPrevious === null) return;
        const back = await walk(tprmFindings, visibility, request, {
          cursor: forward.lastPrevious,
          backwards: true,
        });
        const before = forward.pages.slice(0, -1).flat();
        expect(back.pages.reverse().flat()).toEqual(before);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('rows that arrive between two pages are never repeated, and none that was there is missed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFinding, { minLength: 5, maxLength: 25 }),
      fc.array(fc.array(anyFinding, { maxLength: 4 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('id', '-updated_at'),
      async (findings, arrivals, limit, sort) => {
        const { connectionId, visibility } = await newWorld();
        const companies = [0, 1, 2, 3, 4].map(n => companyRow(connectionId, uuid(`${connectionId}-${n}`)));
        const seeds = seedsOf(companies, findings);
        await harness.store.write(async transaction => {
          await addCompanies(transaction, companies);
          await addFindings(transaction, seeds);
        });
        let number = 1_000;
        const between = async () => {
          const arrived = arrivals.shift() ?? [];
          await harness.store.write(transaction =>
            addFindings(transaction, seedsOf(companies, arrived, number)),
          );
          number += 100;
        };
        const request = { filters: {}, sort: sortOf(sort), limit };
        const { ids } = await walk(
          tprmFindings,
          visibility,
          request,
          { cursor: null, backwards: false },
          between,
        );
        expect(new Set(ids).size).toBe(ids.length);
        for (const { row } of seeds) expect(ids).toContain(row.id);
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

test('companies in every order are each seen once, with equal and missing scores', async () => {
  const { connectionId, visibility } = await newWorld();
  const rows = Array.from({ length: 23 }, (_, n) =>
    companyRow(connectionId, uuid(`${connectionId}-${n}`), {
      name: `Name ${n % 4}`,
      score: n % 5 === 0 ? null : 300 + (n % 3),
      updated_at: NOW + (n % 6),
    }),
  );
  await harness.store.write(transaction => addCompanies(transaction, rows));
  const orders: Record<string, (row: CompaniesTable) => string | number> = {
    id: () => 0,
    name: row => row.name_key,
    score: row => row.score ?? 0,
    updated_at: row => row.updated_at,
  };
  for (const [name, columnOf] of Object.entries(orders)) {
    const expected = [...rows]
      .sort((a, b) =>
        columnOf(a) === columnOf(b) ? (a.id < b.id ? -1 : 1) : columnOf(a) < columnOf(b) ? -1 : 1,
      )
      .map(row => row.id);
    for (const descending of [false, true]) {
      const request = { filters: {}, sort: { name, descending }, limit: 4 };
      const { ids } = await walk(tprmCompanies, visibility, request, { cursor: null, backwards: false });
      expect(ids).toEqual(descending ? expected.toReversed() : expected);
    }
  }
});

test('a page that emptied leads back to where it came from', async () => {
  const { connectionId, visibility } = await newWorld();
  const company = companyRow(connectionId, uuid(`${connectionId}-0`));
  const seeds = ['1', '2', '3', '4'].map(key => findingRow(company, key));
  await harness.store.write(async transaction => {
    await addCompanies(transaction, [company]);
    await addFindings(transaction, seeds);
  });
  const source = { db: harness.store.db, cursorKey: harness.cursorKey };
  const request = {
    filters: { state: ['OPEN'] },
    sort: sortOf('id'),
    limit: 2,
    cursor: null,
    format: 'json',
    view: EVERYTHING,
  } as const;
  const first = await readPage(source, tprmFindings, visibility, request);
  const kept = new Set(first.rows.map(row => row.id));
  const gone = seeds.map(({ row }) => row.id).filter(id => !kept.has(id));
  await harness.store.db.updateTable('findings').set({ state: 'RESOLVED' }).where('id', 'in', gone).execute();
  const second = await readPage(source, tprmFindings, visibility, {
    ...request,
    filters: {},
    cursor: first.nextCursor,
  });
  expect(second.rows).toEqual([]);
  expect(second.nextCursor).toBeNull();
  const back = await readPage(source, tprmFindings, visibility, {
    ...request,
    filters: {},
    cursor: second.previousCursor,
  });
  expect(back.rows.map(row => row.id)).toEqual(first.rows.map(row => row.id));
});
