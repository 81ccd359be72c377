/** What people do with links they were sent: look at one, accept an invitation, set a new password, ask for a link for one. */
import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { Attempts } from '../attempts.ts';
import { ANONYMOUS, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { bumpAccessVersion, findOrganization, findUser } from '../repository.ts';
import type { TokenAuthority } from '../token-authority.ts';
import { endSessionsOf, findPersonByEmail, userTarget } from './account-rows.ts';
import { hasTotp } from './credentials.ts';
import { checkName, emailKeyOf } from './email.ts';
import type { LinkDelivery } from './link-delivery.ts';
import { type LinkKind, linkRefused, type OneTimeLinks } from './links.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import type { OpenedSession, SessionAuthority } from './sessions.ts';

export interface AccountRecoveryOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  authority: TokenAuthority;
  links: OneTimeLinks;
  delivery: LinkDelivery;
  sessions: SessionAuthority;
  attempts: Attempts;
}

/** What its holder is told of a link before it is used. */
export interface LinkView {
  kind: LinkKind;
  email: string | null;
  formalName: string | null;
  organizationName: string;
}

export class AccountRecovery {
  readonly #options: AccountRecoveryOptions;

  constructor(options: AccountRecoveryOptions) {
    this.#options = options;
  }

  /** Throws CallerError NOT_FOUND for a link that does not work. */
  async describe(token: string): Promise<LinkView> {
    const { store, links } = this.#options;
    const link = await links.find(store.db, token);
    const user = link.user_id === null ? undefined : await findUser(store.db, link.user_id);
    const organization = await findOrganization(store.db, link.organization_id);
    return {
      kind: link.kind,
      email: user?.email ?? null,
      formalName: user?.formal_name ?? null,
      organizationName: organization?.name ?? '',
    };
  }

  /**
   * Sets the person's password by an invitation or a reset, ends its other sessions, and signs it in; null where two-factor
   * sign-in still asks for a code. Throws CallerError NOT_FOUND for a link that does not work, INVALID for the password.
   */
  async redeem(
    request: { token: string; password: string; formalName?: string | undefined },
    origin: Origin,
  ): Promise<OpenedSession | null> {
    const { store, clock, audit, links, sessions, authority } = this.#options;
    const seen = await links.find(store.db, request.token);
    const person = seen.user_id === null ? undefined : await findUser(store.db, seen.user_id);
    if (person === undefined) throw linkRefused();
    checkPassword(request.password, person.email);
    const formalName =
      request.formalName === undefined ? person.formal_name : checkName(request.formalName, 'formal_name');
    const passwordHash = await hashPassword(request.password);
    const now = clock.now();
    const opened = await store.write(async transaction => {
      const link = await links.take(transaction, request.token);
      // A reset sets the password; the name is the invitation's to change.
      const isActivation = link.kind === 'activation';
      await transaction
        .updateTable('users')
        .set({
          password_hash: passwordHash,
          password_changed_at: now,
          ...(isActivation ? { status: 'Activated', formal_name: formalName } : {}),
        })
        .where('id', '=', person.id)
        .execute();
      await endSessionsOf(transaction, person.id, now);
      await links.endAllOf(transaction, person.id);
      await bumpAccessVersion(transaction);
      const user = await findUser(transaction, person.id);
      if (user === undefined) throw linkRefused();
      await audit.append(transaction, {
        organizationId: user.organization_id,
        action: isActivation ? 'user.activated' : 'user.password_changed',
        actor: { kind: 'user', guid: user.id, name: user.formal_name },
        origin,
        target: userTarget(user),
        after: { by: 'link' },
      });
      return hasTotp(user) ? null : sessions.open(transaction, user, origin);
    });
    authority.accessChanged();
    return opened;
  }

  get canMail(): boolean {
    return this.#options.delivery.isConfigured;
  }

  /**
   * Returns what mails a link for a new password where there is such a person. Callers answer before that ends: how long it
   * takes tells whether the account exists. Throws CallerError TOO_MANY_REQUESTS.
   */
  requestReset(email: string, origin: Origin): () => Promise<void> {
    const { attempts } = this.#options;
    const keys = { address: origin.address, account: `reset:${emailKeyOf(email)}` };
    attempts.checkAllowed('sign_in', keys);
    // Every request counts as a failure: a mail to someone else is one.
    attempts.failed('sign_in', keys);
    return () => this.#mailReset(emailKeyOf(email), origin);
  }

  async #mailReset(emailKey: string, origin: Origin): Promise<void> {
    const { store, audit, links, delivery } = this.#options;
    const issued = await store.write(async transaction => {
      const user = await findPersonByEmail(transaction, emailKey);
      if (user?.status !== 'Activated') return null;
      const organizationId = user.organization_id;
      const link = await links.issue(transaction, {
        kind: 'password_reset',
        organizationId,
        userId: user.id,
      });
      await audit.append(transaction, {
        organizationId,
        action: 'user.password_reset_requested',
        actor: ANONYMOUS,
        origin,
        target: userTarget(user),
      });
      const organization = await findOrganization(transaction, organizationId);
      return { link, user, organizationName: organization?.name ?? '' };
    });
    if (issued === null) return;
    const { link, user, organizationName } = issued;
    const mail = { to: user.email, formalName: user.formal_name, organizationName };
    await delivery.mail(link, { kind: 'password_reset', ...mail });
  }
}
