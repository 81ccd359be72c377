/**
 * The shapes of a token: as rows to be written, as the principal it speaks for, and as its managers see it. Source: tokens.md,
 * "Kinds": of a company token the hash and the last four characters are kept, and its value is nowhere.
 */
import { hash } from 'node:crypto';
import type { Insertable } from 'kysely';
import type { ApiTokensTable, UsersTable } from '../store/schema.ts';
import { type Principal, type PrincipalGroup, ROLES, type Role } from './principal.ts';
import type { TokenKind } from './token-format.ts';
import type { CompanyTokenRow, LiveToken } from './token-repository.ts';

/** How a token is used, as far as it was written down: requests of the last seconds are not in it yet. */
export interface TokenUse {
  requestCount: number;
  lastUsedAt: number | null;
  lastUsedAddress: string | null;
  lastUsedClient: string | null;
}

/** A company token as its managers see it: never its value. */
export interface ApiTokenView extends TokenUse {
  guid: string;
  /** The user record the token speaks through. */
  userId: string;
  description: string;
  lastFour: string;
  createdAt: number;
  creatorName: string;
  group: { guid: string; name: string };
  role: Role;
  scopes: readonly string[];
  /** Epoch milliseconds from which it is dead; null for never. */
  expiresAt: number | null;
  needsReview: boolean;
  /** Guid of the token that a rotation made in its place. */
  replacedBy: string | null;
}

/** What a token is before anybody used, reviewed or replaced it. */
export const UNUSED = Object.freeze({
  requestCount: 0,
  lastUsedAt: null,
  lastUsedAddress: null,
  lastUsedClient: null,
  needsReview: false,
  replacedBy: null,
});

/** SHA-256 in hex. A token is 178 random bits, so a plain fast hash is enough: there is nothing to guess. */
export function hashOf(value: string): string {
  return hash('sha256', value, 'hex');
}

export function tokenRow(
  kind: TokenKind,
  value: string,
  rest: Omit<
    Insertable<ApiTokensTable>,
    | 'kind'
    | 'token_hash'
    | 'last_four'
    | 'sealed_value'
    | 'revoked_at'
    | 'expires_at'
    | 'replaced_by'
    | 'needs_review'
  > & {
    sealed_value?: string;
    expires_at?: number | null;
  },
): Insertable<ApiTokensTable> {
  return {
    ...rest,
    kind,
    token_hash: hashOf(value),
    last_four: value.slice(-4),
    sealed_value: rest.sealed_value ?? null,
    revoked_at: null,
    expires_at: rest.expires_at ?? null,
    needs_review: 0,
  };
}

/** The row of a company token that the principal makes. */
export function companyTokenRow(
  maker: Principal,
  organizationId: string,
  token: ApiTokenView,
  value: string,
): Insertable<ApiTokensTable> {
  return tokenRow('company', value, {
    id: token.guid,
    organization_id: organizationId,
    user_id: token.userId,
    description: token.description,
    scopes: JSON.stringify(token.scopes),
    creator_user_id: maker.userId,
    creator_name: maker.name,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  });
}

export function companyTokenUser(
  id: string,
  organizationId: string,
  groupId: string,
  description: string,
  role: Role,
  joinedAt: number,
): Insertable<UsersTable> {
  return {
    id,
    organization_id: organizationId,
    group_id: groupId,
    email: '',
    formal_name: description,
    friendly_name: description,
    role,
    status: 'Activated',
    is_company_api_token: 1,
    joined_at: joinedAt,
    recovery_codes: '[]',
  };
}

export function principalOf(token: LiveToken, companies: PrincipalGroup['companies']): Principal {
  return Object.freeze({
    organizationId: token.organization_id,
    userId: token.user_id,
    name: token.formal_name,
    via: token.kind === 'user' ? 'user_token' : 'company_token',
    tokenGuid: token.token_guid,
    sessionId: null,
    role: roleOf(token.role),
    scopes: Object.freeze(scopesOf(token.scopes)),
    isOwnerOrganization: token.is_owner === 1,
    group: Object.freeze({
      guid: token.group_id,
      name: token.group_name,
      allCompanies: token.all_companies === 1,
      companies,
    }),
    expiresAt: token.expires_at,
  });
}

export function viewOf(row: CompanyTokenRow): ApiTokenView {
  return {
    guid: row.guid,
    userId: row.user_id,
    description: row.description,
    lastFour: row.last_four,
    createdAt: row.created_at,
    creatorName: row.creator_name,
    group: { guid: row.group_id, name: row.group_name },
    role: roleOf(row.role),
    scopes: scopesOf(row.scopes),
    expiresAt: row.expires_at,
    needsReview: row.needs_review === 1,
    replacedBy: row.replaced_by,
    ...useOf(row),
  };
}

/** The use that a left join found, or none. */
export function useOf(row: {
  request_count: number | null;
  last_used_at: number | null;
  last_used_address: string | null;
  last_used_client: string | null;
}): TokenUse {
  return {
    requestCount: row.request_count ?? 0,
    lastUsedAt: row.last_used_at,
    lastUsedAddress: row.last_used_address,
    lastUsedClient: row.last_used_client,
  };
}

/** What the audit log says of a token. */
export function auditedToken(
  token: Pick<ApiTokenView, 'description' | 'group' | 'role' | 'scopes' | 'expiresAt'>,
) {
  return {
    description: token.description,
    group: token.group.name,
    role: token.role,
    scopes: token.scopes,
    expires_at: timeOrNull(token.expiresAt),
  };
}

/** RFC 3339, for the audit log. */
export function timeOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}

/** A role this version does not know may do nothing but read. */
export function roleOf(slug: string): Role {
  return ROLES.find(role => role === slug) ?? 'customer_user';
}

function scopesOf(json: string): string[] {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.filter(scope => typeof scope === 'string') : [];
}

export function sealContext(tokenGuid: string): string {
  return `api-token:${tokenGuid}`;
}
