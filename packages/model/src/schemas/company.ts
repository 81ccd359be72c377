// The unified company: one third party as its owner sees it. Fields as in the unified API, "TprmCompany".
import { z } from 'zod';
import { LETTER_GRADES, OVERALL_GRADES, SCORE_SCALE } from '../vocabulary.ts';
import { day, timestamp, upstreamRecord, vendor } from './fields.ts';

/** One risk vector's standing for one company. */
export const TprmFactor = z
  .object({
    slug: z.string().meta({ description: 'Risk vector slug as used in findings; open list' }),
    name: z.string().meta({ description: 'Current display name of the risk vector' }),
    category: z.string().nullable().meta({ description: 'Risk category, such as Diligence' }),
    grade: z
      .enum(LETTER_GRADES)
      .nullable()
      .meta({ description: 'Letter grade A to F; null when not graded' }),
    score: z.int().nullable().meta({ description: 'Rating of this vector; null when not rated' }),
    percentile: z.number().nullable().meta({ description: 'Percent of companies with a worse standing' }),
  })
  .meta({ id: 'TprmFactor', description: 'Grade of one company in one risk vector' });
export type TprmFactor = z.infer<typeof TprmFactor>;

/** A monitored third party. */
export const TprmCompany = z
  .object({
    id: z
      .uuid()
      .meta({ description: 'UUID v5 of connection and vendor id; the same on every run and machine' }),
    connection_id: z.string().meta({ description: 'Connection the company was read through' }),
    vendor: vendor().meta({ description: 'Source of the data' }),
    vendor_id: z.string().meta({ description: "The source's own id: Bitsight company guid" }),
    name: z.string().meta({ description: 'Company name' }),
    domain: z.string().nullable().meta({ description: 'Primary domain' }),
    homepage: z.string().nullable().meta({ description: 'Address of the home page' }),
    description: z.string().nullable().meta({ description: 'What the company does, plain text' }),
    industry: z.string().nullable().meta({ description: 'Industry, display name' }),
    sub_industry: z.string().nullable().meta({ description: 'Sub-industry, display name' }),
    overall_score: z
      .int()
      .min(SCORE_SCALE.min)
      .max(SCORE_SCALE.max)
      .nullable()
      .meta({ description: 'Newest security rating, 250 to 900; null when not rated' }),
    overall_grade: z.enum(OVERALL_GRADES).nullable().meta({ description: 'Band of the newest rating' }),
    score_scale: z
      .object({
        min: z.literal(SCORE_SCALE.min).meta({ description: 'Lowest possible score' }),
        max: z.literal(SCORE_SCALE.max).meta({ description: 'Highest possible score' }),
      })
      .meta({ description: 'Scale of overall_score' }),
    score_date: day().nullable().meta({ description: 'Day of the newest rating' }),
    factors: z
      .array(TprmFactor)
      .meta({ description: 'Risk vectors; empty when the subscription hides them' }),
    is_monitored: z.boolean().meta({ description: 'Whether a subscription to the company exists' }),
    subscription: z.string().nullable().meta({ description: 'Kind of subscription, display name' }),
    tier: z.string().nullable().meta({ description: 'Tier name, or its guid where only that is known' }),
    lifecycle: z.string().nullable().meta({ description: 'Life-cycle stage, display name' }),
    relationship: z.string().nullable().meta({ description: 'Relationship, display name' }),
    custom_id: z.string().nullable().meta({ description: "The customer's own id for the company" }),
    employee_count: z.int().nonnegative().nullable().meta({ description: 'People employed, estimate' }),
    ip_count: z.int().nonnegative().nullable().meta({ description: 'IPv4 addresses attributed' }),
    added_at: day()
      .nullable()
      .meta({ description: 'Day the company joined the portfolio; upstream has no time' }),
    created_at: timestamp().meta({ description: 'When Sightline first stored the company, UTC' }),
    updated_at: timestamp().meta({ description: 'Last change of content, UTC' }),
    last_synced_at: timestamp().meta({ description: 'Last time a run read the company, UTC' }),
    deleted_at: timestamp()
      .nullable()
      .meta({ description: 'When the company left the portfolio, UTC; null while in it' }),
    vendor_data: upstreamRecord().meta({ description: 'Upstream records, untouched' }),
  })
  .meta({
    id: 'TprmCompany',
    description: 'A third party: its rating, its risk vectors and its place in the portfolio',
  });
export type TprmCompany = z.infer<typeof TprmCompany>;

/** What the upstream records of one company say now; times of our own are added by the store. */
export type CompanyContent = Omit<
  TprmCompany,
  'created_at' | 'updated_at' | 'last_synced_at' | 'deleted_at' | 'vendor_data'
>;

/** The overall rating on one day. */
export const RatingPoint = z
  .object({
    date: day().meta({ description: 'Day of the rating' }),
    score: z
      .int()
      .min(SCORE_SCALE.min)
      .max(SCORE_SCALE.max)
      .meta({ description: 'Security rating, 250 to 900' }),
    grade: z.enum(OVERALL_GRADES).nullable().meta({ description: 'Band of the rating' }),
  })
  .meta({ id: 'RatingPoint', description: 'The overall rating of a company on one day' });
export type RatingPoint = z.infer<typeof RatingPoint>;
