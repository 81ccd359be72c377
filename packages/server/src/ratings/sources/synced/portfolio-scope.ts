/**
 * Which stored companies a view sees: those listed by the connections that it may read, of the caller's group, each once. Where
 * several connections have the same company the one read last wins (unified-api.md, "Who owns what"), but for one whose findings
 * were never read to the end: a new connection's first run must not empty what an older one shows.
 */
import { sql } from 'kysely';
import { isHeldBy, type Visibility, visibilityOf } from '../../../access/visibility.ts';
import { isOneOf, type Condition as Where } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { keptText } from '../../../wire/kept-values.ts';
import type { View } from '../../source.ts';

/** Throws CallerError NOT_FOUND for a connection that the view names and may not read. */
export function visibilityOfView(db: Queryable, view: View): Promise<Visibility> {
  return visibilityOf(db, view.principal, view.connectionId);
}

/** Conditions on the table alias `l` of company_listings. */
export function visibleListings({ organizationId, connectionIds, groupId }: Visibility): readonly Where[] {
  return [
    sql`l.organization_id = ${organizationId}`,
    isOneOf(sql`l.connection_id`, connectionIds),
    ...(groupId === null ? [] : [isHeldBy(groupId, sql`l.guid`)]),
    ...(connectionIds.length > 1 ? [isNewest(connectionIds)] : []),
  ];
}

/** Our own id of the company of that guid, whatever its case; null where there is none, or the view does not see it. */
export async function seenCompanyId(
  db: Queryable,
  visibility: Visibility,
  guid: string,
): Promise<string | null> {
  const conditions = [...visibleListings(visibility), sql`l.guid_key = ${keptText(guid)}`];
  const { rows } = await sql<{ id: string }>`
    select l.company_id as id from company_listings l where ${sql.join(conditions, sql` and `)}`.execute(db);
  return rows[0]?.id ?? null;
}

function isNewest(connectionIds: readonly string[]): Where {
  return sql`not exists (
    select 1 from company_listings o
      join company_sync os on os.company_id = o.company_id
      join company_sync ls on ls.company_id = l.company_id
    where o.organization_id = l.organization_id and o.guid_key = l.guid_key
      and ${isOneOf(sql`o.connection_id`, connectionIds)}
      and (os.findings_synced_at is not null, os.last_synced_at, o.company_id)
        > (ls.findings_synced_at is not null, ls.last_synced_at, l.company_id))`;
}
