/**
 * The lines that Bitsight's articles show, run as they stand there but for host, token, guid and the group's name. Sources:
 * "GET: Company API Tokens" (115003407868), "POST: Generate a New Company API Token" (360035666693, whose line of 2019 lacked a
 * quote) and "DELETE: Revoke Company API Token" (360035666113); Python's line as `requests` puts it on the wire.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { operatorOf } from '../../src/access/operator.ts';
import { type Hub, startHub } from '../../src/app.ts';
import { readHubSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { adminTokenOf } from '../support/admin-token.ts';

const run = promisify(execFile);

const GET_LINE = 'curl https://api.bitsighttech.com/ratings/v1/customers/current/api-tokens -u api_token:';
const POST_LINE = `curl -X POST 'https://api.bitsighttech.com/ratings/v1/customers/current/api-tokens' -u api_token: --header "Content-Type:application/json" --data-ascii '{"description": "A company API token for My Group.", "group": "My Group"}'`;
const DELETE_LINE =
  'curl -X "DELETE" https://api.bitsighttech.com/ratings/v1/customers/current/api-tokens/apitoken-guid-1111-2222-33333333333 -u api_token:';

const Token = z.strictObject({
  guid: z.uuid(),
  description: z.string(),
  token: z.string(),
  created_date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  creator_name: z.string(),
  group: z.string(),
  roles: z.array(z.strictObject({ slug: z.string(), display_name: z.string() })),
});

let folder: string;
let hub: Hub;
let token: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-lines-'));
  const settings = readHubSettings({ flags: { port: 0, httpPort: 0 }, env: {} });
  hub = await startHub({ ...settings, dataDir: folder }, { logger: createLogger({ level: 'silent' }) });
  token = await adminTokenOf(folder);
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

/** Runs a documented line in a shell; the group "My Group" is the default one's name here. */
async function shell(line: string, guid = ''): Promise<string> {
  const ours = line
    .replace('https://api.bitsighttech.com', hub.at.baseUrl)
    .replace('api_token:', `${token}:`)
    .replace('apitoken-guid-1111-2222-33333333333', guid)
    .replace('"group": "My Group"', '"group": "All Companies"');
  const env = { PATH: process.env.PATH, CURL_CA_BUNDLE: hub.at.caFile ?? '' };
  const { stdout } = await run('sh', ['-c', `${ours} --silent --show-error --max-time 10`], { env });
  return stdout;
}

test('the documented curl lines make, list and revoke a company token', async () => {
  const made = Token.parse(JSON.parse(await shell(POST_LINE)));
  expect(made).toMatchObject({
    description: 'A company API token for My Group.',
    group: 'All Companies',
    token: expect.stringMatching(/^slc_[0-9A-Za-z]{36}$/),
  });
  const listed = z.array(Token).parse(JSON.parse(await shell(GET_LINE)));
  const [same] = listed.filter(({ guid }) => guid === made.guid);
  expect(same).toEqual({ ...made, token: `*****${made.token.slice(-4)}` });
  expect(await hub.authority.verify(made.token)).not.toBeNull();
  expect(await shell(DELETE_LINE, made.guid)).toBe('');
  expect(await hub.authority.verify(made.token)).toBeNull();
  expect(await shell(GET_LINE)).not.toContain(made.guid);
  expect(JSON.parse(await shell(DELETE_LINE, made.guid))).toEqual({ detail: expect.any(String) });
});

test('without the authority curl refuses, and a plain address is refused in JSON', async () => {
  const bare = `curl --silent --max-time 10 ${hub.at.baseUrl}/ratings/v1/users/current -u ${token}:`;
  await expect(run('sh', ['-c', bare], { env: { PATH: process.env.PATH } })).rejects.toMatchObject({
    code: 60,
  });
  // A token of its own: one that was sent in clear is not used again.
  const { value } = await hub.authority.companyTokens.create(
    await operatorOf(hub.store),
    hub.organizationId,
    { description: 'sent in clear', role: 'customer_user' },
    NO_ORIGIN,
  );
  const plain = `curl --silent --max-time 10 ${hub.at.httpUrl}/ratings/v1/users/current -u ${value}: -w ' %{http_code}'`;
  const { stdout } = await run('sh', ['-c', plain], { env: { PATH: process.env.PATH } });
  expect(stdout).toMatch(/^\{"detail":"HTTPS is required[^}]*"\} 403$/);
});

test('the documented Python line is answered, by the bytes that its library sends', async () => {
  // requests.get(url, auth=(api_token, '')), as requests 2.34 writes it; the library itself need not be there.
  const { host, hostname, port } = new URL(hub.at.baseUrl);
  const bytes = [
    'GET /ratings/v1/users/current HTTP/1.1',
    `Host: ${host}`,
    'User-Agent: python-requests/2.34.2',
    'Accept-Encoding: gzip, deflate',
    'Accept: */*',
    'Connection: keep-alive',
    `Authorization: Basic ${Buffer.from(`${token}:`).toString('base64')}`,
    '',
    '',
  ].join('\r\n');
  const answer = await firstAnswer(hostname, Number(port), bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toContain('"email":"admin@localhost"');
});

/** Everything up to the end of the first answer's JSON body. */
function firstAnswer(host: string, port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca: readFileSync(hub.at.caFile ?? '', 'utf8') }, () =>
      socket.write(bytes),
    );
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
      if (head < 0 || Buffer.byteLength(text.slice(head + 4)) < length) return;
      socket.destroy();
      resolve(text);
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
  });
}
