/**
 * `tokens`: company tokens made, listed and revoked each second on the ratings API, over TLS, with 100,000 tokens stored,
 * against the same calls with none stored.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { z } from 'zod';
import { NO_ORIGIN } from '../packages/server/src/access/audit/audit-event.ts';
import { operatorOf } from '../packages/server/src/access/operator.ts';
import { type Figure, median } from './support/figures.ts';
import { prepareHub, withHub } from './support/prepared-hub.ts';
import { type Started, startProcess } from './support/processes.ts';

const ROUNDS = 5;
const STORED = 100_000;
const AT_ONCE = 8;
const CREATED_A_ROUND = 400;
const LISTED_A_ROUND = 3;
const TOKENS = '/ratings/v1/customers/current/api-tokens';
const PAGE = '/tokens?limit=100';

const Created = z.object({ guid: z.string() });

interface Side {
  server: Started;
  token: string;
  organizationId: string;
  rates: Record<Kind, number[]>;
}

const KINDS = ['create', 'revoke', 'list', 'page'] as const;
type Kind = (typeof KINDS)[number];

export async function measureTokens(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  // Only this server's certificate is met; what is measured is the server.
  const agent = new Agent({ connections: AT_ONCE, connect: { rejectUnauthorized: false } });
  const sides = { few: await startSide(folder, 0), many: await startSide(folder, STORED) };
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const side of [sides.few, sides.many]) await measureRound(side, agent, round > 0);
    }
  } finally {
    await agent.close();
    await sides.few.server.stop();
    await sides.many.server.stop();
    rmSync(folder, { recursive: true });
  }
  return KINDS.map(kind => figureOf(kind, sides.few.rates[kind], sides.many.rates[kind]));
}

async function startSide(folder: string, stored: number): Promise<Side> {
  const dataDir = join(folder, String(stored));
  await prepareHub(dataDir, stored, 0);
  const { token, organizationId } = await withHub(dataDir, async ({ store, authority }, owner) => {
    const made = await authority.companyTokens.create(
      await operatorOf(store),
      owner.organizationId,
      { description: 'bench', role: 'customer_admin' },
      NO_ORIGIN,
    );
    return { token: made.value, organizationId: owner.organizationId };
  });
  const server = await startProcess('bench/support/auth-server.ts', [dataDir, 'on']);
  return { server, token, organizationId, rates: { create: [], revoke: [], list: [], page: [] } };
}

async function measureRound(side: Side, agent: Agent, counts: boolean): Promise<void> {
  const { server, token, organizationId } = side;
  const call = async (method: string, path: string, body?: object): Promise<string> => {
    const response = await fetch(`${server.line}${path}`, {
      dispatcher: agent,
      method,
      headers: { 'x-api-key': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return text;
  };
  const guids: string[] = [];
  const create = async (): Promise<void> => {
    guids.push(Created.parse(JSON.parse(await call('POST', TOKENS, { description: 'bench' }))).guid);
  };
  const revoke = async (): Promise<void> => {
    await call('DELETE', `${TOKENS}/${guids.pop() ?? ''}`);
  };
  const page = `/v1/provisioning/organizations/${organizationId}${PAGE}`;
  const rates: Record<Kind, number> = {
    create: await rateOf(CREATED_A_ROUND, create),
    list: await rateOf(LISTED_A_ROUND, () => call('GET', TOKENS), 1),
    page: await rateOf(CREATED_A_ROUND, () => call('GET', page)),
    revoke: await rateOf(CREATED_A_ROUND, revoke),
  };
  if (!counts) return;
  for (const kind of KINDS) side.rates[kind].push(rates[kind]);
}

/** Calls a second, so many at once. */
async function rateOf(calls: number, call: () => Promise<unknown>, atOnce = AT_ONCE): Promise<number> {
  const startedAt = performance.now();
  let left = calls;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return calls / ((performance.now() - startedAt) / 1000);
}

function figureOf(kind: Kind, few: readonly number[], many: readonly number[]): Figure {
  const names: Readonly<Record<Kind, string>> = {
    create: 'create',
    revoke: 'revoke',
    list: 'list, whole (ratings API)',
    page: 'list, page of 100 (unified API)',
  };
  return {
    name: `${names[kind]}, ${STORED.toLocaleString('en')} tokens stored`,
    value: median(many),
    unit: 'calls/s',
    baseline: { name: 'none stored', value: median(few) },
    ratio: median(many) / median(few),
    samples: [...many],
  };
}
