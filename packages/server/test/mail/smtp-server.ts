/** A real mail server on a free port of the loopback address, with a certificate of an authority of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { systemClock } from '../../src/clock.ts';
import { LocalAuthority } from '../../src/http/local-authority.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  isEncrypted: boolean;
  user: string | null;
  /** Headers and body as they came. */
  text: string;
}

export interface TestSmtpServer {
  port: number;
  /** PEM of the authority that made its certificate. */
  ca: string;
  received: ReceivedMail[];
  close(): Promise<void>;
}

export const SMTP_USER = 'hub@example.com';
export const SMTP_PASSWORD = 'p@ss:w/rd';

/** Offers STARTTLS, and asks for the one user, unless the options say otherwise. */
export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-smtp-'));
  const authority = new LocalAuthority({ folder, hosts: ['127.0.0.1', 'localhost'], clock: systemClock });
  const { cert, key } = authority.serverCertificate();
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    cert,
    key,
    logger: false,
    onAuth(auth, _session, done) {
      const isRight = auth.username === SMTP_USER && auth.password === SMTP_PASSWORD;
      if (isRight) done(null, { user: SMTP_USER });
      else done(new Error(`no user ${auth.username} with ${auth.password}`));
    },
    onData(stream, session, done) {
      text(stream).then(body => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(recipient => recipient.address),
          isEncrypted: session.secure,
          user: session.user === undefined ? null : String(session.user),
          text: body,
        });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>(resolve => {
    server.listen(0, '0.0.0.0', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  const ca = readFileSync(authority.caFile, 'utf8');
  return {
    port,
    ca,
    received,
    close: async () => {
      await new Promise<void>(resolve => {
        server.close(resolve);
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
