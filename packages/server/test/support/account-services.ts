/** What the account routes of the ratings API work with, over a store of a test: people, groups, mailed tokens; no mail is sent. */
import { type Accounts, createAccounts } from '../../src/access/accounts/accounts.ts';
import { Attempts } from '../../src/access/attempts.ts';
import type { AuditLog } from '../../src/access/audit/audit-log.ts';
import { FailureLog } from '../../src/access/audit/failures.ts';
import type { CompanyDirectory } from '../../src/access/groups/company-directory.ts';
import { GroupService } from '../../src/access/groups/group-service.ts';
import { storedCompanies } from '../../src/access/groups/stored-companies.ts';
import type { TokenAuthority } from '../../src/access/token-authority.ts';
import {
  createTokenServices,
  type TokenServices,
  type TokenServicesOptions,
} from '../../src/access/token-services.ts';
import type { Clock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { createMailer } from '../../src/mail/smtp-mailer.ts';
import type { AccountRoutesOptions } from '../../src/ratings/account-routes.ts';
import type { Vault } from '../../src/secrets/vault.ts';
import type { Store } from '../../src/store/store.ts';

export interface AccountServices {
  accounts: Accounts;
  groups: GroupService;
  tokens: TokenServices;
  /** Options of `accountRoutes`. */
  routes: AccountRoutesOptions;
}

export function accountServices(
  parts: { store: Store; vault: Vault; audit: AuditLog; clock: Clock; authority: TokenAuthority },
  companies: CompanyDirectory = storedCompanies(parts.store.db),
  more: Partial<Pick<TokenServicesOptions, 'mailer' | 'revokeExposed'>> = {},
): AccountServices {
  const { store, audit, clock, authority } = parts;
  const failures = new FailureLog({ store, audit, clock, onError: () => {} });
  const around = {
    ...{ ...parts, newId, failures },
    mailer: createMailer({}, () => ''),
    attempts: new Attempts({ clock }),
    baseUrl: () => 'https://sightline.example',
    revokeExposed: false,
    ...more,
  };
  const accounts = createAccounts({ ...around, onMailFailed: () => {} });
  const tokens = createTokenServices({ ...around, onFailure: () => {} });
  const groups = new GroupService({
    ...{ store, audit, clock, newId, companies },
    onAccessChanged: () => authority.accessChanged(),
  });
  const routes: AccountRoutesOptions = {
    ...{ authority, store, groups },
    users: accounts.users,
    retrieval: tokens.retrieval,
    canMail: () => accounts.canMail,
    baseUrlOf: request => `${request.protocol}://${request.host}`,
  };
  return { accounts, groups, tokens, routes };
}
