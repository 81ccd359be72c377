/** A token whose value the command line does not see: it goes to its holder as a one-time link. */
import { Attempts } from '../access/attempts.ts';
import { NO_ORIGIN } from '../access/audit/audit-event.ts';
import type { Principal } from '../access/principal.ts';
import type { ApiTokenView } from '../access/token-authority.ts';
import { TokenRetrieval } from '../access/token-retrieval.ts';
import type { CompanyTokenRequest } from '../access/token-rules.ts';
import { mailerOf } from '../app/services.ts';
import type { HubSettings } from '../config.ts';
import { OperatorError } from '../errors.ts';
import type { Installation } from '../installation.ts';
import { publicBaseUrl } from './options.ts';

/** Makes the token and mails the link. Throws OperatorError without mail settings, CallerError when it cannot be mailed. */
export async function mailedToken(
  installation: Installation,
  settings: HubSettings & { dataDir: string },
  principal: Principal,
  asked: CompanyTokenRequest & { email: string },
): Promise<ApiTokenView> {
  const { authority, clock } = installation;
  const baseUrl = () => publicBaseUrl(settings);
  const retrieval = new TokenRetrieval({
    ...installation,
    attempts: new Attempts({ clock }),
    mailer: mailerOf(settings, baseUrl),
    baseUrl,
    tokens: authority.companyTokens,
    accessChanged: () => authority.accessChanged(),
  });
  if (!retrieval.isPossible) {
    throw new OperatorError('--email needs a mail server: give --smtp-url, or SIGHTLINE_SMTP_URL.', {
      exitCode: 2,
    });
  }
  const { token } = await retrieval.createMailed(principal, principal.organizationId, asked, NO_ORIGIN);
  return token;
}
