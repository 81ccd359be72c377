/** `sightline audit`: reading, keeping and verifying the log. */
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { AccountsLab } from './accounts-lab.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = new AccountsLab();
  await lab.begin();
});
afterAll(() => lab.close());

/** Rows 1 to 3, of which the last has a name that a spreadsheet would run. */
async function begin(): Promise<void> {
  await lab.open(async ({ store, audit }) => {
    const { organizationId } = lab;
    await store.write(async transaction => {
      await transaction.deleteFrom('audit_log').execute();
      await transaction.deleteFrom('audit_head').execute();
      const failed = { organizationId, actor: ANONYMOUS, outcome: 'failure' as const };
      const origin = { address: '192.0.2.1', client: 'curl/8' };
      await audit.append(transaction, { ...failed, action: 'session.failed', origin, count: 7 });
      await audit.append(transaction, { ...failed, action: 'authentication.failed', origin });
      await audit.append(transaction, {
        organizationId,
        action: 'token.created',
        actor: { kind: 'operator', guid: 'operator', name: 'operator' },
        origin: NO_ORIGIN,
        target: { kind: 'token', guid: 'the guid', name: '=HYPERLINK("https://evil.example")' },
        after: { role: 'customer_user' },
      });
    });
  });
}

describe('an untouched log', () => {
  beforeAll(begin);

  test('is listed newest first, filtered, and limited', async () => {
    const [all, filtered, table] = await Promise.all([
      lab.run('audit', 'list', '--json'),
      lab.run('audit', 'list', '--json', '--action', 'session.failed', 'token.created', '--limit', '1'),
      lab.run('audit', 'list', '--actor', 'anonymous'),
    ]);
    expect(JSON.parse(all.stdout)).toMatchObject([
      { sequence: 3, action: 'token.created', after: { role: 'customer_user' } },
      { sequence: 2, action: 'authentication.failed' },
      { sequence: 1, action: 'session.failed', count: 7, address: '192.0.2.1' },
    ]);
    expect(JSON.parse(filtered.stdout)).toMatchObject([{ sequence: 3 }]);
    expect(table.stdout).toMatch(/^NUMBER +AT +ACTION/);
    expect(table.stdout).toContain('session.failed');
    expect(table.stdout).not.toContain('token.created');
  });

  test('is exported as NDJSON, and as CSV without formulas into a file of mode 0600', async () => {
    const file = lab.lab.path('audit.csv');
    const [ndjson, csv] = await Promise.all([
      lab.run('audit', 'export'),
      lab.run('audit', 'export', '--format', 'csv', '--out', file),
    ]);
    const lines = ndjson.stdout.trimEnd().split('\n');
    expect(lines.map(line => JSON.parse(line).sequence)).toEqual([3, 2, 1]);
    expect(csv).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n')[0]).toMatch(/^sequence,at,action,outcome,actor_kind/);
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
  });

  test('is sound, by itself and against the head that was kept', async () => {
    const head = await lab.run('audit', 'head');
    expect(head.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    const [verified, json] = await Promise.all([
      lab.run('audit', 'verify'),
      lab.run('audit', 'verify', '--json', '--head', head.stdout.trim()),
    ]);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toContain('is sound: 3 rows');
    expect(verified.stdout).toContain(head.stdout.trim());
    expect(JSON.parse(json.stdout)).toEqual({
      is_sound: true,
      rows: 3,
      problem: null,
      head: { sequence: 3, mac: head.stdout.trim() },
    });
  });

  test('is not read by what is no filter', async () => {
    const ends = await Promise.all([
      lab.run('audit', 'list', '--action', 'no.such'),
      lab.run('audit', 'list', '--limit', '0'),
      lab.run('audit', 'list', '--from', 'yesterday'),
      lab.run('audit', 'export', '--format', 'xml'),
      lab.run('audit', 'verify', '--head', 'abc'),
    ]);
    expect(ends.map(end => end.code)).toEqual([2, 2, 2, 2, 2]);
    for (const end of ends) expect(end.stderr).toMatch(/^sightline: --/);
  });
});

describe('a log that was touched', () => {
  test('fails the verification, which names the first row', async () => {
    await begin();
    await lab.open(({ store }) =>
      store.db.updateTable('audit_log').set({ address: '203.0.113.9' }).where('sequence', '=', 2).execute(),
    );
    const verified = await lab.run('audit', 'verify');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain('Row 2 is not as it was written');
  });

  test('and cut with its head fails against the head that was kept', async () => {
    await begin();
    const kept = (await lab.run('audit', 'head')).stdout.trim();
    await lab.open(async ({ store }) => {
      await store.db.deleteFrom('audit_log').where('sequence', '=', 3).execute();
      const last = await store.db
        .selectFrom('audit_log')
        .select(['sequence', 'mac'])
        .where('sequence', '=', 2)
        .executeTakeFirstOrThrow();
      await store.db.updateTable('audit_head').set(last).execute();
    });
    const [alone, against] = await Promise.all([
      lab.run('audit', 'verify'),
      lab.run('audit', 'verify', '--json', '--head', kept),
    ]);
    expect(alone.code).toBe(0);
    expect(against.code).toBe(1);
    expect(JSON.parse(against.stdout)).toMatchObject({
      is_sound: false,
      problem: { sequence: 3, kind: 'head_not_found' },
    });
  });
});
