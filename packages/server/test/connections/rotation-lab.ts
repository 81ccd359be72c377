/** Connections to accounts of the stand-in, in a real SQLite file, and a rotation service over it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { Clock } from '../../src/clock.ts';
import { sealCredentials, unsealCredentials } from '../../src/connections/credentials.ts';
import { type ConnectionPath, RotationService } from '../../src/connections/rotation.ts';
import { UpstreamClients } from '../../src/connections/upstream-client.ts';
import { UpstreamTokenService } from '../../src/connections/upstream-tokens.ts';
import { newId } from '../../src/ids.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';

export const ORGANIZATION = '00000000-0000-7000-8000-000000000001';

export const ADMIN: Principal = Object.freeze({
  organizationId: ORGANIZATION,
  userId: 'u1',
  name: 'Ada',
  via: 'user_token',
  tokenGuid: 't1',
  sessionId: null,
  role: 'customer_admin',
  scopes: [],
  isOwnerOrganization: true,
  group: { guid: 'g0', name: 'All Companies', allCompanies: true, companies: new Set<string>() },
  expiresAt: null,
});

/** Longer than a busy machine takes for an answer. */
const PATIENCE_MS = 60_000;
const IMPATIENCE_MS = 300;

/** Sleeping is instant; `aheadMs` is how far it is before the real time. */
export class LabClock implements Clock {
  aheadMs = 0;
  now(): number {
    return Date.now() + this.aheadMs;
  }
  async sleep(ms: number): Promise<void> {
    this.aheadMs += ms;
  }
}

/** What a process needs to open the same lab. */
export interface LabPlace {
  folder: string;
  host: string;
}

export class RotationLab {
  readonly place: LabPlace;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: LabClock;
  readonly tokens: UpstreamTokenService;
  readonly rotations: RotationService;
  /** The same, but soon tired of an upstream that says nothing: for tests in which it never will. */
  readonly impatient: { readonly tokens: UpstreamTokenService; readonly rotations: RotationService };
  readonly #clients: UpstreamClients;

  private constructor(place: LabPlace, store: Store, ca: string) {
    this.place = place;
    this.store = store;
    this.clock = new LabClock();
    this.vault = Vault.open({ dataDir: place.folder });
    this.#clients = new UpstreamClients({ version: '0.0.0-test', extraCa: ca });
    const parts = {
      ...{ store, vault: this.vault, clock: this.clock, newId, clients: this.#clients },
      audit: new AuditLog({ clock: this.clock, key: this.vault.deriveKey('audit') }),
      upstreamHosts: [place.host],
      pace: { timeoutMs: PATIENCE_MS, backoffBaseMs: 1, backoffMaxMs: 2 },
    };
    this.tokens = new UpstreamTokenService(parts);
    this.rotations = new RotationService(parts);
    const hasty = { ...parts, pace: { ...parts.pace, timeoutMs: IMPATIENCE_MS } };
    this.impatient = { tokens: new UpstreamTokenService(hasty), rotations: new RotationService(hasty) };
  }

  /** A new lab over an upstream. */
  static async start(upstream: { host: string; ca: string }): Promise<RotationLab> {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-rotation-'));
    writeFileSync(join(folder, 'ca.pem'), upstream.ca);
    const lab = await RotationLab.open({ folder, host: upstream.host }, upstream.ca);
    await lab.store.write(async transaction => {
      await transaction
        .insertInto('organizations')
        .values({
          ...{ id: ORGANIZATION, name: 'Owner', identifier: null },
          ...{ is_owner: 1, created_at: 1, deleted_at: null },
        })
        .execute();
    });
    return lab;
  }

  /** The lab that another process made. */
  static async open(place: LabPlace, ca: string): Promise<RotationLab> {
    return new RotationLab(place, await openSqliteStore(join(place.folder, 'lab.db')), ca);
  }

  /** A connection with this token. */
  async connect(token: string, more: { identifier?: string } = {}): Promise<ConnectionPath> {
    const id = newId();
    await this.store.write(async transaction => {
      await transaction
        .insertInto('connections')
        .values({
          ...{ id, organization_id: ORGANIZATION, vendor: 'BIT_SIGHT', state: 'ACTIVE' },
          ...{ identifier: more.identifier ?? null, refresh_interval_secs: 14_400, timeout_secs: 3_600 },
          options: JSON.stringify({ base_url: `https://${this.place.host}`, requests_per_second: 0.01 }),
          sealed_credentials: sealCredentials(this.vault, id, { username: token }),
          ...{ health: '{}', created_at: 1, updated_at: 1, last_synced_at: null, next_sync_at: null },
          upstream_token_guid: null,
        })
        .execute();
    });
    return { organizationId: ORGANIZATION, connectionId: id };
  }

  /** The token that a run of the connection would read now. */
  async storedToken({ connectionId }: ConnectionPath): Promise<string> {
    const row = await this.store.db
      .selectFrom('connections')
      .select('sealed_credentials')
      .where('id', '=', connectionId)
      .executeTakeFirstOrThrow();
    return unsealCredentials(this.vault, connectionId, row.sealed_credentials ?? '').username;
  }

  /** Everything the rotations wrote that a person may read. */
  async written(): Promise<string> {
    const rotations = await this.store.db
      .selectFrom('connection_rotations')
      .select(['facts', 'leftover', 'message'])
      .execute();
    return JSON.stringify([await this.events(), rotations]);
  }

  events() {
    return this.store.db.selectFrom('audit_log').selectAll().orderBy('sequence').execute();
  }

  async close(remove = true): Promise<void> {
    await this.#clients.close();
    await this.store.close();
    if (remove) rmSync(this.place.folder, { recursive: true, force: true });
  }
}
