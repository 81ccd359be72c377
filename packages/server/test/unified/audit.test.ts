/** The audit log on the wire: pages, filters, exports, and who may read it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditEvent, NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import { ROLES } from '../../src/access/principal.ts';
import { at, type Json } from '../support/json.ts';
import {
  type Harness,
  NOW,
  OTHER_ORGANIZATION,
  OWNER_ORGANIZATION,
  principal,
  startHarness,
} from './harness.ts';

const AUDIT = `/v1/provisioning/organizations/${OWNER_ORGANIZATION}/audit`;
const ROWS = 1_203;
const HOUR_MS = 3_600_000;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  const audit = new AuditLog({ clock: harness.clock, key: harness.vault.deriveKey('audit') });
  await harness.store.write(async transaction => {
    for (let n = 1; n <= ROWS; n += 1) {
      harness.clock.ms = NOW + n * HOUR_MS;
      await audit.append(transaction, event(n));
    }
  });
});
afterAll(() => harness.close());

/** Every third row is another organization's. */
function event(n: number): AuditEvent {
  return {
    organizationId: n % 3 === 0 ? OTHER_ORGANIZATION : OWNER_ORGANIZATION,
    action: n % 2 === 0 ? 'token.created' : 'token.revoked',
    actor: { kind: 'user', guid: `user ${n % 5}`, name: n === 1 ? '=1+1' : `Person ${n % 5}` },
    origin: n === 1 ? { address: '192.0.2.1', client: '@SUM(A1)' } : NO_ORIGIN,
    target: { kind: 'token', guid: `token ${n}`, name: `Token ${n}` },
    ...(n === 1 ? { before: { role: 'customer_user' }, after: { role: 'vrm_admin' } } : {}),
  };
}

/** What `keep` says of the owner organization's rows, newest first. */
function expected(keep: (n: number) => boolean): number[] {
  return Array.from({ length: ROWS }, (_, n) => ROWS - n).filter(n => n % 3 !== 0 && keep(n));
}

function sequences(json: Json): number[] {
  const items = at(json, 'items');
  return Array.isArray(items) ? items.map(item => Number(at(item, 'sequence'))) : [];
}

async function walk(query: string): Promise<number[]> {
  const found: number[] = [];
  let cursor: Json = null;
  do {
    const next: string = cursor === null ? query : `${query}&cursor=${cursor}`;
    const page = await harness.get(`${AUDIT}?${next}`);
    expect(page.status, page.text).toBe(200);
    found.push(...sequences(page.json));
    cursor = at(page.json, 'next_cursor');
  } while (cursor !== null);
  return found;
}

describe('a page', () => {
  test('has the newest rows first, in the form of the contract', async () => {
    const page = await harness.get(`${AUDIT}?limit=2`);
    expect(sequences(page.json)).toEqual([1_202, 1_201]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const oldest = await harness.get(`${AUDIT}?target=token%201`);
    expect(at(oldest.json, 'items')).toEqual([
      {
        sequence: 1,
        at: '2026-03-01T13:00:00.000Z',
        action: 'token.revoked',
        outcome: 'success',
        actor: { kind: 'user', guid: 'user 1', name: '=1+1' },
        address: '192.0.2.1',
        client: '@SUM(A1)',
        target: { kind: 'token', guid: 'token 1', name: 'Token 1' },
        before: { role: 'customer_user' },
        after: { role: 'vrm_admin' },
        count: 1,
        mac: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  test.each([
    ['limit=500', () => true],
    ['limit=400&action=token.created', (n: number) => n % 2 === 0],
    ['limit=500&action=token.created,token.revoked', () => true],
    ['limit=7&actor=user%203&from=2026-04-10', (n: number) => n % 5 === 3 && n >= 948],
    ['limit=100&actor=Person%204', (n: number) => n % 5 === 4],
    ['limit=100&from=2026-03-01T14:00:00Z&to=2026-03-01T20:00:00%2B01:00', (n: number) => n >= 2 && n < 7],
    ['limit=100&target=token%2042', (n: number) => n === 42],
    ['limit=100&action=user.invited', () => false],
  ] as const)('walked by %s has every row that fits, once', async (query, keep) => {
    expect(await walk(query)).toEqual(expected(keep));
  });

  test('leads back to the one before, and its cursor holds the filters', async () => {
    const first = await harness.get(`${AUDIT}?limit=3&action=token.created`);
    const second = await harness.get(`${AUDIT}?limit=3&cursor=${at(first.json, 'next_cursor')}`);
    expect(sequences(second.json)).toEqual(expected(n => n % 2 === 0).slice(3, 6));
    const back = await harness.get(`${AUDIT}?limit=3&cursor=${at(second.json, 'previous_cursor')}`);
    expect(sequences(back.json)).toEqual(sequences(first.json));
    const other = await harness.get(`${AUDIT}?action=token.revoked&cursor=${at(first.json, 'next_cursor')}`);
    expect(other.status).toBe(422);
    expect(at(other.json, 'errors', 0, 'field')).toBe('action');
  });

  test.each([
    ['action=no.such', 'action'],
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
    ['limit=0', 'limit'],
    ['cursor=x.y', 'cursor'],
    ['format=xml', 'format'],
    ['format=csv&cursor=x.y', 'cursor'],
    ['colour=red', 'colour'],
  ])('is refused for %s, which is named', async (query, field) => {
    const answer = await harness.get(`${AUDIT}?${query}`);
    expect(answer.status).toBe(422);
    expect(at(answer.json, 'errors', 0, 'field')).toBe(field);
  });
});

describe('an export', () => {
  test('as NDJSON has every row that fits', async () => {
    const answer = await harness.get(`${AUDIT}?format=ndjson&action=token.created`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.ndjson"');
    const rows = answer.text
      .trimEnd()
      .split('\n')
      .map(line => Number(JSON.parse(line).sequence));
    expect(rows).toEqual(expected(n => n % 2 === 0));
  });

  test('as CSV has no formulas', async () => {
    const answer = await harness.get(`${AUDIT}?format=csv`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = answer.text.trimEnd().split('\n');
    expect(lines).toHaveLength(expected(() => true).length + 1);
    expect(lines.at(-1)).toContain(",'=1+1,");
    expect(lines.at(-1)).toContain(",'@SUM(A1),");
    expect(lines.at(-1)).toContain('"{""role"":""customer_user""}"');
  });

  test('ends when its reader may no longer read', async () => {
    harness.callers.set('leaving', principal({}));
    harness.clock.step = 1_000;
    let seen = 0;
    harness.onAuthenticated = key => {
      seen += 1;
      if (key === 'leaving' && seen === 2) harness.callers.set('leaving', principal({ role: 'vrm_admin' }));
    };
    const ended = await harness.get(`${AUDIT}?format=ndjson`, { as: 'leaving' }).then(
      answer => answer.text,
      () => 'broken off',
    );
    harness.clock.step = 0;
    harness.onAuthenticated = () => {};
    expect(seen).toBeGreaterThanOrEqual(2);
    expect(ended.split('\n').length).toBeLessThan(expected(() => true).length);
  });
});

describe('who may read it', () => {
  test('an Admin of the organization, and nobody of another role or behind a wall', async () => {
    for (const role of ROLES) {
      harness.callers.set(role, principal({ role }));
      for (const format of ['', '?format=csv']) {
        const answer = await harness.get(AUDIT + format, { as: role });
        expect(answer.status, role).toBe(role === 'customer_admin' ? 200 : 403);
      }
    }
    expect((await harness.get(AUDIT, { as: 'grouped' })).status).toBe(403);
    expect((await harness.get(AUDIT, { as: null })).status).toBe(401);
  });

  test('another organization’s is 404 but for a provisioning token, and each shows its own rows alone', async () => {
    const others = `/v1/provisioning/organizations/${OTHER_ORGANIZATION}/audit`;
    expect((await harness.get(others, { as: 'admin' })).status).toBe(404);
    expect((await harness.get(AUDIT, { as: 'other' })).status).toBe(404);
    for (const as of ['other', 'owner']) {
      const answer = await harness.get(`${others}?limit=500`, { as });
      expect(sequences(answer.json).every(sequence => sequence % 3 === 0)).toBe(true);
    }
  });
});
