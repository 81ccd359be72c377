/** Large pages, and pages while another process writes: no row is missing, and none is read before it is needed. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf } from '../../../src/ratings/paging.ts';
import { EncodedRows } from '../../../src/ratings/source.ts';
import type { JsonObject } from '../../../src/wire/json.ts';
import { findingQuery, StoredFindings } from './stored-findings.ts';

let stored: StoredFindings;
beforeEach(async () => {
  stored = await StoredFindings.open();
});
afterEach(() => stored.close());

const finding = (n: number, more: JsonObject = {}): JsonObject => ({
  risk_vector: 'spf',
  severity: n % 4,
  first_seen: `2026-01-${String((n % 28) + 1).padStart(2, '0')}`,
  evidence_key: `host${n}.example`,
  rolledup_observation_id: `id-${n}`,
  ...more,
});
const findings = (count: number) => Array.from({ length: count }, (_, n) => finding(n));

test('a row is the text that was stored', async () => {
  const record = finding(1, { details: { 'close-seen': '1.0', list: [1.5, 'é'] } });
  const company = await stored.add([record]);
  const { rows } = await stored.source.findings(company, findingQuery(''));
  if (!(rows instanceof EncodedRows)) throw new Error('the page is not kept');
  expect(rows.bytes.toString()).toBe(JSON.stringify(record));
});

test('a large page is read in pieces while it is sent, in order and whole', async () => {
  const company = await stored.add(findings(1_300));
  const { source, statements } = stored.watched();
  const page = await source.findings(company, findingQuery('limit=1000000000&offset=7'));
  expect(page.count).toBe(1_300);
  const before = statements.length;
  const seen: JsonObject[] = [];
  const readAt: number[] = [];
  for await (const row of page.rows) {
    seen.push(recordOf(row));
    readAt.push(statements.length - before);
  }
  // No more than a piece was read by then.
  expect(readAt[0]).toBe(1);
  expect(readAt.at(-1)).toBeGreaterThan(4);
  expect(seen).toHaveLength(1_293);
  const small = await stored.source.findings(company, findingQuery('limit=3&offset=1297'));
  const last = [];
  for await (const row of small.rows) last.push(recordOf(row));
  expect(last).toEqual(seen.slice(-3));
  expect(new Set(seen.map(row => row.evidence_key)).size).toBe(1_293);
});

test('a page has the rows that its count has promised, whatever another process writes meanwhile', async () => {
  const company = await stored.add(findings(1_500));
  const worker = new DatabaseSync(stored.file, { timeout: 5_000 });
  const { source, statements } = stored.watched();
  const first = await source.findings(company, findingQuery('limit=1000000000'));
  const unlist = worker.prepare(
    'update findings set is_listed = 0 where company_id = ? and order_severity = ?',
  );
  unlist.run(company, -3);
  const rows = [];
  for await (const row of first.rows) rows.push(row);
  expect(rows).toHaveLength(first.count);
  // The count that was known is not taken for the new one.
  const second = await source.findings(company, findingQuery('limit=1000'));
  expect(second.count).toBe(1_125);
  const counts = () => statements.filter(({ query }) => query.sql.includes('count(*)')).length;
  const asked = counts();
  expect((await source.findings(company, findingQuery('limit=5&offset=1120'))).count).toBe(1_125);
  expect(counts()).toBe(asked);
  expect((await source.findings(company, findingQuery('severity_gte=2'))).count).toBe(375);
  worker.close();
});

test('a page beyond the end is empty, and the count is that of the list', async () => {
  const company = await stored.add(findings(3));
  const rows = new EncodedRows([]);
  expect(await stored.source.findings(company, findingQuery('offset=3'))).toEqual({ count: 3, rows });
  expect(await stored.source.findings('nobody', findingQuery(''))).toEqual({ count: 0, rows });
});

test('a page deep in an order of its own is where the whole list has it', async () => {
  const company = await stored.add(findings(2_300));
  const keysOf = async (request: string) => {
    const keys: unknown[] = [];
    const { rows } = await stored.source.findings(company, findingQuery(request));
    for await (const row of rows) keys.push(recordOf(row).evidence_key);
    return keys;
  };
  const whole = await keysOf('sort=-first_seen,severity&limit=1000000');
  expect(whole).toHaveLength(2_300);
  expect(await keysOf('sort=-first_seen,severity&limit=40&offset=2100')).toEqual(whole.slice(2_100, 2_140));
  expect(await keysOf('sort=-first_seen,severity&limit=40&offset=700')).toEqual(whole.slice(700, 740));
});
