/**
 * An Admin with a user token on a data directory, beside a hub that runs on it or not: for tests and benches of what comes after
 * the set-up. It has no password, so that the set-up itself is still open.
 */
import { findOwnerOrganization, findPersonByEmail } from '../../src/access/accounts/account-rows.ts';
import { insertPerson } from '../../src/access/people.ts';
import { findDefaultGroup } from '../../src/access/repository.ts';
import { newId } from '../../src/ids.ts';
import { openInstallation } from '../../src/installation.ts';
import { createLogger } from '../../src/log.ts';
import type { Queryable } from '../../src/store/store.ts';

export const ADMIN_EMAIL = 'admin@localhost';

/** The Admin's token, the same one each time. A hub must have been started on the directory before. */
export async function adminTokenOf(dataDir: string): Promise<string> {
  const logger = createLogger({ level: 'silent' });
  const { store, authority, close } = await openInstallation(dataDir, { logger });
  try {
    const userId = await store.write(async transaction => {
      const known = await findPersonByEmail(transaction, ADMIN_EMAIL);
      return known?.id ?? insertAdmin(transaction);
    });
    const known = await authority.userTokens.valueAtStart(userId);
    return known ?? (await store.write(transaction => authority.userTokens.replaceIn(transaction, userId)));
  } finally {
    await close();
  }
}

async function insertAdmin(transaction: Queryable): Promise<string> {
  const organization = await findOwnerOrganization(transaction);
  const group = organization && (await findDefaultGroup(transaction, organization.id));
  if (organization === undefined || group === undefined) throw new Error('no hub was started here before');
  const id = newId();
  await insertPerson(transaction, {
    id,
    organizationId: organization.id,
    groupId: group.id,
    email: ADMIN_EMAIL,
    formalName: 'Administrator',
    role: 'customer_admin',
    status: 'Activated',
    joinedAt: Date.now(),
  });
  return id;
}
