/** The services behind people's accounts, put together once for a server or the command line. */
import type { Clock } from '../../clock.ts';
import type { IdSource } from '../../ids.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Store } from '../../store/store.ts';
import type { Attempts } from '../attempts.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { FailureLog } from '../audit/failures.ts';
import type { TokenAuthority } from '../token-authority.ts';
import { LinkDelivery } from './link-delivery.ts';
import { OneTimeLinks } from './links.ts';
import { OwnAccount } from './own-account.ts';
import { AccountRecovery } from './recovery.ts';
import { SessionAuthority } from './sessions.ts';
import { SetUp } from './set-up.ts';
import { SignIn } from './sign-in.ts';
import { UserService } from './users.ts';

export interface AccountsOptions {
  store: Store;
  vault: Vault;
  audit: AuditLog;
  clock: Clock;
  newId: IdSource;
  authority: TokenAuthority;
  mailer: Mailer;
  attempts: Attempts;
  failures: FailureLog;
  /** Origin that links are made with, never the request's `Host`. */
  baseUrl: () => string;
  /** A mail that was not taken, or could not be made: for the log. */
  onMailFailed: (error: unknown) => void;
}

export interface Accounts {
  users: UserService;
  sessions: SessionAuthority;
  signIn: SignIn;
  own: OwnAccount;
  setUp: SetUp;
  recovery: AccountRecovery;
  /** True when links are mailed. */
  canMail: boolean;
  onMailFailed: (error: unknown) => void;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const links = new OneTimeLinks(options);
  const delivery = new LinkDelivery(options);
  const sessions = new SessionAuthority(options);
  const signIn = new SignIn({ ...options, sessions });
  return {
    users: new UserService({ ...options, links, delivery }),
    sessions,
    signIn,
    own: new OwnAccount({ ...options, links, signIn }),
    setUp: new SetUp({ ...options, links, sessions }),
    recovery: new AccountRecovery({ ...options, links, delivery, sessions }),
    canMail: options.mailer.isConfigured,
    onMailFailed: options.onMailFailed,
  };
}
