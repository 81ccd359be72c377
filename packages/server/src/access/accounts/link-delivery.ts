/** Hands one-time links over: by mail where mail is configured, else to the Admin who asked, to be passed on. */
import type { Mailer } from '../../mail/mailer.ts';
import type { NewLink } from './links.ts';

/** What the Admin who asked for a link is told. `url` is null once it was mailed: then only the person has it. */
export interface IssuedLink {
  url: string | null;
  mailed: boolean;
  expiresAt: number;
}

export interface LinkMail {
  kind: 'activation' | 'password_reset';
  to: string;
  formalName: string;
  organizationName: string;
}

export class LinkDelivery {
  readonly #mailer: Mailer;
  readonly #onMailFailed: (error: unknown) => void;

  constructor(options: { mailer: Mailer; onMailFailed: (error: unknown) => void }) {
    this.#mailer = options.mailer;
    this.#onMailFailed = options.onMailFailed;
  }

  get isConfigured(): boolean {
    return this.#mailer.isConfigured;
  }

  /** Mails the link. When that fails the Admin gets it to pass on: the account exists, and must not be out of reach. */
  async hand(link: NewLink, mail: LinkMail): Promise<IssuedLink> {
    const { url, expiresAt } = link;
    const mailed = this.#mailer.isConfigured && (await this.mail(link, mail));
    return { url: mailed ? null : url, mailed, expiresAt };
  }

  /** Mails the link; false, and reported, when the mail server did not take it. */
  async mail(link: NewLink, mail: LinkMail): Promise<boolean> {
    try {
      await this.#mailer.send({ to: mail.to, subject: SUBJECTS[mail.kind](mail), text: textOf(link, mail) });
      return true;
    } catch (error) {
      this.#onMailFailed(error);
      return false;
    }
  }
}

const SUBJECTS: Readonly<Record<LinkMail['kind'], (mail: LinkMail) => string>> = Object.freeze({
  activation: () => 'Your Sightline account',
  password_reset: () => 'A new password for Sightline',
});

function textOf(link: NewLink, mail: LinkMail): string {
  const until = `${new Date(link.expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const reason =
    mail.kind === 'activation'
      ? `you were invited to Sightline by ${oneLine(mail.organizationName)}. Set your password here:`
      : 'someone asked for a new password for your Sightline account. Set it here:';
  return [
    `Hello ${oneLine(mail.formalName)},`,
    '',
    reason,
    '',
    link.url,
    '',
    `The link works once, until ${until}.`,
    ...(mail.kind === 'password_reset'
      ? ['If it was not you, do nothing: your password stays as it is.']
      : []),
    '',
  ].join('\n');
}

/** Names are others' texts: a line break in one must not begin a paragraph of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
