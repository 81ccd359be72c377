/** The folders and tiers of the accounts whose data is synced: Bitsight's, read and never changed here. */
import { sql } from 'kysely';
import { isOneOf } from '../../../store/sql.ts';
import type { Queryable } from '../../../store/store.ts';
import { isJsonObject, type JsonObject, textAt } from '../../../wire/json.ts';
import type { AccountBase } from '../../local/account-base.ts';
import { actionPlansIn } from '../../local/list-queries.ts';
import type { PortfolioReader } from '../../portfolio-reader.ts';
import type { View } from '../../source.ts';
import { visibilityOfView } from './portfolio-scope.ts';

export function syncedBase(db: Queryable, reader: PortfolioReader): AccountBase {
  const records = (view: View, list: string) => recordsOf(db, view, list);
  return {
    reader,
    isEditable: false,
    organizationOf: async view => (await visibilityOfView(db, view)).organizationId,
    folders: view => records(view, 'folders'),
    tiers: view => records(view, 'tiers'),
    async actionPlans(view) {
      const summaries = await records(view, 'tiers.summary');
      const plans = new Map(summaries.map(row => [textAt(row, 'guid').toLowerCase(), actionPlansIn(row)]));
      // Of a tier made here nobody has said what is to be done.
      return ({ guid }) => plans.get(guid) ?? [];
    },
    // Comments on Bitsight stay there: a stored finding has them as one text.
    comments: () => [],
    thread: () => null,
  };
}

/** The records of a list, of every connection that the view may read; one that several have is told once. */
async function recordsOf(db: Queryable, view: View, list: string): Promise<readonly JsonObject[]> {
  const { connectionIds } = await visibilityOfView(db, view);
  const { rows } = await sql<{ record: string }>`
    select record from account_lists
    where ${isOneOf(sql`connection_id`, connectionIds)} and list = ${list}
    order by connection_id, position`.execute(db);
  const byGuid = new Map<string, JsonObject>();
  for (const { record } of rows) {
    const row: unknown = JSON.parse(record);
    if (isJsonObject(row)) byGuid.set(textAt(row, 'guid').toLowerCase(), row);
  }
  return [...byGuid.values()];
}
