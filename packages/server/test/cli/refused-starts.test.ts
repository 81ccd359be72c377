/** Starts that cannot succeed: each says what to do, exits with a code that is not 0, and leaves everything as it was. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, ProgramLab, type RunningServer } from '../support/program-lab.ts';

const OTHER_KEY = Buffer.alloc(32, 7).toString('base64');

interface Refusal {
  name: string;
  /** `DATA` stands for the case's own data directory. */
  args: string[];
  env?: Record<string, string>;
  code: 1 | 2;
  says: RegExp[];
  /** Makes the data directory what the case needs: by default it is not there. */
  prepare?: (dataDir: string) => void;
}

let lab: ProgramLab;
/** A hub that runs, and a data directory whose hub has ended. */
let running: RunningServer;
const outcomes = new Map<string, { finished: Finished; before: string; after: string; dataDir: string }>();

const SERVE = ['serve', '--json', '--port', '0', '--http-port', '0', '--data-dir', 'DATA'];
const SANDBOX = ['sandbox', ...SERVE.slice(1)];
const used = (dataDir: string) => cpSync(lab.path('ended'), dataDir, { recursive: true });

/** Made late: some of them name ports and files that only exist once the lab is up. */
function refusals(): Refusal[] {
  const { port } = new URL(running.ready.base_url);
  const { port: httpPort } = new URL(running.ready.http_url);
  const leaf = (name: string) => lab.path(name, 'tls', 'server.pem');
  const replaced = (args: readonly string[], flag: string, value: string) =>
    args.map((arg, n) => (args[n - 1] === flag ? value : arg));
  return [
    {
      name: 'a data directory below a regular file',
      args: replaced(SERVE, '--data-dir', lab.path('a-file', 'data')),
      code: 1,
      says: [/a-file\/data/, /--data-dir/],
    },
    {
      name: 'a data directory where none can be made',
      args: replaced(SERVE, '--data-dir', '/proc/sightline/data'),
      code: 1,
      says: [/\/proc\/sightline\/data/, /--data-dir/],
    },
    {
      name: 'a second server on one data directory',
      args: replaced(SERVE, '--data-dir', running.ready.data_dir),
      code: 1,
      says: [new RegExp(`process ${running.pid}\\b`), /--data-dir/],
    },
    {
      name: 'a port that is in use',
      args: replaced(SERVE, '--port', port),
      code: 1,
      says: [new RegExp(`Port ${port}`), /--port <number>/],
    },
    {
      name: 'a plain port that is in use',
      args: replaced(SERVE, '--http-port', httpPort),
      code: 1,
      says: [new RegExp(`Port ${httpPort}`), /--http-port <number>/],
    },
    {
      name: 'an address that is not of this machine',
      args: [...SERVE, '--host', '192.0.2.1'],
      code: 1,
      says: [/192\.0\.2\.1/, /--host/],
    },
    {
      name: 'a database written by a newer version',
      args: SERVE,
      prepare(dataDir) {
        used(dataDir);
        const database = new DatabaseSync(`${dataDir}/sightline.db`);
        database
          .prepare('insert into kysely_migration (name, timestamp) values (?, ?)')
          .run('9999-of-tomorrow', '2099-01-01T00:00:00.000Z');
        database.close();
      },
      code: 1,
      says: [/newer version/, /9999-of-tomorrow/, /Install that version/],
    },
    {
      name: 'a file in the place of the database that is none',
      args: SERVE,
      prepare(dataDir) {
        used(dataDir);
        writeFileSync(`${dataDir}/sightline.db`, 'x'.repeat(8192));
      },
      code: 1,
      says: [/sightline\.db/, /--data-dir/],
    },
    {
      name: 'a key that does not open the database',
      args: SERVE,
      env: { SIGHTLINE_KEY: OTHER_KEY },
      prepare: used,
      code: 1,
      says: [/does not open this database/, /SIGHTLINE_KEY/],
    },
    {
      name: 'a text that is no key',
      args: SERVE,
      env: { SIGHTLINE_KEY: 'a-short-secret' },
      prepare: used,
      code: 1,
      says: [/SIGHTLINE_KEY/, /openssl rand -base64 32/],
    },
    {
      name: 'a key file that was removed',
      args: SERVE,
      prepare(dataDir) {
        used(dataDir);
        rmSync(`${dataDir}/server.key`);
      },
      code: 1,
      says: [/server\.key is missing/, /Put that key file back/],
    },
    {
      name: 'a certificate and a key that do not match',
      args: [...SERVE, '--tls-cert', leaf('ended'), '--tls-key', leaf('running')],
      code: 1,
      says: [/does not belong to the certificate/],
    },
    {
      name: 'a certificate file that is not there',
      args: [...SERVE, '--tls-cert', lab.path('no-such.pem'), '--tls-key', leaf('running')],
      code: 1,
      says: [/--tls-cert/, /no-such\.pem/],
    },
    {
      name: 'a certificate that is something else',
      args: [...SERVE, '--tls-cert', lab.path('a-file'), '--tls-key', leaf('running')],
      code: 1,
      says: [/--tls-cert/, /-----BEGIN CERTIFICATE-----/],
    },
    {
      name: 'an upstream authority that is not there',
      args: [...SERVE, '--upstream-ca', lab.path('no-such.pem')],
      code: 1,
      says: [/--upstream-ca/, /no-such\.pem/],
    },
    {
      name: 'an unknown option',
      args: [...SERVE, '--prot', '1'],
      code: 2,
      says: [/unknown option '--prot'/, /--help/],
    },
    {
      name: 'a fault that is none',
      args: [...SANDBOX, '--fault', 'teapot:0.1'],
      code: 2,
      says: [/--fault teapot:0\.1/, /429-bare/],
    },
    {
      name: 'a preset token with a colon',
      args: [...SANDBOX, '--token', `${'p'.repeat(39)}:`],
      code: 2,
      says: [/colon/],
    },
  ];
}

beforeAll(async () => {
  lab = new ProgramLab();
  writeFileSync(lab.path('a-file'), 'not a folder, not a certificate');
  const [ended, server] = await Promise.all([lab.serve('ended'), lab.serve('running')]);
  running = server;
  await ended.stop();
  await pMap(
    refusals().entries(),
    async ([number, refusal]) => {
      const dataDir = lab.path(`case-${number}`);
      refusal.prepare?.(dataDir);
      const before = contentOf(dataDir);
      const args = refusal.args.map(arg => (arg === 'DATA' ? dataDir : arg));
      const finished = await lab.run(args, { env: refusal.env ?? {} });
      outcomes.set(refusal.name, { finished, before, after: contentOf(dataDir), dataDir });
    },
    { concurrency: 4 },
  );
});
afterAll(() => lab.close());

/** Key and database, to the byte. */
function contentOf(dataDir: string): string {
  return ['sightline.db', 'server.key']
    .map(name => `${dataDir}/${name}`)
    .map(path => (existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'none'))
    .join(' ');
}

test('each says what to do on standard error alone, and its exit code tells wrong usage from a failure', () => {
  for (const { name, code, says } of refusals()) {
    const { stdout, stderr, ...end } = outcomes.get(name)?.finished ?? { stdout: null, stderr: '' };
    expect({ name, stdout, ...end }).toEqual({ name, stdout: '', code, signal: null });
    for (const text of says) expect(stderr, name).toMatch(text);
    expect(stderr, name).not.toMatch(/unexpected error|at .*\.ts:\d+|p{39}/);
  }
});

test('none changes the database or the key of a data directory that was in use', () => {
  const inUse = refusals().filter(({ prepare }) => prepare !== undefined);
  expect(inUse.length).toBeGreaterThan(4);
  for (const { name } of inUse)
    expect({ name, is: outcomes.get(name)?.after }).toEqual({ name, is: outcomes.get(name)?.before });
});

test('the server that runs is not disturbed by one that was refused', async () => {
  expect((await running.client.call('/ready')).json).toEqual({ status: 'ready' });
  expect(running.process.isOver).toBe(false);
});

test('wrong usage makes no data directory', () => {
  for (const { name } of refusals().filter(({ code }) => code === 2)) {
    expect({ name, exists: existsSync(outcomes.get(name)?.dataDir ?? '') }).toEqual({ name, exists: false });
  }
});

test('after a refused first start the next one is the first: it gives the set-up link', async () => {
  const names = ['a port that is in use', 'a certificate and a key that do not match'];
  for (const name of names) {
    const dataDir = outcomes.get(name)?.dataDir ?? '';
    const server = await lab.serve(basename(dataDir));
    expect({ name, link: server.ready.setup_link }).toEqual({
      name,
      link: expect.stringMatching(/\/set-up#.{43}$/),
    });
    await server.stop();
  }
});
