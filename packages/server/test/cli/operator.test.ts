/** `sightline tokens`, `connections` and `sync`, beside a running hub and without one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ADMIN_EMAIL } from '../support/admin-token.ts';
import { basic } from '../support/https-client.ts';
import { Connection, HubApi, upstreamFlags } from '../support/hub-api.ts';
import { until } from '../support/processes.ts';
import { type Finished, ProgramLab, type RunningServer } from '../support/program-lab.ts';

const UPSTREAM_TOKEN = 'operator-0123456789-0123456789-012345678';
const ABSENT = '0198a000-0000-7000-8000-000000000009';

const Token = z.object({ guid: z.uuid(), description: z.string(), role: z.string(), token: z.string() });
const Connections = z.array(
  z.looseObject({
    id: z.uuid(),
    identifier: z.string().nullable(),
    state: z.string(),
    health: z.looseObject({ name: z.string() }),
  }),
);
const Added = Connection;
const UpstreamToken = z.looseObject({ guid: z.uuid(), token: z.string() });
const Runs = z.array(
  z.looseObject({
    id: z.uuid(),
    state: z.string(),
    failure: z.looseObject({ reason: z.string() }).nullable(),
    counters: z.looseObject({
      findings: z.looseObject({ read: z.int(), created: z.int(), unchanged: z.int() }),
    }),
  }),
);

let lab: ProgramLab;
let sandbox: RunningServer;
let hub: RunningServer;
let upstream: string[];

beforeAll(async () => {
  lab = new ProgramLab();
  sandbox = await lab.sandbox('sandbox', [
    ...['--companies', '3', '--findings-per-company', '30', '--date', '2026-03-01', '--seed', 'operator'],
    ...['--token', UPSTREAM_TOKEN, '--log-level', 'warn'],
  ]);
  upstream = upstreamFlags(sandbox);
  hub = await lab.serve('hub', [...upstream, '--log-level', 'warn']);
});
afterAll(() => lab.close());

/** Runs a command on a data directory, that of the running hub unless said otherwise. */
function sightline(args: readonly string[], { dataDir = 'hub', input = '' } = {}): Promise<Finished> {
  return lab.run([...args, '--data-dir', lab.path(dataDir)], { input });
}

async function statusWith(token: string): Promise<number> {
  return (await hub.client.call('/v2/tprm/companies?limit=1', { token })).status;
}

describe('tokens beside a running hub', () => {
  test('a token is made, shown once, listed masked, accepted at once, and refused within a second of its revocation', async () => {
    const made = await sightline(['tokens', 'create', '--description', 'nightly export', '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const token = Token.parse(JSON.parse(made.stdout));
    expect(token).toMatchObject({ description: 'nightly export', role: 'customer_user' });
    expect(await statusWith(token.token)).toBe(200);

    const listed = await sightline(['tokens', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({
        guid: token.guid,
        token: `*****${token.token.slice(-4)}`,
        description: 'nightly export',
      }),
    );
    expect(listed.stdout).not.toContain(token.token);

    const revoked = await sightline(['tokens', 'revoke', token.guid]);
    expect(revoked).toMatchObject({ code: 0, stdout: '' });
    await until(
      'the hub refuses it',
      async () => ((await statusWith(token.token)) === 401 ? true : null),
      1_000,
    );
  });

  test('without --json the value alone is on standard output, so that a script can take it', async () => {
    const made = await sightline(['tokens', 'create', '--description', 'piped', '--role', 'vrm_admin']);
    expect(made.stdout).toMatch(/^slc_.{36}\n$/);
    expect(made.stderr).toContain('the only time');
    expect(await statusWith(made.stdout.trim())).toBe(200);
  });

  test('revoking a token that is none says so', async () => {
    const refused = await sightline(['tokens', 'revoke', ABSENT]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no company API token'),
    });
  });

  test('a person’s token can be shown again and again', async () => {
    const shown = await sightline(['tokens', 'show', '--email', ADMIN_EMAIL]);
    expect(shown).toMatchObject({ code: 0, stdout: `${hub.token}\n`, stderr: '' });
    const unknown = await sightline(['tokens', 'show', '--email', 'nobody@example.com']);
    expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no account') });
  });
});

const FROM_STDIN = ['--token-file', '-', '--json'];

/** Adds a connection to the sandbox and returns how that went. */
function connect(dataDir: string, token: string, more: readonly string[] = []) {
  const base = ['--base-url', sandbox.ready.base_url, ...upstream, ...FROM_STDIN];
  return sightline(['connections', 'add', ...base, ...more], { dataDir, input: `${token}\n` });
}

async function connectionsIn(dataDir: string) {
  return Connections.parse(
    JSON.parse((await sightline(['connections', 'list', '--json'], { dataDir })).stdout),
  );
}

describe('connections and syncs beside a running hub', () => {
  let added: Finished;
  let id: string;

  beforeAll(async () => {
    added = await connect('hub', UPSTREAM_TOKEN, ['--identifier', 'main']);
    id = Added.parse(JSON.parse(added.stdout)).id;
  });

  test('a connection that works is added, and the hub begins to read it by itself', async () => {
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).not.toContain(UPSTREAM_TOKEN);
    const api = new HubApi(hub.client);
    expect(Added.parse(JSON.parse(added.stdout))).toMatchObject({ id, identifier: 'main', state: 'ACTIVE' });
    await until('the hub has read it', async () => {
      const { last_synced_at } = await api.connection({ ...Added.parse(JSON.parse(added.stdout)) });
      return last_synced_at === null ? null : true;
    });
    const tested = await sightline(['connections', 'test', id, ...upstream, '--json']);
    expect(tested.code).toBe(0);
    expect(JSON.parse(tested.stdout)).toMatchObject({ is_valid: true });
  });

  test('a token that upstream refuses, or an address off the list, is not stored', async () => {
    const elsewhere = ['--base-url', 'https://elsewhere.example'];
    const [refused, foreign] = await Promise.all([
      connect('hub', 'w'.repeat(40)),
      sightline(['connections', 'add', ...upstream, ...FROM_STDIN, ...elsewhere], { input: UPSTREAM_TOKEN }),
    ]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/refused.*Nothing was stored/),
    });
    expect(foreign).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/base_url/) });
    for (const { stderr } of [refused, foreign]) expect(stderr).not.toMatch(/w{40}|operator-0123|unexpected/);
    expect((await connectionsIn('hub')).map(connection => connection.id)).toEqual([id]);
  });

  test('the hub’s worker does a sync that is asked for on the command line', async () => {
    const synced = await sightline(['sync', id, '--full', '--json', ...upstream]);
    expect(synced.code).toBe(0);
    const [run] = Runs.parse(JSON.parse(synced.stdout));
    expect(run).toMatchObject({
      state: 'SUCCESS',
      failure: null,
      counters: { findings: { read: sandbox.ready.finding_count } },
    });
    expect((await new HubApi(hub.client).job(run?.id ?? '')).state).toBe('SUCCESS');
  });

  test('a paused connection is left alone until it is resumed', async () => {
    expect((await sightline(['connections', 'pause', id])).code).toBe(0);
    const idle = await sightline(['sync', ...upstream]);
    expect(idle).toMatchObject({ code: 1, stderr: expect.stringContaining('no active connection') });
    expect((await sightline(['connections', 'resume', id])).code).toBe(0);
    const listed = await sightline(['connections', 'list']);
    expect(listed.stdout).toMatch(new RegExp(`${id} .*ACTIVE`));
  });

  test('an unknown connection is refused', async () => {
    const [tested, synced] = await Promise.all([
      sightline(['connections', 'test', ABSENT, ...upstream]),
      sightline(['sync', ABSENT, ...upstream]),
    ]);
    expect(tested).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no such connection'),
    });
    expect(synced).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(ABSENT) });
  });
});

describe('connections and syncs without a hub', () => {
  const dataDir = 'offline';
  beforeAll(async () => {
    await (await lab.serve(dataDir, ['--log-level', 'warn'])).stop();
  });

  test('a sync brings its own worker, and says how it went', async () => {
    const { id } = Added.parse(JSON.parse((await connect(dataDir, UPSTREAM_TOKEN)).stdout));
    const synced = await sightline(['sync', id, ...upstream], { dataDir });
    expect(synced.code).toBe(0);
    expect(synced.stderr).toMatch(/SUCCESS in \d/);
    expect(synced.stderr).toMatch(new RegExp(`findings: +${sandbox.ready.finding_count} new`));
  });

  test('when upstream has revoked the token the sync fails, health says whose turn it is, and a test is not valid', async () => {
    const path = '/ratings/v1/customers/current/api-tokens';
    const upstreamCall = { token: null, headers: basic(UPSTREAM_TOKEN) };
    const made = await sandbox.client.call(path, {
      ...upstreamCall,
      method: 'POST',
      body: { description: 'to be revoked' },
    });
    const { guid, token } = UpstreamToken.parse(made.json);
    const { id } = Added.parse(JSON.parse((await connect(dataDir, token)).stdout));
    const revoked = await sandbox.client.call(`${path}/${guid}`, { ...upstreamCall, method: 'DELETE' });
    expect(revoked.status).toBe(204);

    const synced = await sightline(['sync', id, '--json', ...upstream], { dataDir });
    expect(synced.code).toBe(1);
    const [run] = Runs.parse(JSON.parse(synced.stdout));
    expect(run).toMatchObject({ state: 'FAILED', failure: { reason: 'UNAUTHORIZED' } });
    const connection = (await connectionsIn(dataDir)).find(known => known.id === id);
    expect(connection?.health).toMatchObject({
      name: 'UNAUTHORIZED',
      status: 'UNHEALTHY',
      resolution_owner: 'CUSTOMER',
    });
    const tested = await sightline(['connections', 'test', id, ...upstream, '--json'], { dataDir });
    expect(tested.code).toBe(1);
    expect(JSON.parse(tested.stdout)).toEqual({
      is_valid: false,
      message: expect.stringContaining('refused'),
    });

    expect((await sightline(['connections', 'remove', id], { dataDir })).code).toBe(0);
    expect((await connectionsIn(dataDir)).map(known => known.id)).not.toContain(id);
  });
});

test('where no hub has ever been, no command begins an installation', async () => {
  const nowhere = ['--data-dir', lab.path('nowhere')];
  const finished = await Promise.all(
    [['tokens', 'list'], ['sync']].map(command => lab.run([...command, ...nowhere])),
  );
  for (const end of finished) {
    expect(end).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no Sightline data') });
  }
});
