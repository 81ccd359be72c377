/** The services around API tokens that a server runs, put together once: use, exposure, mailed links, and what ends by the clock. */
import type { Clock } from '../clock.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Store } from '../store/store.ts';
import type { Attempts } from './attempts.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { FailureLog } from './audit/failures.ts';
import { ExposedTokens } from './exposed-tokens.ts';
import type { TokenAuthority } from './token-authority.ts';
import { TokenRetrieval } from './token-retrieval.ts';
import { TokenUpkeep } from './token-upkeep.ts';
import { TokenUsage } from './token-usage.ts';

export interface TokenServicesOptions {
  store: Store;
  audit: AuditLog;
  clock: Clock;
  authority: TokenAuthority;
  failures: FailureLog;
  attempts: Attempts;
  mailer: Mailer;
  /** Origin that links are made with; no slash at the end. */
  baseUrl: () => string;
  /** End a token at once that is seen in a URL or over plain HTTP. */
  revokeExposed: boolean;
  /** Told of work that could not be done now and is tried again. */
  onFailure: (error: unknown) => void;
}

export interface TokenServices {
  usage: TokenUsage;
  exposed: ExposedTokens;
  retrieval: TokenRetrieval;
  upkeep: TokenUpkeep;
  /** Who the authentication of a request tells. */
  witnesses: { usage: TokenUsage; attempts: Attempts; failures: FailureLog };
  start(): void;
  /** Writes what is still in memory. */
  stop(): Promise<void>;
}

export function createTokenServices(options: TokenServicesOptions): TokenServices {
  const { authority, attempts, failures } = options;
  const usage = new TokenUsage(options);
  const exposed = new ExposedTokens({ ...options, revoke: options.revokeExposed });
  const retrieval = new TokenRetrieval({
    ...options,
    tokens: authority.companyTokens,
    accessChanged: () => authority.accessChanged(),
  });
  const upkeep = new TokenUpkeep({ ...options, retrieval });
  return {
    usage,
    exposed,
    retrieval,
    upkeep,
    witnesses: { usage, attempts, failures },
    start() {
      usage.start();
      upkeep.start();
    },
    async stop() {
      await upkeep.stop();
      await usage.stop();
    },
  };
}
