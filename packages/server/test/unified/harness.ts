/** A unified API over a real SQLite file and a real listening server, with a caller for each test to choose. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import { GroupService } from '../../src/access/groups/group-service.ts';
import { storedCompanies } from '../../src/access/groups/stored-companies.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { Clock } from '../../src/clock.ts';
import { ConnectionService } from '../../src/connections/connections.ts';
import { RotationService } from '../../src/connections/rotation.ts';
import type { RunQueue } from '../../src/connections/run-queue.ts';
import { UpstreamClients } from '../../src/connections/upstream-client.ts';
import { UpstreamTokenService } from '../../src/connections/upstream-tokens.ts';
import { CallerError } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { Vault } from '../../src/secrets/vault.ts';
import type { SyncRunsTable } from '../../src/store/schema.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';
import { unifiedApi } from '../../src/unified/plugin.ts';
import { accountServices } from '../support/account-services.ts';
import { testAccounts } from '../support/accounts.ts';
import type { Json } from '../support/json.ts';
import { testServer } from './fastify.ts';

export const OWNER_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
export const OTHER_ORGANIZATION = '00000000-0000-7000-8000-000000000002';
export const NOW = Date.parse('2026-03-01T12:00:00Z');

/** Tokens the harness knows, as `X-API-KEY`. */
const CALLERS: Readonly<Record<string, Principal>> = Object.freeze({
  owner: principal({ scopes: ['provisioning'] }),
  admin: principal({ scopes: [] }),
  user: principal({ role: 'customer_user' }),
  grouped: principal({
    group: { guid: 'g1', name: 'Some', allCompanies: false, companies: new Set<string>() },
  }),
  other: principal({ organizationId: OTHER_ORGANIZATION, isOwnerOrganization: false }),
});

/** An Admin of the owner organization who sees everything, but for what is given. */
export function principal(more: Partial<Principal>): Principal {
  return {
    organizationId: OWNER_ORGANIZATION,
    userId: 'u1',
    name: 'Test',
    tokenGuid: 't1',
    via: 'company_token',
    sessionId: null,
    expiresAt: null,
    role: 'customer_admin',
    scopes: [],
    isOwnerOrganization: true,
    group: { guid: 'g0', name: 'All Companies', allCompanies: true, companies: new Set<string>() },
    ...more,
  };
}

export interface Harness {
  store: Store;
  vault: Vault;
  clock: TestClock;
  queue: TableRunQueue;
  url: string;
  cursorKey: Buffer;
  /** Tokens that no longer work. */
  revoked: Set<string>;
  /** Callers that a test adds to the known ones. */
  callers: Map<string, Principal>;
  groups: GroupService;
  /** Called after each time a token let someone in. */
  onAuthenticated: (key: string) => void;
  /** Routes as registered: `GET /v2/…`. */
  routes: string[];
  /** Every answer body so far, for a search for what must not be in any. */
  answers: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  as?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is. */
  text?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Answers are JSON of many shapes; tests read them freely.
  json: Json;
}

class TestClock implements Clock {
  ms = NOW;
  /** Milliseconds that pass with every look at the clock. */
  step = 0;
  now(): number {
    this.ms += this.step;
    return this.ms;
  }
  async sleep(ms: number): Promise<void> {
    this.ms += ms;
  }
}

/** A queue that keeps its runs in the table, as the engine's does. */
class TableRunQueue implements RunQueue {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async request(
    connectionId: string,
    request: Parameters<RunQueue['request']>[1],
  ): Promise<{ run: SyncRunsTable }> {
    return this.#store.write(async transaction => {
      const connection = await transaction
        .selectFrom('connections')
        .select('organization_id')
        .where('id', '=', connectionId)
        .executeTakeFirstOrThrow();
      const run: SyncRunsTable = {
        id: newId(),
        organization_id: connection.organization_id,
        connection_id: connectionId,
        mode: request.mode,
        streams: JSON.stringify(request.streams),
        requested_by: request.requestedBy,
        state: 'QUEUED',
        created_at: this.#clock.now(),
        started_at: null,
        finished_at: null,
        counters: '{}',
        failure: null,
      };
      await transaction.insertInto('sync_runs').values(run).execute();
      return { run };
    });
  }

  async cancel(connectionId: string): Promise<void> {
    await this.#store.write(async transaction => {
      await transaction
        .updateTable('sync_runs')
        .set({ state: 'CANCELLED', finished_at: this.#clock.now() })
        .where('connection_id', '=', connectionId)
        .where('state', 'in', ['QUEUED', 'RUNNING'])
        .execute();
    });
  }
}

export async function startHarness(
  options: { upstreamHosts?: string[]; extraCa?: string } = {},
): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-unified-'));
  const store = await openSqliteStore(join(folder, 'store.db'));
  const clock = new TestClock();
  const vault = Vault.open({ dataDir: folder, key: randomBytes(32).toString('base64') });
  const queue = new TableRunQueue(store, clock);
  const clients = new UpstreamClients({ version: '0.0.0-test', extraCa: options.extraCa });
  const audit = new AuditLog({ clock, key: vault.deriveKey('audit') });
  const connections = new ConnectionService({
    store,
    audit,
    clock,
    newId,
    vault,
    runQueue: queue,
    clients,
    upstreamHosts: options.upstreamHosts ?? ['api.bitsighttech.com', 'service.bitsighttech.com'],
  });
  const upstreamParts = {
    ...{ store, vault, audit, clock, newId, clients },
    upstreamHosts: options.upstreamHosts ?? [],
  };
  const groups = new GroupService({
    store,
    audit,
    clock,
    newId,
    companies: storedCompanies(store.db),
    onAccessChanged: () => {},
  });
  const { accounts, browser, authority } = testAccounts({ store, vault, clock });
  const { tokens } = accountServices({ store, vault, audit, clock, authority });
  await seedOrganizations(store);
  const cursorKey = randomBytes(32);
  const revoked = new Set<string>();
  const routes: string[] = [];
  const answers: string[] = [];
  const app = testServer();
  app.addHook('onRoute', route => {
    for (const method of [route.method].flat()) routes.push(`${method} ${route.url}`);
  });
  await app.register(
    unifiedApi({
      store,
      clock,
      newId,
      audit,
      connections,
      groups,
      accounts,
      browser,
      tokens: authority,
      retrieval: tokens.retrieval,
      upstreamTokens: new UpstreamTokenService(upstreamParts),
      rotations: new RotationService(upstreamParts),
      runQueue: queue,
      cursorKey,
      baseUrl: () => 'https://sightline.example',
      version: '0.0.0-test',
      onAccessChanged: () => {},
      authenticate: request => {
        const key = String(request.headers['x-api-key'] ?? '');
        const found = revoked.has(key) ? undefined : (harness.callers.get(key) ?? CALLERS[key]);
        if (found === undefined) throw new CallerError('UNAUTHENTICATED', 'No valid API token was given.');
        harness.onAuthenticated(key);
        return found;
      },
    }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call = async (method: string, path: string, given: CallOptions = {}): Promise<Answer> => {
    const headers: Record<string, string> = { ...given.headers };
    if (given.as !== null) headers['x-api-key'] = given.as ?? 'owner';
    if (given.body !== undefined || given.text !== undefined) headers['content-type'] ??= 'application/json';
    const response = await fetch(url + path, {
      method,
      headers,
      body: given.text ?? (given.body === undefined ? null : JSON.stringify(given.body)),
      redirect: 'manual',
    });
    const text = await response.text();
    answers.push(text);
    const isJson = /json(;|$)/.test(response.headers.get('content-type') ?? '') && text !== '';
    const isLines = (response.headers.get('content-type') ?? '').includes('ndjson');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && !isLines ? JSON.parse(text) : null,
    };
  };
  const harness: Harness = {
    store,
    vault,
    clock,
    queue,
    url,
    cursorKey,
    revoked,
    callers: new Map(),
    groups,
    onAuthenticated: () => {},
    routes,
    answers,
    call,
    get: (path, given) => call('GET', path, given),
    close: async () => {
      await app.close();
      await clients.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return harness;
}

async function seedOrganizations(store: Store): Promise<void> {
  await store.write(async transaction => {
    for (const [id, name] of [
      [OWNER_ORGANIZATION, 'Owner'],
      [OTHER_ORGANIZATION, 'Other'],
    ] as const) {
      await transaction
        .insertInto('organizations')
        .values({
          id,
          name,
          identifier: null,
          is_owner: id === OWNER_ORGANIZATION ? 1 : 0,
          created_at: NOW,
          deleted_at: null,
        })
        .execute();
    }
  });
}
