/** `sightline serve` and `sightline sandbox` as scripts use them: the ready line, the token, and the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ADMIN_EMAIL } from '../support/admin-token.ts';
import { basic, HttpsClient } from '../support/https-client.ts';
import { descendantsOf, isRunning, until } from '../support/processes.ts';
import { type Finished, ProgramLab, type RunningServer } from '../support/program-lab.ts';

const HUB_KEYS = ['base_url', 'http_url', 'ca_file', 'setup_link', 'data_dir', 'pid'];
const SANDBOX_KEYS = [
  ...['base_url', 'http_url', 'ca_file', 'token', 'data_dir', 'pid'],
  'company_guid',
  'company_count',
  'finding_count',
  'finding_count_is_exact',
];
const SETUP_LINK = /^https:\/\/127\.0\.0\.1:\d+\/set-up#[A-Za-z0-9_-]{43}$/;
const PRESET = 'preset-0123456789-0123456789-0123456789-';

let lab: ProgramLab;
beforeAll(() => {
  lab = new ProgramLab();
});
afterAll(() => lab.close());

function expectOneLine(finished: Finished, keys: readonly string[]): void {
  const lines = finished.stdout.split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe('');
  expect(Object.keys(JSON.parse(lines[0] ?? ''))).toEqual(keys);
}

/** Stops a server and returns how it ended, and which of its own processes it left behind. */
async function stopAndLook(server: RunningServer, signal: 'SIGINT' | 'SIGTERM') {
  const children = descendantsOf(server.pid);
  const { code, signal: killedBy } = await server.stop(signal);
  return { children: children.length, code, killedBy, left: children.filter(isRunning) };
}

describe('sightline serve', () => {
  test('says once that it is ready, and gives a new set-up link until an Admin can sign in', async () => {
    const first = await lab.serve('hub');
    expect(first.ready).toMatchObject({
      base_url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      http_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ca_file: lab.path('hub', 'tls', 'ca.pem'),
      setup_link: expect.stringMatching(SETUP_LINK),
      data_dir: lab.path('hub'),
      pid: first.pid,
    });
    await until('the worker runs', () => (descendantsOf(first.pid).length > 0 ? true : null));
    expect(await stopAndLook(first, 'SIGINT')).toEqual({ children: 1, code: 0, killedBy: null, left: [] });
    expectOneLine(await first.process.finished, HUB_KEYS);

    const second = await lab.serve('hub');
    expect(second.ready.setup_link).toMatch(SETUP_LINK);
    expect(second.ready.setup_link).not.toBe(first.ready.setup_link);
    expect(second.token).toBe(first.token);
    expect((await second.client.call('/v1/provisioning/organizations')).status).toBe(200);
    // Nobody told the command which port the hub was given; the hub did.
    const link = await lab.run(['setup-link', '--data-dir', lab.path('hub')]);
    expect(link.stdout).toContain(`${second.ready.base_url}/set-up#`);
    const shown = await lab.run([
      ...['tokens', 'show', '--email', ADMIN_EMAIL, '--json'],
      ...['--data-dir', lab.path('hub')],
    ]);
    expect(JSON.parse(shown.stdout)).toEqual({ token: first.token });
    expect(await stopAndLook(second, 'SIGTERM')).toMatchObject({ code: 0, killedBy: null, left: [] });
    expectOneLine(await second.process.finished, HUB_KEYS);
  });

  test('takes an operator’s own certificate, and names no authority then', async () => {
    const leaf = lab.path('hub', 'tls', 'server.pem');
    const hub = await lab.serve('own-certificate', ['--tls-cert', leaf, '--tls-key', leaf]);
    expect(hub.ready.ca_file).toBeNull();
    const client = new HttpsClient({ ...hub.ready, ca_file: lab.path('hub', 'tls', 'ca.pem') }, null);
    expect((await client.call('/health')).status).toBe(200);
    await client.close();
    await hub.stop();
  });

  test('for people it says where it is, what to trust, and where to make the first Admin', async () => {
    const ports = ['--port', '0', '--http-port', '0'];
    const process = lab.launch(['serve', ...ports, '--data-dir', lab.path('for-people')]);
    const text = await process.said(/first Admin.*#[A-Za-z0-9_-]{43}/);
    expect(text).toMatch(/https:\/\/127\.0\.0\.1:\d+/);
    expect(text).toContain(lab.path('for-people', 'tls', 'ca.pem'));
    expect(text).toContain('sightline setup-link');
    expect((await process.stop('SIGINT')).code).toBe(0);
  });
});

describe('sightline sandbox', () => {
  const size = [
    '--companies',
    '3',
    '--findings-per-company',
    '20',
    '--date',
    '2026-03-01',
    '--seed',
    'servers',
  ];

  test('says what the account holds, and gives the token at the first start alone', async () => {
    const first = await lab.sandbox('sandbox', size);
    expect(first.ready).toMatchObject({ token: expect.stringMatching(/^slu_.{36}$/), company_count: 3 });
    const overview = z.object({
      companies: z.array(z.object({ guid: z.string() })),
      my_company: z.object({ guid: z.string() }),
    });
    const answer = await first.client.call('/ratings/v1/companies');
    const { companies, my_company } = overview.parse(answer.json);
    expect(companies).toHaveLength(3);
    expect(first.ready.company_guid).toBe(my_company.guid);
    const counts = await Promise.all(
      companies.map(async ({ guid }) => {
        const page = await first.client.call(`/ratings/v1/companies/${guid}/findings?limit=1`);
        return z.object({ count: z.int() }).parse(page.json).count;
      }),
    );
    expect(first.ready.finding_count).toBe(counts.reduce((sum, count) => sum + count, 0));
    expect(await stopAndLook(first, 'SIGTERM')).toEqual({ children: 0, code: 0, killedBy: null, left: [] });
    expectOneLine(await first.process.finished, SANDBOX_KEYS);

    const second = await lab.sandbox('sandbox', size, first.ready.token);
    expect(second.ready.token).toBeNull();
    expect(second.ready).toMatchObject({
      company_guid: my_company.guid,
      finding_count: first.ready.finding_count,
    });
    expect((await second.client.call('/ratings/v1/users/current')).status).toBe(200);
    expect(await stopAndLook(second, 'SIGINT')).toMatchObject({ code: 0, killedBy: null });
  });

  test('a preset token is printed by every start and works, after a restart too', async () => {
    for (const start of ['first', 'second']) {
      const sandbox = await lab.sandbox('preset', [...size, '--token', PRESET]);
      expect({ start, token: sandbox.ready.token }).toEqual({ start, token: PRESET });
      const answer = await sandbox.client.call('/ratings/v1/users/current', {
        token: null,
        headers: basic(PRESET),
      });
      expect(answer.status).toBe(200);
      const tokens = await sandbox.client.call('/ratings/v1/customers/current/api-tokens');
      expect(tokens.json).toMatchObject([{ description: 'Preset by --token', token: '*****789-' }]);
      await sandbox.stop();
      expectOneLine(await sandbox.process.finished, SANDBOX_KEYS);
    }
  });
});
