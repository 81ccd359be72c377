/**
 * Second and third step of a rotation: the new token must do what the old one did, for the same customer; then it becomes the
 * connection's, in one transaction that also notes which sync runs may still work with the old one.
 */
import { BitsightAuthenticationError } from '@sightline/bitsight';
import { sealCredentials } from './credentials.ts';
import type { StoredLeftover } from './rotation-view.ts';
import type { RotationWork } from './rotation-work.ts';
import { tokenCallText, type UpstreamTokenCalls } from './upstream-tokens-calls.ts';

/** A new token may take a moment to be known everywhere upstream. */
const WAITS_FOR_ACCEPTANCE_MS = [1_000, 3_000];

const KEEPS_OLD = 'The connection keeps its old token.';

/** Goes on to the switch, or revokes the new token and ends the rotation with the old one in place. */
export async function testToken(work: RotationWork, description: string): Promise<void> {
  const problem = await problemOfNew(work);
  if (problem === null) {
    await work.save({ step: 'switching', message: 'The connection is being switched to the new token.' });
    return;
  }
  const leftover = await discardNew(work, description);
  await work.fail(`The new token did not pass its test: ${problem} ${KEEPS_OLD}`, leftover);
}

/** Null when the new token may take the place of the old one. */
async function problemOfNew(work: RotationWork): Promise<string | null> {
  const { facts, row } = work;
  try {
    const calls = work.newCalls();
    const { customerGuid } = await acceptedIdentity(work, calls);
    if (customerGuid !== facts.customerGuid) return 'it belongs to another customer.';
    const tokens = await work.call(() => calls.list());
    if (tokens.every(token => token.guid !== row.new_guid)) return 'it does not see itself among the tokens.';
    return await portfolioProblem(work, calls);
  } catch (error) {
    return tokenCallText(error);
  }
}

async function acceptedIdentity(work: RotationWork, calls: UpstreamTokenCalls) {
  for (const waitMs of WAITS_FOR_ACCEPTANCE_MS) {
    try {
      return await work.call(() => calls.whoAmI());
    } catch (error) {
      if (!(error instanceof BitsightAuthenticationError)) throw error;
      await work.parts.clock.sleep(waitMs);
    }
  }
  return work.call(() => calls.whoAmI());
}

async function portfolioProblem(work: RotationWork, calls: UpstreamTokenCalls): Promise<string | null> {
  const before = work.facts.portfolioCount;
  if (before === null) return null;
  const seen = await work.call(() => calls.portfolioCount());
  if (seen !== null && seen >= before) return null;
  // The portfolio itself may have shrunk since.
  const now = await work.call(async () => {
    const old = work.oldCalls();
    // An old token that cannot say is no witness: the count from before stands.
    return old.portfolioCount().catch(() => before);
  });
  if (seen !== null && now !== null && seen >= now) return null;
  return `it sees ${seen ?? 'none'} of the ${before} companies that the old one sees.`;
}

/** Revokes the new token, which nobody uses yet. */
async function discardNew(work: RotationWork, description: string): Promise<StoredLeftover[]> {
  const guid = work.row.new_guid;
  if (guid === null) return [];
  const reason = await work.revoke('old', guid);
  if (reason !== null) {
    return [{ guid, description, message: `The new token could not be revoked: ${reason}`, ours: true }];
  }
  await work.save({}, transaction =>
    work.record(transaction, 'upstream_token.revoked', { guid, description }),
  );
  return [];
}

/** The connection was given other credentials, another address, or deleted: they are not to be overwritten. */
class ChangedMeanwhile extends Error {}

/** Makes the new token the connection's. */
export async function switchTokens(work: RotationWork, description: string): Promise<void> {
  const { row, parts } = work;
  const sealed = sealCredentials(parts.vault, row.connection_id, work.newCredentials());
  try {
    await work.saveWith(async transaction => {
      const now = parts.clock.now();
      const { numUpdatedRows } = await transaction
        .updateTable('connections')
        .set({ sealed_credentials: sealed, upstream_token_guid: row.new_guid, updated_at: now })
        .where('id', '=', row.connection_id)
        .where('sealed_credentials', '=', row.sealed_old_credentials)
        .where('state', '!=', 'DELETED')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) throw new ChangedMeanwhile();
      // In this transaction: a run that begins after it reads the new token, and no other run can have the old one.
      const running = await transaction
        .selectFrom('sync_runs')
        .select('id')
        .where('connection_id', '=', row.connection_id)
        .where('state', '=', 'RUNNING')
        .execute();
      await work.record(transaction, 'upstream_token.rotated', { guid: row.new_guid, description });
      const waitsFor = JSON.stringify(running.map(run => run.id));
      const message = 'The connection works with its new token. The old one is being revoked.';
      return { step: 'revoking', switched_at: now, waits_for: waitsFor, message };
    });
  } catch (error) {
    if (!(error instanceof ChangedMeanwhile)) throw error;
    const leftover = await discardNew(work, description);
    await work.fail(
      'The credentials of the connection were changed meanwhile, and stay as they were given.',
      leftover,
    );
  }
}
