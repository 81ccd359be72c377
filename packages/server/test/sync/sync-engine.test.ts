import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncLab, WHOLE_ACCOUNT } from '../support/sync-lab.ts';
import { type UpstreamCompany, upstreamFinding } from '../support/upstream.ts';

function company(index: number, findings: number, more: Partial<UpstreamCompany> = {}): UpstreamCompany {
  return {
    guid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name: `Vendor ${index}`,
    domain: `vendor${index}.example`,
    rating: 700,
    findings: Array.from({ length: findings }, (_, n) => upstreamFinding(n)),
    ...more,
  };
}

describe('a sync run', () => {
  let lab: SyncLab;

  beforeEach(async () => {
    lab = await SyncLab.open();
  });
  afterEach(async () => {
    await lab.close();
  });

  it('stores every company, rating and finding of the account once', async () => {
    lab.upstream.companies = [company(1, 2_345), company(2, 0), company(3, 10)];
    const { state, counters } = await lab.sync();
    expect(state).toBe('SUCCESS');
    expect(await lab.findings()).toHaveLength(2_355);
    expect(counters.companies).toMatchObject({
      created: 3,
      companies_done: 3,
      companies_total: 3,
      failed: 0,
    });
    expect(counters.ratings).toMatchObject({ created: 6 });
    expect(counters.findings).toMatchObject({
      read: 2_355,
      created: 2_355,
      expected: 2_355,
      companies_done: 3,
    });
    // The portfolio, four lists of the account, three details, three pages of the large company, one of each other.
    expect(counters.upstream.requests).toBe(1 + 4 + 3 + 3 + 1 + 1);
  });

  it('writes nothing on a second run of an account that did not change, although temporary ids did', async () => {
    lab.upstream.companies = [company(1, 50), company(2, 5)];
    await lab.sync();
    const before = await lab.store.db.selectFrom('findings').selectAll().execute();
    for (const { findings } of lab.upstream.companies) {
      for (const finding of findings) finding.temporary_id = `other-${String(finding.temporary_id)}`;
    }
    const { counters } = await lab.sync();
    expect(counters.findings).toMatchObject({ read: 55, created: 0, updated: 0, unchanged: 55, resolved: 0 });
    expect(counters.companies).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(counters.ratings).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
    expect(await lab.store.db.selectFrom('findings').selectAll().execute()).toEqual(before);
  });

  it('resolves what a complete walk no longer returns, and reopens what comes back', async () => {
    lab.upstream.companies = [company(1, 20)];
    await lab.sync();
    const [gone] = lab.upstream.companies[0]?.findings.splice(3, 1) ?? [];
    expect((await lab.sync()).counters.findings).toMatchObject({ resolved: 1, unchanged: 19 });
    expect((await lab.findings()).filter(row => row.state === 'RESOLVED')).toHaveLength(1);
    if (gone !== undefined) lab.upstream.companies[0]?.findings.push(gone);
    expect((await lab.sync()).counters.findings).toMatchObject({ updated: 1, unchanged: 19 });
    expect((await lab.findings()).filter(row => row.state === 'REOPENED')).toHaveLength(1);
  });

  it('updates a finding that changed in place, and its look-up values with it', async () => {
    const withAssets = (...assets: string[]) =>
      assets.map(asset => ({ asset, is_ip: true, category: 'high' }));
    lab.upstream.companies = [company(1, 3)];
    lab.upstream.companies[0]?.findings.splice(
      1,
      1,
      upstreamFinding(1, { assets: withAssets('192.0.2.1', 'OLD', 'kept') }),
    );
    await lab.sync();
    lab.upstream.companies[0]?.findings.splice(
      1,
      1,
      upstreamFinding(1, {
        severity: 10,
        severity_category: 'severe',
        assets: withAssets('192.0.2.7', 'kept', 'NEW'),
      }),
    );
    expect((await lab.sync()).counters.findings).toMatchObject({ updated: 1, unchanged: 2, created: 0 });
    const row = await lab.store.db
      .selectFrom('findings')
      .select(['id', 'asset'])
      .where('severity', '=', 'CRITICAL')
      .executeTakeFirstOrThrow();
    const terms = await lab.store.db
      .selectFrom('finding_terms')
      .select('term')
      .where('finding_id', '=', row.id)
      .orderBy('term')
      .execute();
    expect(row.asset).toBe('192.0.2.7');
    expect(terms.map(({ term }) => term)).toEqual(['asset:kept', 'asset:new']);
  });

  it('takes a record whose fields only come in another order for unchanged', async () => {
    lab.upstream.companies = [company(1, 3)];
    await lab.sync();
    const [vendor] = lab.upstream.companies;
    if (vendor !== undefined) {
      vendor.findings = vendor.findings.map(finding => Object.fromEntries(Object.entries(finding).reverse()));
    }
    expect((await lab.sync()).counters.findings).toMatchObject({ updated: 0, unchanged: 3 });
  });

  it('walks again when the list shifts under it, so that nothing is skipped', async () => {
    const vendor = company(1, 2_500);
    lab.upstream.companies = [vendor];
    let shifted = false;
    lab.upstream.beforePage = (_company, offset) => {
      if (offset !== 1_000 || shifted) return;
      shifted = true;
      // A row of the first page goes: the second page begins one row too late.
      vendor.findings.splice(0, 1);
    };
    const { state, counters } = await lab.sync();
    expect(state).toBe('SUCCESS');
    expect(counters.findings.rewalks).toBe(1);
    const open = (await lab.findings()).filter(row => row.state === 'OPEN');
    expect(open).toHaveLength(2_500);
    expect((await lab.sync()).counters.findings.resolved).toBe(1);
  });

  it('does not take a row for gone while the list keeps changing, and says that the run is partial', async () => {
    const vendor = company(1, 1_500);
    lab.upstream.companies = [vendor];
    await lab.sync();
    let next = 10_000;
    lab.upstream.beforePage = (_company, offset) => {
      if (offset === 0) vendor.findings.shift();
      else vendor.findings.push(upstreamFinding(next++), upstreamFinding(next++));
    };
    const { state, counters } = await lab.sync();
    expect(state).toBe('PARTIAL');
    expect(counters.findings).toMatchObject({ resolved: 0, failed: 1, rewalks: 2 });
  });

  it('keeps two different rows of one identity, run after run under the same ids', async () => {
    const twin = upstreamFinding(1, { evidence_key: 'other.vendor.example' });
    lab.upstream.companies = [company(1, 3, { findings: [upstreamFinding(0), upstreamFinding(1), twin] })];
    expect((await lab.sync()).counters.findings).toMatchObject({ created: 3, collisions: 1 });
    const before = await lab.findings();
    lab.upstream.companies[0]?.findings.reverse();
    expect((await lab.sync()).counters.findings).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 3,
      resolved: 0,
    });
    expect(await lab.findings()).toEqual(before);
  });

  it('counts a row that upstream repeats to the letter once', async () => {
    lab.upstream.companies = [
      company(1, 2, { findings: [upstreamFinding(0), upstreamFinding(1), upstreamFinding(1)] }),
    ];
    const { state, counters } = await lab.sync();
    expect(state).toBe('SUCCESS');
    expect(await lab.findings()).toHaveLength(2);
    expect(counters.findings.duplicates).toBeGreaterThan(0);
  });

  it('keeps a row it cannot map raw, reports it once per run, and goes on', async () => {
    const odd = { nothing: 'usable', severity: 'x' };
    lab.upstream.companies = [company(1, 3, { findings: [upstreamFinding(0), odd, upstreamFinding(2)] })];
    for (const _run of [1, 2]) {
      const { state, counters } = await lab.sync();
      expect(state).toBe('SUCCESS');
      expect(counters.findings.unmapped).toBe(1);
    }
    const rows = await lab.store.db.selectFrom('unmapped_records').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]?.record ?? '')).toEqual(odd);
    // Each of the two runs lists it.
    expect(await lab.store.db.selectFrom('unmapped_in_runs').select('run_id').execute()).toHaveLength(2);
  });

  it('takes a 403 for one company as no failure', async () => {
    lab.upstream.companies = [company(1, 5, { findingsStatus: 403 }), company(2, 5, { rating: null })];
    const { state, counters } = await lab.sync();
    expect(state).toBe('SUCCESS');
    expect(counters.findings).toMatchObject({ forbidden: 1, created: 5 });
    expect(counters.companies).toMatchObject({ forbidden: 1, created: 2 });
  });

  it('goes on with the other companies when one cannot be read, and ends partial', async () => {
    lab.upstream.companies = [company(1, 5, { findingsStatus: 500 }), company(2, 5)];
    const { state } = await lab.sync();
    expect(state).toBe('PARTIAL');
    expect(await lab.findings()).toHaveLength(5);
  });

  it('stops at once when the token is refused, and changes nothing', async () => {
    lab.upstream.companies = [company(1, 5)];
    await lab.sync();
    const before = await lab.findings();
    lab.upstream.refuseWith = 401;
    const requests = lab.upstream.requests.length;
    expect((await lab.sync()).state).toBe('FAILED');
    expect(lab.upstream.requests.length - requests).toBe(1);
    expect(await lab.findings()).toEqual(before);
  });

  it('marks a company that left the portfolio, keeps its findings, and takes it back', async () => {
    lab.upstream.companies = [company(1, 2), company(2, 2)];
    await lab.sync();
    const [left] = lab.upstream.companies.splice(1, 1);
    expect((await lab.sync()).counters.companies.resolved).toBe(1);
    const deleted = () =>
      lab.store.db.selectFrom('companies').select('vendor_id').where('deleted_at', 'is not', null).execute();
    expect(await deleted()).toEqual([{ vendor_id: left?.guid }]);
    expect(await lab.findings()).toHaveLength(4);
    if (left !== undefined) lab.upstream.companies.push(left);
    await lab.sync();
    expect(await deleted()).toEqual([]);
  });

  it('goes on where it was interrupted, with the rows of an undisturbed run', async () => {
    lab.upstream.companies = [company(1, 4_200), company(2, 30)];
    const interrupt = new AbortController();
    lab.upstream.beforePage = (_company, offset) => {
      if (offset === 3_000) interrupt.abort(new Error('stopped'));
    };
    const first = await lab.sync('full', interrupt.signal);
    expect(first.state).toBeNull();
    lab.upstream.beforePage = () => {};
    const requests = lab.upstream.requests.length;
    const second = await lab.execute(first.runId);
    expect(second.state).toBe('SUCCESS');
    expect(second.counters.findings).toMatchObject({ read: 4_230, created: 4_230, duplicates: 0 });
    const offsets = lab.upstream.requests.slice(requests).filter(url => url.includes('000001/findings'));
    expect(offsets[0]).toContain('offset=3000');

    const undisturbed = await SyncLab.open();
    undisturbed.upstream.companies = [company(1, 4_200), company(2, 30)];
    await undisturbed.sync();
    expect(await lab.findings()).toEqual(await undisturbed.findings());
    await undisturbed.close();
  });

  it('ends a run that takes too long, and lets the next one take over its progress', async () => {
    lab.upstream.companies = [company(1, 3_500)];
    lab.timeoutMs = 60_000;
    lab.upstream.beforePage = (_company, offset) => {
      if (offset === 2_000) lab.clock.advance(61_000);
    };
    expect((await lab.sync()).state).toBe('FAILED');
    lab.upstream.beforePage = () => {};
    const requests = lab.upstream.requests.length;
    expect((await lab.sync()).state).toBe('SUCCESS');
    expect(
      lab.upstream.requests
        .slice(requests)
        .some(url => url.includes('offset=0&') && url.includes('findings')),
    ).toBe(false);
    expect(await lab.findings()).toHaveLength(3_500);
  });

  it('writes nothing more once it was cancelled', async () => {
    lab.upstream.companies = [company(1, 2_500)];
    lab.upstream.beforePage = (_company, offset) => {
      if (offset !== 1_000) return;
      void lab.store.db.updateTable('sync_runs').set({ state: 'CANCELLED' }).execute();
    };
    expect((await lab.sync()).state).toBe('CANCELLED');
    expect(await lab.findings()).toHaveLength(1_000);
  });

  it('asks an incremental run only for what was seen lately, and never resolves by it', async () => {
    const old = upstreamFinding(0, { last_seen: '2025-01-01' });
    lab.upstream.companies = [company(1, 2, { findings: [old, upstreamFinding(1)] })];
    await lab.sync('incremental');
    expect(await lab.findings()).toHaveLength(2);
    lab.upstream.requests.length = 0;
    const { counters } = await lab.sync('incremental');
    expect(lab.upstream.requests.some(url => url.includes('last_seen_gte=2026-02-27'))).toBe(true);
    expect(counters.findings).toMatchObject({ read: 1, resolved: 0 });
    lab.clock.advance(25 * 3600 * 1000);
    expect((await lab.sync('incremental')).counters.findings.read).toBe(2);
  });

  it('reads only the companies the options name', async () => {
    lab.upstream.companies = [company(1, 2), company(2, 3), company(3, 4)];
    lab.scope = { ...WHOLE_ACCOUNT, companies: ['Vendor 2', 'VENDOR3.example'] };
    await lab.sync();
    expect(await lab.findings()).toHaveLength(7);
  });

  it('takes no company for departed because the options leave it out', async () => {
    const departed = () =>
      lab.store.db.selectFrom('companies').select('vendor_id').where('deleted_at', 'is not', null).execute();
    lab.upstream.companies = [company(1, 2), company(2, 3)];
    await lab.sync();
    lab.scope = { ...WHOLE_ACCOUNT, companies: ['Vendor 1'] };
    await lab.sync();
    expect(await departed()).toEqual([]);
    lab.scope = { ...WHOLE_ACCOUNT, folders: ['00000000-0000-4000-8000-0000000000f1'] };
    lab.upstream.companies.pop();
    await lab.sync();
    expect(await departed()).toEqual([]);
    lab.scope = WHOLE_ACCOUNT;
    await lab.sync();
    expect(await departed()).toHaveLength(1);
  });

  it('tells what was spent on a run that read nothing', async () => {
    lab.upstream.companies = [company(1, 5)];
    lab.upstream.refuseWith = 500;
    const { state, counters } = await lab.sync();
    expect(state).toBe('FAILED');
    expect(counters.upstream.requests).toBe(8);
    expect(counters.upstream.retries).toBe(7);
  });
});
