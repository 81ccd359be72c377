/** The port to mail: services say what to send and to whom, and ask first whether there is any way to send it. */

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

export interface Mailer {
  /** False without SMTP settings: links are then shown to the Admin, and calls that can only mail are refused. */
  readonly isConfigured: boolean;
  /** Resolves when the mail server has taken the mail. Throws CallerError UNAVAILABLE when it has not. */
  send(mail: Mail): Promise<void>;
}
