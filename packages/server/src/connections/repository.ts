/** Rows of connections. */
import type { Queryable } from '../store/store.ts';
import type { ConnectionRow } from './connection-view.ts';

/** The connection, deleted ones too; null where there is none or its organization is deleted. */
export async function findConnection(
  db: Queryable,
  connectionId: string,
  organizationId?: string,
): Promise<ConnectionRow | null> {
  let query = db
    .selectFrom('connections')
    .innerJoin('organizations', 'organizations.id', 'connections.organization_id')
    .selectAll('connections')
    .select('organizations.name as organization_name')
    .where('connections.id', '=', connectionId)
    .where('organizations.deleted_at', 'is', null);
  if (organizationId !== undefined) query = query.where('connections.organization_id', '=', organizationId);
  return (await query.executeTakeFirst()) ?? null;
}

/** Connections of an organization in the order of their ids, which is the order they were made in; no deleted ones. */
export function listConnections(
  db: Queryable,
  organizationId: string,
  window: { from: { id: string; inclusive: boolean } | null; backwards: boolean; rows: number },
): Promise<ConnectionRow[]> {
  let query = db
    .selectFrom('connections')
    .innerJoin('organizations', 'organizations.id', 'connections.organization_id')
    .selectAll('connections')
    .select('organizations.name as organization_name')
    .where('connections.organization_id', '=', organizationId)
    .where('connections.state', '!=', 'DELETED');
  if (window.from !== null) {
    const operator = window.backwards ? '<' : '>';
    query = query.where('connections.id', window.from.inclusive ? `${operator}=` : operator, window.from.id);
  }
  return query
    .orderBy('connections.id', window.backwards ? 'desc' : 'asc')
    .limit(window.rows)
    .execute();
}

/** Ids of all connections of an organization that are not deleted. */
export async function connectionIds(db: Queryable, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('connections')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('state', '!=', 'DELETED')
    .execute();
  return rows.map(row => row.id);
}
