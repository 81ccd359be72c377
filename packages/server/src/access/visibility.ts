/**
 * Which data a request may read: the organization, its connections that are not deleted, and the companies of the
 * caller's group. `X-CONNECTION-ID` narrows it to one connection, which for a provisioning token may be any (unified
 * API, "Who owns what"); what is not visible is answered as if it did not exist.
 */
import { type RawBuilder, sql } from 'kysely';
import { CallerError } from '../errors.ts';
import { allOf, type Condition, isOneOf } from '../store/sql.ts';
import type { Queryable } from '../store/store.ts';
import { mayProvision } from './permissions.ts';
import type { Principal } from './principal.ts';
import { scopeOf } from './scope.ts';

/** What the queries of one request are limited to. */
export interface Visibility {
  readonly organizationId: string;
  /** Connections whose data is listed. */
  readonly connectionIds: readonly string[];
  /** The one connection that the caller asked for, or null. */
  readonly narrowedTo: string | null;
  /** The access control group whose companies these are; null for every company. */
  readonly groupId: string | null;
}

/** Throws CallerError NOT_FOUND for a connection that does not exist or may not be seen. */
export async function visibilityOf(
  db: Queryable,
  principal: Principal,
  connectionId: string | null,
): Promise<Visibility> {
  const { organizationId, groupId } = scopeOf(principal);
  const own = await connectionIdsOf(db, organizationId);
  if (connectionId === null) {
    return { organizationId, groupId, connectionIds: own, narrowedTo: null };
  }
  if (own.includes(connectionId)) {
    return { organizationId, groupId, connectionIds: [connectionId], narrowedTo: connectionId };
  }
  const foreign = mayProvision(principal) ? await organizationOfConnection(db, connectionId) : null;
  if (foreign === null) {
    throw new CallerError('NOT_FOUND', 'There is no such connection. Check the X-CONNECTION-ID header.');
  }
  return {
    organizationId: foreign,
    connectionIds: [connectionId],
    narrowedTo: connectionId,
    // Only a principal of all companies provisions (permissions.ts), and groups hold companies of their own organization.
    groupId: null,
  };
}

/** The companies of a visibility, as a condition on the table alias `c`. */
export function visibleCompanies(visibility: Visibility): Condition {
  const conditions = [
    sql<boolean>`c.organization_id = ${visibility.organizationId}`,
    // Wrapped, so that the planner does not leave the organization's index, which has the list's order.
    isOneOf(sql`coalesce(c.connection_id, '')`, visibility.connectionIds),
  ];
  if (visibility.groupId !== null) conditions.push(isHeldBy(visibility.groupId, sql`c.vendor_id`));
  return allOf(conditions);
}

/**
 * Whether the group holds the company of that guid. One look into the group's key for each company, however many the group
 * holds: a list of thousands of guids would be sent and read with every page. Not `exists`, which SQLite turns into a join and
 * prepares by reading the whole group.
 */
export function isHeldBy(groupId: string, guid: RawBuilder<unknown>): Condition {
  return sql<boolean>`(select 1 from access_group_companies h
    where h.group_id = ${groupId} and h.company_guid = ${guid}) is not null`;
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
