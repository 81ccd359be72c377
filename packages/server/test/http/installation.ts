/**
 * A whole small installation for tests: database, key, authority and a real HTTPS server on free ports, in a folder of its own.
 * The surfaces are small: the account routes of the ratings API, and a few routes of the unified form.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Agent } from 'undici';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import { ensureFirstAdmin, type FirstAdmin } from '../../src/access/first-start.ts';
import { storedCompanies } from '../../src/access/groups/stored-companies.ts';
import { TokenAuthority } from '../../src/access/token-authority.ts';
import type { TokenServicesOptions } from '../../src/access/token-services.ts';
import { systemClock } from '../../src/clock.ts';
import { authenticationHook } from '../../src/http/authentication.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type ListeningAt,
} from '../../src/http/server.ts';
import { newId } from '../../src/ids.ts';
import { createLogger } from '../../src/log.ts';
import { accountRoutes } from '../../src/ratings/account-routes.ts';
import { answerErrorsAsDetail } from '../../src/ratings/wire-errors.ts';
import { ensureKeyOpensStore } from '../../src/secrets/key-check.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { openSqliteStore, type Store } from '../../src/store/store.ts';
import { type AccountServices, accountServices } from '../support/account-services.ts';

export interface Installation {
  dataDir: string;
  store: Store;
  vault: Vault;
  authority: TokenAuthority;
  services: AccountServices;
  admin: FirstAdmin;
  server: HttpServer;
  at: ListeningAt;
  ca: string;
  /** Trusts the local authority and keeps connections alive. */
  agent: Agent;
  /** Everything the server logged, as text. */
  logged(): string;
  close(): Promise<void>;
}

/** The surfaces of the tests: ratings with a challenge, unified without. */
export function testSurfaces(authority: TokenAuthority, { routes, tokens: { witnesses } }: AccountServices) {
  return async (app: FastifyInstance): Promise<void> => {
    for (const prefix of ['/ratings', '']) {
      await app.register(
        async ratings => {
          answerErrorsAsDetail(ratings);
          ratings.addHook('onRequest', authenticationHook(authority, { challenge: true, ...witnesses }));
          await ratings.register(accountRoutes({ ...routes, myCompanyGuid: async () => 'my-company' }));
        },
        { prefix },
      );
    }
    await app.register(async unified => {
      unified.addHook('onRequest', authenticationHook(authority, { challenge: false, ...witnesses }));
      unified.get('/v1/whoami', async request => ({
        name: request.principal.name,
        role: request.principal.role,
      }));
      unified.post('/v1/echo', async request => ({
        body: request.body,
        ip: request.ip,
        protocol: request.protocol,
      }));
      unified.get('/v1/fail', async () => {
        throw new Error('the disk is on fire');
      });
      unified.post('/v1/checked', {
        schema: { body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
        handler: async () => ({}),
      });
    });
  };
}

export async function install(
  overrides: Partial<HttpServerOptions> = {},
  more: Partial<Pick<TokenServicesOptions, 'mailer' | 'revokeExposed'>> = {},
): Promise<Installation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-http-'));
  const store = await openSqliteStore(join(dataDir, 'sightline.db'));
  const vault = Vault.open({ dataDir });
  await ensureKeyOpensStore(store, vault);
  const audit = new AuditLog({ clock: systemClock, key: vault.deriveKey('audit') });
  const authority = new TokenAuthority({ store, vault, audit, clock: systemClock, newId });
  const parts = { store, vault, audit, clock: systemClock, authority };
  const services = accountServices(parts, storedCompanies(store.db), more);
  const admin = await ensureFirstAdmin({
    store,
    clock: systemClock,
    newId,
    authority,
    organizationName: 'Acme',
  });
  authority.start();
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: line => void lines.push(line) } });
  const server = await createHttpServer({
    clock: systemClock,
    logger,
    authority,
    exposed: services.tokens.exposed,
    host: '127.0.0.1',
    port: 0,
    httpPort: 0,
    dataDir,
    trustedProxies: [],
    allowedHosts: [],
    surfaces: testSurfaces(authority, services),
    ...overrides,
  });
  const at = await server.listen();
  const ca = at.caFile === null ? '' : readFileSync(at.caFile, 'utf8');
  const agent = new Agent({ connect: { ca } });
  return {
    dataDir,
    store,
    vault,
    authority,
    services,
    admin,
    server,
    at,
    ca,
    agent,
    logged: () => lines.join(''),
    async close() {
      authority.stop();
      await agent.close();
      await server.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** HTTP Basic as Bitsight documents it: the token as user name, an empty password. */
export function basic(token: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` };
}
