/** The endpoint table: every endpoint that is read, once. The router, the OpenAPI document and the tests walk it. */
import { COMPANY_ENDPOINTS } from './companies.ts';
import type { Endpoint } from './endpoint.ts';
import { FINDING_ENDPOINTS } from './findings.ts';
import { PORTFOLIO_ENDPOINTS } from './portfolio.ts';
import { RATING_ENDPOINTS } from './ratings.ts';

export const ENDPOINTS: readonly Endpoint[] = Object.freeze([
  ...PORTFOLIO_ENDPOINTS,
  ...COMPANY_ENDPOINTS,
  ...FINDING_ENDPOINTS,
  ...RATING_ENDPOINTS,
]);
