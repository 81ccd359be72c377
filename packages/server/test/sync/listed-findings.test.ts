/** What upstream lists, stops to list and lists again, as the ratings API shows it after each sync. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf } from '../../src/ratings/paging.ts';
import { SyncedFindings } from '../../src/ratings/sources/synced/findings.ts';
import { findingQuery } from '../ratings/synced/stored-findings.ts';
import { SyncLab, WHOLE_ACCOUNT } from '../support/sync-lab.ts';
import { type UpstreamCompany, upstreamFinding } from '../support/upstream.ts';

let lab: SyncLab;
let vendor: UpstreamCompany;
beforeEach(async () => {
  lab = await SyncLab.open();
  vendor = {
    guid: '00000000-0000-4000-8000-000000000001',
    name: 'Vendor',
    domain: 'vendor.example',
    rating: 700,
    findings: Array.from({ length: 6 }, (_, n) => upstreamFinding(n)),
  };
  lab.upstream.companies = [vendor];
});
afterEach(() => lab.close());

const REMEDIATED = { remediation_history: { last_remediation_status_label: 'Resolved' } };

/** Evidence keys of what is listed, and how many findings of the company there are in each state. */
async function shown() {
  const rows = await lab.store.db
    .selectFrom('findings')
    .select(['company_id', 'state', 'is_listed', 'updated_at'])
    .execute();
  const companyId = rows[0]?.company_id ?? '';
  const { count, rows: page } = await new SyncedFindings(lab.store).findings(
    companyId,
    findingQuery('limit=10000'),
  );
  const keys: unknown[] = [];
  for await (const row of page) keys.push(recordOf(row).evidence_key);
  expect(count).toBe(keys.length);
  return {
    listed: keys.sort(),
    resolved: rows.filter(row => row.state === 'RESOLVED').length,
    reopened: rows.filter(row => row.state === 'REOPENED').length,
    updated: rows.map(row => row.updated_at),
  };
}

const keysOf = (findings: UpstreamCompany['findings']) => findings.map(row => row.evidence_key).sort();

test('what a complete walk no longer returns is not listed, and is when it comes back', async () => {
  await lab.sync();
  expect(await shown()).toMatchObject({ listed: keysOf(vendor.findings), resolved: 0 });
  const [gone] = vendor.findings.splice(2, 1);
  expect((await lab.sync()).counters.findings).toMatchObject({ resolved: 1 });
  expect(await shown()).toMatchObject({ listed: keysOf(vendor.findings), resolved: 1 });
  if (gone !== undefined) vendor.findings.push(gone);
  await lab.sync();
  expect(await shown()).toMatchObject({ listed: keysOf(vendor.findings), resolved: 0, reopened: 1 });
});

test('a finding that upstream reported as remediated is listed, until it is dropped: nothing is resolved by that', async () => {
  vendor.findings[1] = upstreamFinding(1, REMEDIATED);
  await lab.sync();
  const before = await shown();
  expect(before).toMatchObject({ listed: keysOf(vendor.findings), resolved: 1 });
  const [gone] = vendor.findings.splice(1, 1);
  expect((await lab.sync()).counters.findings).toMatchObject({ resolved: 0, unchanged: 5 });
  const without = await shown();
  expect(without).toMatchObject({ listed: keysOf(vendor.findings), resolved: 1 });
  // Neither the unified finding nor what a polling client is told of has changed.
  expect(without.updated).toEqual(before.updated);
  if (gone !== undefined) vendor.findings.push(gone);
  expect((await lab.sync()).counters.findings).toMatchObject({ updated: 0, unchanged: 6 });
  const again = await shown();
  expect(again).toMatchObject({ listed: keysOf(vendor.findings), resolved: 1 });
  expect(again.updated).toEqual(before.updated);
});

test('a remediated finding that comes back with its fields in another order is listed again', async () => {
  vendor.findings[1] = upstreamFinding(1, REMEDIATED);
  await lab.sync();
  const [gone = {}] = vendor.findings.splice(1, 1);
  await lab.sync();
  vendor.findings.push(Object.fromEntries(Object.entries(gone).reverse()));
  expect((await lab.sync()).counters.findings).toMatchObject({ updated: 0, unchanged: 6 });
  expect(await shown()).toMatchObject({ listed: keysOf(vendor.findings) });
});

test('an incremental walk, or one that is never complete, leaves everything listed', async () => {
  vendor.findings = Array.from({ length: 1_010 }, (_, n) => upstreamFinding(n));
  await lab.sync();
  const all = await shown();
  vendor.findings = vendor.findings.slice(3);
  await lab.sync('incremental');
  expect((await shown()).listed).toEqual(all.listed);
  let next = 50_000;
  lab.upstream.beforePage = (_company, offset) => {
    if (offset === 0) vendor.findings.shift();
    else vendor.findings.push(upstreamFinding(next++), upstreamFinding(next++));
  };
  expect((await lab.sync()).state).toBe('PARTIAL');
  expect((await shown()).listed).toEqual(expect.arrayContaining(all.listed));
});

test('findings outside of what the connection reads stay listed', async () => {
  vendor.findings[0] = upstreamFinding(0, { risk_vector: 'spf' });
  await lab.sync();
  const { listed } = await shown();
  vendor.findings.splice(0, 2);
  lab.scope = { ...WHOLE_ACCOUNT, riskVectors: ['open_ports'] };
  lab.upstream.beforePage = () => {};
  await lab.sync();
  expect((await shown()).listed).toEqual(listed.filter(key => key !== 'host1.vendor.example:1'));
});
