/** The hub's companies as a directory: what its connections have synced. */
import { sql } from 'kysely';
import type { Queryable } from '../../store/store.ts';
import type { CompanyDirectory, NamedCompanies } from './company-directory.ts';

interface Named {
  vendor_id: string;
  name: string;
}

/**
 * The companies of the organization's connections that are not deleted, those that left the portfolio too: lists still show
 * them. Only the index of the organization's companies is read, and the wide row for the name alone.
 */
export function storedCompanies(db: Queryable): CompanyDirectory {
  const ofOrganization = (organizationId: string) => sql`organization_id = ${organizationId}
    and connection_id in (select id from connections where organization_id = ${organizationId} and state != 'DELETED')`;
  return {
    async known(organizationId, guids): Promise<NamedCompanies> {
      const lower = guids.map(guid => guid.toLowerCase());
      const { rows } =
        await sql<Named>`select vendor_id, name from companies where ${ofOrganization(organizationId)}
        and lower(vendor_id) in (select value from json_each(${JSON.stringify(lower)}))`.execute(db);
      return namesOf(rows);
    },
    async all(organizationId): Promise<NamedCompanies> {
      const { rows } =
        await sql<Named>`select vendor_id, name from companies where ${ofOrganization(organizationId)}`.execute(
          db,
        );
      return namesOf(rows);
    },
    async count(organizationId): Promise<number> {
      const { rows } = await sql<{ count: number }>`select count(distinct vendor_id) as count from companies
        where ${ofOrganization(organizationId)}`.execute(db);
      return Number(rows[0]?.count ?? 0);
    },
  };
}

/** Two connections may have the same company: it is one. */
function namesOf(rows: readonly Named[]): NamedCompanies {
  return new Map(rows.map(row => [row.vendor_id, row.name]));
}
