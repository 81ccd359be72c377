/**
 * The shapes of a token: as rows to be written, as the principal it speaks for, and as its managers see it. Source: tokens.md,
 * "Kinds": of a company token the hash and the last four characters are kept, and its value is nowhere.
 */
import { hash } from 'node:crypto';
import type { Insertable } from 'kysely';
import type { ApiTokensTable, UsersTable } from '../store/schema.ts';
import { type Principal, type PrincipalGroup, ROLES, type Role } from './principal.ts';
import type { CompanyTokenRow, LiveToken } from './repository.ts';
import type { TokenKind } from './token-format.ts';

/** A company token as its managers see it: never its value. */
export interface ApiTokenView {
  guid: string;
  /** The user record the token speaks through. */
  userId: string;
  description: string;
  lastFour: string;
  createdAt: number;
  creatorName: string;
  groupName: string;
  role: Role;
  scopes: readonly string[];
}

/** SHA-256 in hex. A token is 178 random bits, so a plain fast hash is enough: there is nothing to guess. */
export function hashOf(value: string): string {
  return hash('sha256', value, 'hex');
}

export function tokenRow(
  kind: TokenKind,
  value: string,
  rest: Omit<
    Insertable<ApiTokensTable>,
    'kind' | 'token_hash' | 'last_four' | 'sealed_value' | 'revoked_at' | 'expires_at' | 'needs_review'
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
    groupName: row.group_name,
    role: roleOf(row.role),
    scopes: scopesOf(row.scopes),
  };
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
