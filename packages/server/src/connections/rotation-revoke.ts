/**
 * Last step of a rotation: the old token is revoked with the new one, once no sync run works with it any more. What is not
 * certainly the old token is not touched, but left over: a token revoked by mistake cannot be brought back.
 */
import { BitsightAuthenticationError } from '@sightline/bitsight';
import { runsWaitedFor, type StoredLeftover } from './rotation-view.ts';
import type { RotationWork } from './rotation-work.ts';
import { tokenCallText } from './upstream-tokens-calls.ts';
import { findHeldToken } from './upstream-tokens-view.ts';

/** A run ends by itself after its own time-out; one that does not is dead, and would begin anew with the new token. */
const RUN_GRACE_MS = 5 * 60_000;
/** A revoked token may take a moment to be refused everywhere upstream. */
const WAITS_FOR_REFUSAL_MS = [1_000, 3_000];

const HAS_NEW = 'The connection works with its new token.';

/** Revokes the old token and ends the rotation, or pauses it while a run needs the old token. */
export async function revokeOld(work: RotationWork): Promise<void> {
  const runs = await runsWithOldToken(work);
  if (runs > 0) {
    await work.pause(`${HAS_NEW} The old one is revoked when the sync run under way has ended.`);
    return;
  }
  const search = await oldToken(work);
  if (typeof search !== 'string') {
    await work.fail(`${HAS_NEW} The old one was not revoked.`, search);
    return;
  }
  const guid = search;
  const description = work.facts.userName ?? 'The old token of the connection';
  const reason = await work.revoke('new', guid);
  if (reason !== null) {
    const message = `The old token could not be revoked: ${reason} Revoke it.`;
    await work.fail(`${HAS_NEW} The old one could not be revoked.`, [
      { guid, description, message, ours: true },
    ]);
    return;
  }
  await work.save({}, transaction =>
    work.record(transaction, 'upstream_token.revoked', { guid, description }),
  );
  await confirmRefusal(work, guid, description);
}

/** How many runs may still be reading with the old token. */
async function runsWithOldToken(work: RotationWork): Promise<number> {
  const { row, parts } = work;
  const ids = runsWaitedFor(row);
  if (ids.length === 0) return 0;
  const { db } = parts.store;
  const connection = await db
    .selectFrom('connections')
    .select('timeout_secs')
    .where('id', '=', row.connection_id)
    .executeTakeFirstOrThrow();
  const endMs = (row.switched_at ?? 0) + connection.timeout_secs * 1_000 + RUN_GRACE_MS;
  if (parts.clock.now() >= endMs) return 0;
  const running = await db
    .selectFrom('sync_runs')
    .select('id')
    .where('id', 'in', ids)
    .where('state', '=', 'RUNNING')
    .execute();
  return running.length;
}

/** The old token's guid, or what to tell of a token that cannot be told apart. */
async function oldToken(work: RotationWork): Promise<string | StoredLeftover[]> {
  const { row, facts } = work;
  if (row.old_guid !== null && row.old_guid !== row.new_guid) return row.old_guid;
  const description = facts.userName ?? 'The old token of the connection';
  const ending = `It ends in ${facts.lastFour}.`;
  try {
    const listed = await work.call(() => work.newCalls().list());
    const others = listed.filter(token => token.guid !== row.new_guid);
    const { guid, candidates } = findHeldToken(others, facts);
    if (guid !== null) return guid;
    if (candidates.length > 0) {
      const message = `This may be the old token, but it is not certain. ${ending} Revoke it if it is.`;
      return candidates.map(token => ({
        ...{ guid: token.guid, description: token.description, message, ours: false },
      }));
    }
    const message = `Bitsight does not list the old token among the company tokens: it may be a user’s own. ${ending} Replace it in Bitsight’s User Preferences.`;
    return [{ guid: null, description, message, ours: false }];
  } catch (error) {
    const message = `The old token could not be looked up: ${tokenCallText(error)} ${ending} Revoke it.`;
    return [{ guid: null, description, message, ours: false }];
  }
}

/** The proof that it was the right token: the old value is refused. */
async function confirmRefusal(work: RotationWork, guid: string, description: string): Promise<void> {
  for (const waitMs of [...WAITS_FOR_REFUSAL_MS, null]) {
    try {
      await work.call(() => work.oldCalls().whoAmI());
    } catch (error) {
      if (error instanceof BitsightAuthenticationError) {
        await work.finish(`${HAS_NEW} The old one is revoked.`);
      } else {
        await work.finish(
          `${HAS_NEW} The old one is revoked; that it is refused could not be confirmed: ${tokenCallText(error)}`,
        );
      }
      return;
    }
    if (waitMs !== null) await work.parts.clock.sleep(waitMs);
  }
  const message = `Bitsight said that it is revoked, and still accepts it. It ends in ${work.facts.lastFour}. Look at it there.`;
  await work.fail(`${HAS_NEW} The old one is still accepted.`, [{ guid, description, message, ours: true }]);
}
