/** `sightline tokens` in full: limits, replacing, mailed links and people's own tokens, on the data directory of a running hub. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SMTP_PASSWORD, SMTP_USER, startSmtpServer } from '../mail/smtp-server.ts';
import { ADMIN_EMAIL } from '../support/admin-token.ts';
import { type Finished, ProgramLab, type RunningServer } from '../support/program-lab.ts';

const Facts = z.object({
  guid: z.uuid(),
  token: z.string(),
  role: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.string().nullable(),
  request_count: z.int(),
  needs_review: z.boolean(),
  replaced_by: z.uuid().nullable(),
});

let lab: ProgramLab;
let hub: RunningServer;
beforeAll(async () => {
  lab = new ProgramLab();
  hub = await lab.serve('hub', ['--log-level', 'warn']);
});
afterAll(() => lab.close());

function tokens(...args: string[]): Promise<Finished> {
  return lab.run(['tokens', ...args, '--data-dir', lab.path('hub')], {});
}

async function created(...args: string[]) {
  const finished = await tokens('create', '--description', 'cli', '--json', ...args);
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  return Facts.parse(JSON.parse(finished.stdout));
}

async function statusWith(token: string, method: 'GET' | 'POST' = 'GET', path = '/v1/me'): Promise<number> {
  const body = method === 'POST' ? { body: { description: 'child' } } : {};
  return (await hub.client.call(path, { token, method, ...body })).status;
}

describe('sightline tokens', () => {
  test('create makes a token with an end, that may read and nothing else', async () => {
    const made = await created('--read-only', '--expires', '2099-12-31', '--role', 'customer_admin');
    expect(made).toMatchObject({ scopes: ['read_only'], expires_at: '2099-12-31T00:00:00Z' });
    expect(await statusWith(made.token)).toBe(200);
    const create = '/ratings/v1/customers/current/api-tokens';
    expect(await statusWith(made.token, 'POST', create)).toBe(403);
  });

  test('rotate prints a new value, and the old one works until the overlap ends', async () => {
    const old = await created();
    const rotated = await tokens('rotate', old.guid, '--overlap', '3600', '--json');
    const next = Facts.parse(JSON.parse(rotated.stdout));
    for (const { token } of [old, next]) expect(await statusWith(token)).toBe(200);
    const listed = z.array(Facts).parse(JSON.parse((await tokens('list', '--json')).stdout));
    const shown = listed.find(token => token.guid === old.guid);
    expect(shown).toMatchObject({ replaced_by: next.guid, token: `*****${old.token.slice(-4)}` });
    expect(shown?.expires_at).not.toBeNull();
    const again = await tokens('rotate', old.guid);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('replaced already') });
    const table = await tokens('list');
    expect(table.stdout.split('\n')[0]).toMatch(/EXPIRES +LAST USED +REVIEW/);
    expect(table.stdout).not.toContain(old.token);
  });

  test.each([
    [['create', '--description', 'x', '--expires', 'soon'], '--expires soon'],
    [['create', '--description', 'x', '--role', 'root'], '--role root'],
    [['rotate', 'x', '--overlap', '-1'], '--overlap'],
    [['create', '--description', 'x', '--email', 'a@example.com'], '--smtp-url'],
    [['show'], '--email'],
  ])('%j is wrong usage, and says what', async (args, named) => {
    const finished = await tokens(...args);
    expect(finished).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(named) });
  });

  test.each([
    [['create', '--description', 'x', '--expires', '2001-01-01'], 'expires_at'],
    [['create', '--description', 'x', '--group', 'Nowhere'], 'group'],
    [['create', '--description', ' '], 'description'],
  ])('%j fails with the reason', async (args, named) => {
    const finished = await tokens(...args);
    expect(finished).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(named) });
  });

  test('create --email mails a link and prints no value', async () => {
    const smtp = await startSmtpServer();
    writeFileSync(lab.path('smtp-ca.crt'), smtp.ca);
    const credentials = `${encodeURIComponent(SMTP_USER)}:${encodeURIComponent(SMTP_PASSWORD)}`;
    const finished = await tokens(
      ...['create', '--description', 'by mail', '--email', 'ada@example.com', '--json'],
      ...['--smtp-url', `smtp://${credentials}@localhost:${smtp.port}`, '--smtp-ca', lab.path('smtp-ca.crt')],
      ...['--base-url', 'https://hub.example.com'],
    );
    await smtp.close();
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(Facts.parse(JSON.parse(finished.stdout)).token).toMatch(/^\*{5}/);
    expect(smtp.received[0]?.to).toEqual(['ada@example.com']);
    expect(smtp.received[0]?.text.replace(/=\r?\n/g, '')).toContain(
      'https://hub.example.com/retrieve-token#',
    );
  });

  test('show --new replaces a person’s token', async () => {
    const shown = await tokens('show', '--email', ADMIN_EMAIL, '--new');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^slu_.{36}\n$/) });
    expect(await statusWith(shown.stdout.trim())).toBe(200);
    expect((await tokens('show', '--email', ADMIN_EMAIL)).stdout).toBe(shown.stdout);
  });
});
