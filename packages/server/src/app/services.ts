/** How services are put together, for a server or the command line. */

import { readFileSync } from 'node:fs';
import { type Accounts, createAccounts } from '../access/accounts/accounts.ts';
import type { Attempts } from '../access/attempts.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { CompanyDirectory } from '../access/groups/company-directory.ts';
import { GroupService } from '../access/groups/group-service.ts';
import type { Clock } from '../clock.ts';
import type { HubSettings } from '../config.ts';
import { BITSIGHT_HOSTS } from '../connections/base-url.ts';
import { ConnectionService } from '../connections/connections.ts';
import { RotationService } from '../connections/rotation.ts';
import type { UpstreamClients } from '../connections/upstream-client.ts';
import { UpstreamTokenService } from '../connections/upstream-tokens.ts';
import { OperatorError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Installation } from '../installation.ts';
import type { Logger } from '../log.ts';
import type { Mailer } from '../mail/mailer.ts';
import { createMailer } from '../mail/smtp-mailer.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import type { DatabaseRunQueue } from '../sync/database-run-queue.ts';

/** The services behind people's accounts, for a server or the command line. */
export function accountServices(
  installation: Installation,
  around: { attempts: Attempts; mailer: Mailer; baseUrl: () => string; logger: Logger },
): Accounts {
  const { attempts, mailer, baseUrl, logger } = around;
  return createAccounts({
    ...installation,
    newId,
    attempts,
    mailer,
    baseUrl,
    onMailFailed: err => logger.error({ err }, 'a mail was not sent'),
  });
}

/** The service behind access control groups, over whatever companies the server has. */
export function groupService(installation: Installation, companies: CompanyDirectory): GroupService {
  const { store, audit, clock, authority } = installation;
  return new GroupService({
    store,
    audit,
    clock,
    newId,
    companies,
    onAccessChanged: () => authority.accessChanged(),
  });
}

/** The service behind connections, for a server or the command line. */
export function connectionService(
  parts: {
    store: Store;
    vault: Vault;
    audit: AuditLog;
    clock: Clock;
    runQueue: DatabaseRunQueue;
    clients: UpstreamClients;
  },
  upstreamHosts: readonly string[],
): ConnectionService {
  return new ConnectionService({ ...parts, newId, upstreamHosts: allowedUpstreams(upstreamHosts) });
}

/** The services that manage tokens on Bitsight, for a server or the command line. */
export function upstreamTokenServices(
  { store, vault, audit, clock }: Installation,
  clients: UpstreamClients,
  upstreamHosts: readonly string[],
): { upstreamTokens: UpstreamTokenService; rotations: RotationService } {
  const parts = {
    store,
    vault,
    audit,
    clock,
    clients,
    newId,
    upstreamHosts: allowedUpstreams(upstreamHosts),
  };
  return { upstreamTokens: new UpstreamTokenService(parts), rotations: new RotationService(parts) };
}

/** Hosts that a token may be sent to: Bitsight's own and those the operator adds. */
export function allowedUpstreams(added: readonly string[]): string[] {
  return [...BITSIGHT_HOSTS, ...added];
}

/** Throws OperatorError when the file cannot be read or holds no certificate. */
export function readUpstreamCa(file: string | undefined): string | undefined {
  return readAuthority(file, '--upstream-ca');
}

/** The mailer of the settings, for a server or the command line. Throws OperatorError for settings that cannot work. */
export function mailerOf(
  { smtpUrl, smtpFrom, smtpCa }: Pick<HubSettings, 'smtpUrl' | 'smtpFrom' | 'smtpCa'>,
  baseUrl: () => string,
): Mailer {
  return createMailer({ smtpUrl, smtpFrom, smtpCa: readAuthority(smtpCa, '--smtp-ca') }, baseUrl);
}

function readAuthority(file: string | undefined, flag: string): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`The certificate authority ${file} (${flag}) cannot be read.`, { cause });
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new OperatorError(`The file ${file} (${flag}) holds no certificate in PEM form.`);
}
