/** The queries behind the remediation of findings. */
import { type Selectable, sql } from 'kysely';
import type { Reach } from '../../access/scope.ts';
import type { LocalRemediationsTable } from '../../store/schema.ts';
import { listOf } from '../../store/sql.ts';
import type { Queryable } from '../../store/store.ts';

export type Remediation = Selectable<LocalRemediationsTable>;

/** What tells one remediation from another. */
export type RemediationKey = Pick<
  Remediation,
  'organization_id' | 'company_guid' | 'finding_id' | 'evidence_key' | 'risk_vector'
>;

/** All of an organization, in no order. */
export async function readRemediations(
  db: Queryable,
  organizationId: string,
): Promise<readonly Remediation[]> {
  return db
    .selectFrom('local_remediations')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .execute();
}

export async function findRemediation(db: Queryable, key: RemediationKey): Promise<Remediation | undefined> {
  return db
    .selectFrom('local_remediations')
    .selectAll()
    .where('organization_id', '=', key.organization_id)
    .where('company_guid', '=', key.company_guid)
    .where('finding_id', '=', key.finding_id)
    .where('evidence_key', '=', key.evidence_key)
    .where('risk_vector', '=', key.risk_vector)
    .executeTakeFirst();
}

/** Writes a remediation, new or changed. */
export async function saveRemediation(transaction: Queryable, row: Remediation): Promise<void> {
  const { status, is_public, assignments, updated_at } = row;
  await transaction
    .insertInto('local_remediations')
    .values(row)
    .onConflict(conflict =>
      conflict.column('guid').doUpdateSet({ status, is_public, assignments, updated_at }),
    )
    .execute();
}

/** Those of the guids that are persons within reach, and not gone. */
export async function readUsers(
  db: Queryable,
  { organizationId, groupId }: Reach,
  guids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from users where organization_id = ${organizationId}
    and is_company_api_token = 0 and status != 'Deleted' and id in ${listOf(guids)}
    and (${groupId} is null or group_id = ${groupId})`.execute(db);
  return rows.map(row => row.id);
}
