import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Visibility } from '../../src/access/visibility.ts';
import { readCompanies } from '../../src/unified/companies/queries.ts';
import { FINDING_FILTERS } from '../../src/unified/findings/filters.ts';
import { findFinding, readFindings } from '../../src/unified/findings/queries.ts';
import { conditionsOf } from '../../src/unified/paging/filters.ts';
import { type Harness, OWNER_ORGANIZATION, startHarness } from './harness.ts';
import { type Compiled, recordQueries } from './recorder.ts';
import { uuid } from './seed.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const visibility: Visibility = {
  organizationId: OWNER_ORGANIZATION,
  connectionIds: ['c1', 'c2'],
  narrowedTo: null,
  groupId: null,
};

/** The planner's steps for every statement that `work` makes. */
async function planOf(work: (db: Harness['store']['db']) => Promise<unknown>): Promise<string[]> {
  const statements: Compiled[] = [];
  await work(recordQueries(harness.store.db, statements));
  const steps: string[] = [];
  for (const { query } of statements) {
    const explained = { ...query, sql: `explain query plan ${query.sql}` };
    const { rows } = await harness.store.db.executeQuery<{ detail: string }>(explained);
    steps.push(...rows.map(row => row.detail));
  }
  return steps;
}

const selection = (filters: Record<string, unknown>, sort = 'id') => ({
  visibility,
  conditions: conditionsOf(FINDING_FILTERS, filters),
  bySeverity: 'severity' in filters,
  byKey: 'ids' in filters || 'cve' in filters || 'asset' in filters,
  sort: { name: sort, descending: false },
});
const fromMiddle = { keys: [uuid('company'), uuid('finding')], inclusive: false };

test('a page in the default order goes by company and key: no scan of findings, no sort of them', async () => {
  for (const from of [null, fromMiddle]) {
    const plan = await planOf(db => readFindings(db, selection({}), { from, backwards: false, rows: 101 }));
    expect(plan.join('\n')).toMatch(/SEARCH c USING (COVERING )?INDEX companies_organization/);
    expect(plan.join('\n')).toMatch(
      /SEARCH f USING COVERING INDEX sqlite_autoindex_findings_1 \(company_id=\?/,
    );
    expect(plan.filter(step => /^SCAN (f|c|findings|companies)\b/.test(step))).toEqual([]);
    // The one sort is that of the page's own rows, after it has been cut to size.
    const beforePage = plan.slice(
      0,
      plan.findIndex(step => step.startsWith('SCAN page')),
    );
    expect(beforePage.filter(step => step.includes('TEMP B-TREE'))).toEqual([]);
  }
});

test('a look-up by id is one index seek for each visible company', async () => {
  const plan = await planOf(db => findFinding(db, visibility, { id: uuid('finding') }));
  expect(plan.join('\n')).toMatch(
    /SEARCH f USING COVERING INDEX sqlite_autoindex_findings_1 \(company_id=\? AND id=\?\)/,
  );
  const byView = await planOf(db => findFinding(db, visibility, { vulnerabilityId: uuid('vulnerability') }));
  expect(byView.join('\n')).toMatch(/findings_vulnerability \(company_id=\? AND vulnerability_id=\?\)/);
});

test.each([
  [{ severity: ['HIGH'] }],
  [{ state: ['OPEN'] }],
  [{ factor: ['spf'], affects_score: true }],
  [{ last_seen_since: '2026-01-01' }],
])('filters on columns are answered from their index alone: %j', async filters => {
  const plan = await planOf(db =>
    readFindings(db, selection(filters), { from: null, backwards: false, rows: 101 }),
  );
  expect(plan.join('\n')).toMatch(
    /SEARCH f USING COVERING INDEX findings_filters \(company_id=\? AND severity=\?/,
  );
});

test.each([[{ ids: [uuid('a'), uuid('b')] }], [{ cve: ['CVE-1'] }], [{ asset: ['a.example', 'b.example'] }]])(
  'filters that name findings seek them: %j',
  async filters => {
    const plan = await planOf(db =>
      readFindings(db, selection(filters), { from: null, backwards: false, rows: 101 }),
    );
    expect(plan.join('\n')).toMatch(
      /SEARCH f USING COVERING INDEX sqlite_autoindex_findings_1 \(company_id=\? AND id=\?\)/,
    );
    expect(plan.filter(step => /^SCAN (f|findings|a|t)\b/.test(step))).toEqual([]);
    if ('asset' in filters)
      expect(plan.join('\n')).toMatch(/SEARCH a USING INDEX findings_asset \(company_id=\? AND asset=\?/);
    if ('cve' in filters)
      expect(plan.join('\n')).toMatch(/SEARCH t USING PRIMARY KEY \(company_id=\? AND term=\?/);
  },
);

test('the order of change follows its index, from the middle too', async () => {
  const from = { keys: [1_700_000_000_000, uuid('company'), uuid('finding')], inclusive: false };
  for (const window of [
    { from: null, backwards: false, rows: 101 },
    { from, backwards: false, rows: 101 },
    { from, backwards: true, rows: 101 },
  ]) {
    const plan = await planOf(db => readFindings(db, selection({}, 'updated_at'), window));
    expect(plan.join('\n')).toMatch(/SEARCH f USING (COVERING )?INDEX findings_updated \(organization_id=\?/);
    const beforePage = plan.slice(
      0,
      plan.findIndex(step => step.startsWith('SCAN page')),
    );
    expect(beforePage.filter(step => step.includes('TEMP B-TREE'))).toEqual([]);
  }
});

const walled: Visibility = { ...visibility, groupId: 'g' };

test('a group costs one look into its key for each company, and no list of its companies is made', async () => {
  const from = { keys: [1_700_000_000_000, uuid('company'), uuid('finding')], inclusive: false };
  const wanted = { ...selection({}), visibility: walled };
  const works: ((db: Harness['store']['db']) => Promise<unknown>)[] = [
    db => readFindings(db, wanted, { from: null, backwards: false, rows: 101 }),
    db => readFindings(db, wanted, { from: fromMiddle, backwards: true, rows: 101 }),
    db =>
      readFindings(
        db,
        { ...selection({ severity: ['HIGH'] }), visibility: walled },
        { from: null, backwards: false, rows: 101 },
      ),
    db =>
      readFindings(
        db,
        { ...selection({}, 'updated_at'), visibility: walled },
        { from, backwards: false, rows: 101 },
      ),
    db => findFinding(db, walled, { id: uuid('finding') }),
    db =>
      readCompanies(
        db,
        {},
        { visibility: walled, filters: {}, sort: { name: 'id', descending: false } },
        { from: null, backwards: false, rows: 101 },
      ),
  ];
  for (const work of works) {
    const plan = await planOf(work);
    expect(plan.join('\n')).toMatch(
      /SEARCH h USING COVERING INDEX sqlite_autoindex_access_group_companies_1 \(group_id=\? AND company_guid=\?\)/,
    );
    expect(
      plan.filter(step => /^SCAN (f|c|h|findings|companies|access_group_companies)\b/.test(step)),
    ).toEqual([]);
    const beforePage = plan.slice(
      0,
      plan.findIndex(step => step.startsWith('SCAN page')),
    );
    // A filter on columns sorts the matches of one company, with a group or without.
    expect(beforePage.filter(step => step.includes('TEMP B-TREE FOR ORDER BY'))).toEqual([]);
  }
});
