/**
 * What a new sandbox begins with: one organization, its default group, a synthetic Admin and that Admin's user token. (A hub
 * begins without anyone: accounts/set-up.ts.) Later starts find them; two starts at once make them once, for the check and the
 * making are one transaction.
 */
import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Queryable, Store } from '../store/store.ts';
import { insertOrganization } from './organizations.ts';
import { insertPerson } from './people.ts';
import type { TokenAuthority } from './token-authority.ts';

const ADMIN_NAME = 'Administrator';
const ADMIN_EMAIL = 'admin@localhost';

export interface FirstAdminOptions {
  store: Store;
  clock: Clock;
  newId: IdSource;
  authority: TokenAuthority;
  organizationName: string;
}

export interface FirstAdmin {
  organizationId: string;
  userId: string;
  userName: string;
  userEmail: string;
  isFirstStart: boolean;
  /** The Admin's user token; made anew when there was none. */
  userToken: string;
}

/** Makes or finds the owner organization and its first Admin. */
export async function ensureFirstAdmin(options: FirstAdminOptions): Promise<FirstAdmin> {
  const { store, authority } = options;
  const ids = { organization: options.newId(), group: options.newId(), user: options.newId() };
  const now = options.clock.now();
  const found = await store.write(async transaction => {
    const existing = await findFirstAdmin(transaction);
    if (existing !== null) return { ...existing, userToken: null };
    await insertOrganization(transaction, {
      id: ids.organization,
      name: options.organizationName,
      identifier: null,
      isOwner: true,
      createdAt: now,
      defaultGroupId: ids.group,
    });
    await insertPerson(transaction, {
      id: ids.user,
      organizationId: ids.organization,
      groupId: ids.group,
      email: ADMIN_EMAIL,
      formalName: ADMIN_NAME,
      role: 'customer_admin',
      status: 'Activated',
      joinedAt: now,
    });
    const userToken = await authority.userTokens.replaceIn(transaction, ids.user);
    return {
      organizationId: ids.organization,
      userId: ids.user,
      userName: ADMIN_NAME,
      userEmail: ADMIN_EMAIL,
      userToken,
    };
  });
  if (found.userToken !== null) return { ...found, userToken: found.userToken, isFirstStart: true };
  const userToken =
    (await authority.userTokens.valueAtStart(found.userId)) ??
    (await store.write(transaction => authority.userTokens.replaceIn(transaction, found.userId)));
  return { ...found, userToken, isFirstStart: false };
}

/** The first active Admin of the owner organization; null before the first start. */
export async function findFirstAdmin(
  transaction: Queryable,
): Promise<{ organizationId: string; userId: string; userName: string; userEmail: string } | null> {
  const organization = await transaction
    .selectFrom('organizations')
    .select('id')
    .where('is_owner', '=', 1)
    .executeTakeFirst();
  if (organization === undefined) return null;
  const admin = await transaction
    .selectFrom('users')
    .select(['id', 'formal_name', 'email'])
    .where('organization_id', '=', organization.id)
    .where('role', '=', 'customer_admin')
    .where('status', '=', 'Activated')
    .where('is_company_api_token', '=', 0)
    .orderBy('joined_at')
    .orderBy('id')
    .executeTakeFirst();
  if (admin === undefined) {
    throw new OperatorError(
      'The owner organization has no active Admin. Restore the database from a backup.',
    );
  }
  return {
    organizationId: organization.id,
    userId: admin.id,
    userName: admin.formal_name,
    userEmail: admin.email,
  };
}
