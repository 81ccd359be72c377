/**
 * `auth:timing`: whether the time of an answer tells more than the answer: a sign-in with an unknown address against one with a
 * wrong password, and a token that never was against one that was revoked. Tried in turns, each from an address of its own, so
 * that no limit on failures is met.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { hashPassword } from '../packages/server/src/access/accounts/passwords.ts';
import { NO_ORIGIN } from '../packages/server/src/access/audit/audit-event.ts';
import { operatorOf } from '../packages/server/src/access/operator.ts';
import { insertPerson } from '../packages/server/src/access/people.ts';
import { newTokenValue } from '../packages/server/src/access/token-format.ts';
import { type Figure, median, percentile } from './support/figures.ts';
import { prepareHub, withHub } from './support/prepared-hub.ts';
import { startProcess } from './support/processes.ts';

const SAMPLES = { signIn: 150, token: 3_000 };
const WARM_UP = 20;
/** Fewer tries of one account than begin to delay it. */
const ACCOUNTS = 100;
const PASSWORD = 'correct horse battery';

interface Pair {
  name: string;
  /** Milliseconds. */
  first: number[];
  second: number[];
}

export async function measureAuthTiming(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const dataDir = join(folder, 'hub');
  const agent = new Agent({ connections: 1, connect: { rejectUnauthorized: false } });
  await prepareHub(dataDir, 1_000, 0);
  const { emails, revoked } = await addPeople(dataDir);
  const server = await startProcess('bench/support/auth-server.ts', [dataDir, 'on', '127.0.0.1']);
  try {
    const timed = timedCall(agent, server.line);
    const signIn = (email: string) =>
      timed('POST', '/v1/session', {}, { email, password: 'another horse battery' });
    const read = (token: string) => timed('GET', '/v1/connectors', { 'x-api-key': token });
    return [
      figureOf(
        await alternate('sign-in: unknown address, wrong password', SAMPLES.signIn, {
          first: n => signIn(`nobody-${n}@example.com`),
          second: n => signIn(emails[n % emails.length] ?? ''),
        }),
      ),
      figureOf(
        await alternate('token: unknown, revoked', SAMPLES.token, {
          first: () => read(newTokenValue('company')),
          second: n => read(revoked[n % revoked.length] ?? ''),
        }),
      ),
    ];
  } finally {
    await agent.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function addPeople(dataDir: string): Promise<{ emails: string[]; revoked: string[] }> {
  return withHub(dataDir, async ({ store, authority, clock }, owner) => {
    const emails = Array.from({ length: ACCOUNTS }, (_, n) => `person-${n}@example.com`);
    const passwordHash = await hashPassword(PASSWORD);
    await store.write(async transaction => {
      for (const email of emails) {
        await insertPerson(transaction, {
          id: randomUUID(),
          ...owner,
          email,
          formalName: email,
          role: 'customer_user',
          status: 'Activated',
          joinedAt: clock.now(),
          passwordHash,
        });
      }
    });
    const operator = await operatorOf(store);
    const revoked: string[] = [];
    for (let n = 0; n < ACCOUNTS; n += 1) {
      const made = await authority.companyTokens.create(
        operator,
        owner.organizationId,
        { description: 'bench' },
        NO_ORIGIN,
      );
      await authority.companyTokens.revoke(operator, owner.organizationId, made.token.guid, NO_ORIGIN);
      revoked.push(made.value);
    }
    return { emails, revoked };
  });
}

/** Milliseconds of one refused call, from a new address behind a trusted proxy. */
function timedCall(agent: Agent, origin: string) {
  let address = 0;
  return async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    address += 1;
    const from = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
    const startedAt = performance.now();
    const response = await fetch(`${origin}${path}`, {
      dispatcher: agent,
      method,
      headers: {
        origin,
        'x-forwarded-for': from,
        'x-forwarded-proto': 'https',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.text();
    const ms = performance.now() - startedAt;
    if (response.status !== 401) throw new Error(`${method} ${path} answered ${response.status}`);
    return ms;
  };
}

async function alternate(
  name: string,
  samples: number,
  calls: { first: (n: number) => Promise<number>; second: (n: number) => Promise<number> },
): Promise<Pair> {
  const pair: Pair = { name, first: [], second: [] };
  for (let n = 0; n < samples + WARM_UP; n += 1) {
    // Which of the two goes first changes too, or one would always follow the other's traces.
    const order = n % 2 === 0 ? (['first', 'second'] as const) : (['second', 'first'] as const);
    for (const side of order) {
      const ms = await calls[side](n);
      if (n >= WARM_UP) pair[side].push(ms);
    }
  }
  return pair;
}

/** Met when the medians differ by less than either side's own middle half is wide. */
function figureOf({ name, first, second }: Pair): Figure {
  const [one, other] = [median(first), median(second)];
  const noise = Math.min(spread(first), spread(second));
  return {
    name: `${name} (middle half ${noise.toFixed(3)} ms wide)`,
    value: one,
    unit: 'ms',
    baseline: { name: 'the second', value: other },
    ratio: one / other,
    goal: 'within noise',
    met: Math.abs(one - other) < noise,
  };
}

function spread(values: readonly number[]): number {
  return percentile(values, 0.75) - percentile(values, 0.25);
}
