/** A user in the shapes of Bitsight's wire: `/v1/users` and `/v2/users` name the same things differently. Source: bitsight-api.md, 2. */
import type { UserView } from '../access/accounts/users.ts';
import { ROLE_NAMES } from '../access/principal.ts';
import { isoSeconds } from '../clock.ts';
import type { JsonObject } from '../wire/json.ts';

/** The row of `/v1/users`. The first and last name are deprecated upstream and made of the formal one. */
export function userV1(user: UserView): JsonObject {
  const [first = '', ...rest] = user.formalName.split(' ');
  return {
    friendly_name: user.friendlyName,
    formal_name: user.formalName,
    first_name: first,
    last_name: rest.join(' '),
    email: user.email,
    guid: user.guid,
  };
}

/** What `include_details` adds to it, and `/v1/users/{guid}` has. */
export function userV1Details(user: UserView): JsonObject {
  return {
    ...userV1(user),
    date_joined: isoSeconds(user.joinedAt),
    group: user.group,
    last_login: user.lastLoginAt === null ? null : isoSeconds(user.lastLoginAt),
    roles: [{ name: user.role, presentation: ROLE_NAMES[user.role] }],
    status: user.status,
    is_active: user.status === 'Activated',
    is_customer_api_token: user.isCompanyApiToken,
  };
}

/** The row of `/v2/users`. */
export function userV2(user: UserView): JsonObject {
  return {
    guid: user.guid,
    friendly_name: user.friendlyName,
    formal_name: user.formalName,
    email: user.email,
    group: user.group,
    landing_page: 'DEFAULT',
    status: user.status,
    last_login_time: user.lastLoginAt === null ? null : isoMicroseconds(user.lastLoginAt),
    joined_time: isoSeconds(user.joinedAt),
    roles: [{ name: ROLE_NAMES[user.role], slug: user.role }],
    is_available_for_contact: false,
    is_company_api_token: user.isCompanyApiToken,
    features: [],
    preferred_contact_for_entities: [],
    mfa_status: user.mfaEnabled ? 'ENABLED' : 'DISABLED',
  };
}

/** `2021-01-29T20:44:53.879238Z`: upstream has microseconds here and nowhere else; our clock stops at milliseconds. */
function isoMicroseconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
