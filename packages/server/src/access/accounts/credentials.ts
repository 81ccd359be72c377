/**
 * Checks what a person gives to prove who it is: password, and with two-factor sign-in a code. Taking a code changes the person's
 * row in the caller's transaction, so that no code is taken twice, by two requests at once either.
 */
import type { Clock } from '../../clock.ts';
import { CallerError } from '../../errors.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Queryable } from '../../store/store.ts';
import type { UserRow } from '../repository.ts';
import { totpStep, unsealTotp, withoutRecoveryCode } from './totp.ts';

/** True once a code is asked for at sign-in. */
export function hasTotp(user: Pick<UserRow, 'totp_enabled_at' | 'sealed_totp'>): boolean {
  return user.totp_enabled_at !== null && user.sealed_totp !== null;
}

/** Takes a TOTP or recovery code of the person; false for one that is wrong or was taken before. */
export async function takeCode(
  transaction: Queryable,
  parts: { vault: Vault; clock: Clock },
  user: UserRow,
  code: string,
): Promise<boolean> {
  if (!hasTotp(user) || user.sealed_totp === null) return false;
  const secret = unsealTotp(parts.vault, user.id, user.sealed_totp);
  const step = totpStep(secret, code, parts.clock, user.totp_last_step);
  if (step !== null) {
    await transaction.updateTable('users').set({ totp_last_step: step }).where('id', '=', user.id).execute();
    return true;
  }
  const left = withoutRecoveryCode(user.recovery_codes, code);
  if (left === null) return false;
  await transaction.updateTable('users').set({ recovery_codes: left }).where('id', '=', user.id).execute();
  return true;
}

/** One text for an unknown address, a wrong password and an account that may not sign in. */
export function signInRefused(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'The e-mail address or the password is wrong.');
}

export function codeRefused(): CallerError {
  const message = 'Give the present code of your authenticator app, or a recovery code.';
  return new CallerError('UNAUTHENTICATED', message, { problems: [{ field: 'code', message }] });
}

export function codeMissing(): CallerError {
  const message = 'This account needs a code of its authenticator app too.';
  return new CallerError('UNAUTHENTICATED', message, { problems: [{ field: 'code', message }] });
}
