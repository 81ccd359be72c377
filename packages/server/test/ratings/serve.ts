/**
 * A real server with the ratings API on port 0 of the loopback address, for the tests of this folder. The principal is
 * fixed: authentication has its own tests.
 */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Principal } from '../../src/access/principal.ts';
import { type FaultInjectionOptions, faultInjection } from '../../src/ratings/fault-injection.ts';
import type { LocalReader } from '../../src/ratings/local/local-state.ts';
import { ratingsApi } from '../../src/ratings/plugin.ts';
import type { RatingsSource } from '../../src/ratings/source.ts';
import {
  createSyntheticSource,
  type SyntheticSource,
} from '../../src/ratings/sources/synthetic/synthetic-source.ts';

/** A clock that stands still and never waits. */
export const stillClock = Object.freeze({ now: () => Date.UTC(2026, 5, 15), sleep: async () => {} });

/** A small world that every run of the tests sees alike. */
export function smallWorld(
  more: Partial<Parameters<typeof createSyntheticSource>[0]> = {},
  local?: LocalReader,
): SyntheticSource {
  const options = {
    seed: 'tests',
    companies: 12,
    findingsPerCompany: 120,
    date: '2026-06-15',
    daySeconds: null,
    clock: stillClock,
    ...more,
  };
  return createSyntheticSource(options, local);
}

export function principalOf(allCompanies = true): Principal {
  return {
    organizationId: 'org',
    userId: 'user',
    name: 'A user',
    tokenGuid: 'token',
    via: 'user_token',
    sessionId: null,
    expiresAt: null,
    role: 'customer_user',
    scopes: [],
    isOwnerOrganization: true,
    group: { guid: 'group', name: 'All Companies', allCompanies, companies: new Set() },
  };
}

export interface Served {
  readonly app: FastifyInstance;
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Starts a server. */
export async function serve(
  source: RatingsSource | null,
  more: { readonly principal?: Principal | (() => Principal); readonly faults?: FaultInjectionOptions } = {},
): Promise<Served> {
  const app = Fastify({
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    forceCloseConnections: true,
  });
  app.addHook('onRequest', async request => {
    const { principal = principalOf() } = more;
    request.principal = typeof principal === 'function' ? principal() : principal;
  });
  if (more.faults !== undefined) await app.register(faultInjection(more.faults));
  await app.register(
    ratingsApi({
      source,
      accountRoutes: async account => {
        account.get('/v1/users/current', { config: { access: 'own.read' } }, async () => ({ guid: 'user' }));
      },
      baseUrlOf: request => `http://${request.host}`,
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, baseUrl: `http://127.0.0.1:${port}`, close: () => app.close() };
}
