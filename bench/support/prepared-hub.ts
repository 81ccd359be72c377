/** A data directory with an organization and as many company tokens as a benchmark wants, made without a server. */
import { mkdirSync } from 'node:fs';
import { ensureOwnerOrganization } from '../../packages/server/src/access/accounts/set-up.ts';
import { operatorOf } from '../../packages/server/src/access/operator.ts';
import { newId } from '../../packages/server/src/ids.ts';
import { type Installation, openInstallation } from '../../packages/server/src/installation.ts';
import { createLogger } from '../../packages/server/src/log.ts';
import { addTokens } from './token-rows.ts';

/** Makes the directory with `count` live tokens; gives the values of the first `kept`. */
export async function prepareHub(dataDir: string, count: number, kept: number): Promise<string[]> {
  return withHub(dataDir, async (installation, owner) => addTokens(installation, owner, count, kept));
}

/** Opens the directory for `work`, making what it lacks. */
export async function withHub<T>(
  dataDir: string,
  work: (installation: Installation, owner: { organizationId: string; groupId: string }) => Promise<T>,
): Promise<T> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const installation = await openInstallation(dataDir, { logger: createLogger({ level: 'warn' }) });
  try {
    const { store, clock } = installation;
    await ensureOwnerOrganization({ store, clock, newId, organizationName: 'Bench' });
    const { organizationId, group } = await operatorOf(store);
    return await work(installation, { organizationId, groupId: group.guid });
  } finally {
    await installation.close();
  }
}
