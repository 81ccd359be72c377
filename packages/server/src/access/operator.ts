/**
 * Who the command line acts as: an Admin of the owner organization that needs no user, for whoever can read the data directory
 * and its key holds everything in it already. Recorded as `operator` (tokens.md, "Sessions and sign-in").
 */
import { OperatorError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type Changer, NO_ORIGIN } from './audit/audit-event.ts';
import { PROVISIONING_SCOPE } from './permissions.ts';
import type { Principal } from './principal.ts';

/** The id and name under which the operator stands in records; no user has it. */
const ID = 'operator';

/** The operator in the audit log, for changes that ask for no principal. */
export const OPERATOR: Changer = Object.freeze<Changer>({
  actor: { kind: 'operator', guid: ID, name: ID },
  origin: NO_ORIGIN,
});

/** Throws OperatorError before the first start of a server on this data directory. */
export async function operatorOf(store: Store): Promise<Principal> {
  const found = await store.db
    .selectFrom('organizations as o')
    .innerJoin('access_groups as g', 'g.organization_id', 'o.id')
    .select(['o.id', 'g.id as group_id', 'g.name as group_name'])
    .where('o.is_owner', '=', 1)
    .where('g.is_default', '=', 1)
    .executeTakeFirst();
  if (found === undefined) {
    throw new OperatorError('This data directory has no organization yet. Start the hub on it once.');
  }
  return Object.freeze({
    organizationId: found.id,
    userId: ID,
    name: ID,
    via: 'operator',
    tokenGuid: null,
    sessionId: null,
    role: 'customer_admin',
    scopes: [PROVISIONING_SCOPE],
    isOwnerOrganization: true,
    // Whatever the default group holds: the data directory holds everything.
    group: { guid: found.group_id, name: found.group_name, allCompanies: true, companies: new Set<string>() },
    expiresAt: null,
  });
}
