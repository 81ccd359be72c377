// The words of the unified model, each list once. Sources: docs of the unified API ("Data, /v2") and Bitsight's
// enumerations of severities, grades and rating bands.

/** Severities of a finding, worst first. A finding without a usable severity has `null`, counted as `UNKNOWN`. */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where a finding stands. `REOPENED` is open again after having been resolved. */
export const FINDING_STATES = ['OPEN', 'RESOLVED', 'REOPENED'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** What one upstream record says by itself; `REOPENED` needs history, so a record never says it. */
export const REPORTED_STATES = ['OPEN', 'RESOLVED'] as const;
export type ReportedState = (typeof REPORTED_STATES)[number];

/** Rating bands of a company, best first. */
export const OVERALL_GRADES = ['ADVANCED', 'INTERMEDIATE', 'BASIC'] as const;
export type OverallGrade = (typeof OVERALL_GRADES)[number];

/** Letter grades of one risk vector of a company. */
export const LETTER_GRADES = ['A', 'B', 'C', 'D', 'F'] as const;
export type LetterGrade = (typeof LETTER_GRADES)[number];

/** Kinds of asset a finding is about. */
export const ASSET_TYPES = ['IP', 'DOMAIN', 'APP'] as const;
export type AssetType = (typeof ASSET_TYPES)[number];

/** The vendor's name in every unified record and on a connection. */
export const VENDOR = 'BIT_SIGHT';

/** Lowest and highest security rating Bitsight gives. */
export const SCORE_SCALE = Object.freeze({ min: 250, max: 900 });
