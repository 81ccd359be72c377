/** The table of what may be written: every endpoint that changes data, once. The router, the OpenAPI document and tests walk it. */
import { COMMENT_WRITES } from './comments.ts';
import { COMPANY_WRITES } from './companies-writes.ts';
import { FOLDER_WRITES } from './folders.ts';
import { REMEDIATION_WRITES } from './remediations.ts';
import { TIER_WRITES } from './tiers.ts';
import type { WriteEndpoint } from './write-endpoint.ts';

export const WRITE_ENDPOINTS: readonly WriteEndpoint[] = Object.freeze([
  ...FOLDER_WRITES,
  ...TIER_WRITES,
  ...COMPANY_WRITES,
  ...COMMENT_WRITES,
  ...REMEDIATION_WRITES,
]);
