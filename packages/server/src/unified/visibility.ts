/**
 * Which data a request may read: the organization, its connections that are not deleted, and the companies of the
 * caller's group. `X-CONNECTION-ID` narrows it to one connection, which for a provisioning token may be any (unified
 * API, "Who owns what"); what is not visible is answered as if it did not exist.
 */
import { sql } from 'kysely';
import { mayProvision } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { scopeOf } from '../access/scope.ts';
import { CallerError } from '../errors.ts';
import type { Queryable } from '../store/store.ts';
import { allOf, type Condition, isOneOf } from './sql.ts';

/** What the queries of one request are limited to. */
export interface Visibility {
  readonly organizationId: string;
  /** Connections whose data is listed. */
  readonly connectionIds: readonly string[];
  /** The one connection that the caller asked for, or null. */
  readonly narrowedTo: string | null;
  /** `all`, or the upstream guids of the caller's group. */
  readonly companies: 'all' | ReadonlySet<string>;
}

/** Throws CallerError NOT_FOUND for a connection that does not exist or may not be seen. */
export async function visibilityOf(
  db: Queryable,
  principal: Principal,
  connectionId: string | null,
): Promise<Visibility> {
  const scope = scopeOf(principal);
  const own = await connectionIdsOf(db, scope.organizationId);
  if (connectionId === null) {
    return { ...scope, connectionIds: own, narrowedTo: null };
  }
  if (own.includes(connectionId)) {
    return { ...scope, connectionIds: [connectionId], narrowedTo: connectionId };
  }
  const foreign = mayProvision(principal) ? await organizationOfConnection(db, connectionId) : null;
  if (foreign === null) {
    throw new CallerError('NOT_FOUND', 'There is no such connection. Check the X-CONNECTION-ID header.');
  }
  return {
    organizationId: foreign,
    connectionIds: [connectionId],
    narrowedTo: connectionId,
    companies: 'all',
  };
}

/** The companies of a visibility, as a condition on the table alias `c`. */
export function visibleCompanies(visibility: Visibility): Condition {
  const conditions = [
    sql<boolean>`c.organization_id = ${visibility.organizationId}`,
    // Wrapped, so that the planner does not leave the organization's index, which has the list's order.
    isOneOf(sql`coalesce(c.connection_id, '')`, visibility.connectionIds),
  ];
  if (visibility.companies !== 'all') {
    conditions.push(isOneOf(sql`coalesce(c.vendor_id, '')`, [...visibility.companies]));
  }
  return allOf(conditions);
}

async function connectionIdsOf(db: Queryable, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('connections')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('state', '!=', 'DELETED')
    .orderBy('id')
    .execute();
  return rows.map(row => row.id);
}

async function organizationOfConnection(db: Queryable, connectionId: string): Promise<string | null> {
  const row = await db
    .selectFrom('connections')
    .innerJoin('organizations', 'organizations.id', 'connections.organization_id')
    .select('connections.organization_id')
    .where('connections.id', '=', connectionId)
    .where('connections.state', '!=', 'DELETED')
    .where('organizations.deleted_at', 'is', null)
    .executeTakeFirst();
  return row?.organization_id ?? null;
}
