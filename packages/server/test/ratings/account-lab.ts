/**
 * The ratings API with its account routes as the sandbox serves them: real tokens, users and groups over the synthetic
 * portfolio, on port 0 of the loopback address.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Accounts } from '../../src/access/accounts/accounts.ts';
import { NO_ORIGIN } from '../../src/access/audit/audit-event.ts';
import type { FirstAdmin } from '../../src/access/first-start.ts';
import type { GroupService } from '../../src/access/groups/group-service.ts';
import type { Principal } from '../../src/access/principal.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import { authenticationHook } from '../../src/http/authentication.ts';
import { newId } from '../../src/ids.ts';
import { accountRoutes } from '../../src/ratings/account-routes.ts';
import { LocalState } from '../../src/ratings/local/local-state.ts';
import { localWrites } from '../../src/ratings/local/local-writes.ts';
import { ratingsApi } from '../../src/ratings/plugin.ts';
import { syntheticCompanies } from '../../src/ratings/sources/synthetic/synthetic-companies.ts';
import type { SyntheticSource } from '../../src/ratings/sources/synthetic/synthetic-source.ts';
import type { Store } from '../../src/store/store.ts';
import { AccessLab, principalOf } from '../access/lab.ts';
import { accountServices } from '../support/account-services.ts';
import { smallWorld } from './serve.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Answers are JSON of many shapes; tests hold them against what they expect.
  json: unknown;
}

export interface AccountLab {
  readonly access: AccessLab;
  readonly baseUrl: string;
  readonly source: SyntheticSource;
  readonly store: Store;
  readonly authority: TokenAuthority;
  readonly first: FirstAdmin;
  readonly admin: Principal;
  readonly accounts: Accounts;
  readonly groups: GroupService;
  readonly local: LocalState;
  /** The value of a new company token of a group, by the group's name. */
  token(group: string, role?: Principal['role'], scopes?: string[]): Promise<string>;
  /** Calls as the first Admin unless a token is given. */
  call(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<Answer>;
  get(path: string, options?: { token?: string }): Promise<Answer>;
  close(): Promise<void>;
}

export async function startAccountLab(
  world: Parameters<typeof smallWorld>[0] = { companies: 6, findingsPerCompany: 10 },
): Promise<AccountLab> {
  const access = new AccessLab();
  const { store, authority } = await access.node();
  const local = new LocalState(store);
  await local.hold();
  const source = smallWorld(world, local);
  const first = await access.firstStart({ store, authority });
  const { audit, clock, vault } = access;
  const parts = { store, vault, audit, clock, authority };
  const { accounts, groups, routes } = accountServices(parts, syntheticCompanies(source));
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  app.addHook('onRequest', authenticationHook(authority, { challenge: true }));
  await app.register(
    ratingsApi({
      source,
      writes: localWrites({ ...parts, base: source.base, local, newId }),
      accountRoutes: accountRoutes({
        ...routes,
        myCompanyGuid: async () => source.summary().company_guid,
      }),
      baseUrlOf: routes.baseUrlOf,
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const admin = await principalOf(authority, first.userToken);
  const baseUrl = `http://127.0.0.1:${port}`;
  const call: AccountLab['call'] = async (method, path, options = {}) => {
    const token = options.token ?? first.userToken;
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
    const text = await answer.text();
    const json: unknown = /^[[{]/.test(text) ? JSON.parse(text) : null;
    return { status: answer.status, headers: answer.headers, text, json };
  };
  return {
    access,
    baseUrl,
    source,
    store,
    authority,
    first,
    admin,
    accounts,
    groups,
    local,
    call,
    get: (path, options) => call('GET', path, options),
    token: async (group, role = 'customer_admin', scopes = []) => {
      const asked = { description: `${role} of ${group}`, group, role, scopes };
      const { organizationId } = admin;
      return (await authority.companyTokens.create(admin, organizationId, asked, NO_ORIGIN)).value;
    },
    close: async () => {
      await app.close();
      await access.close();
    },
  };
}
