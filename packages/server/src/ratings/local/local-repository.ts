/** The queries behind what is kept here of folders, tiers and custom ids. */
import { type Insertable, type Selectable, sql } from 'kysely';
import { bulkInsert } from '../../store/bulk-insert.ts';
import type { LocalFoldersTable, LocalTiersTable } from '../../store/schema.ts';
import { isOneOf } from '../../store/sql.ts';
import type { Queryable } from '../../store/store.ts';
import { keptText } from '../../wire/kept-values.ts';
import { type LocalFolder, type LocalLists, type LocalTier, NO_LISTS } from './local-lists.ts';

/** Everything an organization has said here. */
export async function readLists(db: Queryable, organizationId: string): Promise<LocalLists> {
  const folders = await db
    .selectFrom('local_folders as f')
    .leftJoin('users as u', 'u.id', 'f.owner_user_id')
    .selectAll('f')
    .select('u.email as owner_email')
    .where('f.organization_id', '=', organizationId)
    .orderBy('f.created_at')
    .orderBy('f.guid')
    .execute();
  const tiers = await db
    .selectFrom('local_tiers')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('rank')
    .orderBy('created_at')
    .orderBy('guid')
    .execute();
  const memberships = await db
    .selectFrom('local_folder_companies')
    .select(['company_guid', 'folder_guid', 'is_member'])
    .where('organization_id', '=', organizationId)
    .execute();
  const companyTiers = await db
    .selectFrom('local_company_tiers')
    .select(['company_guid', 'tier_guid'])
    .where('organization_id', '=', organizationId)
    .execute();
  const customIds = await db
    .selectFrom('local_custom_ids')
    .select(['company_guid', 'custom_id'])
    .where('organization_id', '=', organizationId)
    .execute();
  const isEmpty = [folders, tiers, memberships, companyTiers, customIds].every(rows => rows.length === 0);
  if (isEmpty) return NO_LISTS;
  const byCompany = new Map<string, Map<string, boolean>>();
  for (const { company_guid, folder_guid, is_member } of memberships) {
    const known = byCompany.get(company_guid) ?? new Map<string, boolean>();
    byCompany.set(company_guid, known.set(folder_guid, is_member === 1));
  }
  return {
    folders: new Map(folders.map(row => [row.guid, folderOf(row)])),
    tiers: new Map(tiers.map(row => [row.guid, tierOf(row)])),
    memberships: byCompany,
    companyTiers: new Map(companyTiers.map(row => [row.company_guid, row.tier_guid])),
    customIds: new Map(customIds.map(row => [row.company_guid, row.custom_id])),
  };
}

function folderOf(row: Selectable<LocalFoldersTable> & { readonly owner_email: string | null }): LocalFolder {
  const { owner_user_id: owner, owner_name: name, owner_email: email } = row;
  return {
    ...entryOf(row),
    owner: owner === null ? null : { guid: owner, name: name ?? '', email: email === '' ? null : email },
  };
}

function tierOf(row: Selectable<LocalTiersTable>): LocalTier {
  return { ...entryOf(row), rank: row.rank };
}

function entryOf(row: Selectable<Omit<LocalTiersTable, 'rank'>>) {
  const { guid, group_id: groupId, name, description, deleted_at: deletedAt } = row;
  return { guid, groupId, name, description, isHidden: deletedAt !== null };
}

/** The organizations that have said anything here. */
export async function organizationsWithLists(db: Queryable): Promise<readonly string[]> {
  const tables = [
    'local_folders',
    'local_folder_companies',
    'local_tiers',
    'local_company_tiers',
    'local_custom_ids',
  ] as const;
  const found = new Set<string>();
  for (const table of tables) {
    const rows = await db.selectFrom(table).select('organization_id').distinct().execute();
    for (const { organization_id } of rows) found.add(organization_id);
  }
  return [...found];
}

/** Writes a folder, new or changed. */
export async function saveFolder(
  transaction: Queryable,
  folder: Insertable<LocalFoldersTable>,
): Promise<void> {
  const { name, description, updated_at, deleted_at } = folder;
  await transaction
    .insertInto('local_folders')
    .values(folder)
    .onConflict(conflict =>
      conflict
        .columns(['organization_id', 'guid'])
        .doUpdateSet({ name, description, updated_at, deleted_at: deleted_at ?? null }),
    )
    .execute();
}

/** Forgets a folder that was made here, with its companies. */
export async function removeFolder(
  transaction: Queryable,
  organizationId: string,
  guid: string,
): Promise<void> {
  await transaction
    .deleteFrom('local_folder_companies')
    .where('organization_id', '=', organizationId)
    .where('folder_guid', '=', guid)
    .execute();
  await transaction
    .deleteFrom('local_folders')
    .where('organization_id', '=', organizationId)
    .where('guid', '=', guid)
    .execute();
}

const insertMembers = bulkInsert(
  'local_folder_companies',
  ['organization_id', 'company_guid', 'folder_guid', 'is_member', 'changed_at'],
  insert =>
    insert.onConflict(conflict =>
      conflict.columns(['organization_id', 'company_guid', 'folder_guid']).doUpdateSet(excluded => ({
        is_member: excluded.ref('excluded.is_member'),
        changed_at: excluded.ref('excluded.changed_at'),
      })),
    ),
);

/** Says of companies whether they are in a folder. */
export async function saveMembers(
  transaction: Queryable,
  of: { organizationId: string; folder: string; isMember: boolean; now: number },
  companies: readonly string[],
): Promise<void> {
  await insertMembers(
    transaction,
    companies.map(company => ({
      organization_id: of.organizationId,
      company_guid: company,
      folder_guid: of.folder,
      is_member: of.isMember ? 1 : 0,
      changed_at: of.now,
    })),
  );
}

/** Takes companies out of a folder that was made here. */
export async function forgetMembers(
  transaction: Queryable,
  of: { organizationId: string; folder: string },
  companies: readonly string[],
): Promise<void> {
  if (companies.length === 0) return;
  await sql`delete from local_folder_companies where organization_id = ${of.organizationId}
    and folder_guid = ${of.folder} and ${isOneOf(sql`company_guid`, companies)}`.execute(transaction);
}

/** Writes a tier, new or changed. */
export async function saveTier(transaction: Queryable, tier: Insertable<LocalTiersTable>): Promise<void> {
  const { name, description, rank, updated_at, deleted_at } = tier;
  await transaction
    .insertInto('local_tiers')
    .values(tier)
    .onConflict(conflict =>
      conflict
        .columns(['organization_id', 'guid'])
        .doUpdateSet({ name, description, rank, updated_at, deleted_at: deleted_at ?? null }),
    )
    .execute();
}

/** Forgets a tier that was made here; what becomes of its companies is said before. */
export async function removeTier(
  transaction: Queryable,
  organizationId: string,
  guid: string,
): Promise<void> {
  await transaction
    .deleteFrom('local_tiers')
    .where('organization_id', '=', organizationId)
    .where('guid', '=', guid)
    .execute();
}

const insertCompanyTiers = bulkInsert(
  'local_company_tiers',
  ['organization_id', 'company_guid', 'tier_guid', 'changed_at'],
  insert =>
    insert.onConflict(conflict =>
      conflict.columns(['organization_id', 'company_guid']).doUpdateSet(excluded => ({
        tier_guid: excluded.ref('excluded.tier_guid'),
        changed_at: excluded.ref('excluded.changed_at'),
      })),
    ),
);

/** Gives companies a tier, or none. */
export async function saveCompanyTiers(
  transaction: Queryable,
  of: { organizationId: string; tier: string | null; now: number },
  companies: readonly string[],
): Promise<void> {
  await insertCompanyTiers(
    transaction,
    companies.map(company => ({
      organization_id: of.organizationId,
      company_guid: company,
      tier_guid: of.tier,
      changed_at: of.now,
    })),
  );
}

/** Leaves the tier of companies to the account again. */
export async function forgetCompanyTiers(
  transaction: Queryable,
  organizationId: string,
  companies: readonly string[],
): Promise<void> {
  if (companies.length === 0) return;
  await sql`delete from local_company_tiers where organization_id = ${organizationId}
    and ${isOneOf(sql`company_guid`, companies)}`.execute(transaction);
}

/** Leaves the companies that were given a tier here to the account again. */
export async function forgetCompaniesOfTier(
  transaction: Queryable,
  of: { organizationId: string; tier: string },
): Promise<void> {
  await transaction
    .deleteFrom('local_company_tiers')
    .where('organization_id', '=', of.organizationId)
    .where('tier_guid', '=', of.tier)
    .execute();
}

/** Leaves the companies that were given a tier here without one. */
export async function untierCompaniesOf(
  transaction: Queryable,
  of: { organizationId: string; tier: string; now: number },
): Promise<void> {
  await transaction
    .updateTable('local_company_tiers')
    .set({ tier_guid: null, changed_at: of.now })
    .where('organization_id', '=', of.organizationId)
    .where('tier_guid', '=', of.tier)
    .execute();
}

/** Gives a company a custom id, or none. */
export async function saveCustomId(
  transaction: Queryable,
  of: { organizationId: string; company: string; customId: string | null; now: number },
): Promise<void> {
  const values = {
    custom_id: of.customId,
    custom_id_key: of.customId === null ? null : keptText(of.customId),
    changed_at: of.now,
  };
  await transaction
    .insertInto('local_custom_ids')
    .values({ organization_id: of.organizationId, company_guid: of.company, ...values })
    .onConflict(conflict => conflict.columns(['organization_id', 'company_guid']).doUpdateSet(values))
    .execute();
}
