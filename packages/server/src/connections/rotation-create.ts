/**
 * First step of a rotation: look at what the old token is and may, then make the new one. A POST is never sent twice: what an
 * unclear answer left upstream is found by the marker in its description, and taken back.
 */
import { isOurDescription, markerOf } from './rotation-marker.ts';
import { leftoverOf, type StoredLeftover } from './rotation-view.ts';
import type { RotationWork } from './rotation-work.ts';
import { type CreatedToken, mayHaveCreated, mayStillCreate, tokenCallText } from './upstream-tokens-calls.ts';
import { findHeldToken, isMaskOf, type UpstreamToken } from './upstream-tokens-view.ts';

const KEEPS_OLD = 'The connection keeps its old token.';

/** Makes the new token and stores it sealed, or ends the rotation with the old one in place. */
export async function createToken(work: RotationWork, description: string): Promise<void> {
  let group: string | null;
  try {
    group = await surveyOld(work);
  } catch (error) {
    await work.fail(`${tokenCallText(error)} No token was made. ${KEEPS_OLD}`);
    return;
  }
  let made: CreatedToken;
  try {
    made = await work.call(() => work.oldCalls().create(description, group));
  } catch (error) {
    await takeBack(work, description, tokenCallText(error), doubtOf(error));
    return;
  }
  const { guid } = made.token;
  const sealed = work.sealNew(made.credentials);
  await work.save(
    {
      step: 'testing',
      new_guid: guid,
      sealed_credentials: sealed,
      message: 'The new token is being tested.',
    },
    transaction => work.record(transaction, 'upstream_token.created', { guid, description }, { group }),
  );
}

/** Whoever drove this step died in it: whether the request was sent, or answered, nobody knows. */
export function abandonCreation(work: RotationWork, description: string): Promise<void> {
  return takeBack(work, description, 'The rotation was interrupted while a token was being made.', 'settled');
}

/** Writes down what the old token is, takes earlier leftovers away, and returns the group that the new one is to have. */
async function surveyOld(work: RotationWork): Promise<string | null> {
  const old = work.oldCalls();
  const { userName, customerGuid } = await work.call(() => old.whoAmI());
  const tokens = await work.call(() => old.list());
  const portfolioCount = await work.call(() => old.portfolioCount());
  const facts = { ...work.facts, userName, customerGuid, portfolioCount };
  const search = findHeldToken(tokens, facts);
  // The guid that was stored counts only while it does not contradict what is listed.
  const stored = tokens.find(token => token.guid === work.row.old_guid && isMaskOf(token, facts.lastFour));
  const oldGuid = stored?.guid ?? search.guid;
  const mayBeOwn = new Set([oldGuid, ...search.candidates.map(token => token.guid)]);
  const leftover = await sweep(work, tokens, mayBeOwn);
  await work.save({
    facts: JSON.stringify(facts),
    old_guid: oldGuid,
    leftover: JSON.stringify(leftover),
  });
  return tokens.find(token => token.guid === oldGuid)?.group ?? null;
}

/** What is still left over of earlier rotations, after another try to revoke what was certainly theirs. */
async function sweep(
  work: RotationWork,
  tokens: readonly UpstreamToken[],
  mayBeOwn: ReadonlySet<string | null>,
): Promise<StoredLeftover[]> {
  const kept: StoredLeftover[] = [];
  for (const entry of leftoverOf(work.row)) {
    const found = tokens.filter(token => isLeftover(token, entry));
    for (const token of found) {
      if (mayBeOwn.has(token.guid)) continue;
      const why = entry.ours ? await revokeRecorded(work, token) : entry.message;
      if (why !== null) kept.push({ ...entry, guid: token.guid, message: why });
    }
  }
  return kept;
}

function isLeftover(token: UpstreamToken, entry: StoredLeftover): boolean {
  if (entry.guid !== null) return token.guid === entry.guid;
  return entry.ours && isOurDescription(token.description, markerOf(entry.description));
}

/**
 * Whether there may be a token after a POST that failed. `refused`: upstream said no, and the list is asked all the same.
 * `settled`: the list tells. `open`: it may still come.
 */
type Doubt = 'refused' | 'settled' | 'open';

function doubtOf(error: unknown): Doubt {
  if (!mayHaveCreated(error)) return 'refused';
  return mayStillCreate(error) ? 'open' : 'settled';
}

/** Revokes every token with the marker, and ends the rotation. What cannot be revoked, or may still come, is left over. */
async function takeBack(work: RotationWork, description: string, why: string, doubt: Doubt): Promise<void> {
  let found: UpstreamToken[];
  try {
    const tokens = await work.call(() => work.oldCalls().list());
    found = tokens.filter(token => isOurDescription(token.description, work.row.marker));
  } catch (error) {
    const listText = tokenCallText(error);
    if (doubt === 'refused') return work.fail(`${why} No token was made. ${KEEPS_OLD}`);
    const message = `Whether it was made could not be found out: ${listText} If Bitsight lists it, revoke it.`;
    await work.fail(`${why} ${KEEPS_OLD}`, [{ guid: null, description, message, ours: true }]);
    return;
  }
  const leftover: StoredLeftover[] = [];
  for (const token of found) {
    const reason = await revokeRecorded(work, token);
    if (reason === null) continue;
    leftover.push({ guid: token.guid, description: token.description, message: reason, ours: true });
  }
  if (found.length === 0 && doubt === 'open') {
    const message = 'It is not listed now, but may come late. If Bitsight lists it, revoke it.';
    leftover.push({ guid: null, description, message, ours: true });
  }
  await work.fail(`${why} ${KEEPS_OLD}`, leftover);
}

/** Revokes with the old token. Null once it is gone, else why it is left over. */
async function revokeRecorded(work: RotationWork, token: UpstreamToken): Promise<string | null> {
  const reason = await work.revoke('old', token.guid);
  if (reason !== null) return `It could not be revoked: ${reason}`;
  await work.save({}, transaction => work.record(transaction, 'upstream_token.revoked', token));
  return null;
}
