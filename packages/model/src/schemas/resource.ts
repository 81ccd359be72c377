// The resource view of a company, for clients that think in resources. Fields as in the unified API, "Resource".
import { z } from 'zod';
import { OVERALL_GRADES } from '../vocabulary.ts';
import { timestamp, upstreamRecord, vendor } from './fields.ts';

/** Open findings of one company by severity. */
export const OpenFindingCounts = z
  .object({
    CRITICAL: z.int().nonnegative().meta({ description: 'Open findings of severity CRITICAL' }),
    HIGH: z.int().nonnegative().meta({ description: 'Open findings of severity HIGH' }),
    MEDIUM: z.int().nonnegative().meta({ description: 'Open findings of severity MEDIUM' }),
    LOW: z.int().nonnegative().meta({ description: 'Open findings of severity LOW' }),
    UNKNOWN: z.int().nonnegative().meta({ description: 'Open findings without a usable severity' }),
  })
  .meta({ id: 'OpenFindingCounts', description: 'Open and reopened findings by severity' });
export type OpenFindingCounts = z.infer<typeof OpenFindingCounts>;

/** A vendor as a resource. */
export const Resource = z
  .object({
    id: z.uuid().meta({ description: 'UUID v5 of the company id' }),
    type: z.literal('VENDOR').meta({ description: 'Kind of resource' }),
    name: z.string().meta({ description: 'Company name' }),
    connection_id: z.string().meta({ description: 'Connection the company was read through' }),
    vendor: vendor().meta({ description: 'Source of the data' }),
    vendor_id: z.string().meta({ description: "The source's own id: Bitsight company guid" }),
    identifiers: z
      .object({
        domain: z.string().nullable().meta({ description: 'Primary domain' }),
        guid: z.string().meta({ description: 'Bitsight company guid' }),
        custom_id: z.string().nullable().meta({ description: "The customer's own id" }),
      })
      .meta({ description: 'What the vendor is known by' }),
    first_seen: timestamp().meta({ description: 'When Sightline first stored the company, UTC' }),
    last_seen: timestamp().meta({ description: 'Last time a run read the company, UTC' }),
    attributes: z
      .object({
        score: z.int().nullable().meta({ description: 'Newest security rating, 250 to 900' }),
        grade: z.enum(OVERALL_GRADES).nullable().meta({ description: 'Band of the newest rating' }),
        industry: z.string().nullable().meta({ description: 'Industry, display name' }),
        tier: z.string().nullable().meta({ description: 'Tier name' }),
        lifecycle: z.string().nullable().meta({ description: 'Life-cycle stage, display name' }),
      })
      .meta({ description: 'What the vendor is like' }),
    open_finding_counts: OpenFindingCounts.meta({ description: 'Open findings by severity' }),
    created_at: timestamp().meta({ description: 'When Sightline first stored the company, UTC' }),
    updated_at: timestamp().meta({ description: 'Last change of content, UTC' }),
    vendor_data: upstreamRecord().meta({ description: 'Upstream records, untouched' }),
  })
  .meta({ id: 'Resource', description: 'A third party as a resource of type VENDOR' });
export type Resource = z.infer<typeof Resource>;
