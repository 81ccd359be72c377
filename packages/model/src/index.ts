// Everything other packages may use of the unified model.
export type { CompanyRecord } from './bitsight/company.ts';
export { mapCompany } from './bitsight/company.ts';
export { findingContentHash } from './bitsight/content-hash.ts';
export type { FindingContext, FindingFacts } from './bitsight/finding.ts';
export { findingFacts, findingOf, hasFix, mapFinding, reportedState } from './bitsight/finding.ts';
export { findingIdentity } from './bitsight/identity.ts';
export { resourceOf } from './bitsight/resource.ts';
export { overallGradeOf, severityOf } from './bitsight/scales.ts';
export { isVulnerabilityFinding, vulnerabilityFindingOf } from './bitsight/vulnerability-finding.ts';
export { nextFindingState } from './finding-state.ts';
export { collidedFindingId, companyId, findingId, resourceId, vulnerabilityFindingId } from './ids.ts';
export type { Mapped } from './mapped.ts';
export { plainText } from './plain-text.ts';
export type { RiskCategory, RiskVector } from './risk-vectors.ts';
export { RISK_CATEGORIES, RISK_VECTORS, riskVector } from './risk-vectors.ts';
export type { CompanyContent } from './schemas/company.ts';
export { RatingPoint, TprmCompany, TprmFactor } from './schemas/company.ts';
export type { FindingContent, FindingHistory } from './schemas/finding.ts';
export { TprmAsset, TprmFinding, VendorSeverity } from './schemas/finding.ts';
export { OpenFindingCounts, Resource } from './schemas/resource.ts';
export { ResourceRelated, Vulnerability, VulnerabilityFinding } from './schemas/vulnerability-finding.ts';
export type {
  AssetType,
  FindingState,
  LetterGrade,
  OverallGrade,
  ReportedState,
  Severity,
} from './vocabulary.ts';
export {
  ASSET_TYPES,
  FINDING_STATES,
  LETTER_GRADES,
  OVERALL_GRADES,
  REPORTED_STATES,
  SCORE_SCALE,
  SEVERITIES,
  VENDOR,
} from './vocabulary.ts';
