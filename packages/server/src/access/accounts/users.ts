/**
 * People of an organization: inviting, changing, deactivating and deleting them, within the caller's reach and never above its
 * role. Sources: tokens.md, "Roles" and "A group is a wall"; statuses from bitsight-api.md, 2.
 */
import type { Transaction } from 'kysely';
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { IdSource } from '../../ids.ts';
import type { Database } from '../../store/schema.ts';
import type { Queryable, Store } from '../../store/store.ts';
import { type AuditAction, actorOf, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { insertPerson } from '../people.ts';
import { requirePermission } from '../permissions.ts';
import type { Principal } from '../principal.ts';
import { bumpAccessVersion, findOrganization, type UserRow } from '../repository.ts';
import { type Reach, reachIn } from '../scope.ts';
import type { TokenAuthority } from '../token-authority.ts';
import { endUserTokens } from '../token-repository.ts';
import { endSessionsOf, userTarget } from './account-rows.ts';
import { markTokensForReview } from './demotion.ts';
import { checkEmail, checkName, emailKeyOf } from './email.ts';
import { keepingAnAdmin } from './last-admin.ts';
import type { IssuedLink, LinkDelivery } from './link-delivery.ts';
import type { NewLink, OneTimeLinks } from './links.ts';
import { columnsOf, contentOf, type NewUser, requireFreeEmail, type UserChanges } from './user-changes.ts';
import {
  DELETED,
  findUserWithin,
  readUsers,
  type UserFilters,
  type UserView,
  type UserWindow,
  viewOfUser,
} from './user-rows.ts';
import { groupForUser, requireChangeable, requireGrantableRole } from './user-rules.ts';

export type { IssuedLink } from './link-delivery.ts';
export type { NewUser, UserChanges } from './user-changes.ts';
export type { UserFilters, UserView, UserWindow } from './user-rows.ts';

export interface UserServiceOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  newId: IdSource;
  authority: TokenAuthority;
  links: OneTimeLinks;
  delivery: LinkDelivery;
}

/** A person within reach, inside the transaction that changes it. */
interface Subject {
  transaction: Transaction<Database>;
  user: UserRow;
  reach: Reach;
}

export class UserService {
  readonly #options: UserServiceOptions;

  constructor(options: UserServiceOptions) {
    this.#options = options;
  }

  /** Users within reach, in the order of their guids; all of them without a window. */
  async list(
    principal: Principal,
    organizationId: string,
    filters: UserFilters,
    window: UserWindow | null,
  ): Promise<UserView[]> {
    requirePermission(principal, 'users.read');
    return readUsers(this.#options.store.db, reachIn(principal, organizationId), filters, window);
  }

  /** Throws CallerError NOT_FOUND for one that is unknown, deleted or out of reach. */
  async get(principal: Principal, organizationId: string, guid: string): Promise<UserView> {
    requirePermission(principal, 'users.read');
    return viewOfUser(await userWithin(this.#options.store.db, reachIn(principal, organizationId), guid));
  }

  /** The person of that e-mail address within reach. Throws CallerError NOT_FOUND. */
  async findByEmail(principal: Principal, organizationId: string, email: string): Promise<UserView> {
    const people = await this.list(principal, organizationId, {}, null);
    const found = people.find(user => emailKeyOf(user.email) === emailKeyOf(email));
    if (found === undefined) throw noUser();
    return found;
  }

  /** Makes a person and the link by which it sets its password. Throws CallerError CONFLICT for an address that has an account. */
  async invite(
    principal: Principal,
    organizationId: string,
    asked: NewUser,
    origin: Origin,
  ): Promise<{ user: UserView; invitation: IssuedLink }> {
    requirePermission(principal, 'users.manage');
    const reach = reachIn(principal, organizationId);
    const { store, clock, newId, audit, links } = this.#options;
    const role = asked.role ?? 'customer_user';
    requireGrantableRole(principal, role);
    const email = checkEmail(asked.email);
    const formalName = checkName(asked.formalName, 'formal_name');
    const friendlyName =
      asked.friendlyName === undefined ? formalName : checkName(asked.friendlyName, 'friendly_name');
    const id = newId();
    const joinedAt = clock.now();
    const { user, link } = await store.write(async transaction => {
      const group = await groupForUser(transaction, principal, reach, asked.group ?? null);
      await requireFreeEmail(transaction, email);
      await insertPerson(transaction, {
        id,
        organizationId,
        groupId: group.id,
        email,
        formalName,
        friendlyName,
        role,
        status: 'Created',
        joinedAt,
      });
      await audit.append(transaction, {
        organizationId,
        action: 'user.invited',
        actor: actorOf(principal),
        origin,
        target: userTarget({ id, formal_name: formalName }),
        after: { email, role, group: group.name },
      });
      return {
        user: await userWithin(transaction, reach, id),
        link: await links.issue(transaction, { kind: 'activation', organizationId, userId: id }),
      };
    });
    return { user: viewOfUser(user), invitation: await this.#hand('activation', user, link) };
  }

  /** Changes a person. Throws CallerError NOT_FOUND, FORBIDDEN, INVALID, and CONFLICT for the last Admin. */
  async update(
    principal: Principal,
    organizationId: string,
    guid: string,
    changes: UserChanges,
    origin: Origin,
  ): Promise<UserView> {
    return this.#change(principal, organizationId, guid, async ({ transaction, user, reach }) => {
      const { role } = changes;
      if (role !== undefined) requireGrantableRole(principal, role);
      const before = await userWithin(transaction, reach, guid);
      const next = await columnsOf(transaction, principal, reach, user, changes);
      if (Object.keys(next).length === 0) return viewOfUser(before);
      await transaction.updateTable('users').set(next).where('id', '=', guid).execute();
      const isDeactivation = next.status === 'Deactivated' && user.status !== 'Deactivated';
      if (isDeactivation) await this.#shutOut(transaction, guid);
      const after = await userWithin(transaction, reach, guid);
      await this.#record(transaction, {
        action: isDeactivation ? 'user.deactivated' : 'user.updated',
        principal,
        origin,
        user: after,
        before: contentOf(before),
        after: contentOf(after),
      });
      if (role !== undefined && role !== user.role) {
        // Made for a lower role by someone who might not have been allowed to make them for this one.
        await this.#options.links.endAllOf(transaction, guid);
        const by = { actor: actorOf(principal), origin };
        const demoted = { organizationId, userId: guid, role };
        await markTokensForReview(transaction, this.#options.audit, demoted, by);
      }
      return viewOfUser(after);
    });
  }

  /** Ends a person for good: the row stays for the audit log, the address is free again. Throws as `update`. */
  async delete(principal: Principal, organizationId: string, guid: string, origin: Origin): Promise<void> {
    await this.#change(principal, organizationId, guid, async ({ transaction, user, reach }) => {
      const before = await userWithin(transaction, reach, guid);
      await transaction
        .updateTable('users')
        .set({
          status: DELETED,
          email_key: null,
          password_hash: null,
          sealed_totp: null,
          totp_enabled_at: null,
          recovery_codes: '[]',
        })
        .where('id', '=', guid)
        .execute();
      await this.#shutOut(transaction, guid);
      const facts = { action: 'user.deleted', principal, origin, user, before: contentOf(before) } as const;
      await this.#record(transaction, facts);
    });
  }

  /** A new invitation in place of the earlier one. Throws CallerError CONFLICT for a person who has accepted already. */
  async inviteAgain(
    principal: Principal,
    organizationId: string,
    guid: string,
    origin: Origin,
  ): Promise<IssuedLink> {
    const refusal =
      'Only a person who has not accepted yet can be invited again. Reset the password instead.';
    const issue = { kind: 'activation', status: 'Created', refusal, action: 'user.invited' } as const;
    return this.#issue(principal, organizationId, guid, issue, origin);
  }

  /** A link for a new password. Throws CallerError CONFLICT for a person who is not active. */
  async resetPassword(
    principal: Principal,
    organizationId: string,
    guid: string,
    origin: Origin,
  ): Promise<IssuedLink> {
    const refusal =
      'Only an active person can get a new password. Send the invitation again, or activate first.';
    const action = 'user.password_reset_requested' as const;
    const issue = { kind: 'password_reset', status: 'Activated', refusal, action } as const;
    return this.#issue(principal, organizationId, guid, issue, origin);
  }

  /** Switches two-factor sign-in off for someone who has lost the device. */
  async resetMfa(principal: Principal, organizationId: string, guid: string, origin: Origin): Promise<void> {
    await this.#change(principal, organizationId, guid, async ({ transaction, user }) => {
      await transaction
        .updateTable('users')
        .set({ sealed_totp: null, totp_enabled_at: null, totp_last_step: null, recovery_codes: '[]' })
        .where('id', '=', guid)
        .execute();
      await this.#record(transaction, { action: 'user.totp_disabled', principal, origin, user });
    });
  }

  async #issue(
    principal: Principal,
    organizationId: string,
    guid: string,
    issue: {
      kind: 'activation' | 'password_reset';
      status: string;
      refusal: string;
      action: AuditAction;
    },
    origin: Origin,
  ): Promise<IssuedLink> {
    const { kind, action } = issue;
    const { user, link } = await this.#change(principal, organizationId, guid, async subject => {
      const { transaction, user } = subject;
      if (user.status !== issue.status) throw new CallerError('CONFLICT', issue.refusal);
      const link = await this.#options.links.issue(transaction, { kind, organizationId, userId: guid });
      await this.#record(transaction, { action, principal, origin, user });
      return { user, link };
    });
    return this.#hand(kind, user, link);
  }

  /** Finds the person, asks whether the caller may, makes the change and tells every process of it. */
  async #change<T>(
    principal: Principal,
    organizationId: string,
    guid: string,
    work: (subject: Subject) => Promise<T>,
  ): Promise<T> {
    requirePermission(principal, 'users.manage');
    const reach = reachIn(principal, organizationId);
    const result = await this.#options.store.write(transaction =>
      keepingAnAdmin(transaction, organizationId, async () => {
        const user = await userWithin(transaction, reach, guid);
        requireChangeable(principal, user);
        const done = await work({ transaction, user, reach });
        await bumpAccessVersion(transaction);
        return done;
      }),
    );
    this.#options.authority.accessChanged();
    return result;
  }

  /** Ends what lets the person in: sessions, links and its own token. Company tokens it made go on. */
  async #shutOut(transaction: Queryable, guid: string): Promise<void> {
    const now = this.#options.clock.now();
    await endSessionsOf(transaction, guid, now);
    await endUserTokens(transaction, guid, now);
    await this.#options.links.endAllOf(transaction, guid);
  }

  async #record(
    transaction: Queryable,
    facts: {
      action: AuditAction;
      principal: Principal;
      origin: Origin;
      user: UserRow;
      before?: Record<string, unknown>;
      after?: Record<string, unknown>;
    },
  ): Promise<void> {
    const { action, principal, origin, user, before, after } = facts;
    await this.#options.audit.append(transaction, {
      organizationId: user.organization_id,
      action,
      actor: actorOf(principal),
      origin,
      target: userTarget(user),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }

  async #hand(kind: 'activation' | 'password_reset', user: UserRow, link: NewLink): Promise<IssuedLink> {
    const { delivery, store } = this.#options;
    const organization = await findOrganization(store.db, user.organization_id);
    const organizationName = organization?.name ?? '';
    return delivery.hand(link, { kind, to: user.email, formalName: user.formal_name, organizationName });
  }
}

async function userWithin(db: Queryable, reach: Reach, guid: string) {
  const user = await findUserWithin(db, reach, guid);
  if (user === undefined) throw noUser();
  return user;
}

function noUser(): CallerError {
  return new CallerError('NOT_FOUND', 'There is no user with this guid.');
}
