/** The public surface of `@sightline/bitsight`: what is not exported here may change without notice. */
export type { BitsightClientOptions } from './client.ts';
export { BitsightClient } from './client.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { ApiRecord } from './envelope.ts';
export type { ErrorFacts, RequestLine } from './errors.ts';
export {
  BitsightArgumentError,
  BitsightAuthenticationError,
  BitsightError,
  BitsightForbiddenError,
  BitsightMalformedError,
  BitsightNetworkError,
  BitsightNotFoundError,
  BitsightRateLimitError,
  BitsightRequestError,
  BitsightServerError,
  BitsightShortPageError,
  BitsightTimeoutError,
  BitsightTooLargeError,
} from './errors.ts';
export type { AttemptEvent, RetryEvent } from './events.ts';
export type { Fetch, FetchBodyReader, FetchRequest, FetchResponse } from './fetch.ts';
export type { ListOptions, Page, PagedList, PagePosition } from './page.ts';
export type { QueryValue } from './query.ts';
export type { ApiToken, ApiTokens, NewApiToken } from './resources/api-tokens.ts';
export { lastFourOf } from './resources/api-tokens.ts';
export type { Companies, CompaniesOverview, CompanyParams } from './resources/companies.ts';
export type { Findings, FindingsParams } from './resources/findings.ts';
export type { Folders } from './resources/folders.ts';
export type { Portfolio, PortfolioOverviewParams, PortfolioParams } from './resources/portfolio.ts';
export type { ListRequest, ReadRequest, Reads } from './resources/reads.ts';
export type { Tiers } from './resources/tiers.ts';
export type { CurrentUserParams, Users } from './resources/users.ts';
export type { RetryReason, RetryRule } from './retry.ts';
export { RETRY_RULES } from './retry.ts';
export type { RequestOptions } from './transport.ts';
