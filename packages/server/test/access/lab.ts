/** A store with a first Admin, and as many authorities over its file as a test wants. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import type { IssuedToken } from '../../src/access/company-tokens.ts';
import { ensureFirstAdmin, type FirstAdmin } from '../../src/access/first-start.ts';
import type { Principal } from '../../src/access/principal.ts';
import { TokenAuthority } from '../../src/access/token-authority.ts';
import type { CompanyTokenRequest } from '../../src/access/token-rules.ts';
import { newId } from '../../src/ids.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/manual-clock.ts';

export class AccessLab {
  readonly dataDir: string;
  readonly databasePath: string;
  readonly vault: Vault;
  readonly clock = new ManualClock();
  readonly audit: AuditLog;
  readonly #stores: Store[] = [];

  constructor() {
    this.dataDir = mkdtempSync(join(tmpdir(), 'sightline-access-'));
    this.databasePath = join(this.dataDir, 'sightline.db');
    this.vault = Vault.open({ dataDir: this.dataDir });
    this.audit = new AuditLog({ clock: this.clock, key: this.vault.deriveKey('audit') });
  }

  /** A store and an authority as another process would have them. */
  async node(): Promise<{ store: Store; authority: TokenAuthority }> {
    const store = await openSqliteStore(this.databasePath);
    this.#stores.push(store);
    return { store, authority: this.authorityOver(store) };
  }

  authorityOver(store: Store): TokenAuthority {
    return new TokenAuthority({ store, vault: this.vault, audit: this.audit, clock: this.clock, newId });
  }

  firstStart(node: { store: Store; authority: TokenAuthority }): Promise<FirstAdmin> {
    return ensureFirstAdmin({ ...node, clock: this.clock, newId, organizationName: 'Acme' });
  }

  async close(): Promise<void> {
    for (const store of this.#stores) await store.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

/** A new company token in the principal's own organization. */
export function makeToken(
  authority: TokenAuthority,
  principal: Principal,
  request: CompanyTokenRequest,
): Promise<IssuedToken> {
  return authority.companyTokens.create(principal, principal.organizationId, request, NO_ORIGIN);
}

/** The principal of a token that must be live. */
export async function principalOf(authority: TokenAuthority, token: string): Promise<Principal> {
  const principal = await authority.verify(token);
  if (principal === null) throw new Error('the token is not live');
  return principal;
}
