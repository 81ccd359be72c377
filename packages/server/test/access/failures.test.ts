/** Failures are in the audit log, and a flood of them is not a flood of rows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEntry, entryOf, readAuditRows } from '../../src/access/audit/audit-reader.ts';
import { verifyAuditLog } from '../../src/access/audit/audit-verifier.ts';
import { type Failure, FailureLog } from '../../src/access/audit/failures.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab } from './lab.ts';

let lab: AccessLab;
let store: Store;
let organizationId: string;
let failures: FailureLog;
const errors: unknown[] = [];
beforeEach(async () => {
  lab = new AccessLab();
  const node = await lab.node();
  store = node.store;
  organizationId = (await lab.firstStart(node)).organizationId;
  errors.length = 0;
  failures = logWith({});
});
afterEach(() => lab.close());

function logWith(options: { maxGathered?: number; store?: Store }): FailureLog {
  const { audit, clock } = lab;
  return new FailureLog({ store, audit, clock, onError: error => errors.push(error), ...options });
}

function failureFrom(address: string | null, more: Partial<Failure> = {}): Failure {
  const origin = { address, client: 'curl' };
  return { action: 'authentication.failed', organizationId: null, origin, ...more };
}

async function written(): Promise<AuditEntry[]> {
  const rows = await readAuditRows(
    store.db,
    organizationId,
    { actor: 'anonymous' },
    { from: null, backwards: true, rows: 10_000 },
  );
  return rows.map(entryOf);
}

describe('a failure', () => {
  it('is written at once, to the owner organization where no other is known', async () => {
    failures.record(failureFrom('192.0.2.1'));
    await failures.flush();
    expect(await written()).toMatchObject([
      {
        action: 'authentication.failed',
        outcome: 'failure',
        actor: { kind: 'anonymous', guid: null, name: null },
        address: '192.0.2.1',
        client: 'curl',
        count: 1,
      },
    ]);
  });

  it('is written without being asked for', async () => {
    failures.record(failureFrom('192.0.2.1'));
    while ((await written()).length === 0) await new Promise(resolve => setImmediate(resolve));
  });

  it('is gathered with its like into one row a minute, and none is lost', async () => {
    for (let second = 0; second < 150; second += 1) {
      for (let n = 0; n < 10; n += 1) failures.record(failureFrom('192.0.2.1'));
      await failures.flush();
      lab.clock.advance(1_000);
    }
    expect((await written()).map(row => row.count)).toEqual([10, 600, 600]);
    await failures.stop();
    const rows = await written();
    expect(rows).toHaveLength(4);
    expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(1_500);
    expect((await verifyAuditLog(store.db, lab.vault.deriveKey('audit'))).problem).toBeNull();
  });

  it('of another address, action, organization or target has a row of its own', async () => {
    const target = { kind: 'user' as const, guid: 'someone', name: 'a@example.com' };
    failures.record(failureFrom('192.0.2.1'));
    failures.record(failureFrom('192.0.2.2'));
    failures.record(failureFrom('192.0.2.1', { action: 'authentication.limited' }));
    failures.record(failureFrom('192.0.2.1', { target }));
    failures.record(failureFrom('2001:db8::1'));
    failures.record(failureFrom('2001:db8::2'));
    failures.record(failureFrom('192.0.2.1', { organizationId: 'another' }));
    await failures.stop();
    const rows = await written();
    expect(rows.map(row => row.count)).toEqual([1, 1, 1, 1, 2]);
    expect(rows[3]?.target).toEqual(target);
  });

  it('is the first one again when nobody failed for a minute', async () => {
    for (let round = 0; round < 3; round += 1) {
      failures.record(failureFrom('192.0.2.1'));
      await failures.flush();
      lab.clock.advance(60_000);
      await failures.flush();
    }
    expect((await written()).map(row => row.count)).toEqual([1, 1, 1]);
  });
});

describe('a flood', () => {
  it('from a million addresses is one row more than what is kept, and every failure is counted', async () => {
    failures = logWith({ maxGathered: 20 });
    for (let n = 0; n < 5_000; n += 1)
      failures.record(failureFrom(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`));
    await failures.stop();
    const rows = await written();
    expect(rows).toHaveLength(21);
    expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(5_000);
    expect(rows.at(-1)).toMatchObject({ address: null, client: null });
  });
});

describe('a database that does not answer', () => {
  it('loses no failure', async () => {
    let isDown = true;
    const failing: Store = {
      db: store.db,
      close: () => store.close(),
      read: work => store.read(work),
      write: work => (isDown ? Promise.reject(new Error('down')) : store.write(work)),
    };
    failures = logWith({ store: failing });
    failures.record(failureFrom('192.0.2.1'));
    await failures.flush();
    expect(errors).toHaveLength(1);
    isDown = false;
    failures.record(failureFrom('192.0.2.1'));
    await failures.flush();
    expect((await written()).map(row => row.count)).toEqual([2]);
  });

  it('and an installation without an organization take nothing down', async () => {
    await store.db.deleteFrom('api_tokens').execute();
    await store.db.deleteFrom('users').execute();
    await store.db.deleteFrom('access_groups').execute();
    await store.db.deleteFrom('organizations').execute();
    failures.record(failureFrom('192.0.2.1'));
    await failures.stop();
    expect(errors).toEqual([]);
    expect(await written()).toEqual([]);
  });
});
