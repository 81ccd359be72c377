/** The account services of a test: real ones, a mailer that keeps what it is given, and the sessions of browsers over them. */
import { type Accounts, createAccounts } from '../../src/access/accounts/accounts.ts';
import { Attempts } from '../../src/access/attempts.ts';
import { AuditLog } from '../../src/access/audit/audit-log.ts';
import { FailureLog } from '../../src/access/audit/failures.ts';
import { TokenAuthority } from '../../src/access/token-authority.ts';
import type { Clock } from '../../src/clock.ts';
import { BrowserSessions, SessionCookie } from '../../src/http/session-cookie.ts';
import { newId } from '../../src/ids.ts';
import type { Mail, Mailer } from '../../src/mail/mailer.ts';
import type { Vault } from '../../src/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';

/** Keeps the mails; `isFailing` makes it refuse them. */
export class TestMailer implements Mailer {
  isConfigured: boolean;
  isFailing = false;
  readonly mails: Mail[] = [];

  constructor(isConfigured = false) {
    this.isConfigured = isConfigured;
  }

  async send(mail: Mail): Promise<void> {
    if (this.isFailing) throw new Error('the mail server is on fire');
    this.mails.push(mail);
  }
}

export interface TestAccounts {
  accounts: Accounts;
  authority: TokenAuthority;
  audit: AuditLog;
  failures: FailureLog;
  browser: BrowserSessions;
}

export function testAccounts(options: {
  store: Store;
  vault: Vault;
  clock: Clock;
  authority?: TokenAuthority;
  mailer?: Mailer;
  baseUrl?: () => string;
  instance?: string;
}): TestAccounts {
  const { store, vault, clock, baseUrl = () => 'https://sightline.example' } = options;
  const audit = new AuditLog({ clock, key: vault.deriveKey('audit') });
  const authority = options.authority ?? new TokenAuthority({ store, vault, audit, clock, newId });
  const failures = new FailureLog({ store, audit, clock, onError: () => {} });
  const accounts = createAccounts({
    store,
    vault,
    audit,
    clock,
    newId,
    authority,
    mailer: options.mailer ?? new TestMailer(),
    attempts: new Attempts({ clock }),
    failures,
    baseUrl,
    onMailFailed: () => {},
  });
  const cookie = new SessionCookie(options.instance ?? '0123456789ab');
  const browser = new BrowserSessions({ sessions: accounts.sessions, cookie, baseUrl });
  return { accounts, authority, audit, failures, browser };
}
