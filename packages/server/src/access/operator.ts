/**
 * Who the command line acts as: the first Admin, for whoever can read the data directory and its key holds everything in it
 * already. The operator alone can hand out the scope `provisioning`.
 */
import { OperatorError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { findFirstAdmin } from './first-start.ts';
import { PROVISIONING_SCOPE } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { TokenAuthority } from './token-authority.ts';

export interface Operator {
  principal: Principal;
  /** The Admin's user token. */
  userToken: string;
}

/** Throws OperatorError before the first start of a server on this data directory. */
export async function operatorOf(store: Store, authority: TokenAuthority): Promise<Operator> {
  const admin = await findFirstAdmin(store.db);
  const userToken = admin === null ? null : await authority.userToken(admin.userId);
  const principal = userToken === null ? null : await authority.verify(userToken);
  if (userToken === null || principal === null) {
    throw new OperatorError('This data directory has no admin with a token yet. Start the hub on it once.');
  }
  return { principal: { ...principal, scopes: [PROVISIONING_SCOPE] }, userToken };
}
