/** Mail by SMTP, against a real mail server: TLS, credentials, failures without secrets, and addresses that are no headers. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer, type MailSettings } from '../../src/mail/smtp-mailer.ts';
import { SMTP_PASSWORD, SMTP_USER, startSmtpServer, type TestSmtpServer } from './smtp-server.ts';

const BASE = () => 'https://hub.example.com:8443';
const CREDENTIALS = `${encodeURIComponent(SMTP_USER)}:${encodeURIComponent(SMTP_PASSWORD)}`;
const MAIL = { to: 'ada@example.org', subject: 'Grüße', text: 'Hello\n.\nBcc: eve@example.org\n' };

const running: TestSmtpServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function server(options: Parameters<typeof startSmtpServer>[0] = {}): Promise<TestSmtpServer> {
  const started = await startSmtpServer(options);
  running.push(started);
  return started;
}

function mailer(settings: MailSettings) {
  return createMailer(settings, BASE);
}

describe('a mail', () => {
  it('goes over STARTTLS with the credentials of the URL, from the host of the base URL', async () => {
    const { port, ca, received } = await server();
    const sender = mailer({ smtpUrl: `smtp://${CREDENTIALS}@localhost:${port}`, smtpCa: ca });
    expect(sender.isConfigured).toBe(true);
    await sender.send(MAIL);
    expect(received).toEqual([
      {
        from: 'sightline@hub.example.com',
        to: ['ada@example.org'],
        isEncrypted: true,
        user: SMTP_USER,
        text: expect.stringContaining('Hello'),
      },
    ]);
    expect(received[0]?.text).toMatch(/^From: Sightline <sightline@hub\.example\.com>\r?$/m);
    expect(received[0]?.text.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc/m);
  });

  it('goes over TLS from the first byte with smtps://, from the configured sender', async () => {
    const { port, ca, received } = await server({ secure: true });
    const smtpUrl = `smtps://${CREDENTIALS}@127.0.0.1:${port}`;
    await mailer({ smtpUrl, smtpCa: ca, smtpFrom: 'Risk Team <risk@example.com>' }).send(MAIL);
    expect(received[0]).toMatchObject({ from: 'risk@example.com', isEncrypted: true });
    expect(received[0]?.text).toContain('From: Risk Team <risk@example.com>');
  });

  it('goes without TLS to a server on this machine that offers none', async () => {
    const { port, received } = await server({ disabledCommands: ['STARTTLS', 'AUTH'] });
    await mailer({ smtpUrl: `smtp://127.0.0.1:${port}` }).send(MAIL);
    expect(received[0]).toMatchObject({ isEncrypted: false, user: null });
  });
});

describe('no mail goes', () => {
  const unavailable = { code: 'UNAVAILABLE', status: 503 };

  it('to a server whose certificate is not trusted', async () => {
    const started = await server();
    const smtpUrl = `smtp://${CREDENTIALS}@localhost:${started.port}`;
    await expect(mailer({ smtpUrl }).send(MAIL)).rejects.toMatchObject(unavailable);
    expect(started.received).toEqual([]);
  });

  it('without TLS to another machine', async () => {
    const started = await server({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    // Every address of this machine, and by its form none of the loopback network.
    const smtpUrl = `smtp://${CREDENTIALS}@0.0.0.0:${started.port}`;
    await expect(mailer({ smtpUrl }).send(MAIL)).rejects.toMatchObject(unavailable);
    expect(started.received).toEqual([]);
  });

  it('with wrong credentials, and the error repeats neither them nor the server', async () => {
    const { port, ca } = await server();
    const smtpUrl = `smtp://${encodeURIComponent(SMTP_USER)}:hunter2@localhost:${port}`;
    const error: unknown = await mailer({ smtpUrl, smtpCa: ca })
      .send(MAIL)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(unavailable);
    const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? String(error.cause) : ''}`;
    expect(shown).toContain('refused the user name or password');
    expect(shown).not.toMatch(/hunter2|hub@example|no user/);
  });

  it('to a recipient that the server refuses, or when there is no server', async () => {
    const { port, ca } = await server({
      onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')),
    });
    const refusing = mailer({ smtpUrl: `smtp://${CREDENTIALS}@localhost:${port}`, smtpCa: ca });
    await expect(refusing.send(MAIL)).rejects.toMatchObject(unavailable);
    const silent = createServer(socket => socket.destroy());
    await new Promise<void>(resolve => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const address = silent.address();
    const deadPort = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(mailer({ smtpUrl: `smtp://127.0.0.1:${deadPort}` }).send(MAIL)).rejects.toMatchObject(
      unavailable,
    );
    silent.close();
    await expect(mailer({ smtpUrl: `smtp://127.0.0.1:${deadPort}` }).send(MAIL)).rejects.toMatchObject(
      unavailable,
    );
  });

  it.each([
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org, eve@example.org',
    'Ada <ada@example.org>',
    '<ada@example.org>',
    'ada@example.org\u0000',
    '',
    'ada',
  ])('to %j, which is no single address', async to => {
    const { port, ca, received } = await server();
    const sender = mailer({ smtpUrl: `smtp://${CREDENTIALS}@localhost:${port}`, smtpCa: ca });
    await expect(sender.send({ ...MAIL, to })).rejects.toMatchObject({ code: 'INVALID' });
    await expect(sender.send({ ...MAIL, subject: 'x\r\nBcc: a@b.co' })).rejects.toMatchObject({
      code: 'INVALID',
    });
    expect(received).toEqual([]);
  });

  it('without settings', async () => {
    const none = mailer({});
    expect(none.isConfigured).toBe(false);
    await expect(none.send(MAIL)).rejects.toMatchObject(unavailable);
  });
});

describe('settings', () => {
  it.each(['smtp://host?tls.rejectUnauthorized=false', 'smtp://host/path', 'smtp://host#x'])(
    'refuse %s: nothing in the URL changes how the server is verified',
    smtpUrl => {
      expect(() => mailer({ smtpUrl })).toThrow(/--smtp-url/);
    },
  );

  it.each(['nobody', 'a@b.co\r\nBcc: c@d.co', 'A\r\nX: <a@b.co>', '<a@b.co> <c@d.co>'])(
    'refuse %j as a sender',
    smtpFrom => {
      expect(() => mailer({ smtpUrl: 'smtp://host', smtpFrom })).toThrow(/--smtp-from/);
    },
  );
});
