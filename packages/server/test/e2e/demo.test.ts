/** `sightline demo`, which is what `npm start` runs: the first thing a newcomer sees, and what a second start finds. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, basic, HttpsClient } from '../support/https-client.ts';
import { HubApi } from '../support/hub-api.ts';
import { childrenOf, descendantsOf, isRunning, until } from '../support/processes.ts';
import { ProgramLab, ReadyLine, type Running } from '../support/program-lab.ts';
import { countRows } from '../support/synced-rows.ts';

const DemoLine = ReadyLine.extend({ sandbox_url: z.string(), sandbox_ca_file: z.string() });
const Page = z.object({ items: z.array(z.looseObject({})), next_cursor: z.string().nullable() });
const Jobs = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      counters: z.record(
        z.string(),
        z.looseObject({ created: z.int(), updated: z.int(), resolved: z.int(), unchanged: z.int() }),
      ),
    }),
  ),
});
const Connections = z.object({ items: z.tuple([z.looseObject({ id: z.string() })]) });
const Ids = z.object({ items: z.array(z.object({ id: z.string() })) });
const CURL_LINE = /^ {2}curl --cacert '([^']+)' (-H|-u) '([^']+)' '([^']+)'$/;

const lab = new ProgramLab();
afterAll(() => lab.close());

function demo(more: readonly string[]): Running {
  const size = ['--companies', '5', '--findings-per-company', '40'];
  return lab.launch(['demo', '--data-dir', lab.path('demo'), ...size, ...more]);
}

const ANY_PORTS = ['--port', '0', '--sandbox-port', '0'];

/** Stops it as Ctrl-C would and says what is left. */
async function stop(process: Running): Promise<{ code: number | null; left: number[] }> {
  const all = descendantsOf(process.pid);
  const { code } = await process.stop('SIGINT');
  return { code, left: all.filter(isRunning) };
}

/** What a pasted curl line sends, sent by undici. */
async function replay(line: string) {
  const [, caFile = '', flag, value = '', address = ''] = CURL_LINE.exec(line) ?? [];
  const url = new URL(address);
  const client = new HttpsClient({ base_url: url.origin, ca_file: caFile }, null);
  const [name = '', token = ''] = value.split(': ');
  const headers = flag === '-H' ? { [name]: token } : basic(value.slice(0, -1));
  const answer = await client.call(`${url.pathname}${url.search}`, { headers });
  await client.close();
  return answer;
}

/** What the first start printed for people, after which it was stopped; every other start is a later one. */
let first: { stdout: string; stderr: string; replayed: Answer[]; ended: Awaited<ReturnType<typeof stop>> };
/** Ports of the first start: later ones come back to them, as they do with the usual ports. */
let samePorts: string[];

beforeAll(async () => {
  const process = demo(ANY_PORTS);
  const stdout = await process.said(/Ctrl-C/);
  const lines = curlLines(stdout);
  const replayed = await Promise.all(lines.map(replay));
  for (const [n, line] of existsSync('/usr/bin/curl') ? lines.entries() : []) {
    const pasted = spawnSync('sh', ['-c', `${line} --silent --fail`], { encoding: 'utf8' });
    expect({ line, status: pasted.status }).toEqual({ line, status: 0 });
    expect(JSON.parse(pasted.stdout)).toEqual(replayed[n]?.json);
  }
  first = { stdout, stderr: process.stderr, replayed, ended: await stop(process) };
  const [hub, sandbox] = [...stdout.matchAll(/^(?:Hub|Sandbox) +https:\/\/127\.0\.0\.1:(\d+)/gm)].map(
    match => match[1],
  );
  samePorts = ['--port', String(hub), '--sandbox-port', String(sandbox)];
});

function curlLines(text: string): string[] {
  return text.split('\n').filter(line => line.includes('curl '));
}

test('a first start ends with addresses, a token and three curl lines that work', () => {
  expect(first.stdout).toMatch(/^Hub +https:\/\/127\.0\.0\.1:\d+ /m);
  expect(first.stdout).toMatch(/^Sandbox +https:\/\/127\.0\.0\.1:\d+ +\(5 companies, \d+ findings\)$/m);
  expect(first.stdout).toMatch(/^API token +slu_.{36}$/m);
  expect(first.stdout).toMatch(/^Console +https:\/\/127\.0\.0\.1:\d+\/$/m);
  expect(first.stdout).toMatch(/^Set-up +https:\/\/127\.0\.0\.1:\d+\/set-up#.{43} /m);
  expect(first.stderr).toMatch(/SUCCESS in/);
  expect(curlLines(first.stdout)).toHaveLength(3);

  const [companies, findings, user] = first.replayed;
  expect([companies?.status, findings?.status, user?.status]).toEqual([200, 200, 200]);
  expect(Page.parse(companies?.json).items).toHaveLength(2);
  for (const item of Page.parse(companies?.json).items) {
    expect(Object.keys(item)).toEqual(['name', 'overall_score', 'overall_grade']);
  }
  for (const item of Page.parse(findings?.json).items) expect(item).toMatchObject({ severity: 'CRITICAL' });
  expect(user?.json).toMatchObject({ status: 'Activated' });
  expect(first.ended).toEqual({ code: 0, left: [] });
});

/** Starts once more, looks around, and stops. */
async function startAgain() {
  const process = demo([...samePorts, '--json']);
  const ready = DemoLine.parse(JSON.parse(await process.said(/\n/)));
  const client = new HttpsClient(ready, ready.token ?? null);
  const path = `/v1/provisioning/organizations/${await new HubApi(client).organizationId()}/connections`;
  const [{ id }] = Connections.parse((await client.call(path)).json).items;
  const [job] = Jobs.parse((await client.call(`${path}/${id}/jobs?limit=1`)).json).items;
  const companies = Ids.parse((await client.call('/v2/tprm/companies?fields=id')).json);
  const findings = Ids.parse((await client.call('/v2/tprm/findings?fields=id&limit=1000')).json);
  await client.close();
  const { stdout } = process;
  return {
    pid: process.pid,
    stdout,
    ready,
    found: { connection: id, companies, findings },
    job,
    ended: await stop(process),
  };
}

test('a second start finds everything as it was: same token, same ids, nothing written anew', {
  timeout: 60_000,
}, async () => {
  const database = lab.path('demo', 'hub', 'sightline.db');
  const rows = countRows(database);
  const second = await startAgain();
  expect(second.stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(Object.keys(JSON.parse(second.stdout))).toEqual([
    ...['base_url', 'http_url', 'ca_file', 'token', 'setup_link', 'data_dir', 'pid'],
    ...['sandbox_url', 'sandbox_ca_file'],
  ]);
  expect(first.stdout).toContain(`API token  ${second.ready.token}\n`);
  expect(second.ready.pid).toBe(second.pid);
  expect(second.ended).toEqual({ code: 0, left: [] });

  const third = await startAgain();
  expect(third.ready.token).toBe(second.ready.token);
  expect(third.found).toEqual(second.found);
  expect(third.found.findings.items).toHaveLength(rows.findings ?? 0);
  expect(third.job?.id).not.toBe(second.job?.id);
  expect(third.job?.state).toBe('SUCCESS');
  // A company's record names the address of its logo: should another program have taken the port meanwhile, it changed.
  const moved = third.ready.sandbox_url !== second.ready.sandbox_url;
  expect(third.job?.counters).toMatchObject({
    companies: { created: 0, updated: moved ? 5 : 0, unchanged: moved ? 0 : 5, resolved: 0 },
    ratings: { created: 0, updated: 0, unchanged: rows.company_ratings },
    findings: { created: 0, updated: 0, unchanged: rows.findings, resolved: 0 },
  });
  expect(third.ended).toEqual({ code: 0, left: [] });
  expect(countRows(database)).toEqual(rows);
});

test('ports that are in use are passed over for the next free ones, and it says so', {
  timeout: 60_000,
}, async () => {
  const [hub, sandbox] = await Promise.all([occupied(), occupied()]);
  const process = demo(['--port', String(hub.port), '--sandbox-port', String(sandbox.port)]);
  try {
    await process.said(/Ctrl-C/);
    const moved = process.stderr;
    expect(moved).toMatch(new RegExp(`Port ${hub.port} is in use; the hub port is \\d+\\.`));
    expect(moved).toMatch(new RegExp(`Port ${sandbox.port} is in use; the sandbox port is \\d+\\.`));
    const taken = Number(/the hub port is (\d+)/.exec(moved)?.[1]);
    expect(taken).toBeGreaterThan(hub.port);
    expect(process.stdout).toContain(`https://127.0.0.1:${taken}`);
    expect(await stop(process)).toEqual({ code: 0, left: [] });
  } finally {
    hub.server.close();
    sandbox.server.close();
  }
});

test('a demo that is killed takes its sandbox and its worker with it, however early it dies', async () => {
  const process = demo(ANY_PORTS);
  let children: number[] = [];
  await until('it has started its sandbox', () => {
    children = childrenOf(process.pid);
    return children.length > 0 ? true : null;
  });
  process.kill('SIGKILL');
  await process.finished;
  await until('its children are gone', () => (children.some(isRunning) ? null : true));
});

async function occupied(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
