import { resourceId } from '../ids.ts';
import type { TprmCompany } from '../schemas/company.ts';
import type { OpenFindingCounts, Resource } from '../schemas/resource.ts';

// A company seen as a resource of type VENDOR.

/** The fields of a company a resource is made of. */
export type ResourceSource = Pick<
  TprmCompany,
  | 'id'
  | 'connection_id'
  | 'vendor'
  | 'vendor_id'
  | 'name'
  | 'domain'
  | 'custom_id'
  | 'overall_score'
  | 'overall_grade'
  | 'industry'
  | 'tier'
  | 'lifecycle'
  | 'created_at'
  | 'updated_at'
  | 'last_synced_at'
  | 'vendor_data'
>;

/** The `Resource` of a company. `counts` are its open and reopened findings by severity. */
export function resourceOf(company: ResourceSource, counts: OpenFindingCounts): Resource {
  return {
    id: resourceId(company.id),
    type: 'VENDOR',
    name: company.name,
    connection_id: company.connection_id,
    vendor: company.vendor,
    vendor_id: company.vendor_id,
    identifiers: { domain: company.domain, guid: company.vendor_id, custom_id: company.custom_id },
    first_seen: company.created_at,
    last_seen: company.last_synced_at,
    attributes: {
      score: company.overall_score,
      grade: company.overall_grade,
      industry: company.industry,
      tier: company.tier,
      lifecycle: company.lifecycle,
    },
    open_finding_counts: counts,
    created_at: company.created_at,
    updated_at: company.updated_at,
    vendor_data: company.vendor_data,
  };
}
