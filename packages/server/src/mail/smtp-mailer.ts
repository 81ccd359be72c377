/**
 * Mail by SMTP. TLS is always verified, and required unless the mail server is on this very machine; the password goes nowhere
 * without it. What the server answers is not repeated: it may quote what it was sent.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { CallerError, OperatorError } from '../errors.ts';
import type { Mail, Mailer } from './mailer.ts';
import { NO_MAIL } from './no-mail.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Without a byte from the server. */
const SILENCE_TIMEOUT_MS = 20_000;

const Address = z.email().max(254);

export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly smtpUrl?: string | undefined;
  /** `name@host`, or `Name <name@host>`. */
  readonly smtpFrom?: string | undefined;
  /** PEM of an authority to trust instead of the public ones. */
  readonly smtpCa?: string | undefined;
}

/** The mailer that the settings describe; without `smtpUrl` one that sends nothing. Throws OperatorError for settings that cannot work. */
export function createMailer(settings: MailSettings, baseUrl: () => string): Mailer {
  const { smtpUrl, smtpFrom } = settings;
  if (smtpUrl === undefined) return NO_MAIL;
  const server = { ...serverOf(smtpUrl, settings.smtpCa), disableFileAccess: true, disableUrlAccess: true };
  // Loaded with the first mail: a start without mail settings, and every command, is the quicker for it.
  const connected = () => import('nodemailer').then(({ createTransport }) => createTransport(server));
  let transport: ReturnType<typeof connected> | null = null;
  const configured = smtpFrom === undefined ? null : senderOf(smtpFrom);
  const sender = () => configured ?? { name: 'Sightline', address: `sightline@${mailHostOf(baseUrl())}` };
  return {
    isConfigured: true,
    async send(mail: Mail) {
      const to = recipientOf(mail);
      try {
        // An address as an object is taken as it is: a text would be parsed, and could name more than one.
        transport ??= connected();
        await (await transport).sendMail({
          from: sender(),
          to: { name: '', address: to },
          subject: mail.subject,
          text: mail.text,
        });
      } catch (error) {
        throw new CallerError(
          'UNAVAILABLE',
          `The mail was not sent: the mail server ${reasonOf(error)}. Check --smtp-url, or try again.`,
        );
      }
    },
  };
}

/** Only host, port and credentials are taken from the URL: parameters could switch verification off. */
function serverOf(smtpUrl: string, ca: string | undefined) {
  const url = new URL(smtpUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) {
    throw new OperatorError(
      '--smtp-url (SIGHTLINE_SMTP_URL) takes a host, and no path or parameters: smtps://user:password@host:465.',
      { exitCode: 2 },
    );
  }
  const isImplicitTls = url.protocol === 'smtps:';
  return {
    host,
    port: url.port === '' ? (isImplicitTls ? 465 : 587) : Number(url.port),
    secure: isImplicitTls,
    // STARTTLS is used wherever it is offered; only on this machine may a server do without.
    requireTLS: !isImplicitTls && !isLoopback(host),
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) } as const,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Throws OperatorError for what is no sender. */
function senderOf(text: string): { name: string; address: string } {
  const [, name = '', bracketed] = /^([^<>\p{Cc}]*)<([^<>\p{Cc}]+)>$/u.exec(text.trim()) ?? [];
  const address = Address.safeParse(bracketed ?? text.trim());
  if (address.success) return { name: name.trim().replace(/^"|"$/g, ''), address: address.data };
  throw new OperatorError(
    `--smtp-from (SIGHTLINE_SMTP_FROM) takes an address, as sightline@example.com or Sightline <sightline@example.com>.`,
    { exitCode: 2 },
  );
}

/** An address in place of a name stands in brackets (RFC 5321, 4.1.3). */
function mailHostOf(baseUrl: string): string {
  const host = new URL(baseUrl).hostname;
  if (host.startsWith('[')) return `[IPv6:${host.slice(1, -1)}]`;
  return isIP(host) === 0 ? host : `[${host}]`;
}

/** Throws CallerError INVALID for what is no single address, or a subject that would begin another header. */
function recipientOf(mail: Mail): string {
  const address = Address.safeParse(mail.to);
  if (address.success && !/\p{Cc}/u.test(mail.subject)) return address.data;
  const message = 'Give an e-mail address that mail can be sent to, as name@example.com.';
  throw new CallerError('INVALID', `email: ${message}`, { problems: [{ field: 'email', message }] });
}

/** What went wrong, by nodemailer's code and the server's status alone. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null;
  const words = REASONS[code] ?? 'did not take it';
  return status === null || !Number.isInteger(status) ? words : `${words} (${status})`;
}

const REASONS: Readonly<Record<string, string>> = Object.freeze({
  EAUTH: 'refused the user name or password',
  ECONNECTION: 'cannot be reached',
  ESOCKET: 'cannot be reached, or its certificate is not trusted',
  EDNS: 'has a name that cannot be found',
  ETIMEDOUT: 'did not answer in time',
  ETLS: 'offers no TLS that can be trusted',
  EENVELOPE: 'refused the sender or the recipient',
  EMESSAGE: 'refused the mail',
  EPROTOCOL: 'does not speak SMTP',
});
