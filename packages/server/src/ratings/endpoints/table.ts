/** The endpoint table: every endpoint that is read, once. The router, the OpenAPI document and the tests walk it. */
import { ALERT_ENDPOINTS } from './alerts.ts';
import { ASSET_ENDPOINTS } from './assets.ts';
import { BREACH_ENDPOINTS } from './breaches.ts';
import { CATALOGUE_ENDPOINTS } from './catalogues.ts';
import { COMMENT_ENDPOINTS } from './comments.ts';
import { COMPANY_ENDPOINTS } from './companies.ts';
import { COMPANY_TREE_ENDPOINTS } from './company-tree.ts';
import { CREDENTIAL_ENDPOINTS } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { FINDING_ENDPOINTS } from './findings.ts';
import { FOLDER_ENDPOINTS } from './folders.ts';
import { FOURTH_PARTY_ENDPOINTS } from './fourth-parties.ts';
import { INSIGHT_ENDPOINTS } from './insights.ts';
import { LIFE_CYCLE_ENDPOINTS } from './life-cycles.ts';
import { PORTFOLIO_ENDPOINTS } from './portfolio.ts';
import { RATING_ENDPOINTS } from './ratings.ts';
import { REMEDIATION_ENDPOINTS } from './remediations.ts';
import { REPORT_ENDPOINTS } from './reports.ts';
import { REQUEST_ENDPOINTS } from './requests.ts';
import { SUBSCRIPTION_ENDPOINTS } from './subscriptions.ts';
import { THREAT_ENDPOINTS } from './threats.ts';
import { TIER_ENDPOINTS } from './tiers.ts';
import { UPSTREAM_ONLY_ENDPOINTS } from './upstream-only.ts';
import { VULNERABILITY_ENDPOINTS } from './vulnerabilities.ts';

export const ENDPOINTS: readonly Endpoint[] = Object.freeze([
  ...PORTFOLIO_ENDPOINTS,
  ...COMPANY_ENDPOINTS,
  ...FINDING_ENDPOINTS,
  ...RATING_ENDPOINTS,
  ...ASSET_ENDPOINTS,
  ...VULNERABILITY_ENDPOINTS,
  ...THREAT_ENDPOINTS,
  ...CREDENTIAL_ENDPOINTS,
  ...COMMENT_ENDPOINTS,
  ...FOLDER_ENDPOINTS,
  ...LIFE_CYCLE_ENDPOINTS,
  ...REMEDIATION_ENDPOINTS,
  ...TIER_ENDPOINTS,
  ...ALERT_ENDPOINTS,
  ...BREACH_ENDPOINTS,
  ...INSIGHT_ENDPOINTS,
  ...FOURTH_PARTY_ENDPOINTS,
  ...COMPANY_TREE_ENDPOINTS,
  ...CATALOGUE_ENDPOINTS,
  ...SUBSCRIPTION_ENDPOINTS,
  ...REPORT_ENDPOINTS,
  ...REQUEST_ENDPOINTS,
  ...UPSTREAM_ONLY_ENDPOINTS,
]);
