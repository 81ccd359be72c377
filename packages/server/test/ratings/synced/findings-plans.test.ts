/** How SQLite finds stored findings: what each request costs in rows that are looked at. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingQuery, StoredFindings } from './stored-findings.ts';

let stored: StoredFindings;
let company: string;
beforeAll(async () => {
  stored = await StoredFindings.open();
  company = await stored.add(
    Array.from({ length: 1_200 }, (_, n) => ({
      risk_vector: 'spf',
      severity: n % 4,
      severity_category: 'minor',
      first_seen: '2026-01-05',
      last_seen: '2026-01-15',
      evidence_key: `host${n}.example`,
      rolledup_observation_id: `id-${n}`,
      assets: [{ asset: `host${n}.example`, category: 'critical' }],
      details: { observed_ips: ['192.0.2.1'], cvss: { base: [7.5, 3] } },
    })),
  );
});
afterAll(() => stored.close());

/** The planner's steps for what a request asks of the findings, its page first. */
async function planOf(request: string): Promise<string[]> {
  const { source, statements } = stored.watched();
  const page = await source.findings(company, findingQuery(request));
  expect(page.count).toBeGreaterThan(0);
  await source.tally(company, findingQuery(request), ['risk_vector', 'first_seen']);
  const steps: string[] = [];
  for (const { query } of statements) {
    const explained = { ...query, sql: `explain query plan ${query.sql}` };
    const { rows } = await stored.store.db.executeQuery<{ detail: string }>(explained);
    steps.push(...rows.map(row => row.detail).filter(detail => !detail.includes('pragma_data_version')));
  }
  return steps;
}

const EXPECTED_INDEXES =
  /INDEX (findings_listed|findings_uncomputed|sqlite_autoindex_findings_1) \(company_id=\?/;
const onFindings = (steps: readonly string[]) => steps.filter(step => /^(SEARCH|SCAN) findings\b/.test(step));

test.each([
  '',
  'offset=1100',
  'risk_vector=spf,dkim',
  'severity_gte=2&severity_category=minor',
  'first_seen_gte=2026-01-03&last_seen_lt=2026-02-01',
  'assets.category=critical',
  'q=example',
  'details.observed_ips_contains=192',
  'details.cvss.base_gte=7',
])('%s is counted and ordered by the index of the list: nothing is scanned or sorted', async request => {
  const steps = await planOf(request);
  const looks = onFindings(steps);
  expect(looks.filter(step => !EXPECTED_INDEXES.test(step))).toEqual([]);
  // The count and the tally need no row of the table.
  expect(looks.filter(step => step.includes('COVERING INDEX findings_listed'))).toHaveLength(2);
  expect(steps.filter(step => step.includes('FOR ORDER BY'))).toEqual([]);
});

test('a severity is a range of the index', async () => {
  expect(onFindings(await planOf('severity_gte=2')).join('\n')).toMatch(
    /findings_listed \(company_id=\? AND order_severity<\?\)/,
  );
});

test.each(['sort=-last_seen', 'limit=1100', 'sort=risk_vector&limit=1100&offset=50'])(
  '%s is put in order without a record',
  async request => {
    const looks = onFindings(await planOf(request));
    expect(
      looks.filter(step => step.includes('INDEX findings_listed') && !step.includes('COVERING')),
    ).toEqual([]);
    expect(looks.filter(step => !EXPECTED_INDEXES.test(step))).toEqual([]);
  },
);
