/** Who am I, and which customer am I, on Bitsight's wire. Source: bitsight-api.md, section 2. */
import type { FastifyInstance } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { findOrganization, findUser, type OrganizationRow, type UserRow } from '../access/repository.ts';
import { scopeOf } from '../access/scope.ts';
import { isoSeconds } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { projected } from '../wire/fields.ts';
import type { JsonObject } from '../wire/json.ts';
import { requestedProjection } from '../wire/list-query.ts';
import { parametersOf } from '../wire/parameters.ts';
import { goneAccount } from './account-requests.ts';
import { customerOf } from './customer-path.ts';

export interface ProfileRoutesOptions {
  readonly store: Store;
  /** The guid of the organization's own company, which the source of the ratings knows; null where there is none. */
  readonly myCompanyGuid?: (principal: Principal) => Promise<string | null>;
}

/** Registers the routes, relative to the surface's prefix. */
export function profileRoutes(app: FastifyInstance, options: ProfileRoutesOptions): void {
  const { store } = options;
  app.get('/v1/users/current', { config: { access: 'own.read' } }, async request => {
    const { principal } = request;
    const user = await findUser(store.db, principal.userId);
    const organization = await findOrganization(store.db, principal.organizationId);
    if (user === undefined || organization === undefined) throw goneAccount();
    const parameters = parametersOf(request.raw.url ?? '');
    return projected(
      userView(user, organization, await ownCompany(options, principal)),
      requestedProjection(parameters),
    );
  });

  app.get('/v1/customers/:customer', { config: { access: 'own.read' } }, async request => {
    const organization = await findOrganization(store.db, customerOf(request));
    if (organization === undefined) throw goneAccount();
    return customerView(organization);
  });
}

/** The own company, where the principal's group holds it. */
async function ownCompany(options: ProfileRoutesOptions, principal: Principal): Promise<string | null> {
  const guid = (await options.myCompanyGuid?.(principal)) ?? null;
  if (guid === null) return null;
  const { companies } = scopeOf(principal);
  return companies === 'all' || companies.has(guid) ? guid : null;
}

function userView(user: UserRow, organization: OrganizationRow, companyGuid: string | null): JsonObject {
  return {
    guid: user.id,
    email: user.email,
    formal_name: user.formal_name,
    friendly_name: user.friendly_name,
    is_active: user.status === 'Activated',
    joined_date: isoSeconds(Number(user.joined_at)),
    last_login_date: user.last_login_at === null ? null : isoSeconds(Number(user.last_login_at)),
    phone_number: null,
    status: user.status,
    customer: {
      guid: organization.id,
      name: organization.name,
      type: 'Live',
      my_company_guid: companyGuid,
      my_company_subsidiaries: [],
    },
  };
}

function customerView(organization: OrganizationRow): JsonObject {
  return {
    guid: organization.id,
    name: organization.name,
    is_active: true,
    date_joined: isoSeconds(organization.created_at),
    // Nothing about an organization changes after it was made.
    last_modified: isoSeconds(organization.created_at),
    customer_settings: { auto_approve_invited_users: false },
  };
}
