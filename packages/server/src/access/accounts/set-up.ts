/**
 * The beginning of an installation: its owner organization, made by the first start without anyone in it, and the link with which
 * the first Admin is made. Source: tokens.md, "Sessions and sign-in": 1 h, one use, dead once an Admin exists.
 */
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { Queryable, Store } from '../../store/store.ts';
import type { Actor, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { insertOrganization } from '../organizations.ts';
import { insertPerson } from '../people.ts';
import { findDefaultGroup, findUser } from '../repository.ts';
import type { TokenAuthority } from '../token-authority.ts';
import { findOwnerOrganization, userTarget } from './account-rows.ts';
import { checkEmail, checkName } from './email.ts';
import { hasAdminWithPassword } from './last-admin.ts';
import { linkRefused, type OneTimeLinks } from './links.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import type { OpenedSession, SessionAuthority } from './sessions.ts';
import { requireFreeEmail } from './user-changes.ts';

/** Makes or finds the owner organization with its default group; two starts at once make one. Returns its id. */
export async function ensureOwnerOrganization(options: {
  store: Store;
  clock: Clock;
  newId: IdSource;
  organizationName: string;
}): Promise<string> {
  const { store, clock, newId, organizationName } = options;
  const ids = { organization: newId(), group: newId() };
  const now = clock.now();
  return store.write(async transaction => {
    const found = await findOwnerOrganization(transaction);
    if (found !== undefined) return found.id;
    await insertOrganization(transaction, {
      id: ids.organization,
      name: organizationName,
      identifier: null,
      isOwner: true,
      createdAt: now,
      defaultGroupId: ids.group,
    });
    return ids.organization;
  });
}

export interface SetUpOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  newId: IdSource;
  authority: TokenAuthority;
  links: OneTimeLinks;
  sessions: SessionAuthority;
}

export interface FirstAdminRequest {
  /** The link's secret. */
  token: string;
  email: string;
  formalName: string;
  password: string;
  /** Absent: the organization keeps the name it has. */
  organizationName?: string | undefined;
}

export class SetUp {
  readonly #options: SetUpOptions;

  constructor(options: SetUpOptions) {
    this.#options = options;
  }

  /** True while no Admin of the owner organization can sign in. */
  async isRequired(): Promise<boolean> {
    const { db } = this.#options.store;
    const organization = await findOwnerOrganization(db);
    return organization === undefined || !(await hasAdminWithPassword(db, organization.id));
  }

  /** A new set-up link, or null once an Admin can sign in. The links before it are dead. */
  async newLink(actor: Actor, origin: Origin): Promise<string | null> {
    const { store, audit, links } = this.#options;
    return store.write(async transaction => {
      const organization = await findOwnerOrganization(transaction);
      if (organization === undefined || (await hasAdminWithPassword(transaction, organization.id)))
        return null;
      const organizationId = organization.id;
      const { url } = await links.issue(transaction, { kind: 'set_up', organizationId, userId: null });
      await audit.append(transaction, { organizationId, action: 'set_up.link_created', actor, origin });
      return url;
    });
  }

  /** Makes the first Admin and signs it in. Throws CallerError NOT_FOUND for a link that does not work, and INVALID. */
  async complete(request: FirstAdminRequest, origin: Origin): Promise<OpenedSession> {
    const { store, clock, newId, audit, links, sessions, authority } = this.#options;
    const link = await links.find(store.db, request.token);
    if (link.kind !== 'set_up') throw linkRefused();
    const email = checkEmail(request.email);
    const formalName = checkName(request.formalName, 'formal_name');
    checkPassword(request.password, email);
    const organizationName =
      request.organizationName === undefined
        ? null
        : checkName(request.organizationName, 'organization_name');
    const passwordHash = await hashPassword(request.password);
    const id = newId();
    const now = clock.now();
    const opened = await store.write(async transaction => {
      const { organization_id: organizationId } = await links.take(transaction, request.token);
      await requireFreeEmail(transaction, email);
      if (organizationName !== null) {
        await transaction
          .updateTable('organizations')
          .set({ name: organizationName })
          .where('id', '=', organizationId)
          .execute();
      }
      await insertPerson(transaction, {
        id,
        organizationId,
        groupId: await groupOfAll(transaction, organizationId),
        email,
        formalName,
        role: 'customer_admin',
        status: 'Activated',
        joinedAt: now,
        passwordHash,
      });
      const user = await findUser(transaction, id);
      if (user === undefined) throw linkRefused();
      await audit.append(transaction, {
        organizationId,
        action: 'set_up.completed',
        actor: { kind: 'user', guid: id, name: formalName },
        origin,
        target: userTarget(user),
        after: { email, role: 'customer_admin' },
      });
      return sessions.open(transaction, user, origin);
    });
    authority.accessChanged();
    return opened;
  }
}

/** The default group unless it is a wall: the first Admin must see everything. */
async function groupOfAll(db: Queryable, organizationId: string): Promise<string> {
  const groups = await db
    .selectFrom('access_groups')
    .select(['id', 'all_companies'])
    .where('organization_id', '=', organizationId)
    .orderBy('is_default', 'desc')
    .execute();
  const group = groups.find(each => each.all_companies === 1) ?? (await findDefaultGroup(db, organizationId));
  if (group === undefined) throw new CallerError('CONFLICT', 'The organization has no access control group.');
  return group.id;
}
