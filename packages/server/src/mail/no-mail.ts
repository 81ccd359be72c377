/** The mailer of a server without SMTP: it sends nothing, and says so. */
import { CallerError } from '../errors.ts';
import type { Mailer } from './mailer.ts';

export const NO_MAIL: Mailer = Object.freeze({
  isConfigured: false,
  async send() {
    throw new CallerError('UNAVAILABLE', 'The mail was not sent: SMTP is not configured on this server.');
  },
});
