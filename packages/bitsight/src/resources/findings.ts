/**
 * Findings of one company. Sources: https://help.bitsighttech.com/hc/en-us/articles/360022913734, Bitsight's OpenAPI,
 * and, for the page size, what public connectors use.
 */
import { type ListOptions, PagedList } from '../page.ts';
import { guidSegment, type QueryValue } from '../query.ts';
import type { Transport } from '../transport.ts';

type RangeSuffix = '' | '_lt' | '_lte' | '_gt' | '_gte';

/** The documented filters. Bitsight ignores a name it does not know, so the names are fixed here. */
export type FindingsParams = {
  /** Rows per page. Default 1,000, the most that is known to be used. */
  limit?: number;
} & {
  [filter in
    | 'q'
    /** Without it the order is unspecified and pages may overlap while findings change: `first_seen` is safe. */
    | 'sort'
    | 'fields'
    | 'expand'
    | 'unsampled'
    | 'affects_rating'
    | 'impacts_risk_vector_details'
    | 'evidence_key'
    | 'rolledup_observation_id'
    | `first_seen${RangeSuffix}`
    | `last_seen${RangeSuffix}`
    | `decay_date${RangeSuffix}`
    | `severity${RangeSuffix}`
    | `last_remediation_status_date${RangeSuffix}`
    | `grace_period_end_date${'_lte' | '_gte'}`
    | `guest_network_end_date${'_lte' | '_gte'}`
    | `duration${'_lte' | '_gte'}`
    | `remaining_decay${Exclude<RangeSuffix, ''>}`
    | 'severity_category'
    | 'risk_category'
    | 'risk_vector'
    | 'risk_vector_label'
    | 'tags_contains'
    | `details.grade${'' | '_lt' | '_gt'}`
    | 'details.observed_ips_contains'
    | 'details.infection.family'
    | `details.cvss.base${'_lte' | '_gte'}`
    | 'details.vulnerabilities.severity'
    | 'details.assessment_name'
    | 'vulnerabilities'
    | `assets.${'asset' | 'category' | 'combined_importance' | 'hosted_by' | 'is_monitored'}`
    | `attributed_companies.${'guid' | 'name'}`
    | 'last_remediation_status_label'
    | 'last_refresh_status_label'
    | 'remediation_assignments'
    | 'remediated'
    | 'file_sharing_category'
    | 'check_pass'
    | 'threat_groups'
    | 'threat_activity_score_label']?: QueryValue;
};

const DEFAULT_LIMIT = 1000;

export class Findings {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** `GET /ratings/v1/companies/{guid}/findings`, in pages. Throws BitsightArgumentError at once for a wrong guid. */
  list(companyGuid: string, params: FindingsParams = {}, options?: ListOptions): PagedList {
    const path = `/ratings/v1/companies/${guidSegment(companyGuid)}/findings`;
    return new PagedList(this.#transport, { path, params, defaultLimit: DEFAULT_LIMIT }, options);
  }
}
