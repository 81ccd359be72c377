/**
 * A rotation whose process is killed: one process rotates many connections, each held by upstream at another request, and is
 * ended with SIGKILL. Another process over the same database brings every one of them to its end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionPath } from '../../src/connections/rotation.ts';
import { ADMIN, RotationLab } from './rotation-lab.ts';
import { type Fault, startTokenUpstream, type TokenAccount, type TokenUpstream } from './token-upstream.ts';

const PROCESS = fileURLToPath(new URL('rotating-process.ts', import.meta.url));

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

/** Requests before the old token is gone, by their number: nine make a rotation. */
const POINTS = Array.from({ length: 9 }, (_, at) => at).flatMap(at =>
  (['before', 'after'] as const).map((when): Fault => ({ at, when, how: 'silence', stays: false })),
);
const POST_AT = 3;

interface Scene {
  fault: Fault;
  account: TokenAccount;
  path: ConnectionPath;
  oldToken: string;
}

async function scene(fault: Fault): Promise<Scene> {
  const account = upstream.account();
  const own = account.add('Hub');
  return { fault, account, path: await lab.connect(own.value), oldToken: own.value };
}

/** Rotates in a process of its own, and kills it when every rotation is held by upstream. */
async function killAtFaults(scenes: readonly Scene[]): Promise<void> {
  const met = scenes.map(({ account, fault }) => {
    account.fault = fault;
    return new Promise<void>(resolve => {
      account.onFault = resolve;
    });
  });
  const ids = scenes.map(({ path }) => path.connectionId);
  const child = spawn(process.execPath, [PROCESS, lab.place.folder, lab.place.host, ...ids], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([Promise.all(met), ended.then(() => Promise.reject(new Error('it ended by itself')))]);
  child.kill('SIGKILL');
  await ended;
  for (const { account } of scenes) account.fault = null;
}

async function resume(): Promise<void> {
  const errors: unknown[] = [];
  // Whoever was killed holds its rotations for a while.
  lab.clock.aheadMs += 120_000;
  await lab.rotations.resumeAll(error => errors.push(error));
  expect(errors).toEqual([]);
}

test('wherever it is killed, a working token is in place, and another process ends the rotation with nothing left over', async () => {
  const scenes = await Promise.all(POINTS.map(scene));
  await killAtFaults(scenes);
  for (const { account, path } of scenes) expect(account.isLive(await lab.storedToken(path))).toBe(true);

  await resume();

  for (const { fault, account, path, oldToken } of scenes) {
    const what = `killed at request ${fault.at}, ${fault.when} it was carried out`;
    const status = await lab.rotations.status(ADMIN, path);
    const isReplaced = fault.at > POST_AT;
    expect(status, what).toMatchObject({ state: isReplaced ? 'done' : 'failed', leftover: [] });
    const stored = await lab.storedToken(path);
    expect(
      account.tokens.map(token => token.value),
      what,
    ).toEqual([stored]);
    expect(stored !== oldToken, what).toBe(isReplaced);
  }
});

test('one that was killed between test and switch is switched', async () => {
  const last: Fault = { at: 6, when: 'after', how: 'silence', stays: false };
  const { account, path, oldToken, fault } = await scene(last);
  await killAtFaults([{ account, path, oldToken, fault }]);
  await lab.store.db
    .updateTable('connection_rotations')
    .set({ step: 'switching' })
    .where('connection_id', '=', path.connectionId)
    .execute();
  await resume();
  expect(await lab.rotations.status(ADMIN, path)).toMatchObject({ state: 'done', leftover: [] });
  expect(account.isLive(oldToken)).toBe(false);
});

test('where the resumed rotation fails too, a working token stays and the rest is told', async () => {
  const kills = POINTS.filter(({ at }) => at >= POST_AT);
  const scenes = await Promise.all(kills.map(scene));
  await killAtFaults(scenes);
  for (const { account } of scenes) {
    account.fault = { at: account.requests.length, when: 'before', how: 500, stays: true };
  }
  await resume();
  for (const { account, path } of scenes) {
    const stored = await lab.storedToken(path);
    expect(account.isLive(stored)).toBe(true);
    const { leftover } = await lab.rotations.status(ADMIN, path);
    for (const token of account.tokens.filter(live => live.value !== stored)) {
      const told = leftover.map(entry => entry.guid ?? entry.description);
      expect([token.guid, token.description].some(name => told.includes(name))).toBe(true);
    }
  }
});

test('a rotation whose process lives is not taken over, and the next call takes up one that was killed', async () => {
  const scenery = await scene({ at: 7, when: 'before', how: 'silence', stays: false });
  await killAtFaults([scenery]);
  const rotate = () => lab.rotations.rotate(ADMIN, scenery.path, { address: null, client: null });
  // Held as far as anyone can tell: the clock of the lab is brought back to the present.
  lab.clock.aheadMs = 0;
  await expect(rotate()).rejects.toMatchObject({ code: 'CONFLICT' });
  lab.clock.aheadMs = 120_000;
  expect(await rotate()).toMatchObject({ state: 'done', leftover: [] });
  expect(scenery.account.requests.filter(line => line.startsWith('POST'))).toHaveLength(1);
});
