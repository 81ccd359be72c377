// From one upstream finding to the unified finding. Source: unified API, "TprmFinding" and its table; Bitsight's
// finding object as documented and as recorded from production.
import { findingId } from '../ids.ts';
import type { Mapped } from '../mapped.ts';
import { riskVector } from '../risk-vectors.ts';
import type { FindingContent, FindingHistory, TprmFinding } from '../schemas/finding.ts';
import { type ReportedState, VENDOR } from '../vocabulary.ts';
import { dayOf } from './dates.ts';
import { assetsOf, cvesOf, portOf } from './details.ts';
import { findingIdentity } from './identity.ts';
import {
  daysOf,
  flagOf,
  isAbsent,
  isObject,
  type JsonObject,
  numberOf,
  objectOf,
  textOf,
} from './readers.ts';
import { severityOf } from './scales.ts';
import { annotationMessage, descriptionOf, hasRemediationTip, remediationOf, titleOf } from './texts.ts';

/** Where a finding was read: it does not say so itself. */
export interface FindingContext {
  readonly connectionId: string;
  /** Bitsight guid of the company. */
  readonly companyGuid: string;
  /** `TprmCompany.id` of the company. */
  readonly companyId: string;
}

/** The day of a date field that may be missing; a malformed one is a problem, as windows are computed from it. */
function dayField(record: JsonObject, field: 'first_seen' | 'last_seen', problems: string[]): string | null {
  const value = record[field];
  if (isAbsent(value)) return null;
  const day = dayOf(value);
  if (day === null) problems.push(`${field}: not a date`);
  return day;
}

/** What an upstream finding says of itself. */
export function reportedState(record: unknown): ReportedState {
  if (!isObject(record)) return 'OPEN';
  const status = remediationStatusOf(record)?.trim().toLowerCase();
  return record.remediated === true || status === 'resolved' ? 'RESOLVED' : 'OPEN';
}

/** What a store files a finding under and filters by: everything but the texts for people, at a third of their cost. */
export type FindingFacts = Pick<
  FindingContent,
  | 'id'
  | 'category'
  | 'factor'
  | 'severity'
  | 'first_seen'
  | 'last_seen'
  | 'affects_score'
  | 'assets'
  | 'cves'
  | 'reported_state'
  | 'has_fix'
> & { readonly identity: string };

/**
 * The facts of an upstream finding. Pure, and never throws: a record without a risk vector, a usable identity or well-formed
 * dates is reported, for the same reasons and in the same words as by `mapFinding`.
 */
export function findingFacts(record: unknown, context: FindingContext): Mapped<FindingFacts> {
  if (!isObject(record)) return { ok: false, problems: ['finding: not an object'] };
  const problems: string[] = [];
  const factor = textOf(record.risk_vector);
  if (factor === null) problems.push('risk_vector: missing or not a string');
  const identity = findingIdentity(record);
  // Without its risk vector a record has no identity either; one problem is enough said.
  if (identity === '' && factor !== null)
    problems.push('rolledup_observation_id: none, nor evidence_key or assets in its place');
  const firstSeen = dayField(record, 'first_seen', problems);
  const lastSeen = dayField(record, 'last_seen', problems);
  if (factor === null || identity === '' || problems.length > 0) return { ok: false, problems };

  const details = objectOf(record.details);
  return {
    ok: true,
    value: {
      identity,
      id: findingId(context.connectionId, context.companyGuid, identity),
      category: textOf(record.risk_category) ?? riskVector(factor)?.category ?? null,
      factor,
      severity: severityOf(record.severity_category, record.severity),
      first_seen: firstSeen,
      last_seen: lastSeen,
      affects_score: flagOf(record.affects_rating),
      assets: assetsOf(record),
      cves: cvesOf(record, details),
      reported_state: reportedState(record),
      has_fix: hasRemediationTip(details),
    },
  };
}

function remediationStatusOf(record: JsonObject): string | null {
  return textOf(objectOf(record.remediation_history).last_remediation_status_label);
}

/**
 * What an upstream finding says, as unified content: its facts and the texts for people. `first_seen` and `last_seen` may be
 * missing (some documented payloads lack them). Any other field of an unexpected type is null here and stays in the record.
 */
export function mapFinding(record: unknown, context: FindingContext): Mapped<FindingContent> {
  const facts = findingFacts(record, context);
  if (!facts.ok || !isObject(record)) return { ok: false, problems: facts.ok ? [] : facts.problems };
  const { identity: _identity, ...filed } = facts.value;
  const details = objectOf(record.details);
  const factorName = riskVector(filed.factor)?.name ?? textOf(record.risk_vector_label) ?? filed.factor;
  const evidence = textOf(record.evidence_key);
  const message = annotationMessage(record, details, filed.assets);
  return {
    ok: true,
    value: {
      ...filed,
      connection_id: context.connectionId,
      company_id: context.companyId,
      vendor: VENDOR,
      vendor_id: textOf(record.rolledup_observation_id),
      title: titleOf(factorName, message, record, details),
      description: descriptionOf(details, message),
      factor_name: factorName,
      vendor_severity: { value: numberOf(record.severity), category: textOf(record.severity_category) },
      grade: textOf(details.grade),
      // affects_rating_details is the name of the field before 2023.
      impact: textOf(record.impacts_risk_vector_details) ?? textOf(record.affects_rating_details),
      port: portOf(details, evidence),
      evidence,
      remediation: remediationOf(details),
      remediation_status: remediationStatusOf(record),
      duration: daysOf(record.duration),
    },
  };
}

/** Whether a remediation tip exists; the same truth as `VulnerabilityFinding.has_fix`. */
export function hasFix(content: Pick<FindingContent, 'has_fix'>): boolean {
  return content.has_fix;
}

/** The full finding: content without what is for columns only, and what the store knows of its history. */
export function findingOf(content: FindingContent, history: FindingHistory): TprmFinding {
  const { reported_state: _reported, has_fix: _fix, ...fields } = content;
  return { ...fields, ...history };
}
