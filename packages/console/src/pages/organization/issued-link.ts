/** A link that is handed over by the person who made it, as what is shown once. */
import type { OneTime } from '../../components/one-time-secret.tsx';
import { absoluteTime } from '../../text/format.ts';

/** `what` is "Invitation" or "New password". */
export function linkSecret(what: string, receiver: string, url: string, expiresAt: string): OneTime {
  return {
    title: `${what} for ${receiver}`,
    label: 'link',
    advice:
      'Copy it now. When it is lost, make another from the menu of the user; the old one then stops working.',
    value: url,
    explanation: `Give this link to ${receiver} in a way that nobody else reads. It works once, until ${absoluteTime(new Date(expiresAt))}.`,
  };
}
