/**
 * Every role on every route of a real hub and a real sandbox, as their servers register them: refused exactly when the table of
 * roles says so. The table comes out as test-artifacts/roles-by-routes.md.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, type Dispatcher, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { operatorOf } from '../../src/access/operator.ts';
import { atLeast, may, PERMISSIONS, READ_ONLY_SCOPE } from '../../src/access/permissions.ts';
import { type Principal, ROLE_NAMES, ROLES } from '../../src/access/principal.ts';
import { type Installation, startHub, startSandbox } from '../../src/app.ts';
import { readHubSettings, readSandboxSettings } from '../../src/config.ts';
import { CONSOLE_PATHS } from '../../src/console/plugin.ts';
import { newId } from '../../src/ids.ts';
import { createLogger } from '../../src/log.ts';
import type { PassThrough } from '../../src/ratings/endpoints/endpoint.ts';
import { ENDPOINTS } from '../../src/ratings/endpoints/table.ts';
import { basic } from '../support/https-client.ts';
import { storeCompany, storeConnection } from '../support/stored-companies.ts';
import { actionOf, bodyOf, collecting, type Route } from './all-routes.ts';
import { principalOf } from './lab.ts';

const ARTIFACTS = fileURLToPath(new URL('../../../../test-artifacts', import.meta.url));
/** A token, and who it is; null is a request without credentials. */
interface Caller {
  name: string;
  token: string | null;
  principal: Principal | null;
}

interface Lab {
  installation: Installation;
  organizationId: string;
  baseUrl: string;
  /** A company that the walled caller's group holds. */
  company: string;
  routes: Route[];
  callers: Caller[];
  agent: Agent;
  close(): Promise<void>;
}

/** What needs no credentials and has no action: the state of the server, its documents, and the console's pages and files. */
const OPEN =
  /^\/(connect|health|ready|openapi\.json|reference(\/.*)?|assets\/.*|[\w-]+\.(svg|png|ico|html|txt|webmanifest)|)$/;
const CONSOLE: readonly string[] = CONSOLE_PATHS;
/** Reads whose parameters are too long for a URL. */
const QUERIES = [
  '/v2/portfolio',
  '/v1/portfolio/ratings',
  '/v1/companies/search',
  '/v1/companies/:guid/findings',
  '/v1/current-ratings',
  '/v1/access-groups/query',
];
/** What only a browser's session opens (tokens.md, "Sessions and sign-in"): a token is refused whatever its role. */
const isSessionOnly = ({ method, path }: Route) =>
  (path.startsWith('/v1/me') && !(method === 'GET' && path === '/v1/me')) ||
  /^\/v1\/session(\/|$)/.test(path);

function urlOf(lab: Lab, { path }: Route): string {
  return path
    .replace(/:organization_id/, lab.organizationId)
    .replace(/:customer/, 'current')
    .replace(/(\/companies\/):guid/, `$1${lab.company}`)
    .replaceAll(/:\w+/g, newId())
    .replace(/\*$/, 'no-such-path');
}

async function statusOf(lab: Lab, route: Route, caller: Caller): Promise<{ status: number; text: string }> {
  const body = bodyOf(route);
  const method: Dispatcher.HttpMethod = route.method;
  const answer = await request(`${lab.baseUrl}${urlOf(lab, route)}`, {
    dispatcher: lab.agent,
    method,
    headers: {
      ...(caller.token === null ? {} : basic(caller.token)),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

const isNotServed = (text: string) => text.includes('This resource is not served here yet');
/** The hub's connection has no credentials: what would go on to its account gets no further. */
const isFromUpstream = (text: string) => text.includes('This comes from the Bitsight account itself');

/** The rule by which the hub passes a route on to an upstream account; null where it does not. */
function passedBy(server: string, { method, path }: Route): PassThrough | null {
  if (server !== 'hub') return null;
  const template = path.replace(/^(\/customer-api)?(\/ratings)?(?=\/)/, '');
  const endpoint = ENDPOINTS.find(
    one =>
      [one.path, ...(one.alsoAt ?? [])].includes(template) && one.methods.some(known => known === method),
  );
  return endpoint?.hub.from === 'upstream' ? endpoint.hub.passThrough : null;
}

/** What the tables say of a caller on a route; `open` where they say nothing of callers. */
function expected(server: string, route: Route, { principal }: Caller): 'refused' | 'let in' | 'open' {
  const action = actionOf(route);
  if (action === null || action === 'public') return 'open';
  if (principal === null || isSessionOnly(route)) return 'refused';
  if (!may(principal, action === 'invitation' ? 'connections.manage' : action)) return 'refused';
  const rule = passedBy(server, route);
  if (rule === null) return 'let in';
  const isWalledOff = rule.rows === null && !principal.group.allCompanies;
  return isWalledOff || !atLeast(principal, rule.minimumRole) ? 'refused' : 'let in';
}

async function callersOf(
  { authority }: Installation,
  admin: Principal,
  walledGroup: string,
): Promise<Caller[]> {
  const make = async (
    name: string,
    asked: { role: Principal['role']; group?: string; scopes?: string[] },
  ) => {
    const description = `roles: ${name}`;
    const { value } = await authority.companyTokens.create(
      admin,
      admin.organizationId,
      { description, ...asked },
      NO_ORIGIN,
    );
    return { name, token: value, principal: await principalOf(authority, value) };
  };
  const callers: Caller[] = [];
  for (const role of ROLES) callers.push(await make(ROLE_NAMES[role], { role }));
  callers.push(await make('read-only Admin', { role: 'customer_admin', scopes: [READ_ONLY_SCOPE] }));
  callers.push(await make('walled Admin', { role: 'customer_admin', group: walledGroup }));
  callers.push(await make('walled Group Admin', { role: 'customer_group_admin', group: walledGroup }));
  callers.push({ name: 'nobody', token: null, principal: null });
  return callers;
}

type Server = Installation & { at: { baseUrl: string; caFile: string | null } };

async function labOf(
  start: (dataDir: string) => Promise<Server>,
  companies: readonly string[],
): Promise<Lab> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-roles-'));
  const { server, routes } = await collecting(() => start(dataDir));
  const admin = await operatorOf(server.store);
  const groupId = newId();
  await server.store.write(async transaction => {
    await transaction
      .insertInto('access_groups')
      .values({
        ...{ id: groupId, organization_id: admin.organizationId, name: 'Walled' },
        ...{ all_companies: 0, is_default: 0, created_at: 0 },
      })
      .execute();
    for (const company_guid of companies) {
      await transaction
        .insertInto('access_group_companies')
        .values({ group_id: groupId, company_guid })
        .execute();
    }
  });
  const agent = new Agent({
    connect: { ca: readFileSync(String(server.at.caFile), 'utf8') },
    connections: 8,
  });
  return {
    installation: server,
    organizationId: admin.organizationId,
    baseUrl: server.at.baseUrl,
    company: companies[0] ?? newId(),
    routes,
    callers: await callersOf(server, admin, 'Walled'),
    agent,
    close: async () => {
      await agent.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const logger = createLogger({ level: 'silent' });

function startHubLab(): Promise<Lab> {
  const settings = readHubSettings({ flags: { port: 0, httpPort: 0 }, env: {} });
  const guid = newId();
  return labOf(
    async dataDir => {
      const hub = await startHub({ ...settings, dataDir }, { logger });
      const account = await storeConnection(hub.store, hub.organizationId);
      await storeCompany(hub.store, account, {
        listed: { guid, name: 'One' },
        detail: { guid, name: 'One' },
      });
      return hub;
    },
    [guid],
  );
}

async function startSandboxLab(): Promise<Lab> {
  const settings = readSandboxSettings({
    flags: { port: 0, httpPort: 0, companies: 3, findingsPerCompany: 5, date: '2026-03-01', seed: 'roles' },
    env: {},
  });
  const guids: string[] = [];
  return labOf(async dataDir => {
    const sandbox = await startSandbox({ ...settings, dataDir }, { logger });
    guids.push(...sandbox.source.companyNames().keys());
    return sandbox;
  }, guids);
}

/** Works through the items, eight at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** Everything that a caller could have changed, as text: not what is written of every request. */
async function stateOf({ installation }: Lab): Promise<string> {
  const { db } = installation.store;
  const tables = ['organizations', 'access_groups', 'access_group_companies', 'users', 'api_tokens'] as const;
  const more = ['connections', 'connection_invites', 'sessions', 'one_time_links', 'sync_runs'] as const;
  const kept = ['local_folders', 'local_tiers', 'local_custom_ids'] as const;
  const dump: unknown[] = [];
  for (const table of [...tables, ...more, ...kept])
    dump.push([table, await db.selectFrom(table).selectAll().execute()]);
  return JSON.stringify(dump);
}

/** The same routes answer under four prefixes; two of them are enough for every caller. */
const isWorthEveryCaller = ({ path }: Route) => !path.startsWith('/customer-api');

describe.each([
  ['hub', startHubLab],
  ['sandbox', startSandboxLab],
])('the %s', (name, start) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await start();
  }, 60_000);
  afterAll(() => lab.close());

  test('refuses every role exactly where the table says so, and never falls over', async () => {
    expect(lab.routes.length).toBeGreaterThan(100);
    const wrong: string[] = [];
    const pairs = lab.callers
      .filter(caller => caller.name !== 'read-only Admin')
      .flatMap(caller => lab.routes.map(route => ({ caller, route })))
      .filter(({ caller, route }) => caller.token === null || isWorthEveryCaller(route));
    await inParallel(pairs, async ({ caller, route }) => {
      const { status, text } = await statusOf(lab, route, caller);
      const wanted = expected(name, route, caller);
      const isRefused = status === (caller.token === null ? 401 : 403);
      const isRight = wanted === 'open' || isRefused === (wanted === 'refused');
      const isUp = status < 500 || isNotServed(text) || isFromUpstream(text);
      if (!isRight || !isUp)
        wrong.push(`${caller.name}: ${route.method} ${route.path} is ${status}, not ${wanted}`);
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  test('a read-only Admin reads what an Admin reads, and changes nothing', async () => {
    const before = await stateOf(lab);
    const caller = lab.callers.find(one => one.name === 'read-only Admin');
    if (caller === undefined) throw new Error('there is no read-only caller');
    const wrong: string[] = [];
    await inParallel(lab.routes.filter(isWorthEveryCaller), async route => {
      const { status } = await statusOf(lab, route, caller);
      const wanted = expected(name, route, caller);
      if (wanted !== 'open' && (status === 403) !== (wanted === 'refused'))
        wrong.push(`${route.method} ${route.path} is ${status}, not ${wanted}`);
    });
    expect(wrong).toEqual([]);
    expect(await stateOf(lab)).toBe(before);
  }, 60_000);

  test('every route that may change something has an action that says so', async () => {
    const admin = lab.callers[0];
    if (admin === undefined) throw new Error('there is no Admin');
    const wrong: string[] = [];
    await inParallel(
      lab.routes.filter(route => route.method !== 'GET'),
      async route => {
        const { access } = route;
        if (access === 'public' || access === 'invitation') return;
        if (access !== null && PERMISSIONS[access].changes) return;
        if (QUERIES.some(path => route.path.endsWith(path))) return;
        // What is no path of the surface is 404, in any method.
        if (route.path.endsWith('/*')) return;
        if (access !== null && isNotServed((await statusOf(lab, route, admin)).text)) return;
        wrong.push(`${route.method} ${route.path}: ${access}`);
      },
    );
    expect(wrong).toEqual([]);
  });

  test('what says nothing of callers is pages and files, and is only read', () => {
    const silent = lab.routes.filter(route => route.access === null);
    const strangers = silent.filter(
      ({ method, path }) => method !== 'GET' || !(OPEN.test(path) || CONSOLE.includes(path)),
    );
    expect(strangers.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('the table of roles and routes is written down', () => {
    const callers = lab.callers.filter(({ principal }) => principal !== null);
    const rows = lab.routes
      // The other prefixes are the same routes, and the console's files are open to all.
      .filter(({ path }) => !/^\/(customer-api|ratings|assets)\b/.test(path))
      .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
      .map(route => {
        const marks = callers.map(
          caller => ({ refused: '–', 'let in': 'yes', open: 'open' })[expected(name, route, caller)],
        );
        return `| ${route.method} ${route.path} | ${actionOf(route) ?? 'open'} | ${marks.join(' | ')} |`;
      });
    const head = `| ${name} | action | ${callers.map(caller => caller.name).join(' | ')} |`;
    const table = [head, `|${' --- |'.repeat(callers.length + 2)}`, ...rows].join('\n');
    mkdirSync(ARTIFACTS, { recursive: true });
    writeFileSync(join(ARTIFACTS, `roles-by-routes.${name}.md`), `${table}\n`);
    expect(rows.length).toBeGreaterThan(50);
  });
});
