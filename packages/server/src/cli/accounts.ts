/** People's accounts from the command line: no mail goes out, for whoever typed the command passes the link on. */
import { type Accounts, createAccounts } from '../access/accounts/accounts.ts';
import { Attempts } from '../access/attempts.ts';
import { operatorOf } from '../access/operator.ts';
import type { Principal } from '../access/principal.ts';
import { newId } from '../ids.ts';
import type { Mailer } from '../mail/mailer.ts';
import { withInstallation } from './installation.ts';
import { hubSettings, publicBaseUrl } from './options.ts';

/** Links are printed, whatever the settings say of mail. */
const NO_MAIL: Mailer = Object.freeze({
  isConfigured: false,
  send: () => Promise.reject(new Error('the command line mails nothing')),
});

export interface AccountsDesk {
  accounts: Accounts;
  /** The operator, in whose name everything here is recorded. */
  principal: Principal;
}

/** Opens the data directory for one command on accounts. */
export async function withAccounts<T>(
  flags: Record<string, unknown>,
  work: (desk: AccountsDesk) => Promise<T>,
): Promise<T> {
  const settings = hubSettings(flags);
  return withInstallation(settings.dataDir, async installation => {
    const { clock } = installation;
    const accounts = createAccounts({
      ...installation,
      newId,
      mailer: NO_MAIL,
      attempts: new Attempts({ clock }),
      baseUrl: () => publicBaseUrl(settings),
      onMailFailed: () => {},
    });
    return work({ accounts, principal: await operatorOf(installation.store) });
  });
}
