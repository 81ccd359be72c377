/** What the pass-through itself has to tell a caller; what upstream does is told by the port (upstream-accounts.ts). */
import { CallerError } from '../../../errors.ts';

/** The answer is not shaped as the table says, so that nobody can tell whose its rows are. */
export function unknownForm(): CallerError {
  return new CallerError('BAD_GATEWAY', 'Bitsight answered in a form that is not known here.');
}

/** The company is known, but the account that has it cannot be asked now. */
export function accountNotReadable(): CallerError {
  const detail =
    'The connection that has this company is paused or has no credentials. An Admin can put that right.';
  return new CallerError('UNAVAILABLE', detail);
}

/** Several accounts answered with one object each, and they differ. */
export function nameOneConnection(): CallerError {
  const detail =
    'There are several connections, and what they say cannot be put together: name one in X-CONNECTION-ID.';
  return new CallerError('BAD_PARAMETER', detail);
}
