/**
 * Passwords of people: what may be one, and argon2id with OWASP's parameters (19 MiB, two passes, one lane). A person that does
 * not exist costs as much as a wrong password, so that time does not tell which addresses have an account.
 */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { CallerError } from '../../errors.ts';

const MIN_LENGTH = 12;
/** Characters; what is longer costs time and adds nothing. */
const MAX_PASSWORD_LENGTH = 256;

const PARAMETERS = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** A hash that no password has, made once: for the check of a person that does not exist. */
let decoy: Promise<string> | null = null;

/** The password's hash in PHC text form. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), PARAMETERS);
}

/** True when the password is the hash's. Null stands for a person without a password, or none: it costs the same and is false. */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash(randomBytes(32), PARAMETERS);
  // Nothing that is longer was ever accepted; cut, so that it costs what any other wrong one does.
  const given = normalised(password.slice(0, MAX_PASSWORD_LENGTH * 2));
  const matches = await verify(stored ?? (await decoy), given);
  return matches && stored !== null;
}

/** Throws CallerError INVALID that names `field` for a password that may not be this person's. */
export function checkPassword(password: string, email: string, field = 'password'): void {
  const problem = passwordProblem(normalised(password), email);
  if (problem === null) return;
  throw new CallerError('INVALID', `${field}: ${problem}`, { problems: [{ field, message: problem }] });
}

function passwordProblem(password: string, email: string): string | null {
  const length = [...password].length;
  if (length < MIN_LENGTH) return `Use at least ${MIN_LENGTH} characters.`;
  if (length > MAX_PASSWORD_LENGTH) return `Use at most ${MAX_PASSWORD_LENGTH} characters.`;
  if (/\p{Cc}/u.test(password) || !password.isWellFormed()) return 'Use no control characters.';
  const lower = password.toLowerCase();
  const address = email.toLowerCase();
  if (lower === address || lower === address.slice(0, address.lastIndexOf('@'))) {
    return 'Use something other than the e-mail address.';
  }
  return null;
}

/** The same password typed on another system must be the same bytes (NIST SP 800-63B, 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}
