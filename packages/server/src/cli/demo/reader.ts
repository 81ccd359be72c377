/**
 * The person that the demo's curl lines speak for: it may read and nothing else, has no password, and cannot sign in. Every start
 * finds it and its token.
 */
import { findPersonByEmail } from '../../access/accounts/account-rows.ts';
import { insertPerson } from '../../access/people.ts';
import { findDefaultGroup } from '../../access/repository.ts';
import type { Hub } from '../../app.ts';
import { OperatorError } from '../../errors.ts';
import { newId } from '../../ids.ts';

const NAME = 'Demo reader';
/** `.invalid` is nobody's (RFC 2606). */
const EMAIL = 'demo@sightline.invalid';

/** The reader's user token, made anew where it has none. */
export async function demoReaderToken(hub: Hub): Promise<string> {
  const { store, authority, clock, organizationId } = hub;
  const id = newId();
  const now = clock.now();
  const userId = await store.write(async transaction => {
    const known = await findPersonByEmail(transaction, EMAIL);
    if (known !== undefined) return known.id;
    const group = await findDefaultGroup(transaction, organizationId);
    if (group === undefined) throw new OperatorError('The organization has no default access control group.');
    await insertPerson(transaction, {
      id,
      organizationId,
      groupId: group.id,
      email: EMAIL,
      formalName: NAME,
      role: 'customer_user',
      status: 'Activated',
      joinedAt: now,
    });
    return id;
  });
  const known = await authority.userTokens.valueAtStart(userId);
  return known ?? store.write(transaction => authority.userTokens.replaceIn(transaction, userId));
}
