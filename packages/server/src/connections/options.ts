/** The options of a Bitsight connection (unified API, "options"): what of the account is read, and how hard. */
import { SEVERITIES } from '@sightline/model';
import { z } from 'zod';
import { DEFAULT_BASE_URL } from './base-url.ts';

const names = z.array(z.string().trim().min(1).max(255)).max(1000);

const guids = z.array(z.guid('Give the guid, as Bitsight lists it.')).max(1000);

/** Names, domains or guids; an absent list is no limit. */
export const ConnectionOptions = z
  .strictObject({
    base_url: z
      .string()
      .optional()
      .meta({ description: `Upstream address, on the operator's list; ${DEFAULT_BASE_URL} by default` }),
    folders: guids.optional().meta({ description: 'Only companies of these folders, by guid' }),
    tiers: guids.optional().meta({ description: 'Only companies of these tiers, by guid' }),
    companies: names.optional().meta({ description: 'Only these companies, by name, domain or guid' }),
    risk_vectors: names.optional().meta({ description: 'Only findings of these risk vectors, by slug' }),
    minimum_severity: z
      .preprocess(value => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(SEVERITIES))
      .optional()
      .meta({ description: 'Only findings of this severity and above' }),
    backfill_from: z.iso
      .date()
      .optional()
      .meta({ description: 'Only findings last seen on this day or later', examples: ['2026-01-01'] }),
    requests_per_second: z
      .number()
      .positive()
      .max(50)
      .optional()
      .meta({ description: 'Upper limit of the pace' }),
    concurrency: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'Requests in flight at once; 3 by default' }),
  })
  .meta({ id: 'ConnectionOptions', description: 'What of the account is read, and how hard' });
export type ConnectionOptions = z.infer<typeof ConnectionOptions>;

/** A change of options: what is absent stays, null takes an option away. */
export const ConnectionOptionsPatch = z
  .strictObject(
    Object.fromEntries(
      Object.entries(ConnectionOptions.shape).map(([name, schema]) => [name, z.union([schema, z.null()])]),
    ),
  )
  .meta({
    id: 'ConnectionOptionsPatch',
    description: 'Absent options stay as they are, null takes one away',
  });

export const DEFAULT_CONCURRENCY = 3;

/** Options as stored. */
export function readOptions(json: string): ConnectionOptions {
  return ConnectionOptions.parse(JSON.parse(json));
}

/** The options after a change. */
export function patchOptions(
  before: ConnectionOptions,
  change: Readonly<Record<string, unknown>>,
): ConnectionOptions {
  const merged = Object.entries({ ...before, ...change }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return ConnectionOptions.parse(Object.fromEntries(merged));
}
