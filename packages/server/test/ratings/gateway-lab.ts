/** A sandbox and a hub that has synced it, both real and over HTTPS, in the test's own process; the hub's worker is its child. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../src/app/sandbox.ts';
import { type Hub, startHub, startSandbox } from '../../src/app.ts';
import { readHubSettings, readSandboxSettings } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { adminTokenOf } from '../support/admin-token.ts';
import { HttpsClient } from '../support/https-client.ts';
import { type Connection, HubApi } from '../support/hub-api.ts';
import { at } from '../support/json.ts';

const PORTS = { port: 0, httpPort: 0 };

export class GatewayLab {
  readonly sandbox: Sandbox;
  readonly hub: Hub;
  readonly connection: Connection;
  /** Callers who see everything. */
  readonly upstream: HttpsClient;
  readonly gateway: HttpsClient;
  readonly #folder: string;
  readonly #clients: HttpsClient[] = [];
  #isUpstreamEnded = false;

  private constructor(
    folder: string,
    servers: { sandbox: Sandbox; hub: Hub; connection: Connection },
    clients: { upstream: HttpsClient; gateway: HttpsClient },
  ) {
    this.#folder = folder;
    this.sandbox = servers.sandbox;
    this.hub = servers.hub;
    this.connection = servers.connection;
    this.upstream = clients.upstream;
    this.gateway = clients.gateway;
    this.#clients.push(this.upstream, this.gateway);
  }

  /** Starts both and syncs once. `flags` are the sandbox's. */
  static async start(flags: Readonly<Record<string, unknown>>): Promise<GatewayLab> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-gateway-'));
    const around = { logger: createLogger({ level: 'silent' }) };
    const settings = readSandboxSettings({ flags: { ...PORTS, ...flags }, env: {} });
    const sandbox = await startSandbox({ ...settings, dataDir: join(folder, 'sandbox') }, around);
    const upstream = clientOf(sandbox.at, sandbox.admin.userToken);
    const hubDir = join(folder, 'hub');
    const upstreamFlags = {
      upstreamHost: [new URL(sandbox.at.baseUrl).host],
      upstreamCa: String(sandbox.at.caFile),
    };
    const hub = await startHub(
      {
        ...readHubSettings({ flags: { ...PORTS, ...upstreamFlags, logLevel: 'silent' }, env: {} }),
        dataDir: hubDir,
      },
      around,
    );
    const gateway = clientOf(hub.at, await adminTokenOf(hubDir));
    const connection = await synced(new HubApi(gateway), sandbox);
    return new GatewayLab(folder, { sandbox, hub, connection }, { upstream, gateway });
  }

  /** Syncs once more. */
  async sync(): Promise<void> {
    await syncOnce(new HubApi(this.gateway), this.connection);
  }

  /** On both servers a caller who sees these companies alone. */
  async walled(
    name: string,
    companies: readonly string[],
  ): Promise<{ upstream: HttpsClient; gateway: HttpsClient }> {
    const [upstream, gateway] = await Promise.all([
      walledClient(this.upstream, this.sandbox.at, name, companies),
      walledClient(this.gateway, this.hub.at, name, companies),
    ]);
    this.#clients.push(upstream, gateway);
    return { upstream, gateway };
  }

  /** Ends the sandbox; the hub is on its own. */
  async endUpstream(): Promise<void> {
    if (this.#isUpstreamEnded) return;
    this.#isUpstreamEnded = true;
    await this.sandbox.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(client => client.close()));
    await this.hub.close();
    await this.endUpstream();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

type Address = Pick<Hub['at'], 'baseUrl' | 'caFile'>;

function clientOf({ baseUrl, caFile }: Address, token: string): HttpsClient {
  return new HttpsClient({ base_url: baseUrl, ca_file: caFile }, token);
}

async function synced(api: HubApi, sandbox: Sandbox): Promise<Connection> {
  const connection = await api.connect({
    credentials: { username: sandbox.admin.userToken },
    options: { base_url: sandbox.at.baseUrl },
  });
  await syncOnce(api, connection);
  return connection;
}

async function syncOnce(api: HubApi, connection: Connection): Promise<void> {
  const { state, failure } = await api.finished((await api.sync(connection)).id);
  if (state !== 'SUCCESS') throw new Error(`the sync ended ${state}: ${failure?.message}`);
}

async function walledClient(
  admin: HttpsClient,
  address: Address,
  name: string,
  companies: readonly string[],
): Promise<HttpsClient> {
  const post = async (path: string, body: object) => {
    const answer = await admin.call(path, { method: 'POST', body });
    if (answer.status !== 201) throw new Error(`POST ${path} was answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text);
  };
  await post('/ratings/v1/access-groups', { name, companies });
  const made = await post('/ratings/v1/customers/current/api-tokens', { description: name, group: name });
  return clientOf(address, String(at(made, 'token')));
}
