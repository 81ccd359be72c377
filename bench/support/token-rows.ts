/** Many company tokens written straight into a database, as the token authority would have written them one by one. */
import { newTokenValue } from '../../packages/server/src/access/token-format.ts';
import { companyTokenUser, tokenRow } from '../../packages/server/src/access/token-rows.ts';
import { newId } from '../../packages/server/src/ids.ts';
import type { Installation } from '../../packages/server/src/installation.ts';

const ROWS_A_TRANSACTION = 1_000;
const ROWS_A_STATEMENT = 100;

/** Where the tokens belong. */
export interface TokenOwner {
  organizationId: string;
  groupId: string;
}

/** Adds `count` live tokens of role User and gives the values of the first `kept`. */
export async function addTokens(
  { store, clock }: Pick<Installation, 'store' | 'clock'>,
  owner: TokenOwner,
  count: number,
  kept: number,
): Promise<string[]> {
  const values: string[] = [];
  for (let done = 0; done < count; done += ROWS_A_TRANSACTION) {
    const size = Math.min(ROWS_A_TRANSACTION, count - done);
    await store.write(async transaction => {
      for (let begun = 0; begun < size; begun += ROWS_A_STATEMENT) {
        const rows = Array.from({ length: Math.min(ROWS_A_STATEMENT, size - begun) }, () =>
          newRow(owner, clock.now()),
        );
        await transaction
          .insertInto('users')
          .values(rows.map(row => row.user))
          .execute();
        await transaction
          .insertInto('api_tokens')
          .values(rows.map(row => row.token))
          .execute();
        for (const row of rows) if (values.length < kept) values.push(row.value);
      }
    });
  }
  return values;
}

function newRow({ organizationId, groupId }: TokenOwner, now: number) {
  const value = newTokenValue('company');
  const userId = newId();
  return {
    value,
    user: companyTokenUser(userId, organizationId, groupId, 'bench', 'customer_user', now),
    token: tokenRow('company', value, {
      id: newId(),
      organization_id: organizationId,
      user_id: userId,
      description: 'bench',
      scopes: '[]',
      creator_user_id: 'bench',
      creator_name: 'bench',
      created_at: now,
    }),
  };
}
