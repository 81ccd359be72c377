/** Rotation of a connection's own token against a stand-in with tokens: what is in place and what is left over, whatever fails. */
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { sealCredentials } from '../../src/connections/credentials.ts';
import type { ConnectionPath } from '../../src/connections/rotation.ts';
import { RotationResumer } from '../../src/connections/rotation-resumer.ts';
import type { RotationStatus } from '../../src/connections/rotation-view.ts';
import { newId } from '../../src/ids.ts';
import { createLogger } from '../../src/log.ts';
import { ADMIN, ORGANIZATION, RotationLab } from './rotation-lab.ts';
import {
  type Fault,
  type Misbehaviour,
  REFUSAL_WORDS,
  startTokenUpstream,
  type TokenAccount,
  type TokenUpstream,
} from './token-upstream.ts';

let upstream: TokenUpstream;
let lab: RotationLab;
beforeAll(async () => {
  upstream = await startTokenUpstream();
  lab = await RotationLab.start(upstream);
});
afterAll(async () => {
  await lab.close();
  await upstream.close();
});

/** The requests of a rotation that goes well, in their order. */
const REQUESTS = [
  'GET /v1/users/current',
  'GET /v1/customers/current/api-tokens',
  'GET /v2/portfolio',
  'POST /v1/customers/current/api-tokens',
  'GET /v1/users/current',
  'GET /v1/customers/current/api-tokens',
  'GET /v2/portfolio',
  'DELETE /v1/customers/current/api-tokens/guid',
  'GET /v1/users/current',
];

/** The number of the last request before the switch. */
const LAST_TEST_AT = 6;

interface Scene {
  account: TokenAccount;
  path: ConnectionPath;
  oldToken: string;
  oldGuid: string;
  bystander: string;
}

async function scene(): Promise<Scene> {
  const account = upstream.account();
  const own = account.add('Hub', { group: 'EU' });
  const bystander = account.add('SIEM');
  const path = await lab.connect(own.value, { identifier: 'Main account' });
  return { account, path, oldToken: own.value, oldGuid: own.guid, bystander: bystander.guid };
}

const rotate = (path: ConnectionPath, how?: Misbehaviour) =>
  (how === 'silence' ? lab.impatient : lab).rotations.rotate(ADMIN, path, NO_ORIGIN);

/** What holds whatever happened: the stored token works, nobody else's is touched, everything beside is told. */
async function expectSafe({ account, path, bystander }: Scene, status: RotationStatus): Promise<void> {
  const stored = await lab.storedToken(path);
  expect(account.isLive(stored)).toBe(true);
  expect(account.tokens.map(token => token.guid)).toContain(bystander);
  const extra = account.tokens.filter(token => token.value !== stored && token.guid !== bystander);
  for (const token of extra) {
    const isTold = status.leftover.some(
      entry => entry.guid === token.guid || (entry.guid === null && entry.description === token.description),
    );
    expect(isTold, `${token.description} is live and not told of: ${JSON.stringify(status)}`).toBe(true);
  }
}

test('a rotation makes, tests, switches and revokes, with no request more than that', async () => {
  const { account, path, oldToken, oldGuid } = await scene();
  const steps: string[] = [];
  const status = await lab.rotations.rotate(ADMIN, path, NO_ORIGIN, step => steps.push(step));
  expect(status).toMatchObject({ state: 'done', step: 'done', leftover: [] });
  expect(account.requests).toEqual(REQUESTS);
  expect(steps).toHaveLength(5);
  const stored = await lab.storedToken(path);
  expect(stored).not.toBe(oldToken);
  const made = account.tokens.find(token => token.value === stored);
  expect(made?.description).toMatch(/^Sightline connection Main account rotation-[0-9a-f]{16}$/);
  expect(made?.group).toBe('EU');
  expect(account.tokens).toHaveLength(2);
  const actions = (await lab.events()).map(event => [event.action, event.target_id]);
  expect(actions).toEqual([
    ['upstream_token.created', made?.guid],
    ['upstream_token.rotated', made?.guid],
    ['upstream_token.revoked', oldGuid],
  ]);
  expect(await lab.rotations.status(ADMIN, path)).toEqual(status);
});

const MISBEHAVIOURS: Misbehaviour[] = [500, 503, 403, 401, 429, 'silence', 'reset', 'page'];
const FAULTS: Fault[] = REQUESTS.flatMap((line, at) =>
  MISBEHAVIOURS.flatMap(how =>
    // Whether a GET was carried out makes no difference.
    (line.startsWith('GET') ? (['before'] as const) : (['before', 'after'] as const)).flatMap(when =>
      [false, true].map((stays): Fault => ({ at, when, how, stays })),
    ),
  ),
);

describe.each(REQUESTS.map((line, at) => [at, line] as const))('request %i, %s', (at, line) => {
  test('may fail in every way: the stored token works, the rest is told, and the next rotation clears up', async () => {
    const attempt = async (fault: Fault) => {
      const what = `${line} ${fault.when} ${fault.how} ${fault.stays ? 'always' : 'once'}`;
      const scenery = await scene();
      const { account, path } = scenery;
      account.fault = fault;
      const status = await rotate(path, fault.how);
      await expectSafe(scenery, status);
      expect(status.state, what).toMatch(/^(done|failed)$/);
      if (status.state === 'done') expect(await lab.storedToken(path), what).not.toBe(scenery.oldToken);
      account.fault = null;
      const next = await rotate(path);
      expect(next, what).toMatchObject({ state: 'done', leftover: [] });
      expect(account.tokens, what).toHaveLength(2);
      await expectSafe(scenery, next);
    };
    await pMap(
      FAULTS.filter(fault => fault.at === at),
      attempt,
      { concurrency: 8 },
    );
  });
});

test.each<[string, Omit<Fault, 'stays'>, Partial<RotationStatus>, number]>([
  [
    'a POST answered 500 after it was done is taken back',
    { at: 3, when: 'after', how: 500 },
    { step: 'creating', leftover: [] },
    2,
  ],
  [
    'a POST that nobody answers is taken back',
    { at: 3, when: 'after', how: 'silence' },
    { step: 'creating', leftover: [] },
    2,
  ],
  [
    'a POST whose answer hides the value is taken back',
    { at: 3, when: 'after', how: 'masked' },
    { step: 'creating', leftover: [] },
    2,
  ],
  [
    'a new token that is refused is revoked',
    { at: 5, when: 'before', how: 401 },
    { step: 'testing', leftover: [] },
    2,
  ],
])('%s', async (_, fault, expected, live) => {
  const { account, path, oldToken } = await scene();
  account.fault = { ...fault, stays: false };
  expect(await rotate(path, fault.how)).toMatchObject({ state: 'failed', ...expected });
  expect(await lab.storedToken(path)).toBe(oldToken);
  expect(account.tokens).toHaveLength(live);
  expect(account.requests.filter(line => line.startsWith('POST'))).toHaveLength(1);
});

test('a POST that may still be carried out is told of, and taken away by the next rotation when it came late', async () => {
  const { account, path } = await scene();
  account.fault = { at: 3, when: 'before', how: 'silence', stays: false };
  const status = await rotate(path, 'silence');
  expect(status.leftover).toMatchObject([{ guid: null }]);
  account.add(String(status.leftover[0]?.description));
  expect(await rotate(path)).toMatchObject({ state: 'done', leftover: [] });
  expect(account.tokens).toHaveLength(2);
});

test('an old token that cannot be revoked is left over by its guid, until somebody revokes it', async () => {
  const { account, path, oldGuid, oldToken } = await scene();
  account.fault = { at: 7, when: 'before', how: 500, stays: true };
  const status = await rotate(path);
  expect(status).toMatchObject({ state: 'failed', step: 'revoking', leftover: [{ guid: oldGuid }] });
  expect(await lab.storedToken(path)).not.toBe(oldToken);
  account.fault = null;
  await lab.tokens.revoke(ADMIN, path, oldGuid, NO_ORIGIN);
  expect((await lab.rotations.status(ADMIN, path)).leftover).toEqual([]);
});

test('a leftover that has become the connection’s own token again is not revoked', async () => {
  const scenery = await scene();
  const { account, path, oldToken } = scenery;
  account.fault = { at: 7, when: 'before', how: 500, stays: true };
  await rotate(path);
  account.fault = null;
  const rotatedTo = await lab.storedToken(path);
  const back = await lab.connect(oldToken);
  await lab.store.db
    .updateTable('connection_rotations')
    .set({ connection_id: back.connectionId })
    .where('connection_id', '=', path.connectionId)
    .execute();
  account.fault = { at: account.requests.length + 3, when: 'before', how: 403, stays: false };
  expect(await rotate(back)).toMatchObject({ state: 'failed', step: 'creating' });
  expect(account.isLive(oldToken)).toBe(true);
  expect(account.isLive(rotatedTo)).toBe(true);
});

test('two tokens that cannot be told apart are both left alone and both named', async () => {
  const { account, path, oldToken, oldGuid } = await scene();
  const twin = account.add('Hub', { value: `another-token-${oldToken.slice(-4)}` });
  const status = await rotate(path);
  expect(status).toMatchObject({ state: 'failed', step: 'revoking' });
  expect(status.leftover.map(entry => entry.guid).toSorted()).toEqual([oldGuid, twin.guid].toSorted());
  expect(account.tokens).toHaveLength(4);
  expect(await lab.storedToken(path)).not.toBe(oldToken);
});

test('a user’s own token, which is not listed, is named by its ending', async () => {
  const { account, path, oldToken } = await scene();
  const own = account.tokens[0];
  if (own !== undefined) own.description = 'Ada in person';
  account.onCreate = () => {};
  const listed = account.tokens.map.bind(account.tokens);
  // Lists leave the first token out, as Bitsight's leave user tokens out.
  account.tokens.map = callback => listed(callback).filter((_, index) => index > 0);
  const status = await rotate(path);
  expect(status).toMatchObject({ state: 'failed', step: 'revoking', leftover: [{ guid: null }] });
  expect(status.leftover[0]?.message).toContain(oldToken.slice(-4));
  expect(account.isLive(oldToken)).toBe(true);
});

test.each<[string, (account: TokenAccount, value: string) => void]>([
  ['of another customer', (account, value) => account.strangers.add(value)],
  ['that sees fewer companies', (account, value) => account.seen.set(value, 2)],
  ['that may not read the portfolio', (account, value) => account.seen.set(value, -1)],
])('a new token %s does not replace the old one', async (_, spoil) => {
  const { account, path, oldToken } = await scene();
  account.onCreate = token => spoil(account, token.value);
  expect(await rotate(path)).toMatchObject({ state: 'failed', step: 'testing', leftover: [] });
  expect(await lab.storedToken(path)).toBe(oldToken);
  expect(account.tokens).toHaveLength(2);
});

test('credentials that were changed during the rotation stay, and the new token is taken back', async () => {
  const { account, path } = await scene();
  const other = account.add('Given by hand');
  const sealed = sealCredentials(lab.vault, path.connectionId, { username: other.value });
  account.beforeAnswer = async number => {
    if (number !== LAST_TEST_AT) return;
    await lab.store.db
      .updateTable('connections')
      .set({ sealed_credentials: sealed })
      .where('id', '=', path.connectionId)
      .execute();
  };
  expect(await rotate(path)).toMatchObject({ state: 'failed', step: 'switching', leftover: [] });
  expect(await lab.storedToken(path)).toBe(other.value);
  expect(account.tokens.map(token => token.description)).toEqual(['Hub', 'SIEM', 'Given by hand']);
});

test('a connection that was deleted during the rotation gets no token back', async () => {
  const { account, path, oldToken } = await scene();
  account.beforeAnswer = async number => {
    if (number !== LAST_TEST_AT) return;
    await lab.store.db
      .updateTable('connections')
      .set({ state: 'DELETED', sealed_credentials: null })
      .where('id', '=', path.connectionId)
      .execute();
  };
  expect(await rotate(path)).toMatchObject({ state: 'failed', leftover: [] });
  expect(account.tokens.map(token => token.value)).toContain(oldToken);
  expect(account.tokens).toHaveLength(2);
  const row = await lab.store.db
    .selectFrom('connections')
    .select('sealed_credentials')
    .where('id', '=', path.connectionId)
    .executeTakeFirstOrThrow();
  expect(row.sealed_credentials).toBeNull();
});

async function runningRun(path: ConnectionPath): Promise<string> {
  const id = newId();
  const now = lab.clock.now();
  await lab.store.db
    .insertInto('sync_runs')
    .values({
      ...{ id, organization_id: ORGANIZATION, connection_id: path.connectionId, mode: 'full' },
      ...{ streams: '[]', requested_by: 'api', state: 'RUNNING', created_at: now, started_at: now },
      ...{ finished_at: null, counters: '{}', failure: null },
    })
    .execute();
  return id;
}

test('the old token is revoked only when the run that works with it has ended', async () => {
  const { account, path, oldToken } = await scene();
  const runId = await runningRun(path);
  expect(await rotate(path)).toMatchObject({ state: 'running', step: 'revoking' });
  expect(account.isLive(oldToken)).toBe(true);
  expect(await lab.storedToken(path)).not.toBe(oldToken);
  const faults: unknown[] = [];
  await lab.rotations.resumeAll(error => faults.push(error));
  expect(account.isLive(oldToken)).toBe(true);
  await lab.store.db.updateTable('sync_runs').set({ state: 'SUCCESS' }).where('id', '=', runId).execute();
  const resumer = new RotationResumer(lab.rotations, createLogger({ level: 'silent' }));
  resumer.start();
  await resumer.stop();
  expect(await lab.rotations.status(ADMIN, path)).toMatchObject({ state: 'done', leftover: [] });
  expect(account.isLive(oldToken)).toBe(false);
  expect(faults).toEqual([]);
});

test('a run that never ends holds the old token no longer than a run may last', async () => {
  const { account, path, oldToken } = await scene();
  await runningRun(path);
  await rotate(path);
  lab.clock.aheadMs += 3_600_000 + 6 * 60_000;
  expect(await rotate(path)).toMatchObject({ state: 'done' });
  expect(account.isLive(oldToken)).toBe(false);
});

test('a rotation that meets an error of ours again and again is given up after a day, and tells what to look at', async () => {
  const { path, oldGuid } = await scene();
  await runningRun(path);
  await rotate(path);
  await lab.store.db
    .updateTable('connection_rotations')
    .set({ sealed_credentials: 'no sealed text' })
    .where('connection_id', '=', path.connectionId)
    .execute();
  const errors: unknown[] = [];
  lab.clock.aheadMs += 2 * 3_600_000;
  await lab.rotations.resumeAll(error => errors.push(error));
  expect(errors).toHaveLength(1);
  expect(await lab.rotations.status(ADMIN, path)).toMatchObject({ state: 'running' });
  lab.clock.aheadMs += 24 * 3_600_000;
  await lab.rotations.resumeAll(error => errors.push(error));
  expect(await lab.rotations.status(ADMIN, path)).toMatchObject({
    ...{ state: 'failed', step: 'revoking', leftover: [{ guid: oldGuid }] },
  });
});

test('a second rotation of a connection is refused while the first is under way', async () => {
  const { path, account } = await scene();
  const both = await Promise.allSettled([rotate(path), rotate(path)]);
  const refused = both.filter(result => result.status === 'rejected');
  expect(refused).toMatchObject([{ reason: { code: 'CONFLICT' } }]);
  expect(account.requests.filter(line => line.startsWith('POST'))).toHaveLength(1);
  expect(account.tokens).toHaveLength(2);
});

test('who may not, and what is not there, is refused before anything is asked upstream', async () => {
  const { path, account } = await scene();
  const attempt = (more: object, at = path) => lab.rotations.rotate({ ...ADMIN, ...more }, at, NO_ORIGIN);
  await expect(attempt({ role: 'customer_user' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(attempt({ scopes: ['read_only'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(attempt({}, { ...path, organizationId: 'another' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(account.requests).toEqual([]);
});

test('nothing that was written down holds a token or upstream’s words', async () => {
  const written = await lab.written();
  expect(written).not.toContain('upstream-token-');
  expect(written).not.toContain(REFUSAL_WORDS);
  expect(written).toContain('rotation-');
});
