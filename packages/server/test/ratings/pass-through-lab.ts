/**
 * A hub's source without a sync: a store with connections and the companies they list, the gateway to a stand-in upstream, and
 * the ratings API over it for whichever principal a test names. The rows of the table are the test's own, one for each shape.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { companyId } from '@sightline/model';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import type { Principal } from '../../src/access/principal.ts';
import { bumpAccessVersion } from '../../src/access/repository.ts';
import { sealCredentials } from '../../src/connections/credentials.ts';
import { UpstreamClients } from '../../src/connections/upstream-client.ts';
import { UpstreamGateway, type UpstreamGatewayOptions } from '../../src/connections/upstream-gateway.ts';
import type { Endpoint } from '../../src/ratings/endpoints/endpoint.ts';
import { registerEndpoints } from '../../src/ratings/serving/endpoint-routes.ts';
import type { RatingsSource } from '../../src/ratings/source.ts';
import { createHubSource, type FindingsKnown } from '../../src/ratings/sources/hub-source.ts';
import { PassedCache } from '../../src/ratings/sources/passed/passed-cache.ts';
import { PassedSource } from '../../src/ratings/sources/passed/passed-source.ts';
import { answerErrorsAsDetail } from '../../src/ratings/wire-errors.ts';
import { Vault } from '../../src/secrets/vault.ts';
import type { ConnectionsTable } from '../../src/store/schema.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';
import { listingOf } from '../../src/sync/company-listing.ts';
import type { Json } from '../support/json.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { addCompanies, addConnection, companyRow } from '../unified/seed.ts';
import { principalOf } from './serve.ts';

/** Says which of the lab's callers a request is of. */
const CALLER = 'x-lab-caller';

/** A source that answers nothing: what the store has not got. */
export const NOTHING_SYNCED: RatingsSource & FindingsKnown = {
  knowsFindings: async () => true,
  serves: () => false,
  answer: () => {
    throw new Error('the store was asked');
  },
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly json: Json;
}

export interface LabOptions extends Pick<UpstreamGatewayOptions, 'bounds' | 'pace'> {
  readonly upstream: { readonly host: string; readonly ca: string };
  readonly endpoints: readonly Endpoint[];
  readonly synced?: RatingsSource & FindingsKnown;
}

export class PassThroughLab {
  readonly store: Store;
  readonly vault: Vault;
  readonly gateway: UpstreamGateway;
  readonly clock = new ManualClock();
  readonly cache = new PassedCache({ clock: this.clock });
  readonly app: FastifyInstance;
  /** Who asks, unless a call says otherwise. */
  principal: Principal = PassThroughLab.everyone();
  readonly #folder: string;
  readonly #clients: UpstreamClients;
  readonly #host: string;
  readonly #callers: Principal[] = [];
  #made = 0;

  private constructor(folder: string, store: Store, { upstream, endpoints, synced, ...limits }: LabOptions) {
    this.#folder = folder;
    this.#host = upstream.host;
    this.store = store;
    this.vault = Vault.open({ dataDir: folder });
    this.#clients = new UpstreamClients({ version: '0.0.0-test', extraCa: upstream.ca });
    this.gateway = new UpstreamGateway({
      store,
      vault: this.vault,
      clients: this.#clients,
      upstreamHosts: [upstream.host],
      ...limits,
      pace: { backoffBaseMs: 1, backoffMaxMs: 2, ...limits.pace },
    });
    const source = createHubSource({
      synced: synced ?? NOTHING_SYNCED,
      local: {},
      passed: new PassedSource({ upstream: this.gateway, cache: this.cache }),
    });
    this.app = Fastify({ routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 } });
    answerErrorsAsDetail(this.app);
    this.app.addHook('onRequest', async request => {
      request.principal = this.#callers[Number(request.headers[CALLER])] ?? this.principal;
    });
    registerEndpoints(this.app, endpoints, { source, baseUrlOf: () => 'https://sightline.example' });
  }

  static async start(options: LabOptions): Promise<PassThroughLab> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-passed-'));
    const lab = new PassThroughLab(folder, await openSqliteStore(join(folder, 'lab.db')), options);
    await lab.store.db
      .insertInto('organizations')
      .values({
        ...{ id: 'org', name: 'Owner', identifier: null },
        ...{ is_owner: 1, created_at: 1, deleted_at: null },
      })
      .execute();
    return lab;
  }

  /** Takes all connections, companies and groups away. */
  async clear(): Promise<void> {
    const tables = [
      'company_sync',
      'company_listings',
      'companies',
      'connections',
      'access_group_companies',
      'access_groups',
    ] as const;
    for (const table of tables) await this.store.db.deleteFrom(table).execute();
  }

  /** A principal of all companies. */
  static everyone(role: Principal['role'] = 'customer_admin'): Principal {
    return { ...principalOf(), role };
  }

  /** A connection that reads with this token and lists these companies. */
  async connect(
    token: string,
    guids: readonly string[],
    more: Partial<ConnectionsTable> & { readonly with?: Record<string, unknown> } = {},
  ): Promise<string> {
    const { with: options = {}, ...columns } = more;
    this.#made += 1;
    const id = `0198a000-0000-7000-8000-${String(this.#made).padStart(12, '0')}`;
    await addConnection(this.store, id, {
      organization_id: 'org',
      options: JSON.stringify({ base_url: `https://${this.#host}`, concurrency: 3, ...options }),
      sealed_credentials: sealCredentials(this.vault, id, { username: token }),
      ...columns,
    });
    await this.list(id, guids);
    return id;
  }

  /** Companies as a sync stores them. */
  async list(connectionId: string, guids: readonly string[], syncedAt = this.#made): Promise<void> {
    for (const guid of guids) {
      const row = companyRow(connectionId, guid, { organization_id: 'org' });
      await addCompanies(this.store.db, [row]);
      const listing = listingOf({
        ...{ organizationId: 'org', connectionId, companyId: companyId(connectionId, guid), guid },
        ...{ listed: { guid, name: row.name }, detail: null, ratingsShown: null },
      });
      await this.store.db.insertInto('company_listings').values(listing).execute();
      await this.store.db
        .insertInto('company_sync')
        .values({
          ...{ company_id: row.id, connection_id: connectionId, last_synced_at: syncedAt },
          ...{ findings_synced_at: null, findings_full_walk_at: null, findings_full_walk_run: null },
          open_finding_counts: '{}',
        })
        .execute();
    }
  }

  /** A principal of a group that holds these companies and no other. */
  async walled(
    guids: readonly string[],
    { group = 'group-1', role = 'customer_admin' }: { group?: string; role?: Principal['role'] } = {},
  ): Promise<Principal> {
    await this.store.write(async db => {
      await db
        .insertInto('access_groups')
        .values({
          ...{ id: group, organization_id: 'org', name: group },
          ...{ all_companies: 0, is_default: 0, created_at: 1 },
        })
        .onConflict(conflict => conflict.doNothing())
        .execute();
      await db.deleteFrom('access_group_companies').where('group_id', '=', group).execute();
      for (const guid of guids)
        await db
          .insertInto('access_group_companies')
          .values({ group_id: group, company_guid: guid })
          .execute();
      await bumpAccessVersion(db);
    });
    const wall = { guid: group, name: group, allCompanies: false, companies: new Set(guids) };
    return { ...principalOf(), role, group: wall };
  }

  /** Calls as the lab's principal unless another is given; calls may run side by side. */
  async call(
    url: string,
    { as = this.principal, ...more }: InjectOptions & { as?: Principal } = {},
  ): Promise<Answer> {
    const asked = String(this.#callers.push(as) - 1);
    const headers = { ...more.headers, [CALLER]: asked };
    const answer = await this.app.inject({ method: 'GET', url, ...more, headers });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      json: isJson ? JSON.parse(answer.body) : null,
    };
  }

  async close(): Promise<void> {
    this.gateway.close();
    await this.app.close();
    await this.#clients.close();
    await this.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
