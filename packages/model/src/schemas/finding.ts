// The unified finding: one observed weakness of one company. Fields as in the unified API, "TprmFinding".
import { z } from 'zod';
import type { ReportedState } from '../vocabulary.ts';
import { ASSET_TYPES, FINDING_STATES, SEVERITIES } from '../vocabulary.ts';
import { day, timestamp, upstreamRecord, vendor } from './fields.ts';

/** One asset a finding is about. */
export const TprmAsset = z
  .object({
    type: z.enum(ASSET_TYPES).meta({ description: 'IP address, domain or mobile application' }),
    value: z.string().meta({ description: 'The address, domain or application as Bitsight names it' }),
    importance: z.number().nullable().meta({ description: 'Importance to the company, 0 to 1' }),
    category: z.string().nullable().meta({ description: 'Importance in words: critical, high, medium, low' }),
    is_monitored: z
      .boolean()
      .nullable()
      .meta({ description: 'Continuous Asset Monitoring; null when not told' }),
  })
  .meta({ id: 'TprmAsset', description: 'An asset a finding is about' });
export type TprmAsset = z.infer<typeof TprmAsset>;

/** Severity in Bitsight's own terms. */
export const VendorSeverity = z
  .object({
    value: z.number().nullable().meta({ description: 'Number from 1 to 10' }),
    category: z.string().nullable().meta({ description: 'minor, moderate, material or severe, as received' }),
  })
  .meta({ id: 'VendorSeverity', description: 'Severity as Bitsight gives it' });
export type VendorSeverity = z.infer<typeof VendorSeverity>;

/** One observed weakness of one company. */
export const TprmFinding = z
  .object({
    id: z
      .uuid()
      .meta({ description: 'UUID v5 of connection, company guid and identity; never of temporary_id' }),
    connection_id: z.string().meta({ description: 'Connection the finding was read through' }),
    company_id: z.uuid().meta({ description: 'TprmCompany the finding belongs to' }),
    vendor: vendor().meta({ description: 'Source of the data' }),
    vendor_id: z
      .string()
      .nullable()
      .meta({ description: 'rolledup_observation_id; null in old data that has none' }),
    title: z.string().meta({ description: 'One line: the risk vector and what was seen' }),
    description: z.string().nullable().meta({ description: 'What was found, plain text' }),
    category: z.string().nullable().meta({ description: 'Risk category, such as Diligence' }),
    factor: z.string().meta({ description: 'Risk vector slug; open list' }),
    factor_name: z.string().meta({ description: 'Display name of the risk vector' }),
    severity: z
      .enum(SEVERITIES)
      .nullable()
      .meta({ description: 'Unified severity; null is shown as UNKNOWN' }),
    vendor_severity: VendorSeverity.meta({ description: 'Severity as Bitsight gives it' }),
    grade: z.string().nullable().meta({ description: 'Finding grade: GOOD, FAIR, WARN, BAD, NEUTRAL, …' }),
    state: z.enum(FINDING_STATES).meta({ description: 'Where the finding stands' }),
    state_updated_at: timestamp().meta({ description: 'When the state last changed, UTC' }),
    first_seen: day().nullable().meta({ description: 'First day seen; null where the record does not tell' }),
    last_seen: day().nullable().meta({ description: 'Last day seen; null where the record does not tell' }),
    affects_score: z.boolean().nullable().meta({ description: 'Whether it counts in the rating' }),
    impact: z.string().nullable().meta({ description: 'Why it counts or not: impacts_risk_vector_details' }),
    assets: z.array(TprmAsset).meta({ description: 'Assets concerned' }),
    port: z.int().min(1).max(65_535).nullable().meta({ description: 'TCP or UDP port, where one is known' }),
    evidence: z
      .string()
      .nullable()
      .meta({ description: 'evidence_key: address, domain or serial it was seen at' }),
    remediation: z.string().nullable().meta({ description: 'How to put it right, plain text' }),
    cves: z.array(z.string()).meta({ description: 'CVE ids, upper case, unique, sorted' }),
    remediation_status: z
      .string()
      .nullable()
      .meta({ description: 'Status set by people, such as Work In Progress' }),
    duration: z.int().nonnegative().nullable().meta({ description: 'Days the finding has lasted' }),
    created_at: timestamp().meta({ description: 'When Sightline first stored the finding, UTC' }),
    updated_at: timestamp().meta({ description: 'Last change of content, UTC' }),
    last_synced_at: timestamp().meta({ description: 'Last time a run read the finding, UTC' }),
    vendor_data: upstreamRecord().meta({ description: 'The upstream record, untouched' }),
  })
  .meta({ id: 'TprmFinding', description: 'A weakness observed at a third party' });
export type TprmFinding = z.infer<typeof TprmFinding>;

/** What of a finding depends on history, and so is kept by the store. */
export type FindingHistory = Pick<
  TprmFinding,
  'state' | 'state_updated_at' | 'created_at' | 'updated_at' | 'last_synced_at' | 'vendor_data'
>;

/**
 * What one upstream finding says now. `reported_state` and `has_fix` are for the store's columns and are not
 * fields of a `TprmFinding`: {@link findingOf} leaves them out.
 */
export type FindingContent = Omit<TprmFinding, keyof FindingHistory> & {
  reported_state: ReportedState;
  /** Whether the record carries a remediation tip (help text alone is no fix). */
  has_fix: boolean;
};
