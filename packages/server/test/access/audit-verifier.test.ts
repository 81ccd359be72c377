/** tokens.md, "Audit": whatever is done to the log behind the program's back is found. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditEvent, SYSTEM } from '../../src/access/audit/audit-event.ts';
import { readHead } from '../../src/access/audit/audit-log.ts';
import type { AuditRow } from '../../src/access/audit/audit-reader.ts';
import { type AuditVerification, verifyAuditLog } from '../../src/access/audit/audit-verifier.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab } from './lab.ts';

let lab: AccessLab;
let store: Store;
let key: Buffer;
beforeAll(async () => {
  lab = new AccessLab();
  store = (await lab.node()).store;
  key = lab.vault.deriveKey('audit');
});
afterAll(() => lab.close());

function event(n: number): AuditEvent {
  return {
    organizationId: n % 3 === 0 ? 'one' : 'other',
    action: 'token.created',
    actor: { ...SYSTEM, name: `actor ${n}` },
    origin: { address: '192.0.2.1', client: n % 2 === 0 ? null : 'curl' },
    target: { kind: 'token', guid: `guid ${n}`, name: null },
    ...(n % 2 === 0 ? {} : { before: { n }, after: { n: n + 1 } }),
    count: n + 1,
  };
}

/** The log anew, of so many rows. */
async function begin(rows: number): Promise<void> {
  await store.write(async transaction => {
    await transaction.deleteFrom('audit_log').execute();
    await transaction.deleteFrom('audit_head').execute();
    for (let n = 0; n < rows; n += 1) await lab.audit.append(transaction, event(n));
  });
}

function rowsOf(): Promise<AuditRow[]> {
  return store.db.selectFrom('audit_log').selectAll().orderBy('sequence').execute();
}

async function replaceRows(rows: readonly AuditRow[]): Promise<void> {
  await store.db.deleteFrom('audit_log').execute();
  if (rows.length > 0)
    await store.db
      .insertInto('audit_log')
      .values([...rows])
      .execute();
}

/** As somebody who can write the database, but has not the key, would hide a cut. */
async function patchHead(): Promise<void> {
  const last = (await rowsOf()).at(-1);
  await store.db.deleteFrom('audit_head').execute();
  if (last === undefined) return;
  await store.db
    .insertInto('audit_head')
    .values({ id: 'head', sequence: last.sequence, mac: last.mac })
    .execute();
}

function verify(keptMac: string | null = null): Promise<AuditVerification> {
  return verifyAuditLog(store.db, key, keptMac);
}

describe('an untouched log', () => {
  it('is sound, empty or longer than a batch, and gives the head to keep', async () => {
    await begin(0);
    expect(await verify()).toEqual({ rows: 0, problem: null, head: { sequence: 0, mac: '' } });
    await begin(2_100);
    expect(await verify()).toEqual({ rows: 2_100, problem: null, head: await readHead(store.db) });
  });

  it('has every head that was kept in it, the last one and an earlier one', async () => {
    await begin(5);
    const kept = (await readHead(store.db)).mac;
    await store.write(transaction => lab.audit.append(transaction, event(5)));
    expect((await verify(kept)).problem).toBeNull();
    expect((await verify((await readHead(store.db)).mac)).problem).toBeNull();
  });

  it('is not sound under another key', async () => {
    await begin(2);
    const result = await verifyAuditLog(store.db, lab.vault.deriveKey('other'), null);
    expect(result.problem).toMatchObject({ sequence: 1, kind: 'edited' });
  });
});

describe('a cut end', () => {
  it('is found against the stored head', async () => {
    await begin(5);
    await store.db.deleteFrom('audit_log').where('sequence', '>', 3).execute();
    const { problem } = await verify();
    expect(problem).toMatchObject({ sequence: 4, kind: 'cut_end' });
  });

  it.each([0, 3])(
    'whose stored head was patched is found against a head kept elsewhere (%i rows left)',
    async left => {
      await begin(5);
      const kept = (await readHead(store.db)).mac;
      await store.db.deleteFrom('audit_log').where('sequence', '>', left).execute();
      await patchHead();
      expect((await verify()).problem).toBeNull();
      expect((await verify(kept)).problem).toMatchObject({ sequence: left + 1, kind: 'head_not_found' });
    },
  );

  it('that was written anew with the program itself is found against a head kept elsewhere', async () => {
    await begin(5);
    const kept = (await readHead(store.db)).mac;
    await store.db.deleteFrom('audit_log').where('sequence', '>', 3).execute();
    await patchHead();
    lab.clock.advance(1_000);
    await store.write(transaction => lab.audit.append(transaction, event(77)));
    expect((await verify()).problem).toBeNull();
    expect((await verify(kept)).problem).toMatchObject({ kind: 'head_not_found' });
  });

  it('whose head row alone was deleted is found', async () => {
    await begin(3);
    await store.db.deleteFrom('audit_head').execute();
    expect((await verify()).problem).toMatchObject({ sequence: 4, kind: 'cut_end' });
  });
});

const COLUMNS = [
  'organization_id',
  'at',
  'action',
  'outcome',
  'actor_kind',
  'actor_id',
  'actor_name',
  'address',
  'client',
  'target_kind',
  'target_id',
  'target_name',
  'before',
  'after',
  'count',
  'mac',
] as const;
const NUMBERS: ReadonlySet<string> = new Set(['at', 'count']);

describe('in any chain', () => {
  const length = fc.integer({ min: 2, max: 9 });

  it('a change of any column of any row is found at that row', async () => {
    await fc.assert(
      fc.asyncProperty(
        length,
        fc.nat(),
        fc.constantFrom(...COLUMNS),
        fc.nat(),
        async (rows, at, column, n) => {
          await begin(rows);
          const sequence = (at % rows) + 1;
          const value = NUMBERS.has(column) ? sql`${sql.ref(column)} + ${1 + n}` : sql`${`forged ${n}`}`;
          await sql`update audit_log set ${sql.ref(column)} = ${value} where sequence = ${sequence}`.execute(
            store.db,
          );
          expect((await verify()).problem).toMatchObject({ sequence, kind: 'edited' });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a deleted row is a gap, wherever it was', async () => {
    await fc.assert(
      fc.asyncProperty(length, fc.nat(), async (rows, at) => {
        await begin(rows);
        const sequence = (at % rows) + 1;
        await store.db.deleteFrom('audit_log').where('sequence', '=', sequence).execute();
        const kind = sequence === rows ? 'cut_end' : 'gap';
        expect((await verify()).problem).toMatchObject({ sequence, kind });
      }),
      { numRuns: 30 },
    );
  });

  it('a deletion that closes the gap, an inserted row and two rows swapped are found where they begin', async () => {
    const numbered = (rows: readonly AuditRow[]) => rows.map((row, n) => ({ ...row, sequence: n + 1 }));
    await fc.assert(
      fc.asyncProperty(
        length,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('delete', 'insert', 'swap'),
        async (count, a, b, how) => {
          await begin(count);
          const rows = await rowsOf();
          const at = a % (count - 1);
          const other = at + 1 + (b % (count - 1 - at));
          const [first, second] = [rows[at], rows[other]];
          if (first === undefined || second === undefined) throw new Error('out of range');
          if (how === 'delete') rows.splice(at, 1);
          if (how === 'insert') rows.splice(at, 0, second);
          if (how === 'swap') [rows[at], rows[other]] = [second, first];
          await replaceRows(numbered(rows));
          await patchHead();
          expect((await verify()).problem).toMatchObject({ sequence: at + 1, kind: 'edited' });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a row before the first one is found', async () => {
    await begin(2);
    const [row] = await rowsOf();
    if (row === undefined) throw new Error('the log is empty');
    await store.db
      .insertInto('audit_log')
      .values({ ...row, sequence: 0 })
      .execute();
    expect((await verify()).problem).toMatchObject({ sequence: 0, kind: 'edited' });
  });
});
