/** E-mail addresses as accounts have them: what may be one, and the key by which one is found whatever its capitals. */
import { CallerError } from '../../errors.ts';

const MAX_EMAIL_LENGTH = 254;
/** One @, something around it, no blanks: whether mail arrives there only mail can tell. */
const EMAIL = /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\]+$/u;

export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** The address without blanks around it. Throws CallerError INVALID that names the field. */
export function checkEmail(value: string): string {
  const email = value.trim().normalize('NFC');
  if (email.length <= MAX_EMAIL_LENGTH && EMAIL.test(email) && email.isWellFormed() && !/\p{Cc}/u.test(email))
    return email;
  const message = 'Give an e-mail address, as name@example.com.';
  throw new CallerError('INVALID', `email: ${message}`, { problems: [{ field: 'email', message }] });
}

const MAX_NAME_LENGTH = 255;

/** A person's name without blanks around it. Throws CallerError INVALID that names the field. */
export function checkName(value: string, field: string): string {
  const name = value.trim();
  const isName =
    name !== '' && [...name].length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(name) && name.isWellFormed();
  if (isName) return name;
  const message = `Give 1 to ${MAX_NAME_LENGTH} characters, none of them a control character.`;
  throw new CallerError('INVALID', `${field}: ${message}`, { problems: [{ field, message }] });
}
