/**
 * What people do to their own account in a session: profile, password, two-factor sign-in, recovery codes. Source: tokens.md,
 * "Sessions and sign-in". Steps that ask for the password again are asked for by the routes (SessionAuthority.requireConfirmed).
 */
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Queryable, Store } from '../../store/store.ts';
import { type AuditAction, type AuditEvent, actorOf, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type Action, GRANTABLE_ROLES, permissionsOf, requirePermission } from '../permissions.ts';
import type { Principal, Role } from '../principal.ts';
import { bumpAccessVersion, findOrganization, findUser, type UserRow } from '../repository.ts';
import type { TokenAuthority } from '../token-authority.ts';
import { endSessionsOf, userTarget } from './account-rows.ts';
import { hasTotp } from './credentials.ts';
import { checkName } from './email.ts';
import type { OneTimeLinks } from './links.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { sessionIdOf } from './sessions.ts';
import type { SignIn } from './sign-in.ts';
import {
  newRecoveryCodes,
  newTotpSecret,
  recoveryCodesLeft,
  sealTotp,
  totpStep,
  unsealTotp,
} from './totp.ts';

/** The caller as it sees itself. */
export interface OwnView {
  guid: string;
  email: string;
  formalName: string;
  friendlyName: string;
  role: Role;
  group: { guid: string; name: string; allCompanies: boolean };
  organization: { id: string; name: string };
  mfaEnabled: boolean;
  recoveryCodesLeft: number;
  permissions: Action[];
  /** The roles that it may give to a token or a user. */
  grantableRoles: readonly Role[];
}

export interface OwnAccountOptions {
  store: Store;
  audit: AuditLog;
  vault: Vault;
  clock: Clock;
  authority: TokenAuthority;
  links: OneTimeLinks;
  signIn: SignIn;
}

export class OwnAccount {
  readonly #options: OwnAccountOptions;

  constructor(options: OwnAccountOptions) {
    this.#options = options;
  }

  async get(principal: Principal): Promise<OwnView> {
    const { db } = this.#options.store;
    const user = await findUser(db, principal.userId);
    const organization = await findOrganization(db, principal.organizationId);
    if (user === undefined || organization === undefined) throw gone();
    return {
      guid: user.id,
      email: user.email,
      formalName: user.formal_name,
      friendlyName: user.friendly_name,
      role: principal.role,
      group: {
        guid: principal.group.guid,
        name: principal.group.name,
        allCompanies: principal.group.allCompanies,
      },
      organization: { id: organization.id, name: organization.name },
      mfaEnabled: hasTotp(user),
      recoveryCodesLeft: recoveryCodesLeft(user.recovery_codes),
      permissions: permissionsOf(principal),
      grantableRoles: GRANTABLE_ROLES[principal.role],
    };
  }

  async rename(
    principal: Principal,
    names: { formalName?: string | undefined; friendlyName?: string | undefined },
    origin: Origin,
  ): Promise<void> {
    const next = {
      ...(names.formalName === undefined ? {} : { formal_name: checkName(names.formalName, 'formal_name') }),
      ...(names.friendlyName === undefined
        ? {}
        : { friendly_name: checkName(names.friendlyName, 'friendly_name') }),
    };
    if (Object.keys(next).length === 0) return;
    await this.#change(
      principal,
      'user.updated',
      origin,
      async (transaction, user) => {
        await transaction.updateTable('users').set(next).where('id', '=', user.id).execute();
        // The name is part of what a token stands for.
        await bumpAccessVersion(transaction);
      },
      user => ({
        before: { formal_name: user.formal_name, friendly_name: user.friendly_name },
        after: next,
      }),
    );
    this.#options.authority.accessChanged();
  }

  /** Sets another password; every other session of the person ends. Throws CallerError INVALID that names the field. */
  async changePassword(
    principal: Principal,
    passwords: { current: string; next: string },
    origin: Origin,
  ): Promise<void> {
    const { store, clock, links, signIn } = this.#options;
    const sessionId = sessionIdOf(principal);
    const user = await findUser(store.db, principal.userId);
    if (user === undefined) throw gone();
    checkPassword(passwords.next, user.email, 'new_password');
    await signIn.checkPresentPassword(principal, passwords.current, origin);
    const passwordHash = await hashPassword(passwords.next);
    const now = clock.now();
    await this.#change(principal, 'user.password_changed', origin, async (transaction, fresh) => {
      if (fresh.password_hash !== user.password_hash)
        throw invalid('current_password', 'The password was changed meanwhile.');
      await transaction
        .updateTable('users')
        .set({ password_hash: passwordHash, password_changed_at: now })
        .where('id', '=', fresh.id)
        .execute();
      await endSessionsOf(transaction, fresh.id, now, sessionId);
      await links.endAllOf(transaction, fresh.id);
    });
  }

  /** Begins two-factor sign-in: it counts once a first code was given. Throws CallerError CONFLICT where it is on. */
  async beginTotp(principal: Principal): Promise<{ secret: string; url: string }> {
    requirePermission(principal, 'own.manage');
    const { store, vault } = this.#options;
    return store.write(async transaction => {
      const user = await personOf(transaction, principal);
      if (hasTotp(user)) {
        throw new CallerError('CONFLICT', 'Two-factor sign-in is on. Switch it off before you begin anew.');
      }
      const { secret, url } = newTotpSecret(user.email);
      await transaction
        .updateTable('users')
        .set({
          sealed_totp: sealTotp(vault, user.id, secret),
          totp_enabled_at: null,
          totp_last_step: null,
        })
        .where('id', '=', user.id)
        .execute();
      return { secret, url };
    });
  }

  /** Switches two-factor sign-in on with its first code. The recovery codes are shown here and never again. */
  async enableTotp(principal: Principal, code: string, origin: Origin): Promise<string[]> {
    const { vault, clock } = this.#options;
    const { codes, stored } = newRecoveryCodes();
    const now = clock.now();
    await this.#change(principal, 'user.totp_enabled', origin, async (transaction, user) => {
      if (user.sealed_totp === null || user.totp_enabled_at !== null) {
        throw new CallerError('CONFLICT', 'Begin two-factor sign-in first (POST /v1/me/totp).');
      }
      const secret = unsealTotp(vault, user.id, user.sealed_totp);
      const step = totpStep(secret, code, clock, user.totp_last_step);
      if (step === null)
        throw invalid('code', 'This is not the present code. Is the clock of the device right?');
      await transaction
        .updateTable('users')
        .set({ totp_enabled_at: now, totp_last_step: step, recovery_codes: stored })
        .where('id', '=', user.id)
        .execute();
    });
    return codes;
  }

  async disableTotp(principal: Principal, origin: Origin): Promise<void> {
    await this.#change(principal, 'user.totp_disabled', origin, async (transaction, user) => {
      await transaction
        .updateTable('users')
        .set({ sealed_totp: null, totp_enabled_at: null, totp_last_step: null, recovery_codes: '[]' })
        .where('id', '=', user.id)
        .execute();
    });
  }

  /** Ten new recovery codes; the earlier ones are dead. Throws CallerError CONFLICT without two-factor sign-in. */
  async replaceRecoveryCodes(principal: Principal, origin: Origin): Promise<string[]> {
    const { codes, stored } = newRecoveryCodes();
    await this.#change(principal, 'user.recovery_codes_replaced', origin, async (transaction, user) => {
      if (!hasTotp(user)) throw new CallerError('CONFLICT', 'Two-factor sign-in is off.');
      await transaction
        .updateTable('users')
        .set({ recovery_codes: stored })
        .where('id', '=', user.id)
        .execute();
    });
    return codes;
  }

  /** Makes a change and records it; `changed` says what was and what is, of the person as it was. */
  async #change(
    principal: Principal,
    action: AuditAction,
    origin: Origin,
    work: (transaction: Queryable, user: UserRow) => Promise<void>,
    changed?: (user: UserRow) => Pick<AuditEvent, 'before' | 'after'>,
  ): Promise<void> {
    requirePermission(principal, 'own.manage');
    await this.#options.store.write(async transaction => {
      const user = await personOf(transaction, principal);
      await work(transaction, user);
      await this.#options.audit.append(transaction, {
        organizationId: user.organization_id,
        action,
        actor: actorOf(principal),
        origin,
        target: userTarget(user),
        ...changed?.(user),
      });
    });
  }
}

async function personOf(db: Queryable, principal: Principal): Promise<UserRow> {
  const user = await findUser(db, principal.userId);
  if (user === undefined) throw gone();
  return user;
}

function gone(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'This account has ended.');
}

function invalid(field: string, message: string): CallerError {
  return new CallerError('INVALID', `${field}: ${message}`, { problems: [{ field, message }] });
}
