/** The queries behind comments on findings. */
import type { Selectable } from 'kysely';
import type { LocalCommentsTable } from '../../store/schema.ts';
import type { Queryable } from '../../store/store.ts';

export type Comment = Selectable<LocalCommentsTable>;

/** The comments on a finding, in no order. */
export async function readComments(
  db: Queryable,
  of: { organizationId: string; company: string; finding: string },
): Promise<readonly Comment[]> {
  return db
    .selectFrom('local_comments')
    .selectAll()
    .where('organization_id', '=', of.organizationId)
    .where('company_guid', '=', of.company)
    .where('finding_id', '=', of.finding)
    .execute();
}

/** What a thread is about; undefined where there is no such thread. */
export async function findThread(
  db: Queryable,
  organizationId: string,
  thread: string,
): Promise<Pick<Comment, 'company_guid' | 'finding_id'> | undefined> {
  return db
    .selectFrom('local_comments')
    .select(['company_guid', 'finding_id'])
    .where('organization_id', '=', organizationId)
    .where('thread_guid', '=', thread)
    .limit(1)
    .executeTakeFirst();
}

export async function insertComments(transaction: Queryable, comments: readonly Comment[]): Promise<void> {
  for (const comment of comments) await transaction.insertInto('local_comments').values(comment).execute();
}
