/** The shapes of a session: as the principal it speaks for, and as its person sees it in a list. */
import type { Principal, PrincipalGroup } from '../principal.ts';
import { roleOf } from '../token-rows.ts';
import type { LiveSession, SessionRow } from './account-rows.ts';

/** A session as its person sees it in a list. */
export interface SessionView {
  id: string;
  isCurrent: boolean;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  address: string | null;
  client: string | null;
}

export function viewOf(row: SessionRow, currentId: string | null): SessionView {
  return {
    id: row.id,
    isCurrent: row.id === currentId,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    address: row.address,
    client: row.client,
  };
}

export function principalOf(session: LiveSession, companies: PrincipalGroup['companies']): Principal {
  return Object.freeze({
    organizationId: session.organization_id,
    userId: session.user_id,
    name: session.formal_name,
    via: 'session',
    tokenGuid: null,
    sessionId: session.id,
    role: roleOf(session.role),
    scopes: [],
    isOwnerOrganization: session.is_owner === 1,
    group: Object.freeze({
      guid: session.group_id,
      name: session.group_name,
      allCompanies: session.all_companies === 1,
      companies,
    }),
    expiresAt: session.expires_at,
  });
}
