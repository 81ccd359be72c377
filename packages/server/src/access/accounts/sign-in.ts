/**
 * Signing in with e-mail, password and code, and proving oneself again in a session. Failures are counted per address and account
 * (attempts.ts), recorded, and answered in one text that does not tell whether the account exists.
 */
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Store } from '../../store/store.ts';
import type { AttemptKeys, Attempts } from '../attempts.ts';
import type { Origin } from '../audit/audit-event.ts';
import type { FailureLog } from '../audit/failures.ts';
import type { Principal } from '../principal.ts';
import { findUser, type UserRow } from '../repository.ts';
import { findPersonByEmail, userTarget } from './account-rows.ts';
import { codeMissing, codeRefused, hasTotp, signInRefused, takeCode } from './credentials.ts';
import { emailKeyOf } from './email.ts';
import { isPassword } from './passwords.ts';
import { type OpenedSession, type SessionAuthority, sessionIdOf } from './sessions.ts';

export interface SignInOptions {
  store: Store;
  failures: FailureLog;
  vault: Vault;
  clock: Clock;
  attempts: Attempts;
  sessions: SessionAuthority;
}

export interface Credentials {
  email: string;
  password: string;
  /** A TOTP or recovery code. */
  code?: string | undefined;
}

/** What proves a person in its session: one of both. */
export type Proof = { password: string } | { code: string };

interface Attempt {
  keys: AttemptKeys;
  /** Whose account was tried; undefined where there is none. */
  user: UserRow | undefined;
  origin: Origin;
}

export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** Throws CallerError UNAUTHENTICATED, with the field `code` when a code is what is missing or wrong; TOO_MANY_REQUESTS. */
  async signIn(credentials: Credentials, origin: Origin): Promise<OpenedSession> {
    const { store } = this.#options;
    const account = emailKeyOf(credentials.email);
    const user = await findPersonByEmail(store.db, account);
    const attempt: Attempt = { keys: { address: origin.address, account }, user, origin };
    return this.#decided(attempt, async () => {
      const stored = user?.status === 'Activated' ? user.password_hash : null;
      const isRight = await isPassword(stored, credentials.password);
      if (!isRight || user === undefined) return signInRefused();
      return this.#open(user, credentials.code, origin);
    });
  }

  /** Takes a password or code again. Throws CallerError UNAUTHENTICATED for a wrong one, TOO_MANY_REQUESTS. */
  async confirm(principal: Principal, proof: Proof, origin: Origin): Promise<OpenedSession> {
    const { store, sessions } = this.#options;
    sessionIdOf(principal);
    const attempt = await this.#attemptOf(principal, origin);
    return this.#decided(attempt, async () => {
      if ('password' in proof && !(await isPassword(attempt.user?.password_hash ?? null, proof.password))) {
        return passwordRefused();
      }
      return store.write(async transaction => {
        const user = await findUser(transaction, principal.userId);
        if (user === undefined) return passwordRefused();
        if ('code' in proof && !(await takeCode(transaction, this.#options, user, proof.code))) {
          return codeRefused();
        }
        return sessions.renew(transaction, principal, origin);
      });
    });
  }

  /** Checks the present password of a person who is signed in, for its change. A failure counts as one to sign in. */
  async checkPresentPassword(principal: Principal, password: string, origin: Origin): Promise<void> {
    const attempt = await this.#attemptOf(principal, origin);
    await this.#decided(attempt, async () => {
      if (await isPassword(attempt.user?.password_hash ?? null, password)) return null;
      const message = 'This is not your present password.';
      const problems = [{ field: 'current_password', message }];
      return new CallerError('INVALID', `current_password: ${message}`, { problems });
    });
  }

  async #attemptOf(principal: Principal, origin: Origin): Promise<Attempt> {
    const user = await findUser(this.#options.store.db, principal.userId);
    const keys = { address: origin.address, account: user?.email_key ?? principal.userId };
    return { keys, user, origin };
  }

  /** Counts an attempt: what `check` returns as an error is a failure, is recorded and thrown. */
  async #decided<T>(attempt: Attempt, check: () => Promise<T | CallerError>): Promise<T> {
    const { attempts } = this.#options;
    const { keys } = attempt;
    attempts.checkAllowed('sign_in', keys);
    let result: T | CallerError;
    try {
      result = await check();
    } catch (error) {
      attempts.undecided('sign_in', keys);
      throw error;
    }
    if (result instanceof CallerError) {
      attempts.failed('sign_in', keys);
      this.#record(attempt);
      throw result;
    }
    attempts.succeeded('sign_in', keys);
    return result;
  }

  /** An address without an account is not recorded: it may be a password typed into the wrong field. */
  #record({ user, origin }: Attempt): void {
    this.#options.failures.record({
      action: 'session.failed',
      organizationId: user?.organization_id ?? null,
      origin,
      ...(user === undefined ? {} : { target: userTarget(user) }),
    });
  }

  /** A code that is missing is thrown: it is no failure, for the password was right. A wrong one is returned. */
  #open(checked: UserRow, code: string | undefined, origin: Origin): Promise<OpenedSession | CallerError> {
    const { store, sessions } = this.#options;
    return store.write(async transaction => {
      const user = await findUser(transaction, checked.id);
      // Hashing takes a while: what changed meanwhile, the password above all, decides.
      if (user?.status !== 'Activated' || user.password_hash !== checked.password_hash)
        return signInRefused();
      if (hasTotp(user)) {
        if (code === undefined || code.trim() === '') throw codeMissing();
        if (!(await takeCode(transaction, this.#options, user, code))) return codeRefused();
      }
      return sessions.open(transaction, user, origin);
    });
  }
}

function passwordRefused(): CallerError {
  const message = 'The password is wrong.';
  return new CallerError('UNAUTHENTICATED', message, { problems: [{ field: 'password', message }] });
}
